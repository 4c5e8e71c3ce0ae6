"""In how few directions the gates of a block move."""

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.redundancy import MOST_OF_VARIANCE, Redundancy
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, Numbers, draw
from senet_viz.figures.base.formats import hover, percent
from senet_viz.figures.base.shapes import level
from senet_viz.figures.base.theme import mode

FEWEST_SHOWN = 16


def directions(block: str, redundancy: Redundancy, *, dark: bool) -> Chart:
    """How many directions do the gates move in? The variance explained by the first directions."""
    explained = (
        100 * np.cumsum(redundancy.explained)[: max(FEWEST_SHOWN, 2 * redundancy.directions)]
    )
    numbers = np.arange(1, explained.size + 1)
    title = _sentence(block, redundancy)
    return Chart(
        figure=_figure(explained, dark=dark),
        title=title,
        reads=tr(
            "How much of the variance of all gates over the pictures lies in their "
            "first principal directions. The dotted line is at {most_of_variance}. A "
            "curve that climbs at once: the gates move together. Beyond what is drawn "
            "it only creeps to 100 %.",
            most_of_variance=percent(MOST_OF_VARIANCE),
        ),
        caution=tr(
            "Few directions do not show that channels could be removed: gates that "
            "move together may scale different features. There are never more "
            "directions than pictures, so a small data set looks redundant."
        ),
        alt=tr(
            "One rising line over {directions}. {title}.",
            directions=count(explained.size, "direction"),
            title=title,
        ),
        table={"directions": numbers, "share_of_variance": explained / 100},
    )


def _figure(explained: Numbers, *, dark: bool) -> go.Figure:
    look = mode(dark)
    line = go.Scatter(
        x=np.arange(1, explained.size + 1, dtype=np.float32),
        y=explained.astype(np.float32),
        mode="lines+markers" if explained.size <= 64 else "lines",
        line={"color": look.accent, "width": 2},
        marker={"color": look.accent, "size": 5},
        hovertemplate=hover(tr("{x} directions: {y} %", x="%{x}", y="%{y:.1f}")),
        showlegend=False,
    )
    return draw(
        [line],
        dark=dark,
        height=280,
        xaxis=axis(tr("directions"), range=[0.5, explained.size + 0.5]),
        yaxis=axis(tr("% of the variance"), range=[0, 103]),
        shapes=[level(100 * MOST_OF_VARIANCE, look.text)],
    )


def _sentence(block: str, redundancy: Redundancy) -> str:
    of = count(redundancy.channels, "gate")
    if not redundancy.directions:
        return tr("The {of} of {block} do not move over these pictures", of=of, block=block)
    return tr(
        "The {of} of {block} move in {directions} ({most_of_variance} of their variance)",
        of=of,
        block=block,
        directions=count(redundancy.directions, "direction"),
        most_of_variance=percent(MOST_OF_VARIANCE),
    )
