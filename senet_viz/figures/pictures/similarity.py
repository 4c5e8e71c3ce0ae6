"""Which pictures a block treats alike: matrices of distances and of cosines."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.core.translation import count, tr
from senet_viz.figures.base.chart import COLOUR_BAR_MARGIN, Chart, Numbers, colour_bar, draw
from senet_viz.figures.base.columns import numbered, stacked
from senet_viz.figures.base.formats import gate
from senet_viz.figures.base.series import Series
from senet_viz.figures.base.theme import DIFFERENCE, GATES
from senet_viz.figures.base.traces import unseen
from senet_viz.figures.pictures.distance_by_depth import LEAST, distance_unit

MOST_WRITTEN = 8  # pictures; with more, numbers no longer fit into the cells


def distance_matrix(
    block: str, distance: Numbers, series: Sequence[Series], *, reach: float, dark: bool
) -> Chart:
    """Which pictures does the block treat alike? distance (n, n) as from ``compare_pictures``.

    Colours run from 0 to ``reach``. ``customdata`` of the cells is "row,column".
    """
    end = max(reach, LEAST)
    scale = {
        "colorscale": GATES,
        "zmin": 0,
        "zmax": end,
        "colorbar": {
            **colour_bar("", dark=dark),
            "tickvals": [0, end],
            "ticktext": [tr("alike 0"), f"{end:.3f}"],
        },
    }
    title = _matrix_sentence(block, distance, series)
    return Chart(
        figure=_matrix(distance, series, scale, "%{z:.3f}", f"{distance_unit()} ", dark=dark),
        title=title,
        reads=tr(
            "Each cell is the {distance_unit} of two pictures in this block. The "
            "colours end at the largest distance of any pair in any block, so blocks "
            "can be compared. Click a cell to compare its two pictures.",
            distance_unit=distance_unit(),
        ),
        caution=tr(
            "Alike gates do not show that two pictures look alike, or that the network "
            "takes them for the same thing: features pass the gates and are not "
            "compared here."
        ),
        alt=tr(
            "Matrix of {pictures}. {title}.", pictures=count(len(series), "picture"), title=title
        ),
        table=_matrix_table("distance", distance, series),
    )


def cosine_matrix(
    block: str, cosine: Numbers, series: Sequence[Series], *, centre: str, dark: bool
) -> Chart:
    """Do pictures move the gates the same way? cosine (n, n), -1 to 1, NaN for none.

    ``centre`` says in words from where they move. ``customdata`` of the cells is "row,column".
    """
    scale = {
        "colorscale": DIFFERENCE,
        "zmin": -1,
        "zmax": 1,
        "colorbar": {
            **colour_bar("", dark=dark),
            "tickvals": [-1, 0, 1],
            "ticktext": [tr("opposed −1"), "0", tr("alike 1")],
        },
    }
    title = _cosine_sentence(block, cosine, series)
    return Chart(
        figure=_matrix(cosine, series, scale, "%{z:.2f}", tr("cosine") + " ", dark=dark),
        title=title,
        reads=tr(
            "Each cell is the cosine of how two pictures' gates deviate from {centre}: "
            "1 the same channels up and down, 0 unrelated, −1 opposed. Click a cell to "
            "compare its pictures.",
            centre=centre,
        ),
        caution=tr(
            "It says nothing of how far the gates deviate: two pictures can be alike "
            "in a block that hardly moves. Pictures that are all unusual in the same "
            "way look alike."
        ),
        alt=tr(
            "Matrix of {pictures}. {title}.", pictures=count(len(series), "picture"), title=title
        ),
        table=_matrix_table("cosine", cosine, series),
    )


def _matrix(
    values: Numbers,
    series: Sequence[Series],
    scale: dict[str, Any],
    written: str,
    unit: str,
    *,
    dark: bool,
) -> go.Figure:
    """A heatmap, and over it unseen points: Streamlit hears no clicks on heatmaps."""
    n = len(series)
    at = np.arange(n, dtype=np.float32)
    heat = go.Heatmap(
        z=values.astype(np.float32),
        x=at,
        y=at,
        xgap=2,
        ygap=2,
        texttemplate=written if n <= MOST_WRITTEN else None,
        textfont={"size": 11},
        hoverinfo="skip",
        **scale,
    )
    sides = {
        "tickvals": at,
        "ticktext": [one.tick for one in series],
        "range": [-0.5, n - 0.5],
        "showgrid": False,
        "showline": False,
        "ticks": "",
    }
    return draw(
        [heat, _cells(values, series, unit)],
        dark=dark,
        height=COLOUR_BAR_MARGIN + 90 + max(160, 34 * n),
        xaxis={**sides, "tickangle": -40},
        yaxis={**sides, "range": [n - 0.5, -0.5]},
        margin={"l": 8, "r": 24, "t": COLOUR_BAR_MARGIN, "b": 8},
    )


def _cells(values: Numbers, series: Sequence[Series], unit: str) -> go.Scatter:
    """An unseen point in each cell, which takes hover and click."""
    n = len(series)
    at = np.arange(n, dtype=np.float32)
    return go.Scatter(
        x=np.tile(at, n),
        y=np.repeat(at, n),
        mode="markers",
        **unseen(size=22, symbol="square"),
        customdata=[f"{i},{j}" for i in range(n) for j in range(n)],
        hovertext=[
            f"{a.label}<br>{b.label}<br>{unit}{values[i, j]:.4f}"
            for i, a in enumerate(series)
            for j, b in enumerate(series)
        ],
        hoverinfo="text",
        showlegend=False,
    )


def _matrix_table(what: str, values: Numbers, series: Sequence[Series]) -> dict[str, Any]:
    names = numbered([one.name for one in series])
    return stacked("picture", names, {"other": np.array(names)}, **{what: list(values)})


def _matrix_sentence(block: str, distance: Numbers, series: Sequence[Series]) -> str:
    if not np.isfinite(distance).all():
        return tr("Some gates of {block} are not finite", block=block)
    near, far = _extremes(distance)
    if near == far:
        one, two = (series[i].short for i in far)
        return tr(
            "In {block} {one} and {two} are {distance} apart",
            block=block,
            one=one,
            two=two,
            distance=gate(distance[far]),
        )
    (a, b), (c, d) = ([series[i].short for i in pair] for pair in (near, far))
    return tr(
        "{block} treats {near_one} and {near_two} most alike ({near} apart), {far_one} and "
        "{far_two} "
        "least ({far})",
        block=block,
        near_one=a,
        near_two=b,
        near=gate(distance[near]),
        far_one=c,
        far_two=d,
        far=gate(distance[far]),
    )


def _cosine_sentence(block: str, cosine: Numbers, series: Sequence[Series]) -> str:
    known = np.where(np.isfinite(cosine), cosine, 0.0)
    low, high = _extremes(known)
    (a, b), (c, d) = ([series[i].short for i in pair] for pair in (high, low))
    if low == high:
        return tr(
            "{block} moves the gates of {one} and {two} with a cosine of {cosine:.2f}",
            block=block,
            one=a,
            two=b,
            cosine=known[high],
        )
    return tr(
        "{block} moves the gates of {most_one} and {most_two} most alike (cosine {most:.2f}), "
        "of {least_one} and {least_two} least ({least:.2f})",
        block=block,
        most_one=a,
        most_two=b,
        most=known[high],
        least_one=c,
        least_two=d,
        least=known[low],
    )


def _extremes(values: Numbers) -> tuple[tuple[int, int], tuple[int, int]]:
    """The pairs with the lowest and the highest value above the diagonal."""
    rows, columns = np.triu_indices(len(values), k=1)
    above = values[rows, columns]
    low, high = int(above.argmin()), int(above.argmax())
    return (int(rows[low]), int(columns[low])), (int(rows[high]), int(columns[high]))
