"""The cache of people's pictures and networks: bounded in bytes, and emptied on demand.

``keep`` stands in for ``st.cache_resource``, by the same convention: arguments that begin with an
underscore are no part of the key. An answer is kept under the texts in its key, so that all of a
picture's (its sha256) or a network's can be dropped at once.
"""

import functools
import inspect
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Generic, ParamSpec, TypeVar

import streamlit as st

from dashboard.runtime import browser_sessions
from dashboard.runtime.limits import LIMITS
from dashboard.runtime.object_sizes import size_of
from dashboard.runtime.work_queue import MODELS, POLL, Turns
from senet_viz.core.process_memory import give_back

Key = tuple[Hashable, ...]
P = ParamSpec("P")
R = TypeVar("R")
WORTH_TRIMMING = 32 * 2**20  # bytes freed, from which on the system is given them back
_MISSING: Any = object()  # what is not kept; None may be an answer


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    value: Any
    size: int
    texts: frozenset[str]


@dataclass(slots=True, eq=False)
class _Making:
    """The lock of one answer, as long as ``people`` make it or wait for it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    people: int = 0


class Pool:
    """Answers by key, at most ``megabytes`` of them; the longest unused goes first.

    One that is larger than that alone is kept until the next comes.
    """

    def __init__(self, megabytes: int) -> None:
        self._most = megabytes * 2**20
        self._lock = threading.Lock()
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()
        self._making: dict[Key, _Making] = {}
        POOLS.append(self)

    @property
    def most(self) -> int:
        """Bytes that are kept at most."""
        return self._most

    @property
    def size(self) -> int:
        """Bytes kept now."""
        with self._lock:
            return sum(entry.size for entry in self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def holds(self, text: str) -> bool:
        """Whether anything is kept of this picture or network."""
        with self._lock:
            return any(text in entry.texts for entry in self._entries.values())

    def get(self, key: Key, default: Any = None) -> Any:
        """The answer, or ``default`` where none is kept."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return default if entry is None else entry.value

    def put(self, key: Key, value: Any) -> None:
        """Keep an answer, and drop older ones where it gets too much."""
        entry, freed = _Entry(value, size_of(value), frozenset(_texts(key))), 0
        with self._lock:
            self._entries[key] = entry
            self._entries.move_to_end(key)
            total = sum(each.size for each in self._entries.values())
            while total > self._most and len(self._entries) > 1:
                _, oldest = self._entries.popitem(last=False)
                total, freed = total - oldest.size, freed + oldest.size
                del oldest
        if freed > WORTH_TRIMMING:
            give_back()

    def forget(self, text: str) -> None:
        """Drop everything that is kept of one picture or network."""
        self.drop(lambda key: text in self._entries[key].texts)

    def drop(self, unwanted: Callable[[Key], bool]) -> None:
        """Drop the answers to these keys."""
        with self._lock:
            for key in [key for key in self._entries if unwanted(key)]:
                del self._entries[key]

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._entries.clear()

    @contextmanager
    def making(self, key: Key, turns: Turns) -> Iterator[None]:
        """One at a time makes the answer to a key; whoever else wants it waits, and gives way.

        Where making it fails, one of those who wait is the next to try.
        """
        with self._lock:
            making = self._making.setdefault(key, _Making())
            making.people += 1
        held = False
        try:
            held = making.lock.acquire(blocking=False)
            if not held:
                with turns.stepped_aside(waiting=browser_sessions.still_there):
                    while not (held := making.lock.acquire(timeout=POLL)):
                        browser_sessions.still_there()
            yield
        finally:
            if held:
                making.lock.release()
            with self._lock:
                making.people -= 1
                if not making.people:
                    del self._making[key]


POOLS: list[Pool] = []
DECODED, CAPTURES = Pool(LIMITS.decoded_mb), Pool(LIMITS.captures_mb)
NETWORKS = Pool(LIMITS.networks_mb)


class CachedFunction(Generic[P, R]):
    """A function whose answers are kept; called like the function itself."""

    def __init__(
        self,
        function: Callable[P, R],
        pool: Pool,
        *,
        words: Callable[[], str] | None,
        turns: Turns | None,
    ) -> None:
        functools.update_wrapper(self, function)
        self._function, self._pool, self._words, self._turns = function, pool, words, turns
        self._signature = inspect.signature(function)
        self._name = (function.__module__, function.__qualname__)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        key = self._key(*args, **kwargs)
        value: R = self._pool.get(key, _MISSING)
        browser_sessions.hold(_texts(key))
        if value is not _MISSING:
            return value
        with self._pool.making(key, self._turns or MODELS):
            value = self._pool.get(key, _MISSING)  # somebody else may have made it meanwhile
            if value is _MISSING:
                with _turn(self._turns), spinner(self._words):
                    value = self._function(*args, **kwargs)
                self._pool.put(key, value)
                browser_sessions.hold(_texts(key))  # they may have left meanwhile
        return value

    def known(self, *args: P.args, **kwargs: P.kwargs) -> R | None:
        """The answer where it is kept already; nothing is made."""
        value: R | None = self._pool.get(self._key(*args, **kwargs))
        return value

    def clear(self) -> None:
        """Drop every answer of this function."""
        self._pool.drop(lambda key: key[:2] == self._name)

    def _key(self, *args: P.args, **kwargs: P.kwargs) -> Key:
        given = self._signature.bind(*args, **kwargs)
        given.apply_defaults()
        arguments = tuple((k, v) for k, v in given.arguments.items() if not k.startswith("_"))
        return (*self._name, arguments)


def keep(
    pool: Pool = CAPTURES,
    *,
    words: Callable[[], str] | None = None,
    turns: Turns | None = MODELS,
) -> Callable[[Callable[P, R]], CachedFunction[P, R]]:
    """Keep a function's answers in ``pool``, and make them in turn.

    ``words`` say what is shown while it takes long; ``turns`` None is for what runs no network.
    """
    return lambda function: CachedFunction(function, pool, words=words, turns=turns)


@contextmanager
def in_turn() -> Iterator[None]:
    """A turn for long work that is not kept by ``keep``."""
    with _turn(MODELS):
        yield


def by_turns(steps: Iterable[R]) -> Iterator[R]:
    """The same items, each made in a turn of its own."""
    return MODELS.by_turns(steps, browser_sessions.who(), waiting=browser_sessions.still_there)


def polite(done: Callable[P, None]) -> Callable[P, None]:
    """A progress callback between whose calls others have their turn."""

    def reported(*args: P.args, **kwargs: P.kwargs) -> None:
        done(*args, **kwargs)
        MODELS.let_others(waiting=browser_sessions.still_there)

    return reported


@contextmanager
def _turn(turns: Turns | None) -> Iterator[None]:
    """A turn, with the number of people ahead shown as long as it is waited for."""
    if turns is None:  # nobody has to wait for a download, or for this person's disk
        with MODELS.stepped_aside(waiting=browser_sessions.still_there):
            yield
        return
    with ExitStack() as shown:
        words = browser_sessions.Waiting(shown)
        with turns.turn(browser_sessions.who(), waiting=words):
            shown.close()
            yield


def spinner(words: Callable[[], str] | None) -> Any:
    """The words, in the person's language, as long as the ``with`` block takes."""
    return st.spinner(words()) if words and browser_sessions.is_app() else nullcontext()


def forget(*texts: str) -> None:
    """Drop what is kept of these pictures or networks, and give the memory back.

    A picture is named by its sha256 or a sample's name, a network by its key.
    """
    for pool in POOLS:
        for text in texts:
            pool.forget(text)
    give_back()


browser_sessions.when_gone(lambda texts: forget(*texts))


def _texts(key: object) -> Iterator[str]:
    if isinstance(key, str):
        yield key
        yield key.removeprefix("random:")
    elif isinstance(key, tuple):
        for part in key:
            yield from _texts(part)
