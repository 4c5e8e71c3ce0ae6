"""The way around a network: a slot for each SE block by depth, filled as far as it is open."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.core.arrays import Array
from senet_viz.core.errors import BlockError
from senet_viz.core.records import unknown_block
from senet_viz.core.translation import tr
from senet_viz.figures.base.chart import Chart, draw
from senet_viz.figures.base.depth_axes import ROOMY, STAGE_GAP, DepthAxis, depth_axis, stages
from senet_viz.figures.base.formats import literal, shorten
from senet_viz.figures.base.shapes import frame
from senet_viz.figures.base.theme import GATES, Mode, faded, mode, shades
from senet_viz.figures.base.traces import UNFADED
from senet_viz.figures.block import map_words
from senet_viz.figures.block.map_blocks import MapBlock

HEIGHT = 116
WIDE = 0.84  # of a block's place
BOTTOM, CHANNEL_ROW, PROOF_ROW, DOT_ROW, TOP = -0.5, -0.37, -0.12, 1.13, 1.24
NARROWEST = 0.3
MOST_STAGES = 14
USUAL_WIDTH, LETTER = 500, 6.5  # px of the axis, and of a letter under it
PROOF_MARKS = {"verified": "✓", "trivial": "○", "failed": "✕"}


def network_map(blocks: Sequence[MapBlock], *, selected: str | None = None, dark: bool) -> Chart:
    """Where am I in the network, how open are the gates there, and can I trust what is shown?

    A slot for each SE block from the input to the output, filled from 0 to its mean gate (height
    and colour on the fixed range 0 to 1), with a whisker from the 5th to the 95th percentile of
    its gates. Under it a mark for its proof and its number of channels; of more blocks than have
    room for that, the slot's width tells the channels. ``selected``, if any, is outlined. The
    first trace takes every hover and click; its ``customdata`` are the block names.
    """
    names = [block.name for block in blocks]
    if not names or (selected is not None and selected not in names):
        raise BlockError(unknown_block(selected or "", names))
    return Chart(
        figure=_figure(blocks, depth_axis(names), selected, dark=dark),
        title=map_words.title(blocks),
        reads=map_words.reads(len(blocks)),
        caution=tr(
            "Wide blocks are not more important, and neither are open ones: the next layer can "
            "scale features up again. What a block is worth is measured under What matters."
        ),
        alt=map_words.alt(blocks, selected),
        table=map_words.table(blocks),
    )


def _figure(
    blocks: Sequence[MapBlock], depth: DepthAxis, selected: str | None, *, dark: bool
) -> go.Figure:
    look = mode(dark)
    return draw(
        [
            _target(blocks, depth),
            *_slots(blocks, depth, look),
            *_marks(blocks, depth, look),
            *_channels(blocks, depth, look),
        ],
        dark=dark,
        height=HEIGHT,
        barmode="overlay",
        showlegend=False,
        margin={"l": 58, "r": 2, "t": 2, "b": 20},
        xaxis={
            **depth.layout,
            **_stage_ticks(depth),
            "title": None,
            "tickangle": 0,
            "ticklabelstandoff": -2,
        },
        yaxis=_rows(blocks, depth),
        shapes=[
            *_stage_lines(depth, look),
            *([] if selected is None else [_outline(depth.at(selected), look)]),
        ],
    )


def _rows(blocks: Sequence[MapBlock], depth: DepthAxis) -> dict[str, Any]:
    """The labels at the left of each row; without channels, the name that all stages share."""
    numbered = len(blocks) <= map_words.MOST_NUMBERS
    third = tr("channels") if numbered else _shared_name(depth)
    known = any(block.spread for block in blocks)
    return {
        "range": [BOTTOM, TOP],
        "tickvals": [1, 0, CHANNEL_ROW],
        "ticktext": [tr("open 1"), tr("shut 0"), third] if known else ["", "", third],
        "showgrid": False,
        "showline": False,
        "ticks": "",
    }


def _shared_name(depth: DepthAxis) -> str:
    """ "layer" where 1, 2 and so on stand under the stages."""
    runs = _runs(depth.names)
    if not runs or _stage_ticks(depth):
        return ""
    return literal(shorten(runs[0][0].removesuffix(depth.labels[0]).rstrip("."), limit=9))


def _target(blocks: Sequence[MapBlock], depth: DepthAxis) -> go.Bar:
    """An invisible bar of full height for each block: narrow slots are easy to click."""
    return go.Bar(
        x=depth.positions,
        y=np.full(len(blocks), TOP - BOTTOM, dtype=np.float32),
        base=BOTTOM,
        width=1,
        marker={"color": "rgba(0,0,0,0)", "line": {"width": 0}},
        customdata=[block.name for block in blocks],
        hovertext=[map_words.hover(block) for block in blocks],
        hoverinfo="text",
    )


def _slots(blocks: Sequence[MapBlock], depth: DepthAxis, look: Mode) -> list[Any]:
    """The empty slots, the fills, and the whiskers with a halo where there is room for one."""
    roomy, wide = len(blocks) <= ROOMY, _widths(blocks)
    edge = {"color": look.line, "width": 0.5 if roomy else 0}
    shared = {"hoverinfo": "skip", **UNFADED}
    empty = go.Bar(
        x=depth.positions,
        y=np.ones(len(blocks), np.float32),
        width=wide,
        marker={"color": look.surface, "line": edge},
        **shared,
    )
    known = np.array([block.spread is not None for block in blocks])
    spreads = [block.spread for block in blocks if block.spread is not None]
    if not spreads:
        return [empty]
    mean, low, high = np.array([(s.mean, s.low, s.high) for s in spreads], np.float32).T
    reach = {
        "type": "data",
        "symmetric": False,
        "array": high - mean,
        "arrayminus": mean - low,
        "width": 0,
    }
    fill = go.Bar(
        x=depth.positions[known],
        y=mean,
        width=wide[known],
        marker={"color": shades(mean, GATES, low=0, high=1), "line": edge},
        error_y={**reach, "color": look.background, "thickness": 4, "visible": roomy},
        **shared,
    )
    ink = look.text if roomy else faded(look.text, opacity=0.6)
    whisker = go.Scatter(
        x=depth.positions[known],
        y=mean,
        mode="markers",
        marker={"size": 1, "color": ink},
        error_y={**reach, "color": ink, "thickness": 1.5 if roomy else 0.8},
        **shared,
    )
    return [empty, fill, whisker]


def _widths(blocks: Sequence[MapBlock]) -> Array:
    """All the same where numbers tell the channels, else by the root of their number."""
    channels = np.array([block.channels for block in blocks], dtype=np.float32)
    if len(blocks) <= map_words.MOST_NUMBERS:
        return np.full(len(blocks), WIDE, np.float32)
    wide: Array = NARROWEST + (1 - NARROWEST) * np.sqrt(channels / channels.max())
    return wide


def _marks(blocks: Sequence[MapBlock], depth: DepthAxis, look: Mode) -> list[go.Scatter]:
    """Marks over the slots of saturated blocks, and in other shapes below each for its proof."""
    size = float(np.clip(320 / len(blocks), 3, 6))
    saturated = [bool(block.spread and block.spread.is_saturated) for block in blocks]
    rows: list[tuple[str, float, list[bool], str]] = [(tr("saturated"), DOT_ROW, saturated, "●")]
    for proof, mark in PROOF_MARKS.items():
        proven = [block.proof == proof for block in blocks]
        rows.append((map_words.proof_words(proof), PROOF_ROW, proven, mark))
    return [
        go.Scatter(
            x=depth.positions[where],
            y=np.full(sum(where), row, np.float32),
            mode="text",
            text=[mark] * sum(where),
            textfont={
                "size": size + 4,
                "color": look.muted if mark == PROOF_MARKS["verified"] else look.text,
            },
            hoverinfo="skip",
            name=words,
            **UNFADED,
        )
        for words, row, where, mark in rows
        if any(where)
    ]


def _channels(blocks: Sequence[MapBlock], depth: DepthAxis, look: Mode) -> list[go.Scatter]:
    """The number of channels under each slot, where there is room."""
    if len(blocks) > map_words.MOST_NUMBERS:
        return []
    return [
        go.Scatter(
            x=depth.positions,
            y=np.full(len(blocks), CHANNEL_ROW, np.float32),
            mode="text",
            text=[str(block.channels) for block in blocks],
            textfont={"size": 11, "color": look.muted},
            hoverinfo="skip",
            **UNFADED,
        )
    ]


def _runs(names: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Each stage with the numbers of its blocks, where the names tell stages."""
    stage_of = stages(names)
    if stage_of is None:
        return []
    runs = groupby(range(len(names)), key=stage_of.__getitem__)
    return [(stage, list(numbers)) for stage, numbers in runs]


def _stage_lines(depth: DepthAxis, look: Mode) -> list[dict[str, Any]]:
    """Under the blocks of each stage, as wide as they are."""
    return [
        {
            "type": "line",
            "x0": float(depth.positions[run[0]]) - WIDE / 2,
            "x1": float(depth.positions[run[-1]]) + WIDE / 2,
            "y0": BOTTOM,
            "y1": BOTTOM,
            "line": {"color": look.line, "width": 1},
        }
        for _, run in _runs(depth.names)
    ]


def _stage_ticks(depth: DepthAxis) -> dict[str, Any]:
    """Under each stage its name, or what tells it from the others where there is no room."""
    runs = _runs(depth.names)
    if not runs or len(runs) > MOST_STAGES:
        return {}
    wide = np.ptp(depth.range)
    room = [USUAL_WIDTH * (len(numbers) + STAGE_GAP) / wide for _, numbers in runs]
    names = [shorten(stage, limit=12) for stage, _ in runs]
    fits = all(len(name) * LETTER <= px for name, px in zip(names, room, strict=True))
    return {"ticktext": [literal(name) for name in names]} if fits else {}


def _outline(at: float, look: Mode) -> dict[str, Any]:
    return {**frame(at, 0.5, look.accent, low=0, high=1), "yref": "paper"}
