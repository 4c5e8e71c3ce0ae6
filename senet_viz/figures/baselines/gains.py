"""SE and its replacements: gains that change with the picture, weights that do not."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.core.arrays import Array, Counts
from senet_viz.core.translation import thousands, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, draw, finite, require
from senet_viz.figures.base.columns import numbered, stacked
from senet_viz.figures.base.formats import hover, literal, shorten
from senet_viz.figures.base.theme import DIFFERENCE, OKABE_ITO, mode
from senet_viz.figures.base.traces import channel_hover, ranks


def _gated() -> str:
    return tr(
        "A gain that moves is not better for that: it shows that the treatment "
        "depends on the picture. Channels of separately trained networks do not "
        "correspond."
    )


def _mixed() -> str:
    return tr(
        "The weights here are the same for every picture. The gains move because "
        "other channels are mixed in, whose content changes; no channel is turned "
        "up or down as such."
    )


def gain_profiles(
    gains: Array,
    *,
    pictures: Sequence[str],
    what: str,
    gated: bool,
    reach: tuple[float, float],
    dark: bool,
) -> Chart:
    """Does the block treat channels differently for different pictures?

    gains (p, c): one gain a channel for each of p pictures. Channels are ordered by their mean
    gain, so flat bundles of lines are fixed weights and spread-out ones follow the picture.
    ``what`` names the block in the title, ``reach`` is the range of the gain axis, so that several
    blocks can stand side by side on one scale. Without ``gated`` the block mixes channels by fixed
    weights, and the caution says why its gains move all the same.
    """
    require(gains.size, "gain")
    title = _sentence(gains, what)
    return Chart(
        figure=draw(
            _lines(gains, pictures),
            dark=dark,
            height=280,
            top=40,
            xaxis=axis(tr("channels, by mean gain")),
            yaxis=axis(tr("effective gain (1 = unchanged)"), range=list(reach)),
            legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        ),
        title=title,
        reads=tr(
            "One line a picture. The gain is the one number that comes nearest to what "
            "each channel was multiplied by; for SE it is the gate itself. The number "
            "in the title is the standard deviation over pictures, averaged over "
            "channels."
        ),
        caution=_gated() if gated else _mixed(),
        alt=tr(
            "{title}. {gains} pictures, {shape} channels.",
            title=title,
            gains=len(gains),
            shape=gains.shape[1],
        ),
        table=stacked(
            "picture", numbered(pictures), {"channel": np.arange(gains.shape[1])}, gain=list(gains)
        ),
    )


def _lines(gains: Array, pictures: Sequence[str]) -> list[go.Scatter]:
    order = np.argsort(-np.nan_to_num(gains.mean(0)), kind="stable")
    return [
        gain_line(ranks(len(order)), row, order, picture, place)
        for place, (row, picture) in enumerate(zip(gains, pictures, strict=True))
    ]


def gain_line(
    x: Array,
    gains: Array,
    order: Counts,
    picture: str,
    place: int,
    *,
    width: float = 1.5,
    **settings: Any,
) -> go.Scatter:
    """The gains (c,) of one picture, channels in this order; ``place`` gives it its colour."""
    return go.Scatter(
        x=x,
        y=gains[order].astype(np.float32),
        mode="lines",
        name=literal(shorten(picture, limit=24)),
        line={"width": width, "color": OKABE_ITO[place % len(OKABE_ITO)]},
        customdata=order,
        hovertemplate=channel_hover(
            tr("gain {value}", value="%{y:.3f}"),
            extra="%{fullData.name}",
        ),
        **settings,
    )


def _sentence(gains: Array, what: str) -> str:
    if len(gains) == 1:
        return tr("{what}: gains for one picture", what=what)
    moves = movement(gains)
    if not np.isfinite(moves):
        return tr("{what}: no gain is defined for every picture", what=what)
    return tr("{what}: gains move by {moves:.3f} from picture to picture", what=what, moves=moves)


def movement(gains: Array) -> float:
    """Standard deviation over pictures, averaged over channels; NaN where no gain is defined."""
    known = gains[:, np.isfinite(gains).all(0)]
    return float(known.std(0).mean()) if known.size else float("nan")


def mixing_heatmap(matrix: npt.NDArray[np.floating], *, dark: bool) -> Chart:
    """Which input channel goes into which output channel? matrix (c, c), the same always."""
    look, reach = mode(dark), float(np.abs(finite(matrix)).max(initial=0)) or 1.0
    heat = go.Heatmap(
        z=matrix.astype(np.float32),
        colorscale=DIFFERENCE,
        zmin=-reach,
        zmax=reach,
        colorbar={"thickness": 10, "outlinewidth": 0, "tickcolor": look.text},
        hovertemplate=hover(
            tr("output {y}, input {x}", y="%{y}", x="%{x}"), tr("weight {value}", value="%{z:.3f}")
        ),
    )
    title = tr("The same {weights} weights for every picture", weights=thousands(matrix.size))
    rows, columns = np.indices(matrix.shape).reshape(2, -1)
    return Chart(
        figure=draw(
            [heat],
            dark=dark,
            height=320,
            xaxis=axis(tr("input channel"), showgrid=False),
            yaxis=axis(tr("output channel"), autorange="reversed", showgrid=False),
        ),
        title=title,
        reads=tr(
            "Row: output channel, column: input channel, colour: weight of expand times reduce."
        ),
        caution=tr(
            "The ReLU between the two layers switches hidden units off at some pixels, "
            "so at one pixel only a part of this mixing is in force."
        ),
        alt=tr(
            "{title}: a matrix of {rows} by {columns} mixing weights.",
            title=title,
            rows=matrix.shape[0],
            columns=matrix.shape[1],
        ),
        table={"output": rows, "input": columns, "weight": matrix.ravel()},
    )
