"""The sentence over a chart: what is seen here, computed from the numbers drawn."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from senet_viz.figures.chart import Numbers, finite, gate
from senet_viz.language import count
from senet_viz.records import Array, BlockSummary, ChannelRanking

MOST = 2 / 3
NO_GATE = "No gate is a finite number"
ALIKE = 5e-4  # below this, three decimals cannot tell gates apart


def means(summaries: Sequence[BlockSummary]) -> str:
    """Between which blocks the mean gate runs."""
    known = [s for s in summaries if np.isfinite(s.mean)]
    if not known:
        return NO_GATE
    low, high = min(known, key=lambda s: s.mean), max(known, key=lambda s: s.mean)
    if gate(low.mean) == gate(high.mean):
        who = "The block's" if len(summaries) == 1 else "Every block's"
        return f"{who} mean gate is {gate(low.mean)}"
    return (
        f"Mean gates run from {gate(low.mean)} in {low.block.name} "
        f"to {gate(high.mean)} in {high.block.name}"
    )


def most(gates: Array) -> str:
    """The narrowest range that holds two thirds of the gates (c,)."""
    known = np.sort(finite(gates))
    if known.size == 0:
        return NO_GATE
    lost = gates.size - known.size
    tail = f"; {lost} of {gates.size} are not finite" if lost else ""
    if gates.size == 1:
        return f"The only channel's gate is {gate(known[0])}"
    if known[-1] - known[0] < ALIKE:
        return f"All {count(known.size, 'channel')} have the same gate, {gate(known[0])}{tail}"
    held = int(np.ceil(MOST * known.size))
    starts = known[: known.size - held + 1]
    widths = known[held - 1 :] - starts
    low = starts[widths.argmin()]
    high = low + widths.min()
    if gate(low) == gate(high):
        return f"Most channels sit at {gate(low)}{tail}"
    return f"Most channels sit between {gate(low)} and {gate(high)}{tail}"


def ends(gates: Array, ranking: ChannelRanking) -> str:
    """The first and the last channel of a ranking; gates (c,) are by channel number."""
    known = finite(gates)
    if known.size == 0:
        return NO_GATE
    first, last = int(ranking.order[0]), int(ranking.order[-1])
    if gates.size == 1:
        return f"The only channel's gate is {gate(gates[0])}"
    if np.ptp(known) < ALIKE and not ranking.relative:
        return f"All {count(known.size, 'channel')} have the same gate, {gate(known[0])}"
    above, below = "the most open", "the most shut"
    if ranking.relative:
        above, below = "furthest above its usual gate", "furthest below"
    return (
        f"Channel {first} is {above} at {gate(gates[first])}, "
        f"channel {last} {below} at {gate(gates[last])}"
    )


def relation(squeeze: Array, gates: Array) -> str:
    """Whether large squeezes go with open gates, by rank correlation."""
    both = np.isfinite(squeeze) & np.isfinite(gates)
    z, s = finite(squeeze[both]), finite(gates[both])
    if z.size < 3:
        return "Too few channels to tell whether squeeze and gate go together"
    if np.ptp(z) == 0 or np.ptp(s) == 0:
        still = "gate" if np.ptp(s) == 0 else "squeeze"
        return f"The {still} is the same for every channel"
    r = float(np.corrcoef(_ranks(z), _ranks(s))[0, 1])
    if abs(r) < 0.3:
        return f"A channel's own squeeze says little about its gate (rank correlation {r:.2f})"
    more = "more open" if r > 0 else "more shut"
    return f"Channels with a larger squeeze tend to be {more} (rank correlation {r:.2f})"


def _ranks(values: Numbers) -> Numbers:
    """Ranks from 1, the mean rank for equal values."""
    _, inverse, repeats = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(repeats) - (repeats - 1) / 2)[inverse])


def widest(names: Sequence[str], low: Numbers, high: Numbers) -> str:
    """The block where nine tenths of the gates (low to high, (b,) each) are furthest apart."""
    widths = high - low
    if not np.isfinite(widths).any():
        return NO_GATE
    at = int(np.nanargmax(widths))
    if widths[at] < ALIKE:
        return "No block tells its channels apart: in each, all gates are the same"
    return (
        f"{names[at]} tells its channels apart most: "
        f"nine in ten gates from {gate(low[at])} to {gate(high[at])}"
    )


def drift(names: Sequence[str], median: Numbers) -> str:
    """The median gate (b,) of the first and the last block."""
    known = np.flatnonzero(np.isfinite(median))
    if known.size == 0:
        return NO_GATE
    first, last = known[0], known[-1]
    if first == last:
        return f"The median gate of {names[first]} is {gate(median[first])}"
    return (
        f"The median gate goes from {gate(median[first])} in {names[first]} "
        f"to {gate(median[last])} in {names[last]}"
    )


def compared(names: tuple[str, str], gates: tuple[Array, Array]) -> str:
    """Which of two blocks is more open, and by how much."""
    one, two = finite(gates[0]), finite(gates[1])
    if one.size == 0 or two.size == 0:
        return NO_GATE
    a, b = float(np.median(one)), float(np.median(two))
    if abs(a - b) < ALIKE:
        return f"Both blocks have the median gate {gate(a)}"
    (high, more), (low, less) = sorted([(a, names[0]), (b, names[1])], reverse=True)
    return f"{more} is more open than {less}: median gate {gate(high)} against {gate(low)}"


def peak(values: npt.NDArray[np.float32], channel: int) -> str:
    """Where the map (h, w) of a channel is highest."""
    known = finite(values)
    if known.size == 0:
        return f"Channel {channel} has no finite value"
    if known.min() == known.max():
        return f"Channel {channel} is flat: {known[0]:.3f} everywhere"
    highest = np.where(np.isfinite(values), values, -np.inf).argmax()
    row, column = np.unravel_index(int(highest), values.shape)
    return f"Channel {channel} is highest at row {row}, column {column}: {values[row, column]:.3f}"


def verdict(share: Numbers, names: Sequence[str], words: Sequence[str]) -> str:
    """The likeliest class; share, names and its percentage in words, the likeliest first."""
    if not np.isfinite(share[0]):
        return "The class scores are not finite numbers"
    if share.size > 1 and share[0] < 0.5:
        return f"Undecided: {names[0]} ({words[0]}) or {names[1]} ({words[1]})"
    return f"Most likely: {names[0]} ({words[0]})"
