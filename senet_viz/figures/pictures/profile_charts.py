"""The gates of one block for several pictures: overlaid, and subtracted."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.analysis.gate_shape import ALIKE
from senet_viz.core.arrays import Array, Counts
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import (
    WHOLE,
    axis,
    channel_axis,
    gate_words,
    rank_range,
    roomy,
    zero_line,
)
from senet_viz.figures.base.chart import Chart, Numbers, draw, finite
from senet_viz.figures.base.columns import numbered, stacked
from senet_viz.figures.base.formats import gate, hover, paragraph, percent, signed
from senet_viz.figures.base.profile_lines import profile_line, reference_line
from senet_viz.figures.base.sentences import no_gate
from senet_viz.figures.base.series import Series
from senet_viz.figures.base.theme import DIFFERENCE, mode, shades
from senet_viz.figures.base.traces import MOST_APART, channel_bars, channel_hover, ranks

MOST_POINTS = 4000  # that can be clicked; lines alone beyond
MOST_MARKS = 400  # are drawn, of all lines together; a click finds the others too
NARROWEST = 0.01  # of the axis of differences: rounding should not fill it


def gate_profiles(
    block: str,
    gates: Array,
    series: Sequence[Series],
    *,
    channels: Sequence[int],
    ordered: str,
    usual: Array | None = None,
    span: tuple[float, float] = WHOLE,
    dark: bool,
) -> Chart:
    """Do pictures (or groups) open the same channels? gates (n, c), one line a row.

    ``channels`` are drawn from left to right, ``ordered`` says how they were put in order. With
    ``usual`` (c,) a dotted line shows the usual gates. The axis holds ``span`` of
    the gates, all of 0 to 1 unless told otherwise. ``customdata`` is the channel number.
    """
    shown = np.asarray(channels, dtype=np.int16)
    traces = [_line(row, one, shown, len(gates)) for row, one in zip(gates, series, strict=True)]
    if usual is not None:
        words = tr("usual gate {value}", value="%{y:.3f}")
        line = {"name": tr("usual gate"), "hover": words, "colour": mode(dark).muted}
        traces.insert(0, reference_line(usual, shown, **line))
    title = _profile_sentence(block, gates, series)
    return Chart(
        figure=draw(
            traces,
            dark=dark,
            height=330,
            top=30 + 18 * (len(traces) // 6),
            xaxis=channel_axis(shown, ordered),
            yaxis=axis(gate_words(), range=roomy(span)),
        ),
        title=title,
        reads=_profile_reads(reference=usual is not None),
        caution=tr(
            "Neighbouring channels have nothing to do with one another: the lines only "
            "lead the eye. A channel whose gate differs need not matter for the "
            "prediction."
        ),
        alt=tr(
            "{lines} over {channels} of {block}. {title}.",
            lines=count(len(series), "line"),
            channels=count(shown.size, "channel"),
            block=block,
            title=title,
        ),
        table=stacked(
            "picture",
            numbered([line.name for line in series]),
            {"channel": shown},
            gate=[row[shown] for row in gates],
        ),
    )


def _profile_reads(*, reference: bool) -> str:
    lines = tr(
        "One line for each picture or group (a group's is the mean of its "
        "pictures); the channels stand in the same order for all. Where the lines "
        "run together the block does the same to all of them."
    )
    dotted = tr("The dotted line is the gate usual over the reference pictures.")
    return paragraph(
        paragraph(lines, dotted if reference else ""),
        tr("The sentence is about all channels of the block, shown or not."),
    )


def _line(row: Array, one: Series, shown: npt.NDArray[np.int16], lines: int) -> go.Scatter:
    clickable = lines * shown.size <= MOST_POINTS
    return profile_line(
        row,
        shown,
        one,
        marked=clickable,
        most_marks=MOST_MARKS // lines,
        hovertemplate=hover(
            one.label,
            tr("channel {value}", value="%{customdata}"),
            tr("gate {value}", value="%{y:.3f}"),
        ),
    )


def _profile_sentence(block: str, gates: Array, series: Sequence[Series]) -> str:
    """Where the rows are furthest apart, and how far they are in the middle channel."""
    if not np.isfinite(gates).all():
        return (
            no_gate()
            if not finite(gates).size
            else tr("Some gates of {block} are not finite", block=block)
        )
    if len(gates) == 1:
        return tr(
            "The gates of {block} for {short}: mean {mean}",
            block=block,
            short=series[0].short,
            mean=gate(float(gates.mean())),
        )
    apart = np.ptp(gates, axis=0)
    at = int(apart.argmax())
    if apart[at] < ALIKE:
        return tr("{block} gives all of them the same gates", block=block)
    low, high = series[int(gates[:, at].argmin())], series[int(gates[:, at].argmax())]
    return tr(
        "{block} differs most in channel {channel}: {low} for {low_picture}, {high} for "
        "{high_picture}; half of its channels differ by {median} or less",
        block=block,
        channel=at,
        low=gate(gates[:, at].min()),
        low_picture=low.short,
        high=gate(gates[:, at].max()),
        high_picture=high.short,
        median=gate(float(np.median(apart))),
    )


def gate_difference(
    block: str, gates: Array, series: tuple[Series, Series], *, reach: float, dark: bool
) -> Chart:
    """Which channels does the block open more for the first picture than for the second?

    gates (2, c). One bar a channel, the largest difference first; ``reach`` is the end of the
    axis and of the colours to both sides. ``customdata`` is the channel number.
    """
    apart = gates[0].astype(np.float64) - gates[1]
    order, end = np.argsort(-apart, kind="stable"), max(reach, NARROWEST)
    title = _difference_sentence(block, apart, series)
    return Chart(
        figure=_differences(apart[order], order, series, end, dark=dark),
        title=title,
        reads=tr(
            "Gate for {first} minus gate for {second}, a bar for each channel: above "
            "0 (orange) more open for {first}, below 0 (purple) for {second}. The "
            "axis is that of these two pictures' largest difference anywhere in the "
            "network, so blocks can be compared.",
            first=series[0].short,
            second=series[1].short,
        ),
        caution=tr(
            "A gate that differs between two pictures says nothing about their "
            "classes: two pictures of one class differ as well."
        ),
        alt=tr(
            "Bars of the difference of {gates} of {block}. {title}.",
            gates=count(apart.size, "gate"),
            block=block,
            title=title,
        ),
        table=stacked(
            "picture",
            numbered([line.name for line in series]),
            {"channel": order, "difference": apart[order]},
            gate=[row[order] for row in gates],
        ),
    )


def _differences(
    apart: Numbers, order: Counts, series: tuple[Series, Series], end: float, *, dark: bool
) -> go.Figure:
    """A bar for each channel (c,), the largest difference first, up to ``end`` to both sides."""
    look = mode(dark)
    difference = tr(
        "{first} − {second}: {value}",
        first=series[0].label,
        second=series[1].label,
        value="%{y:+.3f}",
    )
    bars = channel_bars(
        ranks(apart.size),
        apart.astype(np.float32),
        order.astype(np.int32),
        marker={
            "color": shades(apart, DIFFERENCE, low=-end, high=end),
            "line": {"color": look.line, "width": 0.5 if apart.size <= MOST_APART else 0},
        },
        hovertemplate=channel_hover(difference),
        showlegend=False,
    )
    return draw(
        [bars],
        dark=dark,
        height=280,
        top=12,
        xaxis=axis(tr("channels, by difference"), range=rank_range(apart.size)),
        yaxis=axis(
            tr("difference of the gates"), range=[-1.05 * end, 1.05 * end], **zero_line(look)
        ),
    )


def _difference_sentence(block: str, apart: Numbers, series: tuple[Series, Series]) -> str:
    one, two = series[0].short, series[1].short
    if not np.isfinite(apart).all():
        return tr("Some gates of {block} are not finite", block=block)
    high, low = int(apart.argmax()), int(apart.argmin())
    if max(apart[high], -apart[low]) < ALIKE:
        return tr("{block} gives {one} and {two} the same gates", block=block, one=one, two=two)
    more = percent(float((apart > 0).mean()))
    if apart[low] >= 0 or apart[high] <= 0:
        at, who = (high, one) if apart[low] >= 0 else (low, two)
        most = signed(apart[at], decimals=3)
        return tr(
            "{block} opens no channel less for {who}; most of all channel {at} ({most})",
            block=block,
            who=who,
            at=at,
            most=most,
        )
    return tr(
        "{block} opens {more} of its channels more for {one} than for {two}: "
        "channel {high_channel} by {high}, channel {low_channel} by {low}",
        block=block,
        more=more,
        one=one,
        two=two,
        high_channel=high,
        high=signed(apart[high], decimals=3),
        low_channel=low,
        low=signed(apart[low], decimals=3),
    )
