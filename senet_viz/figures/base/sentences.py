"""The sentence over a chart: what is seen here, computed from the numbers drawn."""

from collections.abc import Sequence
from math import isfinite

import numpy as np
import numpy.typing as npt

from senet_viz.analysis.gate_shape import ALIKE, gate_shape
from senet_viz.analysis.numerics import FEWEST_TO_RANK, rank_correlation
from senet_viz.analysis.ranking import NEAR
from senet_viz.core.arrays import Array
from senet_viz.core.summaries import ChannelRanking
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.chart import Numbers, finite
from senet_viz.figures.base.formats import gate

MOST = 2 / 3


def no_gate() -> str:
    return tr("No gate is a finite number")


def means(names: Sequence[str], values: Sequence[float]) -> str:
    """Between which blocks the mean gate runs; NaN where it is not known."""
    known = [(value, name) for name, value in zip(names, values, strict=True) if isfinite(value)]
    if not known:
        return no_gate()
    (low, first), (high, last) = min(known), max(known)
    if gate(low) == gate(high):
        if len(names) == 1:
            return tr("The block's mean gate is {mean}", mean=gate(low))
        return tr("Every block's mean gate is {mean}", mean=gate(low))
    return tr(
        "Mean gates run from {lowest} in {lowest_block} to {highest} in {highest_block}",
        lowest=gate(low),
        lowest_block=first,
        highest=gate(high),
        highest_block=last,
    )


def shape(gates: Array) -> str:
    """The shape that the histogram of the gates (c,) has."""
    known = np.sort(finite(gates))
    if known.size == 0:
        return no_gate()
    if gates.size == 1:
        return tr("The only channel's gate is {known}", known=gate(known[0]))
    lost = gates.size - known.size
    sentence = _shape(known)
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


def _shape(known: Numbers) -> str:
    """Of these gates, in order and finite."""
    form, channels = gate_shape(known), known.size
    low, high = map(gate, most(known))
    words: str = (
        tr("Most channels sit at {low}", low=low)
        if low == high
        else tr("Most channels sit between {low} and {high}", low=low, high=high)
    )
    match None if form is None else form.kind:
        case "alike":
            words = _all_alike(known)
        case "shut":
            near = int((known < NEAR).sum())
            words = tr(
                "Shut: {shut} of {channels} channels below 0.05", shut=near, channels=channels
            )
        case "open":
            near = int((known > 1 - NEAR).sum())
            words = tr(
                "Open: {open} of {channels} channels above 0.95", open=near, channels=channels
            )
        case "ends":
            words = tr(
                "U-shaped: {shut} of {all} below 0.05, {opened} above 0.95",
                shut=int((known < NEAR).sum()),
                opened=int((known > 1 - NEAR).sum()),
                all=channels,
            )
        case "flat":
            ends = np.percentile(known, (5, 95))
            words = tr(
                "Flat: spread evenly from {low} to {high}", low=gate(ends[0]), high=gate(ends[1])
            )
        case "one" if low < high:
            words = tr("One peak: most channels between {low} and {high}", low=low, high=high)
        case "several":
            words = _peaks(() if form is None else form.peaks)
    return words


def _peaks(peaks: Sequence[float]) -> str:
    *others, last = (f"{peak:.2f}" for peak in peaks)
    return tr(
        "{number} peaks, near {others} and {last}",
        number=len(peaks),
        others=tr(", ").join(others),
        last=last,
    )


def most(known: Numbers) -> tuple[float, float]:
    """The narrowest range that holds two thirds of these gates (c,), in order and finite."""
    held = int(np.ceil(MOST * known.size))
    starts = known[: known.size - held + 1]
    widths = known[held - 1 :] - starts
    low = float(starts[widths.argmin()])
    return low, low + float(widths.min())


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
            "Channel {above} is furthest above its usual gate at {above_gate}, {below} "
            "furthest below "
            "at {below_gate}",
            above=first,
            above_gate=gate(gates[first]),
            below=last,
            below_gate=gate(gates[last]),
        )
    return tr(
        "Most open is channel {open} at {open_gate}, most shut {shut} at {shut_gate}",
        open=first,
        open_gate=gate(gates[first]),
        shut=last,
        shut_gate=gate(gates[last]),
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
            "A channel's own squeeze says little about its gate (rank correlation "
            "{correlation:.2f})",
            correlation=r,
        )
    if r > 0:
        return tr(
            "Channels with a larger squeeze tend to be more open (rank correlation "
            "{correlation:.2f})",
            correlation=r,
        )
    return tr(
        "Channels with a larger squeeze tend to be more shut (rank correlation {correlation:.2f})",
        correlation=r,
    )


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
        "The median gate goes from {first} in {first_block} to {last} in {last_block}",
        first=gate(median[first]),
        first_block=names[first],
        last=gate(median[last]),
        last_block=names[last],
    )


def compared(names: tuple[str, str], gates: tuple[Array, Array]) -> str:
    """Which of two blocks is more open, and by how much."""
    one, two = finite(gates[0]), finite(gates[1])
    if one.size == 0 or two.size == 0:
        return no_gate()
    a, b = float(np.median(one)), float(np.median(two))
    if abs(a - b) < ALIKE:
        return tr("Both blocks have the median gate {median}", median=gate(a))
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
            "Undecided: {first} ({first_share}) or {second} ({second_share})",
            first=names[0],
            first_share=words[0],
            second=names[1],
            second_share=words[1],
        )
    return tr("Most likely: {names} ({words})", names=names[0], words=words[0])
