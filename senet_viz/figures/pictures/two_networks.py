"""Two networks on one picture, aligned by relative depth: they share no channels and no blocks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.picture_distances import counterpart, relative_depth
from senet_viz.core.summaries import BlockSummary
from senet_viz.core.translation import tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, Numbers, draw
from senet_viz.figures.base.depth_axes import block_line
from senet_viz.figures.base.formats import gate, literal, percent
from senet_viz.figures.base.series import Series
from senet_viz.figures.base.shapes import upright
from senet_viz.figures.base.theme import mode

PANELS = (1.0, 0.5, 1.0)  # the ends of their axes
GAP = 0.09
Pair = tuple[Sequence[BlockSummary], Sequence[BlockSummary]]


def networks_by_depth(
    networks: Pair, series: tuple[Series, Series], *, selected: int, dark: bool
) -> Chart:
    """Do two networks gate one picture alike at the same relative depth?

    Mean gate, spread (standard deviation over channels) and the share of gates below 0.05 or
    above 0.95, by block. ``selected`` is the picked block of the first network. ``customdata`` is
    the name of the first network's block that stands at, or nearest to, a point.
    """
    names = [s.block.name for s in networks[0]]
    traces = [
        trace
        for side in range(2)
        for trace in _curves(networks[side], series[side], side, of=names)
    ]
    here = float(relative_depth(len(names))[selected])
    title = _sentence(networks, series)
    return Chart(
        figure=draw(
            traces,
            dark=dark,
            height=470,
            margin={"l": 8, "r": 28, "t": 30, "b": 8},
            shapes=[upright(here, mode(dark).accent)],
            **_axes(),
        ),
        title=title,
        reads=tr(
            "Left is the first SE block of each network, right the last, whatever "
            "their number: blocks at the same relative depth stand over one another. "
            "Mean and spread are over the channels of a block; saturated is the share "
            "of gates below 0.05 or above 0.95. Click a point to compare the two "
            "blocks there."
        ),
        caution=tr(
            "Depth is counted in SE blocks, not in layers or operations. The same "
            "depth does not mean the same task: networks differ in size, training and "
            "where their blocks sit."
        ),
        alt=tr(
            "Three panels over {first} and {second} blocks. {title}.",
            first=len(networks[0]),
            second=len(networks[1]),
            title=title,
        ),
        table=_table(networks, series),
    )


def _values(summaries: Sequence[BlockSummary]) -> tuple[Numbers, Numbers, Numbers]:
    return (
        np.array([s.mean for s in summaries]),
        np.array([s.std for s in summaries]),
        np.array([s.near_zero + s.near_one for s in summaries]),
    )


def _curves(
    summaries: Sequence[BlockSummary], one: Series, side: int, *, of: Sequence[str]
) -> list[go.Scatter]:
    """A line in each of the three panels; ``of`` are the names of the first network's blocks."""
    size, first = len(summaries), len(of)
    at = relative_depth(size).astype(np.float32)
    nearest = [of[counterpart(i, of=size, among=first)] for i in range(size)]
    return [
        block_line(
            at,
            values,
            names=nearest,
            words=[_hover(s, v, one, panel) for s, v in zip(summaries, values, strict=True)],
            line={**one.line, "dash": ("solid", "6px,3px")[side]},
            marker={"color": one.colour, "size": 7, "symbol": ("circle", "diamond")[side]},
            name=one.label,
            showlegend=panel == 0,
            xaxis=f"x{_suffix(panel)}",
            yaxis=f"y{_suffix(panel)}",
        )
        for panel, values in enumerate(_values(summaries))
    ]


def _hover(summary: BlockSummary, value: float, one: Series, panel: int) -> str:
    return tr(
        "{label}<br>{block}, {channels} channels<br>{panel_words} {words}",
        label=one.label,
        block=literal(summary.block.name),
        channels=summary.block.channels,
        panel_words=_panel_words(panel),
        words=percent(value) if panel == 2 else gate(value),
    )


def _suffix(panel: int) -> str:
    """What Plotly appends to the names of a panel's axes."""
    return "" if panel == 0 else str(panel + 1)


def _panel_words(panel: int) -> str:
    return (tr("mean gate"), tr("spread"), tr("saturated"))[panel]


def _axes() -> dict[str, Any]:
    """Three panels over one another, all from the first block to the last."""
    height, layout = (1 - 2 * GAP) / 3, {}
    for panel, end in enumerate(PANELS):
        suffix = _suffix(panel)
        top = 1 - panel * (height + GAP)
        last = panel == len(PANELS) - 1
        layout[f"yaxis{suffix}"] = axis(
            _panel_words(panel),
            domain=[max(0.0, top - height), top],
            range=[-0.03 * end, 1.05 * end],
            anchor=f"x{suffix}",
            **({"tickformat": ".0%"} if last else {}),
        )
        layout[f"xaxis{suffix}"] = {
            "range": [0, 1],
            "anchor": f"y{suffix}",
            "tickvals": [0, 0.5, 1],
            "ticktext": [tr("input"), tr("half-way"), tr("output")] if last else ["", "", ""],
            **(axis(tr("relative depth, counted in SE blocks")) if last else {}),
        }
    return layout


def _sentence(networks: Pair, series: tuple[Series, Series]) -> str:
    """At which relative depth the mean gates are furthest apart."""
    means = [_values(summaries)[0] for summaries in networks]
    if not all(np.isfinite(m).all() for m in means):
        return tr("Some gates are not finite")
    size, other = len(means[0]), len(means[1])
    against = [counterpart(i, of=size, among=other) for i in range(size)]
    apart = np.abs(means[0] - means[1][against])
    at = int(apart.argmax())
    more, less = (0, 1) if means[0][at] > means[1][against[at]] else (1, 0)
    values = (means[0][at], means[1][against[at]])
    depth = relative_depth(size)[at]
    return tr(
        "The mean gates differ most {depth} of the way in: {high} in {high_network}, "
        "{low} in {low_network}",
        depth=percent(depth),
        high=gate(values[more]),
        high_network=series[more].short,
        low=gate(values[less]),
        low_network=series[less].short,
    )


def _table(networks: Pair, series: tuple[Series, Series]) -> dict[str, Any]:
    both = [(s, one.name) for one, side in zip(series, networks, strict=True) for s in side]
    mean, std, saturated = _values([s for s, _ in both])
    return {
        "network": [name for _, name in both],
        "block": [s.block.name for s, _ in both],
        "relative_depth": np.concatenate([relative_depth(len(side)) for side in networks]),
        "channels": [s.block.channels for s, _ in both],
        "mean": mean,
        "spread": std,
        "saturated": saturated,
    }
