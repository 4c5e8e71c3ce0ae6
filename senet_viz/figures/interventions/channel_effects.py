"""Whether open gates matter: effect against gate, and estimated against measured effect."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.effects import ChannelEffects
from senet_viz.core.arrays import Array, Counts, Doubles
from senet_viz.core.translation import tr
from senet_viz.figures.base.axes import axis, zero_line
from senet_viz.figures.base.chart import Chart, draw, finite
from senet_viz.figures.base.formats import shorten
from senet_viz.figures.base.theme import ENHANCED, Mode, mode
from senet_viz.figures.base.traces import channel_hover, channel_points, guide, picked_edge

HEIGHT = 340
TOP = 8


def effect_against_gate(
    effects: ChannelEffects, *, label: str, put: str, picked: int, dark: bool
) -> Chart:
    """Each channel's gate and what replacing it did to the logit of ``label``.

    ``put`` says in words what replaced the gates ("0"). ``picked`` is outlined.
    """
    channels = np.arange(len(effects.gate))
    return Chart(
        figure=figure_by_gate(
            effects.gate,
            effects.change,
            words=_of_what(effects),
            hover=tr("logit {value}", value="%{y:+.4f}"),
            picked=picked,
            dark=dark,
        ),
        title=_together(effects, effects.rank_correlation),
        reads=_reads(effects, shorten(label, limit=56), put),
        caution=one_channel_alone(),
        alt=tr(
            "Scatter of gate against change of the logit for {channels} channels",
            channels=len(channels),
        ),
        table={
            "channel": channels,
            "gate": effects.gate,
            "put": effects.put,
            "change": effects.change,
            "estimate": effects.estimate,
            "probability_change": effects.probability_change,
        },
    )


def _of_what(effects: ChannelEffects) -> str:
    if effects.against is None:
        return tr("change of the logit")
    return tr("change of the logit difference")


def _reads(effects: ChannelEffects, name: str, put: str) -> str:
    given = {"block": effects.block.name, "put": put, "name": name, "top": TOP}
    if effects.against is not None:
        return tr(
            "Each dot is a channel of {block}. Its gate alone was set to {put} and the "
            "difference of logits {name} measured again: below 0 the channel spoke for the "
            "first class, above 0 for the second. Triangles are the {top} most open "
            "channels. Click a dot to pick it.",
            **given,
        )
    return tr(
        "Each dot is a channel of {block}. Its gate alone was set to {put} and the "
        "logit of {name} measured again: below 0 the channel spoke for the class, "
        "above 0 against it. Triangles are the {top} most open channels. Click a "
        "dot to pick it.",
        **given,
    )


def one_channel_alone() -> str:
    """What such an effect does not mean."""
    return tr(
        "The effect is that of one channel alone and in this picture; channels can "
        "stand in for one another, so that each seems not to matter though both "
        "together do."
    )


def figure_by_gate(
    gate: Array, change: Doubles, *, words: str, hover: str, picked: int, dark: bool
) -> go.Figure:
    """A dot for each channel, the most open ones as triangles in a colour of their own.

    ``words`` say what changed, ``hover`` how much of it is said of a channel.
    """
    look, channels = mode(dark), np.arange(len(gate))
    most_open = set(np.argsort(-gate, kind="stable")[:TOP].tolist())
    points = channel_points(
        gate,
        change,
        channels,
        marker={
            **_picked_apart(channels, picked, look),
            "color": [ENHANCED if c in most_open else look.neutral for c in channels],
            "symbol": ["triangle-up" if c in most_open else "circle" for c in channels],
        },
        hovertemplate=channel_hover(tr("gate {value}", value="%{x:.3f}"), hover),
        name="",
        showlegend=False,
    )
    return draw(
        [points],
        dark=dark,
        height=HEIGHT,
        xaxis=axis(tr("gate of the channel, 0 shut to 1 open")),
        yaxis=axis(words, **zero_line(look)),
    )


def _picked_apart(channels: Counts, picked: int, look: Mode) -> dict[str, Any]:
    """Size and rim of the marks: those of the picked channel are larger."""
    return {
        "size": [11 if c == picked else 7 for c in channels],
        "line": picked_edge(channels, picked, look, plain=look.background, widths=(2.5, 0.5)),
    }


def estimate_against_measured(effects: ChannelEffects, *, picked: int, dark: bool) -> Chart:
    """What one backward pass predicts for each channel, and what was measured."""
    look, channels = mode(dark), np.arange(len(effects.gate))
    return Chart(
        figure=draw(
            [_equal(effects, look), _by_estimate(effects, channels, picked, look)],
            dark=dark,
            height=HEIGHT,
            xaxis=axis(tr("measured change of the logit")),
            yaxis=axis(tr("estimated change")),
        ),
        title=_ranked(effects.estimate_correlation),
        reads=tr(
            "The estimate is the replacement minus the gate, times the derivative of "
            "the logit by the gate. On the dotted line it equals what was measured."
        ),
        caution=tr(
            "The derivative holds for small changes; shutting a channel is a large "
            "one, and the ReLUs that follow bend the answer."
        ),
        alt=tr(
            "Scatter of estimated against measured change for {channels} channels",
            channels=len(channels),
        ),
        table={"channel": channels, "measured": effects.change, "estimate": effects.estimate},
    )


def _equal(effects: ChannelEffects, look: Mode) -> go.Scatter:
    """Where the estimate is what was measured."""
    reached = finite(np.concatenate([effects.change, effects.estimate]))
    ends = [float(reached.min(initial=0)), float(reached.max(initial=0))]
    return guide(ends, ends, {"color": look.line, "width": 1, "dash": "dot"}, showlegend=False)


def _by_estimate(effects: ChannelEffects, channels: Counts, picked: int, look: Mode) -> go.Scatter:
    return channel_points(
        effects.change,
        effects.estimate,
        channels,
        marker={**_picked_apart(channels, picked, look), "color": look.neutral},
        hovertemplate=channel_hover(
            tr("measured {value}", value="%{x:+.4f}"),
            tr("estimated {value}", value="%{y:+.4f}"),
        ),
        showlegend=False,
    )


def _ranked(r: float | None) -> str:
    if r is None:
        return tr("The changes do not vary or are not finite, so the estimate cannot be ranked")
    return tr(
        "One backward pass ranks the effects with correlation {correlation:.2f}", correlation=r
    )


def _together(effects: ChannelEffects, r: float | None) -> str:
    """Whether open gates are the ones that matter, and how many of the top lists they share."""
    if r is None:
        return tr(
            "Gate and effect cannot be ranked against each other: one of them does not "
            "vary or is not finite"
        )
    how = _relation(r)
    top = min(TOP, len(effects.gate))
    return tr(
        "Gate and size of effect {how} (rank correlation {correlation:.2f}): {shared} of the "
        "{top} most open channels are among the {top} of most effect",
        how=how,
        correlation=r,
        shared=effects.shared(top),
        top=top,
    )


def _relation(r: float) -> str:
    if abs(r) < 0.3:
        return tr("hardly go together")
    if r > 0:
        return tr("go together closely") if r >= 0.6 else tr("go together loosely")
    if r <= -0.6:
        return tr("go together closely, and the other way round")
    return tr("go together loosely, and the other way round")
