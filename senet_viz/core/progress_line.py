"""How far a long command is: one line of the terminal, written over as it goes on."""

import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Final, Self, TypeVar

PAUSE: Final = 0.1  # seconds between two versions of the line
ERASE: Final = "\r\x1b[K"
Part = TypeVar("Part")


class ProgressLine:
    """So many of ``total`` are done, how fast, and how long the rest takes; on stderr.

    ``unit`` names what is counted, in the plural; ``done`` are those of an earlier start. Nothing
    is written where stderr is no terminal. ``logged`` is for steps of minutes: each is a line that
    stays, also in a file.

    >>> with ProgressLine("pictures", total=2) as line:
    ...     line.step()
    """

    def __init__(
        self,
        unit: str,
        *,
        total: int | None = None,
        done: int = 0,
        title: str = "",
        logged: bool = False,
    ) -> None:
        self.unit, self.total, self.done, self.title = unit, total, done, title
        self._logged = logged
        self._on_terminal = sys.stderr.isatty() and not logged
        self._first, self._begun = done, time.monotonic()
        self._written, self._shown = 0.0, ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._write("")

    def over(self, parts: Iterable[Part]) -> Iterator[Part]:
        """Each of ``parts``, which is done when the next is asked for."""
        with self:
            for part in parts:
                yield part
                self.step()

    def step(self, note: str = "") -> None:
        """One more is done."""
        self.reach(self.done + 1, note=note)

    def reach(self, done: int, *, note: str = "") -> None:
        """``done`` of them are, counted from the start; ``note`` stands at the end of the line."""
        self.done = done
        self.show(self._words(note))

    def show(self, words: str) -> None:
        """These words in place of the line; left out where the last ones are too new to be read."""
        if self._logged:
            print(words, file=sys.stderr, flush=True)
        elif self._on_terminal and time.monotonic() - self._written >= PAUSE:
            self._write(words)

    def print(self, words: str) -> None:
        """A line on stdout, above this one."""
        shown = self._shown
        self._write("")
        print(words, flush=True)
        self._write(shown)

    def _words(self, note: str) -> str:
        title = f"{self.title}: " if self.title else ""
        of = "" if self.total is None else f" of {self.total:,}"
        parts = [f"{title}{self.done:,}{of} {self.unit}"]
        new, seconds = self.done - self._first, time.monotonic() - self._begun
        if new > 0 and seconds > 0:
            each = seconds / new
            parts.append(f"{1 / each:.1f} a second" if each < 1 else f"{each:.1f} s each")
            if self.total is not None:
                parts.append(f"{duration(each * (self.total - self.done))} left")
        return ", ".join([*parts, *([note] if note else [])])

    def _write(self, words: str) -> None:
        if self._on_terminal and (words or self._shown):
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"{ERASE}{words[:width]}")
            sys.stderr.flush()
            self._written, self._shown = time.monotonic(), words


def duration(seconds: float) -> str:
    """Hours, minutes and seconds.

    >>> duration(75), duration(3601)
    ('1:15', '1:00:01')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
