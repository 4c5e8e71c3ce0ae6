"""The sentence over a chart: what is seen here, computed from the numbers drawn."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from senet_viz.analysis.numerics import FEWEST_TO_RANK, rank_correlation
from senet_viz.core.arrays import Array
from senet_viz.core.summaries import BlockSummary, ChannelRanking
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.chart import Numbers, finite
from senet_viz.figures.base.formats import gate

MOST = 2 / 3
ALIKE = 5e-4  # below this, three decimals cannot tell gates apart


def no_gate() -> str:
    return tr("No gate is a finite number")


def means(summaries: Sequence[BlockSummary]) -> str:
    """Between which blocks the mean gate runs."""
    known = [s for s in summaries if np.isfinite(s.mean)]
    if not known:
        return no_gate()
    low, high = min(known, key=lambda s: s.mean), max(known, key=lambda s: s.mean)
    if gate(low.mean) == gate(high.mean):
        if len(summaries) == 1:
            return tr("The block's mean gate is {mean}", mean=gate(low.mean))
        return tr("Every block's mean gate is {mean}", mean=gate(low.mean))
    return tr(
        "Mean gates run from {mean} in {block} to {mean_2} in {block_2}",
        mean=gate(low.mean),
        block=low.block.name,
        mean_2=gate(high.mean),
        block_2=high.block.name,
    )


def most(gates: Array) -> str:
    """The narrowest range that holds two thirds of the gates (c,)."""
    known = np.sort(finite(gates))
    if known.size == 0:
        return no_gate()
    if gates.size == 1:
        return tr("The only channel's gate is {known}", known=gate(known[0]))
    lost = gates.size - known.size
    sentence = _range(known)
    return (
        tr(
            "{sentence}; {lost} of {gates} are not finite",
            sentence=sentence,
            lost=lost,
            gates=gates.size,
        )
        if lost
        else sentence
    )


def _range(known: Numbers) -> str:
    """The narrowest range with two thirds of these gates, in order and finite."""
    if known[-1] - known[0] < ALIKE:
        return _all_alike(known)
    held = int(np.ceil(MOST * known.size))
    starts = known[: known.size - held + 1]
    widths = known[held - 1 :] - starts
    low = starts[widths.argmin()]
    high = low + widths.min()
    if gate(low) == gate(high):
        return tr("Most channels sit at {low}", low=gate(low))
    return tr("Most channels sit between {low} and {high}", low=gate(low), high=gate(high))


def _all_alike(known: Numbers) -> str:
    return tr(
        "All {channels} have the same gate, {known}",
        channels=count(known.size, "channel"),
        known=gate(known[0]),
    )


def ends(gates: Array, ranking: ChannelRanking) -> str:
    """The first and the last channel of a ranking; gates (c,) are by channel number."""
    known = finite(gates)
    if known.size == 0:
        return no_gate()
    first, last = int(ranking.order[0]), int(ranking.order[-1])
    if gates.size == 1:
        return tr("The only channel's gate is {gates}", gates=gate(gates[0]))
    if np.ptp(known) < ALIKE and not ranking.relative:
        return _all_alike(known)
    if ranking.relative:
        return tr(
            "Channel {first} is furthest above its usual gate at {gates}, channel "
            "{last} furthest below at {gates_2}",
            first=first,
            gates=gate(gates[first]),
            last=last,
            gates_2=gate(gates[last]),
        )
    return tr(
        "Channel {first} is the most open at {gates}, channel {last} the most shut at {gates_2}",
        first=first,
        gates=gate(gates[first]),
        last=last,
        gates_2=gate(gates[last]),
    )


def relation(squeeze: Array, gates: Array) -> str:
    """Whether large squeezes go with open gates, by rank correlation."""
    both = np.isfinite(squeeze) & np.isfinite(gates)
    z, s = finite(squeeze[both]), finite(gates[both])
    r = rank_correlation(z, s)
    if r is None:
        return _unranked(z, s)
    if abs(r) < 0.3:
        return tr(
            "A channel's own squeeze says little about its gate (rank correlation {r:.2f})", r=r
        )
    if r > 0:
        return tr(
            "Channels with a larger squeeze tend to be more open (rank correlation {r:.2f})", r=r
        )
    return tr("Channels with a larger squeeze tend to be more shut (rank correlation {r:.2f})", r=r)


def _unranked(squeeze: Numbers, gates: Numbers) -> str:
    if squeeze.size < FEWEST_TO_RANK:
        return tr("Too few channels to tell whether squeeze and gate go together")
    if np.ptp(gates) == 0:
        return tr("The gate is the same for every channel")
    return tr("The squeeze is the same for every channel")


def widest(names: Sequence[str], low: Numbers, high: Numbers) -> str:
    """The block where nine tenths of the gates (low to high, (b,) each) are furthest apart."""
    widths = high - low
    if not np.isfinite(widths).any():
        return no_gate()
    at = int(np.nanargmax(widths))
    if widths[at] < ALIKE:
        return tr("No block tells its channels apart: in each, all gates are the same")
    return tr(
        "{names} tells its channels apart most: nine in ten gates from {low} to {high}",
        names=names[at],
        low=gate(low[at]),
        high=gate(high[at]),
    )


def drift(names: Sequence[str], median: Numbers) -> str:
    """The median gate (b,) of the first and the last block."""
    known = np.flatnonzero(np.isfinite(median))
    if known.size == 0:
        return no_gate()
    first, last = known[0], known[-1]
    if first == last:
        return tr(
            "The median gate of {names} is {median}", names=names[first], median=gate(median[first])
        )
    return tr(
        "The median gate goes from {median} in {names} to {median_2} in {names_2}",
        median=gate(median[first]),
        names=names[first],
        median_2=gate(median[last]),
        names_2=names[last],
    )


def compared(names: tuple[str, str], gates: tuple[Array, Array]) -> str:
    """Which of two blocks is more open, and by how much."""
    one, two = finite(gates[0]), finite(gates[1])
    if one.size == 0 or two.size == 0:
        return no_gate()
    a, b = float(np.median(one)), float(np.median(two))
    if abs(a - b) < ALIKE:
        return tr("Both blocks have the median gate {a}", a=gate(a))
    (high, more), (low, less) = sorted([(a, names[0]), (b, names[1])], reverse=True)
    return tr(
        "{more} is more open than {less}: median gate {high} against {low}",
        more=more,
        less=less,
        high=gate(high),
        low=gate(low),
    )


def peak(values: npt.NDArray[np.float32], channel: int) -> str:
    """Where the map (h, w) of a channel is highest."""
    known = finite(values)
    if known.size == 0:
        return tr("Channel {channel} has no finite value", channel=channel)
    if known.min() == known.max():
        return tr(
            "Channel {channel} is flat: {known:.3f} everywhere", channel=channel, known=known[0]
        )
    highest = np.where(np.isfinite(values), values, -np.inf).argmax()
    row, column = np.unravel_index(int(highest), values.shape)
    return tr(
        "Channel {channel} is highest at row {row}, column {column}: {values:.3f}",
        channel=channel,
        row=row,
        column=column,
        values=values[row, column],
    )


def verdict(share: Numbers, names: Sequence[str], words: Sequence[str]) -> str:
    """The likeliest class; share, names and its percentage in words, the likeliest first."""
    if not np.isfinite(share[0]):
        return tr("The class scores are not finite numbers")
    if share.size > 1 and share[0] < 0.5:
        return tr(
            "Undecided: {names} ({words}) or {names_2} ({words_2})",
            names=names[0],
            words=words[0],
            names_2=names[1],
            words_2=words[1],
        )
    return tr("Most likely: {names} ({words})", names=names[0], words=words[0])
