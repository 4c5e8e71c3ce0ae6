"""Class selectivity of gates by depth, beside what chance gives."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.selectivity import GateSelectivity
from senet_viz.core.arrays import Array
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, draw, finite, require
from senet_viz.figures.base.depth_axes import DepthAxis, depth_axis, quartile_points
from senet_viz.figures.base.formats import literal
from senet_viz.figures.base.theme import Mode, mode
from senet_viz.figures.base.traces import guide

LEAST = 0.01
CLEAR = 1.25  # times what chance gives


def selectivity_by_depth(
    selectivities: Mapping[str, GateSelectivity], *, selected: str, dark: bool
) -> Chart:
    """Do deeper gates favour single classes? Median and middle half over channels, by block.

    ``customdata`` of the points are the block names.
    """
    require(min((s.index.size for s in selectivities.values()), default=0), "channel")
    look, depth = mode(dark), depth_axis(tuple(selectivities))
    quartiles = np.array([s.quartiles for s in selectivities.values()], dtype=np.float32)
    low, middle, high = quartiles.T
    chance = np.array([s.chance for s in selectivities.values()], dtype=np.float32)
    line = {"color": look.muted, "width": 1.5, "dash": "dot"}
    title = _sentence(selectivities)
    return Chart(
        figure=draw(
            [
                _points(depth, quartiles, chance, selected=selected, look=look),
                guide(depth.positions, chance, line, name=tr("by chance")),
            ],
            dark=dark,
            height=280,
            top=30,
            xaxis=depth.layout,
            yaxis=axis(
                tr("class selectivity (0 to 1)"),
                range=[0, 1.1 * float(finite(high).max(initial=LEAST))],
            ),
        ),
        title=title,
        reads=_reads(),
        caution=tr(
            "It is the selectivity of gates, not of features: a gate that is the same "
            "for all may sit on a channel that only one class lights up. It depends on "
            "which classes, and how many, are in the data set."
        ),
        alt=tr(
            "{blocks} by depth. {title}.", blocks=count(len(selectivities), "block"), title=title
        ),
        table={
            "block": list(depth.names),
            "p25": low,
            "p50": middle,
            "p75": high,
            "by_chance": chance,
        },
    )


def _points(
    depth: DepthAxis, quartiles: Array, chance: Array, *, selected: str, look: Mode
) -> go.Scatter:
    """The median of each block, with a bar from the lower to the upper quartile (b, 3)."""
    words = [
        tr(
            "{block}<br>median {median:.3f}, middle half {low:.3f} to {high:.3f}<br>by "
            "chance {chance:.3f}",
            block=literal(name),
            median=m,
            low=a,
            high=b,
            chance=c,
        )
        for name, (a, m, b), c in zip(depth.names, quartiles, chance, strict=True)
    ]
    return quartile_points(depth, quartiles, words, selected=selected, look=look)


def _reads() -> str:
    return tr(
        "For each channel the class with the highest mean gate against the mean of "
        "all other classes, (highest − others) / (highest + others): 0 the same "
        "gate for every class, 1 open for one class alone. The point is the median "
        "over a block's channels, the bar their middle half. The dotted line is "
        "the mean to expect if classes meant nothing, for class means that are "
        "normally distributed."
    )


def _sentence(selectivities: Mapping[str, GateSelectivity]) -> str:
    if not any(np.isfinite(s.index).all() for s in selectivities.values()):
        return tr("Some gates of every block are not finite, so there is no class selectivity")
    beyond = {name: s for name, s in selectivities.items() if s.index.mean() > CLEAR * s.chance}
    if not beyond:
        return tr("Gates favour single classes no more than chance would with so many pictures")
    medians = {name: s.quartiles[1] for name, s in selectivities.items()}
    high, low = max(medians, key=medians.__getitem__), min(medians, key=medians.__getitem__)
    if high == low:
        return tr(
            "The gates of {high} have a class selectivity of {medians:.3f} (median)",
            high=high,
            medians=medians[high],
        )
    return tr(
        "Gates favour single classes most in {most_block} (median selectivity "
        "{most:.3f}), least in {least_block} ({least:.3f})",
        most_block=high,
        most=medians[high],
        least_block=low,
        least=medians[low],
    )
