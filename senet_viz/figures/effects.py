"""Whether open gates matter: effect against gate, and the estimate against the measure."""

import numpy as np
import plotly.graph_objects as go

from senet_viz.effects import ChannelEffects
from senet_viz.figures.chart import Chart, draw, finite, shorten
from senet_viz.figures.theme import ENHANCED, mode

HEIGHT = 340
TOP = 8


def effect_against_gate(
    effects: ChannelEffects, *, label: str, put: str, picked: int, dark: bool
) -> Chart:
    """Each channel's gate and what replacing it did to the logit of ``label``.

    ``put`` says in words what replaced the gates ("0"). ``picked`` is outlined.
    """
    look = mode(dark)
    channels = np.arange(len(effects.gate))
    most_open = set(np.argsort(-effects.gate, kind="stable")[:TOP].tolist())
    points = go.Scatter(
        x=effects.gate,
        y=effects.change,
        mode="markers",
        marker={
            "size": [11 if c == picked else 7 for c in channels],
            "color": [ENHANCED if c in most_open else look.neutral for c in channels],
            "symbol": ["triangle-up" if c in most_open else "circle" for c in channels],
            "line": {
                "color": [look.accent_text if c == picked else look.background for c in channels],
                "width": [2.5 if c == picked else 0.5 for c in channels],
            },
        },
        customdata=channels,
        hovertemplate="channel %{customdata}<br>gate %{x:.3f}<br>logit %{y:+.4f}<extra></extra>",
        name="",
        showlegend=False,
    )
    figure = draw(
        [points],
        dark=dark,
        height=HEIGHT,
        xaxis={"title": {"text": "gate of the channel, 0 shut to 1 open"}},
        yaxis={
            "title": {"text": "change of the logit"},
            "zeroline": True,
            "zerolinecolor": look.line,
        },
    )
    r = effects.rank_correlation
    name = shorten(label, limit=28)
    return Chart(
        figure=figure,
        title=_together(effects, r),
        reads=(
            f"Each dot is a channel of {effects.block.name}. Its gate alone was set to {put} and "
            f"the logit of {name} measured again: below 0 the channel spoke for the class, above 0 "
            f"against it. Triangles are the {TOP} most open channels. Click a dot to pick it."
        ),
        caution=(
            "The effect is that of one channel alone and in this picture; channels can stand in "
            "for one another, so that each seems not to matter though both together do."
        ),
        alt=f"Scatter of gate against change of the logit for {len(channels)} channels",
        table={
            "channel": channels,
            "gate": effects.gate,
            "put": effects.put,
            "change": effects.change,
            "estimate": effects.estimate,
            "probability_change": effects.probability_change,
        },
    )


def estimate_against_measured(effects: ChannelEffects, *, picked: int, dark: bool) -> Chart:
    """What one backward pass predicts for each channel, and what was measured."""
    look = mode(dark)
    channels = np.arange(len(effects.gate))
    reached = finite(np.concatenate([effects.change, effects.estimate]))
    low, high = float(reached.min(initial=0)), float(reached.max(initial=0))
    equal = go.Scatter(
        x=[low, high],
        y=[low, high],
        mode="lines",
        line={"color": look.line, "width": 1, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
    )
    points = go.Scatter(
        x=effects.change,
        y=effects.estimate,
        mode="markers",
        marker={
            "size": [11 if c == picked else 7 for c in channels],
            "color": look.neutral,
            "line": {
                "color": [look.accent_text if c == picked else look.background for c in channels],
                "width": [2.5 if c == picked else 0.5 for c in channels],
            },
        },
        customdata=channels,
        hovertemplate="channel %{customdata}<br>measured %{x:+.4f}<br>estimated %{y:+.4f}"
        "<extra></extra>",
        showlegend=False,
    )
    r = effects.estimate_correlation
    title = (
        "The changes do not vary or are not finite, so the estimate cannot be ranked"
        if r is None
        else f"One backward pass ranks the effects with correlation {r:.2f}"
    )
    return Chart(
        figure=draw(
            [equal, points],
            dark=dark,
            height=HEIGHT,
            xaxis={"title": {"text": "measured change of the logit"}},
            yaxis={"title": {"text": "estimated change"}},
        ),
        title=title,
        reads=(
            "The estimate is the replacement minus the gate, times the derivative of the logit by "
            "the gate. On the dotted line it equals what was measured."
        ),
        caution=(
            "The derivative holds for small changes; shutting a channel is a large one, and the "
            "ReLUs that follow bend the answer."
        ),
        alt=f"Scatter of estimated against measured change for {len(channels)} channels",
        table={"channel": channels, "measured": effects.change, "estimate": effects.estimate},
    )


def _together(effects: ChannelEffects, r: float | None) -> str:
    """Whether open gates are the ones that matter, and how many of the top lists they share."""
    if r is None:
        return (
            "Gate and effect cannot be ranked against each other: one of them does not vary or is "
            "not finite"
        )
    size = abs(r)
    closely = "go together closely" if size >= 0.6 else "go together loosely"
    how = closely if size >= 0.3 else "hardly go together"
    way = "" if r >= 0 or size < 0.3 else ", and the other way round"
    top = min(TOP, len(effects.gate))
    return (
        f"Gate and size of effect {how}{way} (rank correlation {r:.2f}): "
        f"{effects.shared(top)} of the {top} most open channels are among the {top} of most effect"
    )
