"""Ratios of interleaved timings: every way runs once in each round, so all share one machine."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Way = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Ratio:
    """Of one way to the first, round by round: the median, and the middle half of the rounds."""

    median: float
    low: float
    high: float
    rounds: int

    def __str__(self) -> str:
        if self.rounds < 3:
            return f"{self.median:.2f}"
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


def ratios(ways: Mapping[str, Way], *, rounds: int) -> dict[str, Ratio]:
    """Seconds of each way over those of the first one, after one unmeasured round.

    The order turns by one from round to round, so that no way always follows the same other.
    """
    names = list(ways)
    for way in ways.values():
        way()
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds):
        for shift in range(len(names)):
            name = names[(turn + shift) % len(names)]
            seconds[name].append(_seconds(ways[name]))
    base = seconds[names[0]]
    return {
        name: of_rounds([a / b for a, b in zip(values, base, strict=True)])
        for name, values in seconds.items()
    }


def of_rounds(found: list[float]) -> Ratio:
    """Median and quartiles of the ratios of several rounds."""
    quarters = statistics.quantiles(found, n=4) if len(found) > 2 else [min(found), 0, max(found)]
    return Ratio(statistics.median(found), quarters[0], quarters[2], len(found))


def _seconds(way: Way) -> float:
    gc.collect()
    begun = time.perf_counter()
    way()
    return time.perf_counter() - begun
