"""The fair work queue: people run networks in turn, a few at once, and only so many may wait.

The person whose last turn is longest ago goes first, so that one person's sweep over a thousand
settings delays another's one picture by one setting.
"""

import itertools
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from dashboard.runtime.limits import LIMITS
from senet_viz.core.errors import SENetVizError
from senet_viz.core.translation import tr

Who = Hashable
Waiting = Callable[[int], None]
Item = TypeVar("Item")
POLL = 0.25  # seconds between looks at whether the person still wants it
GLANCE = 0.05  # seconds between looks at whether everybody is done


class BusyError(SENetVizError):
    """More work is asked for than this machine takes on."""


@dataclass(slots=True, eq=False)
class _Ticket:
    """One wish for a turn."""

    who: Who
    number: int
    called: threading.Event = field(default_factory=threading.Event)


class Turns:
    """``at_once`` people run at a time, no one twice; at most ``most_waiting`` wait."""

    def __init__(self, *, at_once: int, most_waiting: int) -> None:
        self.at_once, self.most_waiting = at_once, most_waiting
        self._lock = threading.Lock()
        self._running: list[Who] = []
        self._waiting: list[_Ticket] = []
        self._last: dict[Who, int] = {}
        self._numbers = itertools.count(1)
        self._mine = threading.local()
        self._behind = 0

    @property
    def waiting(self) -> int:
        """How many wait now."""
        with self._lock:
            return len(self._waiting)

    @contextmanager
    def turn(self, who: Who, *, waiting: Waiting) -> Iterator[None]:
        """Run the ``with`` block in a turn of one's own; inside one already, at once.

        ``waiting`` is called with the number of people ahead, again and again while it lasts; what
        it raises ends the wait. Raises a BusyError where too many wait already.
        """
        if self._holder() is not None:
            yield
            return
        self._enter(who, waiting, bounded=True)
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def stepped_aside(self, *, waiting: Waiting) -> Iterator[None]:
        """Let others run meanwhile; for downloads and other waits inside a turn."""
        who = self._holder()
        if who is None:
            yield
            return
        self._leave()
        try:
            yield
        finally:
            self._enter(who, waiting, bounded=False)

    def let_others(self, *, waiting: Waiting) -> None:
        """Between two steps of long work: whoever waits goes first."""
        if self._holder() is not None and self.waiting:
            with self.stepped_aside(waiting=waiting):
                pass

    def by_turns(self, steps: Iterable[Item], who: Who, *, waiting: Waiting) -> Iterator[Item]:
        """The same items, each made in a turn of its own."""
        left = iter(steps)
        while True:
            with self.turn(who, waiting=waiting):
                try:
                    item = next(left)
                except StopIteration:
                    return
            yield item

    @contextmanager
    def behind(self) -> Iterator[None]:
        """Run the ``with`` block behind everybody; for work that nobody is looking at.

        It takes no turn and no place in the queue: any number of these run as long as nobody has
        or wants a turn, and one at a time while somebody does.
        """
        while not self._slip_in():
            time.sleep(GLANCE)
        try:
            yield
        finally:
            with self._lock:
                self._behind -= 1

    def _slip_in(self) -> bool:
        with self._lock:
            free = self._behind == 0 or not (self._running or self._waiting)
            self._behind += free
            return free

    def _holder(self) -> Who | None:
        return getattr(self._mine, "who", None)

    def _enter(self, who: Who, waiting: Waiting, *, bounded: bool) -> None:
        with self._lock:
            if bounded and len(self._waiting) >= self.most_waiting:
                raise BusyError(
                    tr(
                        "{people} people are already waiting for this machine, and it takes no "
                        "more. Try again in a minute",
                        people=len(self._waiting),
                    )
                )
            ticket = _Ticket(who, next(self._numbers))
            self._waiting.append(ticket)
            self._call_next()
        try:
            while not ticket.called.wait(0 if ticket.called.is_set() else POLL):
                waiting(self._ahead(ticket))
        except BaseException:
            self._give_up(ticket)
            raise
        self._mine.who = who

    def _leave(self) -> None:
        who, self._mine.who = self._holder(), None
        if who is not None:  # or they left while they had stepped aside
            with self._lock:
                self._free(who)

    def _free(self, who: Who) -> None:
        self._running.remove(who)
        self._call_next()

    def _give_up(self, ticket: _Ticket) -> None:
        with self._lock:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
            else:  # called at the very moment
                self._free(ticket.who)

    def _call_next(self) -> None:
        """Under the lock: call as many as there is room for."""
        while len(self._running) < self.at_once:
            able = [t for t in self._waiting if t.who not in self._running]
            if not able:
                break
            ticket = min(able, key=self._precedence)
            self._waiting.remove(ticket)
            self._running.append(ticket.who)
            self._last[ticket.who] = next(self._numbers)
            ticket.called.set()
        present = {t.who for t in self._waiting} | set(self._running)
        if len(self._last) > 1000:  # people long gone need no place in the order
            self._last = {who: last for who, last in self._last.items() if who in present}

    def _precedence(self, ticket: _Ticket) -> tuple[int, int]:
        return self._last.get(ticket.who, 0), ticket.number

    def _ahead(self, ticket: _Ticket) -> int:
        """People who run now or are to be called before."""
        with self._lock:
            mine = self._precedence(ticket)
            before = {t.who for t in self._waiting if self._precedence(t) < mine}
            return len((before | set(self._running)) - {ticket.who})


MODELS = Turns(at_once=LIMITS.at_once, most_waiting=LIMITS.most_waiting)
DECODING = Turns(at_once=LIMITS.at_once, most_waiting=LIMITS.most_waiting)
