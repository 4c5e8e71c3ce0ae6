"""The network at a glance: one tile for each SE block, from the input to the output."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.core.errors import BlockError
from senet_viz.core.records import SEBlock, unknown_block
from senet_viz.core.summaries import BlockSummary
from senet_viz.core.translation import count, tr
from senet_viz.figures.base import sentences
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, draw
from senet_viz.figures.base.depth_axes import ROOMY, DepthAxis, depth_axis
from senet_viz.figures.base.formats import gate, literal, paragraph, percent, shorten, tiny
from senet_viz.figures.base.shapes import frame
from senet_viz.figures.base.theme import GATES, Mode, faded, mode, shades
from senet_viz.figures.base.traces import UNFADED

SATURATED = 0.1
TILE = 0.84
BOTTOM, PROOF_ROW, DOT_ROW, TOP = -0.14, -0.08, 1.07, 1.13
PROOF_SYMBOL = {"verified": "square", "trivial": "circle-open", "failed": "x"}


def block_strip(
    summaries: Sequence[BlockSummary], *, selected: str | None = None, dark: bool
) -> Chart:
    """How open is the gate of each block, how far apart are its channels, and can I trust it?

    One tile for each block by depth, grouped by stage where the names tell it; ``selected`` is
    the block name to outline, if any. The height and the colour of a fill are the mean gate on the
    fixed range 0 to 1, the whisker is one standard deviation. The first trace covers the strip
    without gaps and takes every hover and click; its ``customdata`` are the block names.
    """
    names = [s.block.name for s in summaries]
    if not names or (selected is not None and selected not in names):
        raise BlockError(unknown_block(selected or "", names))
    look, depth = mode(dark), depth_axis(names)
    figure = draw(
        [
            _target(summaries, depth),
            *_tiles(summaries, depth, look),
            *_marks(summaries, depth, look),
        ],
        dark=dark,
        height=240,
        barmode="overlay",
        xaxis=depth.layout,
        yaxis=_gate_axis(),
        margin={"l": 8, "r": 8, "t": 24, "b": 69},
        legend={"y": 0, "yref": "container", "yanchor": "bottom"},
        **({} if selected is None else _picked(selected, depth, look)),
    )
    return Chart(
        figure=figure,
        title=sentences.means(summaries),
        reads=tr(
            "One tile for each SE block, from the input on the left to the output on "
            "the right. The fill is the mean gate (height and colour), the line one "
            "standard deviation over the channels. Saturated: more than "
            "{saturated:.0%} of the gates are near 0 or 1.",
            saturated=SATURATED,
        ),
        caution=tr(
            "A low mean gate does not make a block unimportant: the next layer can "
            "scale its features up again. What it is worth shows when the gate is "
            "overridden."
        ),
        alt=_alt(summaries, selected),
        table=_table(summaries),
    )


def _gate_axis() -> dict[str, Any]:
    return axis(
        tr("mean gate"), range=[BOTTOM, TOP], tickvals=[0, 0.5, 1], showgrid=False, showline=False
    )


def _target(summaries: Sequence[BlockSummary], depth: DepthAxis) -> go.Bar:
    """An invisible bar a block, wider and taller than its tile: no click falls into a gap."""
    return go.Bar(
        x=depth.positions,
        y=np.full(len(summaries), TOP - BOTTOM, dtype=np.float32),
        base=BOTTOM,
        width=1,
        marker={"color": "rgba(0,0,0,0)", "line": {"width": 0}},
        customdata=[s.block.name for s in summaries],
        hovertext=[_hover(s) for s in summaries],
        hoverinfo="text",
        showlegend=False,
    )


def _tiles(summaries: Sequence[BlockSummary], depth: DepthAxis, look: Mode) -> list[Any]:
    """The empty tiles, the fills, and the whiskers with a halo where there is room for one."""
    mean = np.array([s.mean for s in summaries], dtype=np.float32)
    std = np.array([s.std for s in summaries], dtype=np.float32)
    roomy = len(summaries) <= ROOMY
    edge = {"color": look.line, "width": 0.5 if roomy else 0}
    # Gates cannot leave 0 to 1, so neither does the whisker.
    reach = {
        "type": "data",
        "symmetric": False,
        "array": np.minimum(std, 1 - mean),
        "arrayminus": np.minimum(std, mean),
        "width": 0,
    }
    shared = {"x": depth.positions, "hoverinfo": "skip", "showlegend": False, **UNFADED}
    empty = {"color": look.surface, "line": edge}
    fill = {"color": shades(mean, GATES, low=0, high=1), "line": edge}
    ink = look.text if roomy else faded(look.text, opacity=0.6)
    return [
        go.Bar(y=np.ones_like(mean), width=TILE, marker=empty, **shared),
        go.Bar(
            y=mean,
            width=TILE,
            marker=fill,
            error_y={**reach, "color": look.background, "thickness": 4, "visible": roomy},
            **shared,
        ),
        go.Scatter(
            y=mean,
            mode="markers",
            marker={"size": 5 if roomy else 1, "color": look.text},
            error_y={**reach, "color": ink, "thickness": 1.5 if roomy else 0.8},
            **shared,
        ),
    ]


def _marks(summaries: Sequence[BlockSummary], depth: DepthAxis, look: Mode) -> list[go.Scatter]:
    """Over the tiles what is saturated, under them how the proof went; shapes tell them apart."""
    size = float(np.clip(320 / len(summaries), 3, 7))
    saturated = [_saturation(s) > SATURATED for s in summaries]
    rows: list[tuple[str, float, list[bool], str, str]] = [
        (tr("saturated"), DOT_ROW, saturated, "circle", look.text)
    ]
    for proof, symbol in PROOF_SYMBOL.items():
        colour = look.line if proof == "verified" else look.text
        proven = [s.proof == proof for s in summaries]
        rows.append((proof_words(proof), PROOF_ROW, proven, symbol, colour))
    return [
        go.Scatter(
            x=depth.positions[where],
            y=np.full(sum(where), row, np.float32),
            mode="markers",
            marker={"symbol": symbol, "size": size, "color": colour},
            hoverinfo="skip",
            name=words,
            **UNFADED,
        )
        for words, row, where, symbol, colour in rows
        if any(where)
    ]


def proof_words(proof: str) -> str:
    """How the proof of a block went."""
    match proof:
        case "verified":
            return tr("proof verified")
        case "trivial":
            return tr("proof trivial")
        case "failed":
            return tr("proof failed")
    return tr("proof {proof}", proof=proof)


def _picked(selected: str, depth: DepthAxis, look: Mode) -> dict[str, Any]:
    """The picked tile's outline and name."""
    at = depth.at(selected)
    return {
        "shapes": [frame(at, 0.47, look.accent, low=-0.02, high=1.02)],
        "annotations": [_name(selected, at, depth, look)],
    }


def _name(selected: str, position: float, depth: DepthAxis, look: Mode) -> dict[str, Any]:
    """The picked block's name over its tile, turned inwards at both ends of the strip."""
    first, last = depth.range
    share = (position - first) / (last - first)
    return {
        "text": literal(shorten(selected, limit=36)),
        "x": position,
        "y": 1,
        "yref": "paper",
        "xanchor": "left" if share < 0.3 else "right" if share > 0.7 else "center",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": look.accent_text},
    }


def _saturation(summary: BlockSummary) -> float:
    return summary.near_zero + summary.near_one


def _facts(block: SEBlock) -> str:
    """ "128 channels · reduction 16 · sigmoid", as far as known."""
    parts = [count(block.channels, "channel")]
    if block.reduction is not None:
        parts.append(tr("reduction {reduction:g}", reduction=block.reduction))
    return " · ".join([*parts, block.gate])


def _hover(summary: BlockSummary) -> str:
    lines = (
        tr("mean gate {mean} ± {std}", mean=gate(summary.mean), std=gate(summary.std)),
        tr(
            "from {minimum} to {maximum}",
            minimum=gate(summary.minimum),
            maximum=gate(summary.maximum),
        ),
        tr(
            "near 0: {near_zero}, near 1: {near_one}",
            near_zero=percent(summary.near_zero),
            near_one=percent(summary.near_one),
        ),
        tr(
            "{proof_words} (relative error {relative_error})",
            proof_words=proof_words(summary.proof),
            relative_error=tiny(summary.relative_error),
        ),
    )
    head = f"<b>{literal(summary.block.name)}</b>"
    return "<br>".join((head, literal(_facts(summary.block)), *lines))


def _alt(summaries: Sequence[BlockSummary], selected: str | None) -> str:
    verified = sum(s.proof == "verified" for s in summaries)
    dotted = sum(_saturation(s) > SATURATED for s in summaries)
    whole = tr(
        "{tiles}, one for each SE block by depth. {means}. Proof verified for {verified} of "
        "{summaries}; {dotted} with more than {saturated:.0%} of the gates near 0 or 1.",
        tiles=count(len(summaries), "tile"),
        means=sentences.means(summaries),
        verified=verified,
        summaries=len(summaries),
        dotted=dotted,
        saturated=SATURATED,
    )
    chosen = next((s for s in summaries if s.block.name == selected), None)
    if chosen is None:
        return whole
    return paragraph(
        whole,
        tr(
            "Selected: {selected}, mean gate {mean} ± {std}.",
            selected=chosen.block.name,
            mean=gate(chosen.mean),
            std=gate(chosen.std),
        ),
    )


def _table(summaries: Sequence[BlockSummary]) -> dict[str, Any]:
    fields = ("mean", "std", "minimum", "maximum", "near_zero", "near_one", "relative_error")
    return {
        "block": [s.block.name for s in summaries],
        **{f: np.array([getattr(s, f) for s in summaries]) for f in fields},
        "proof": [s.proof for s in summaries],
    }
