"""The axis on which the blocks of a network are placed by depth, and its labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.core.arrays import Array
from senet_viz.core.translation import tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Numbers
from senet_viz.figures.base.formats import literal, shorten
from senet_viz.figures.base.shapes import strip
from senet_viz.figures.base.theme import Mode, faded
from senet_viz.figures.base.traces import UNFADED

STAGE_GAP = 0.6
MOST_TICKS = 12
ROOMY = 40  # with more blocks than this, tiles are too narrow for outlines
FEWEST_PLACES = 6


@dataclass(frozen=True, slots=True, eq=False)
class DepthAxis:
    """``positions`` (b,) of the blocks, one unit each with a gap between stages, and the ticks."""

    names: tuple[str, ...]
    positions: npt.NDArray[np.float32]
    ticks: tuple[float, ...]
    labels: tuple[str, ...]
    title: str

    @property
    def layout(self) -> dict[str, Any]:
        """Plotly's settings for this axis."""
        return axis(
            self.title,
            tickmode="array",
            tickvals=list(self.ticks),
            ticktext=list(self.labels),
            ticks="",
            range=list(self.range),
            showline=False,
        )

    @property
    def range(self) -> tuple[float, float]:
        """All blocks, and room for at least six: a single bar should not fill the chart."""
        first, last = float(self.positions[0]), float(self.positions[-1])
        spare = max(1.4, FEWEST_PLACES - (last - first)) / 2
        return first - spare, last + spare

    def at(self, name: str) -> float:
        """Where the block of this name stands."""
        return float(self.positions[self.names.index(name)])


def stages(names: Sequence[str]) -> tuple[str, ...] | None:
    """The stage of each block as far as its name tells it; None where it does not.

    The first dotted part in which the names differ counts: ``layer1`` of ``layer1.0.se``,
    ``blocks.2`` of ``blocks.2.0.se``. It tells no stages where nearly every block has its own.

    >>> stages(["net.layer1.0.se", "net.layer1.1.se", "net.layer2.0.se"])
    ('layer1', 'layer1', 'layer2')
    """
    parts = [name.split(".") for name in names]
    shortest = min(len(p) for p in parts)
    shared = 0
    while shared < shortest and len({p[shared] for p in parts}) == 1:
        shared += 1
    if shared >= shortest:
        return None
    names_of_stages = tuple(_stage(p, shared) for p in parts)
    runs = sum(a != b for a, b in pairwise(names_of_stages)) + 1
    return names_of_stages if runs <= 2 * len(names) / 3 else None


def _stage(parts: Sequence[str], at: int) -> str:
    """A bare number is joined to the part before it, since "2" alone has no meaning."""
    return f"{parts[at - 1]}.{parts[at]}" if at and parts[at].isdigit() else parts[at]


def depth_axis(names: Sequence[str]) -> DepthAxis:
    """The axis for these blocks, by stage where the names tell it, else by number."""
    stage_of = stages(names)
    order = np.arange(len(names), dtype=np.float32)
    if stage_of is None:
        step = max(1, -(-len(names) // MOST_TICKS))
        shown = range(0, len(names), step)
        return DepthAxis(
            names=tuple(names),
            positions=order,
            ticks=tuple(float(i) for i in shown),
            labels=tuple(str(i + 1) for i in shown),
            title=tr("SE blocks by depth"),
        )
    run = np.cumsum([False, *(a != b for a, b in pairwise(stage_of))])
    positions = (order + STAGE_GAP * run).astype(np.float32)
    labels = [stage for stage, _ in groupby(stage_of)]
    return DepthAxis(
        names=tuple(names),
        positions=positions,
        ticks=tuple(float(positions[run == i].mean()) for i in range(len(labels))),
        labels=tuple(literal(shorten(tail, limit=8)) for tail in _tails(labels)),
        title=literal(
            tr(
                "SE blocks by depth, {first} to {last}",
                first=shorten(labels[0], limit=16),
                last=shorten(labels[-1], limit=16),
            )
        ),
    )


def without_shared_end(names: Sequence[str]) -> tuple[str, ...]:
    """The names without the dotted parts that all of them end in.

    >>> without_shared_end(["layer1.0.se", "layer1.1.se"])
    ('layer1.0', 'layer1.1')
    """
    parts = [name.split(".") for name in names]
    while min(len(p) for p in parts) > 1 and len({p[-1] for p in parts}) == 1:
        parts = [p[:-1] for p in parts]
    return tuple(".".join(p) for p in parts)


def _tails(labels: Sequence[str]) -> list[str]:
    """``layer1``, ``layer2`` -> ``1``, ``2``: the shared part is in the axis title."""
    heads = {label.rstrip("0123456789") for label in labels}
    if len(heads) > 1 or "" in heads:
        return list(labels)
    head = heads.pop()
    tails = [label.removeprefix(head) for label in labels]
    return tails if all(tails) else list(labels)


def block_bars(
    depth: DepthAxis,
    heights: Numbers,
    *,
    words: Sequence[str],
    colour: Any,
    edge: dict[str, Any] | None = None,
    **settings: Any,
) -> go.Bar:
    """A bar for each block; ``customdata`` is its name, so that a click picks it."""
    return go.Bar(
        x=depth.positions,
        y=heights.astype(np.float32),
        width=0.8,
        marker={"color": colour, "line": edge or {"width": 0}},
        customdata=depth.names,
        hovertext=words,
        hoverinfo="text",
        **settings,
    )


def block_line(
    x: Array, y: Array | Numbers, *, names: Sequence[str], words: Sequence[str], **settings: Any
) -> go.Scatter:
    """A line with a point for each block; ``customdata`` is its name, so that a click picks it."""
    return go.Scatter(
        x=x,
        y=y.astype(np.float32),
        mode="lines+markers",
        customdata=names,
        hovertext=words,
        hoverinfo="text",
        **UNFADED,
        **settings,
    )


def picked_strip(depth: DepthAxis, picked: str, look: Mode) -> dict[str, Any]:
    """Behind the block that is picked."""
    at = depth.at(picked)
    return strip(at - 0.4, at + 0.4, look.accent, opacity=0.12, layer="below")


def quartile_points(
    depth: DepthAxis, quartiles: Array, words: Sequence[str], *, selected: str, look: Mode
) -> go.Scatter:
    """The median of each block, with a bar from the lower to the upper quartile (b, 3)."""
    low, middle, high = quartiles.T
    return block_line(
        depth.positions,
        middle,
        names=depth.names,
        words=list(words),
        name=tr("median, middle half"),
        line={"color": faded(look.text, opacity=0.35), "width": 1.5},
        marker={
            "color": [look.accent if n == selected else look.text for n in depth.names],
            "size": 8,
        },
        error_y={
            "type": "data",
            "symmetric": False,
            "array": high - middle,
            "arrayminus": middle - low,
            "color": look.neutral,
            "thickness": 2,
            "width": 4,
        },
    )
