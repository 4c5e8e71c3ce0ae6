"""The way around a network: its stages and blocks to scale, coloured by their gates."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.core.errors import BlockError
from senet_viz.core.records import BlockActivation, unknown_block
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.chart import Chart, draw
from senet_viz.figures.base.depth_axes import DepthAxis, depth_axis, stages
from senet_viz.figures.base.formats import gate, literal, paragraph, shorten
from senet_viz.figures.base.shapes import frame, strip
from senet_viz.figures.base.theme import GATES, SMALL, Mode, mode, shades
from senet_viz.figures.base.traces import UNFADED

HEIGHT, TICKS = 112, 34  # px of the map, and of the two lines of words under it
WIDE = 0.86
MOST_STAGES = 14


@dataclass(frozen=True, slots=True)
class MapBlock:
    """A block on the map: how many channels, the mean gate, the side of its feature maps in px.

    ``gate`` is None where no picture went through the network, ``side`` where it is not known.
    """

    name: str
    channels: int
    gate: float | None = None
    side: int | None = None


def map_block(activation: BlockActivation) -> MapBlock:
    """A block with its mean gate over all pictures captured."""
    gates = activation.excitation
    return MapBlock(
        activation.block.name,
        gates.shape[1],
        float(gates.mean()),
        max(activation.places, default=1),
    )


def network_map(blocks: Sequence[MapBlock], *, selected: str | None = None, dark: bool) -> Chart:
    """Where am I in the network, how wide is it there, and how open are the gates around?

    One bar for each SE block from the input to the output, in a frame for each stage. Heights are
    to one scale, the number of channels; colours are mean gates on the fixed range 0 to 1.
    ``selected``, if any, is outlined. The first trace takes every hover and click; its
    ``customdata`` are the block names.
    """
    names = [block.name for block in blocks]
    if not names or (selected is not None and selected not in names):
        raise BlockError(unknown_block(selected or "", names))
    first, last = blocks[0], blocks[-1]
    return Chart(
        figure=_figure(blocks, depth_axis(names), selected, dark=dark),
        title=tr(
            "{blocks}, from {first} in {start} to {last} in {end}",
            blocks=count(len(blocks), "SE block"),
            first=count(first.channels, "channel"),
            start=first.name,
            last=count(last.channels, "channel"),
            end=last.name,
        ),
        reads=tr(
            "One bar for each SE block, from the input on the left to the output on the right, "
            "framed by stage. Its height is the number of its channels, all on one scale; its "
            "colour is the mean gate, from 0 (dark blue) to 1 (yellow), and grey where no picture "
            "went through. A click picks the block in every view."
        ),
        caution=tr(
            "Wide blocks are not more important, and neither are open ones: what a block is worth "
            "is measured under What matters."
        ),
        alt=_alt(blocks, selected),
        table={
            "block": names,
            "channels": np.array([block.channels for block in blocks]),
            "mean": np.array([_number(block.gate) for block in blocks]),
            "side": np.array([_number(block.side) for block in blocks]),
        },
    )


def _figure(
    blocks: Sequence[MapBlock], depth: DepthAxis, selected: str | None, *, dark: bool
) -> go.Figure:
    look, tall = mode(dark), max(block.channels for block in blocks)
    return draw(
        [_target(blocks, depth, tall), *_bars(blocks, depth, look)],
        dark=dark,
        height=HEIGHT,
        barmode="overlay",
        showlegend=False,
        margin={"l": 2, "r": 2, "t": 2, "b": TICKS},
        xaxis={**depth.layout, **_stage_ticks(blocks, depth), "title": None, "showgrid": False},
        yaxis={"visible": False, "range": [-0.56 * tall, 0.56 * tall], "fixedrange": True},
        shapes=[
            *_frames(depth, look),
            *([] if selected is None else [_outline(depth.at(selected), look)]),
        ],
    )


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _known(block: MapBlock) -> bool:
    return block.gate is not None and bool(np.isfinite(block.gate))


def _target(blocks: Sequence[MapBlock], depth: DepthAxis, tall: int) -> go.Bar:
    """An invisible bar a block over the whole height: no click falls beside a narrow one."""
    return go.Bar(
        x=depth.positions,
        y=np.full(len(blocks), 1.12 * tall, dtype=np.float32),
        base=-0.56 * tall,
        width=1,
        marker={"color": "rgba(0,0,0,0)", "line": {"width": 0}},
        customdata=[block.name for block in blocks],
        hovertext=[_hover(block) for block in blocks],
        hoverinfo="text",
    )


def _bars(blocks: Sequence[MapBlock], depth: DepthAxis, look: Mode) -> list[go.Bar]:
    """Those with a gate in its colour, the others in grey; a hair's breadth at the least."""
    found = []
    for known in (True, False):
        where = np.array([_known(block) is known for block in blocks])
        if not where.any():
            continue
        some = [block for block, here in zip(blocks, where, strict=True) if here]
        tall = np.array([block.channels for block in some], dtype=np.float32)
        colour: dict[str, Any] = {"color": look.line}
        if known:
            means = [_number(block.gate) for block in some]
            colour = {"color": shades(means, GATES, low=0, high=1)}
        found.append(
            go.Bar(
                x=depth.positions[where],
                y=tall,
                base=-tall / 2,
                width=WIDE,
                marker={**colour, "line": {**colour, "width": 1}},
                hoverinfo="skip",
                **UNFADED,  # the outline tells the pick
            )
        )
    return found


def _runs(names: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Each stage with the numbers of its blocks, where the names tell stages."""
    found = stages(names)
    if found is None:
        return []
    runs = groupby(range(len(names)), key=found.__getitem__)
    return [(stage, list(numbers)) for stage, numbers in runs]


def _frames(depth: DepthAxis, look: Mode) -> list[dict[str, Any]]:
    """One behind each stage, as wide as its blocks."""
    return [
        strip(
            float(depth.positions[run[0]]) - 0.55,
            float(depth.positions[run[-1]]) + 0.55,
            look.surface,
            layer="below",
        )
        for _, run in _runs(depth.names)
    ]


def _stage_ticks(blocks: Sequence[MapBlock], depth: DepthAxis) -> dict[str, Any]:
    """Under each stage its name, and the side of its feature maps where it is one for all."""
    runs = _runs([block.name for block in blocks])
    small = {
        "tickfont": {"size": SMALL},
        "range": [depth.positions[0] - 0.7, depth.positions[-1] + 0.7],
    }
    if not runs or len(runs) > MOST_STAGES:
        return small
    words = []
    for stage, numbers in runs:
        sides = {blocks[number].side for number in numbers}
        side = next(iter(sides)) if len(sides) == 1 else None
        lines = [literal(shorten(stage, limit=10)), "" if side is None else f"{side} px"]
        words.append("<br>".join(lines))
    middle = [float(depth.positions[numbers].mean()) for _, numbers in runs]
    return {**small, "tickvals": middle, "ticktext": words}


def _outline(at: float, look: Mode) -> dict[str, Any]:
    return {**frame(at, 0.5, look.accent, low=0, high=1), "yref": "paper"}


def _hover(block: MapBlock) -> str:
    lines = [f"<b>{literal(block.name)}</b>", literal(count(block.channels, "channel"))]
    if block.side is not None:
        lines[1] += f" · {block.side} px"
    if block.gate is not None:
        lines.append(literal(tr("mean gate {mean}", mean=gate(block.gate))))
    return "<br>".join(lines)


def _alt(blocks: Sequence[MapBlock], selected: str | None) -> str:
    whole = tr(
        "{bars}, one for each SE block by depth, as high as it has channels.",
        bars=count(len(blocks), "bar"),
    )
    chosen = next((block for block in blocks if block.name == selected), None)
    if chosen is None:
        return whole
    return paragraph(
        whole,
        tr(
            "Selected: {selected}, {channels}, mean gate {mean}.",
            selected=chosen.name,
            channels=count(chosen.channels, "channel"),
            mean=tr("not known") if chosen.gate is None else gate(chosen.gate),
        ),
    )
