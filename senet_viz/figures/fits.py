"""How near the best fixed maps come to each trained SE block."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.figures.chart import Chart, draw, literal, percent
from senet_viz.figures.depth import depth_axis
from senet_viz.figures.theme import OKABE_ITO, mode
from senet_viz.fixed_maps import FORMS, FixedFit, Form
from senet_viz.language import count

DRAWN: tuple[Form, ...] = ("scale", "convolution")
NAMES: Mapping[Form, str] = {
    "scale": "best fixed scale per channel",
    "convolution": "best fixed 1×1 convolution",
}
COLOURS: Mapping[Form, str] = {
    "scale": OKABE_ITO[1],
    "convolution": OKABE_ITO[2],
}
SYMBOLS: Mapping[Form, str] = {
    "scale": "square",
    "convolution": "diamond",
}
SE = OKABE_ITO[0]


def error_by_depth(fits: Sequence[FixedFit], *, picked: str, dark: bool) -> Chart:
    """For every block, how much of its output each fixed map leaves, on pictures left out.

    Points carry block names, so that a click picks a block.
    """
    names = [fit.block.name for fit in fits]
    depth = depth_axis(names)
    traces: list[Any] = [
        _series(fits, form, depth.positions, picked=picked, dark=dark) for form in DRAWN
    ]
    traces.append(
        go.Scatter(
            x=depth.positions,
            y=np.zeros(len(fits), np.float32),
            mode="lines",
            line={"color": SE, "width": 2},
            name="the SE block itself: 0",
            hoverinfo="skip",
        )
    )
    tallest = [e for fit in fits for f in DRAWN if np.isfinite(e := fit.held_out[f])]
    top = max(tallest, default=1.0) or 1.0
    title = _sentence(fits)
    return Chart(
        figure=draw(
            traces,
            dark=dark,
            height=360,
            xaxis=depth.layout,
            yaxis={
                "title": {"text": "relative error, pictures left out"},
                "range": [-0.02 * top, 1.1 * top],
                "tickformat": ".0%",
            },
            margin={"l": 8, "r": 8, "t": 44, "b": 8},
        ),
        title=title,
        reads=(
            "|map(U) − SE(U)| over |SE(U)|, all places, channels and pictures together; 0 is "
            "SE itself. Each map is fitted to some pictures and tried on others. What the "
            "best fixed 1×1 convolution leaves is what depends on the picture. Click a mark to "
            "pick its block."
        ),
        caution=(
            "A fixed map could still make as good a network, if trained in its place: "
            "this says how far it is from these gates, not what the gates are worth."
        ),
        alt=f"{title}. {count(len(fits), 'block')} by depth.",
        table={"block": names}
        | {form: np.array([fit.held_out[form] for fit in fits]) for form in FORMS}
        | {f"{form}_fitted": np.array([fit.fitted[form] for fit in fits]) for form in FORMS},
    )


def _series(
    fits: Sequence[FixedFit], form: Form, positions: Any, *, picked: str, dark: bool
) -> go.Scatter:
    look, colour = mode(dark), COLOURS[form]
    outlined = [fit.block.name == picked for fit in fits]
    return go.Scatter(
        x=positions,
        y=np.array([fit.held_out[form] for fit in fits], np.float32),
        mode="lines+markers",
        line={"color": colour, "width": 1},
        marker={
            "color": colour,
            "symbol": SYMBOLS[form],
            "size": 9 if len(fits) <= 24 else 6,
            "line": {
                "color": [look.accent_text if mark else colour for mark in outlined],
                "width": [2 if mark else 0 for mark in outlined],
            },
        },
        name=NAMES[form],
        customdata=[fit.block.name for fit in fits],
        text=[
            f"{literal(fit.block.name)}<br>{NAMES[form]}: {fit.held_out[form]:.1%} on pictures "
            f"left out, {fit.fitted[form]:.1%} on those fitted to"
            for fit in fits
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _sentence(fits: Sequence[FixedFit]) -> str:
    known = [fit for fit in fits if np.isfinite(fit.by_picture)]
    if not known:
        return "All features are 0, so there is nothing to fit"
    low, high = min(known, key=_left), max(known, key=_left)
    if low is high:
        return (
            f"The best fixed 1×1 convolution leaves {percent(low.by_picture)} of the output of "
            f"{low.block.name}"
        )
    return (
        f"The best fixed 1×1 convolution leaves {percent(low.by_picture)} of a block's output in "
        f"{low.block.name}, {percent(high.by_picture)} in {high.block.name}"
    )


def _left(fit: FixedFit) -> float:
    return fit.by_picture
