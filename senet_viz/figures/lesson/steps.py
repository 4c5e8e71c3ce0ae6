"""The steps of one SE block drawn with its real numbers: squeeze, hidden units, gate."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.gate_account import UnitAccount
from senet_viz.analysis.numerics import hard_sigmoid
from senet_viz.core.arrays import Array, Counts
from senet_viz.core.shares import sigmoid
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis, zero_line
from senet_viz.figures.base.chart import Chart, Numbers, draw, finite, known, require
from senet_viz.figures.base.formats import gate, hover, number
from senet_viz.figures.base.theme import ENHANCED, Mode, faded, mode
from senet_viz.figures.base.traces import (
    channel_bars,
    channel_hover,
    guide,
    picked_colours,
    points_and_picked,
)

CURVES: dict[str, Callable[[Numbers], Numbers]] = {
    "sigmoid": sigmoid,
    "hardsigmoid": hard_sigmoid,
}
SHORTEST = 6.0  # a sigmoid is only seen to bend where the axis reaches this far to both sides


def squeezes(squeeze: Array, *, channel: int, dark: bool) -> Chart:
    """What does the block know of the picture? One bar for each channel's squeeze (c,).

    The bar of ``channel`` is marked; ``customdata`` is the channel number.
    """
    require(squeeze.size, "channel")
    look, channels, values = mode(dark), np.arange(squeeze.size), known(squeeze)
    figure = draw(
        _squeeze_bars(values, channels, channel, look),
        dark=dark,
        height=300,
        showlegend=False,
        xaxis=axis(tr("channel"), range=[-0.7, squeeze.size - 0.3]),
        yaxis=axis(tr("squeeze z"), **zero_line(look)),
    )
    title = tr(
        "All the block gets of the picture: {numbers}, of which channel {channel}'s is {value}",
        numbers=count(squeeze.size, "number"),
        channel=channel,
        value=number(float(squeeze[channel]), ".3f"),
    )
    return Chart(
        figure=figure,
        title=title,
        reads=tr(
            "One bar for each channel: the squeeze of its whole map. The picked one stands out."
        ),
        caution=tr(
            "A squeeze says how strong a channel is over the map, not where: two pictures with the "
            "same squeezes get the same gates."
        ),
        alt=tr("Bars of {n}. {title}.", n=count(squeeze.size, "squeeze"), title=title),
        table={"channel": channels, "squeeze": values},
    )


def _squeeze_bars(values: Numbers, channels: Counts, picked: int, look: Mode) -> list[Any]:
    return [
        channel_bars(
            channels,
            values,
            channels,
            marker={"color": picked_colours(channels, picked, look), "line": {"width": 0}},
            hovertemplate=hover(tr("channel {number}", number="%{x}"), "z %{y:.3f}"),
        ),
        # A bar of nearly no height would not be found by its colour.
        go.Scatter(
            x=[picked],
            y=values[[picked]],
            mode="markers",
            marker={"color": look.accent, "size": 9},
            hoverinfo="skip",
        ),
    ]


def units_through(units: Sequence[UnitAccount], *, non_linearity: str, dark: bool) -> Chart:
    """Which hidden units pass? For each unit the sum that enters, and what leaves.

    Sums are wide pale bars, what leaves the non-linearity is a narrow strong one in them;
    ``customdata`` is the unit's number.
    """
    require(len(units), "hidden unit")
    look = mode(dark)
    before = known(np.array([u.before for u in units]))
    after = known(np.array([u.value for u in units]))
    pale = faded(look.neutral, opacity=0.45)
    title = _through(before, after, non_linearity)
    return Chart(
        figure=draw(
            [
                _unit_bars(before, tr("sum that enters"), pale, 0.85),
                _unit_bars(after, tr("what leaves"), ENHANCED, 0.5),
            ],
            dark=dark,
            height=300,
            top=26,
            barmode="overlay",
            xaxis=axis(tr("hidden unit"), range=[-0.7, len(units) - 0.3]),
            yaxis=axis(tr("value, no unit"), **zero_line(look)),
        ),
        title=title,
        reads=tr(
            "The wide pale bar is a unit's sum, the narrow one in it what the non-linearity makes "
            "of it. Where there is no narrow bar, the unit is off."
        ),
        caution=tr("A unit that is off for this picture may be on for another one."),
        alt=tr("Pairs of bars for {n}. {title}.", n=count(len(units), "hidden unit"), title=title),
        table={"unit": np.arange(len(units)), "before": before, "after": after},
    )


def _unit_bars(values: Numbers, name: str, colour: str, width: float) -> go.Bar:
    at = np.arange(values.size)
    return go.Bar(
        x=at,
        y=values,
        customdata=at,
        name=name,
        width=width,
        marker={"color": colour, "line": {"width": 0}},
        hovertemplate=hover(tr("unit {number}", number="%{x}"), f"{name} %{{y:.3f}}"),
    )


def _through(before: Numbers, after: Numbers, non_linearity: str) -> str:
    units = count(before.size, "hidden unit")
    if non_linearity == "none":
        return tr("All {units} pass on unchanged: nothing stands between", units=units)
    if non_linearity in ("relu", "relu6"):
        on = int((np.nan_to_num(after) != 0).sum())
        return tr("{on} of {units} are on, the others are off", on=on, units=units)
    below = int((np.nan_to_num(before) < 0).sum())
    return tr(
        "{below} of {units} have a sum below 0: a {non_linearity} lets a little of it through",
        below=below,
        units=units,
        non_linearity=non_linearity,
    )


def gate_curve(logits: Array, gates: Array, *, kind: str, channel: int, dark: bool) -> Chart:
    """What does the gate make of its logits? logits and gates (c,) on the curve of ``kind``.

    The point of ``channel`` is marked; ``customdata`` is the channel number. A gate of unknown
    kind has its points alone.
    """
    require(gates.size, "channel")
    title = tr(
        "Channel {channel} enters the {kind} at {logit} and leaves it as a gate of {gate}",
        channel=channel,
        kind=kind,
        logit=number(float(logits[channel]), ".3f"),
        gate=gate(float(gates[channel])),
    )
    return Chart(
        figure=_gate_figure(known(logits), known(gates), kind, channel, dark=dark),
        title=title,
        reads=tr(
            "Each point is a channel: its logit across, its gate up. Right of 0 a gate is more "
            "than half open. Gates do not compete: all of them may be open."
        ),
        caution=tr(
            "A gate is no probability: it does not say how likely it is that the channel is used."
        ),
        alt=tr(
            "{n} on the curve of a {kind}. {title}.",
            n=count(gates.size, "gate"),
            kind=kind,
            title=title,
        ),
        table={"channel": np.arange(gates.size), "logit": known(logits), "gate": known(gates)},
    )


def _gate_figure(
    logits: Numbers, gates: Numbers, kind: str, channel: int, *, dark: bool
) -> go.Figure:
    look = mode(dark)
    reach = max(SHORTEST, 1.05 * float(np.abs(finite(logits)).max(initial=0.0)))
    points = points_and_picked(
        logits,
        gates,
        channel,
        look,
        name=tr("channels"),
        words=channel_hover("logit %{x:.3f}", "s %{y:.3f}"),
    )
    middle = {"color": look.line, "width": 1, "dash": "dot"}
    return draw(
        [*_curve(kind, reach, look), *points],
        dark=dark,
        height=340,
        top=26,
        xaxis=axis(tr("logit, what enters the gate"), range=[-reach, reach]),
        yaxis=axis(tr("gate s (0 shut, 1 open)"), range=[-0.03, 1.03]),
        shapes=[{"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "line": middle}],
    )


def _curve(kind: str, reach: float, look: Mode) -> list[go.Scatter]:
    """The gate's non-linearity, where it is known."""
    curve, x = CURVES.get(kind), np.linspace(-reach, reach, 121)
    return (
        []
        if curve is None
        else [guide(x, curve(x), {"color": look.muted, "width": 1.5}, name=kind)]
    )
