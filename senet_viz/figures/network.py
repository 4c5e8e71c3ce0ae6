"""The network at a glance: one tile for each SE block, from the input to the output."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.errors import BlockError
from senet_viz.figures import sentences
from senet_viz.figures.chart import Chart, count, draw, gate, literal, percent, shorten
from senet_viz.figures.depth import DepthAxis, depth_axis
from senet_viz.figures.theme import GATES, SUPPRESSED, Mode, mode
from senet_viz.records import BlockSummary, SEBlock, unknown_block

SATURATED = 0.1
TILE = 0.84
DOT_ROW, PROOF_ROW = 1.07, -0.07
PROOF_SYMBOL = {"verified": "square", "trivial": "circle-open", "failed": "x"}
PROOF_WORDS = {
    "verified": "proof verified",
    "trivial": "proof trivial: features all 0",
    "failed": "proof failed",
}


def block_strip(summaries: Sequence[BlockSummary], *, selected: str, dark: bool) -> Chart:
    """How open is the gate of each block, how far apart are its channels, and can I trust it?

    One tile for each block by depth, grouped by stage where the names tell it; ``selected`` is
    the block name to outline. The height and the colour of a fill are the mean gate on the fixed
    range 0 to 1, the whisker is one standard deviation. Every trace carries the block names as
    ``customdata``, so a click anywhere on a tile tells its block.
    """
    names = [s.block.name for s in summaries]
    if selected not in names:
        raise BlockError(unknown_block(selected, names))
    look, axis = mode(dark), depth_axis(names)
    hover = [_hover(s) for s in summaries]
    shared = {"customdata": names, "hovertext": hover, "hoverinfo": "text", "showlegend": False}
    at = names.index(selected)
    figure = draw(
        [
            *_tiles(summaries, axis, look, shared),
            *_saturated(summaries, axis, look, shared),
            *_proofs(summaries, axis, look, shared),
        ],
        dark=dark,
        height=240,
        barmode="overlay",
        xaxis=axis.layout,
        yaxis=_gate_axis(),
        margin={"l": 8, "r": 8, "t": 52, "b": 8},
        legend={"y": 1.13},
        shapes=[_outline(float(axis.positions[at]), look)],
        annotations=[_name(selected, float(axis.positions[at]), axis, look)],
    )
    return Chart(
        figure=figure,
        title=sentences.means(summaries),
        reads=(
            "One tile for each SE block, from the input on the left to the output on the right. "
            "The fill is the mean gate (height and colour), the line one standard deviation over "
            f"the channels; a dot: more than {SATURATED:.0%} of the gates are near 0 or 1."
        ),
        caution=(
            "A low mean gate does not make a block unimportant: the next layer can scale its "
            "features up again. What it is worth shows when the gate is overridden."
        ),
        alt=_alt(summaries, selected),
        table=_table(summaries),
    )


def _gate_axis() -> dict[str, Any]:
    return {
        "title": {"text": "mean gate"},
        "range": [-0.12, 1.12],
        "tickvals": [0, 0.5, 1],
        "showgrid": False,
        "showline": False,
    }


def _tiles(
    summaries: Sequence[BlockSummary], axis: DepthAxis, look: Mode, shared: dict[str, Any]
) -> list[Any]:
    """The empty tiles, which take the clicks; the fills; the whiskers, with a halo if few."""
    mean = np.array([s.mean for s in summaries], dtype=np.float32)
    std = np.array([s.std for s in summaries], dtype=np.float32)
    # Gates cannot leave 0 to 1, so neither does the whisker.
    reach = {
        "type": "data",
        "symmetric": False,
        "array": np.minimum(std, 1 - mean),
        "arrayminus": np.minimum(std, mean),
        "width": 0,
    }
    place = {"x": axis.positions, "width": TILE}
    selected_stay = {"unselected": {"marker": {"opacity": 1}}}
    roomy = len(summaries) <= 40
    return [
        go.Bar(
            y=np.ones_like(mean),
            marker={"color": look.surface, "line": {"color": look.line, "width": 0.5}},
            **place,
            **shared,
            **selected_stay,
        ),
        go.Bar(
            y=mean,
            marker={
                "color": mean,
                "colorscale": GATES,
                "cmin": 0,
                "cmax": 1,
                "line": {"color": look.line, "width": 0.5},
            },
            error_y={**reach, "color": look.background, "thickness": 4, "visible": roomy},
            **place,
            **shared,
            **selected_stay,
        ),
        go.Scatter(
            x=axis.positions,
            y=mean,
            mode="markers",
            marker={"size": 5 if roomy else 2, "color": look.text},
            error_y={**reach, "color": look.text, "thickness": 1.5 if roomy else 1},
            **shared,
            **selected_stay,
        ),
    ]


def _marks(
    where: Sequence[int], axis: DepthAxis, shared: dict[str, Any], **trace: Any
) -> go.Scatter:
    """Marks in a row of their own, at the blocks numbered ``where``."""
    kept = {k: [shared[k][i] for i in where] for k in ("customdata", "hovertext")}
    return go.Scatter(
        x=axis.positions[list(where)],
        mode="markers",
        hoverinfo="text",
        unselected={"marker": {"opacity": 1}},
        **kept,
        **trace,
    )


def _size(axis: DepthAxis) -> float:
    """Marks get smaller as tiles get narrower, in pixels."""
    return float(np.clip(320 / len(axis.positions), 3, 7))


def _saturated(
    summaries: Sequence[BlockSummary], axis: DepthAxis, look: Mode, shared: dict[str, Any]
) -> list[Any]:
    where = [i for i, s in enumerate(summaries) if _saturation(s) > SATURATED]
    if not where:
        return []
    return [
        _marks(
            where,
            axis,
            shared,
            y=np.full(len(where), DOT_ROW, dtype=np.float32),
            marker={"symbol": "circle", "size": _size(axis), "color": look.text},
            name=f"over {SATURATED:.0%} of gates near 0 or 1",
        )
    ]


def _proofs(
    summaries: Sequence[BlockSummary], axis: DepthAxis, look: Mode, shared: dict[str, Any]
) -> list[Any]:
    colours = {"verified": look.line, "trivial": look.text, "failed": SUPPRESSED}
    traces = []
    for proof, symbol in PROOF_SYMBOL.items():
        where = [i for i, s in enumerate(summaries) if s.proof == proof]
        if not where:
            continue
        size = _size(axis) * (0.7 if proof == "verified" else 1.2)
        traces.append(
            _marks(
                where,
                axis,
                shared,
                y=np.full(len(where), PROOF_ROW, dtype=np.float32),
                marker={"symbol": symbol, "size": size, "color": colours[proof]},
                name=PROOF_WORDS[proof],
            )
        )
    return traces


def _outline(position: float, look: Mode) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": position - 0.5,
        "x1": position + 0.5,
        "y0": -0.02,
        "y1": 1.02,
        "line": {"color": look.accent, "width": 2},
    }


def _name(selected: str, position: float, axis: DepthAxis, look: Mode) -> dict[str, Any]:
    """The picked block's name over its tile, turned inwards at both ends of the strip."""
    first, last = float(axis.positions[0]), float(axis.positions[-1])
    share = (position - first) / (last - first) if last > first else 0.5
    return {
        "text": literal(shorten(selected, limit=36)),
        "x": position,
        "y": 1,
        "yref": "paper",
        "xanchor": "left" if share < 0.3 else "right" if share > 0.7 else "center",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": look.accent},
    }


def _saturation(summary: BlockSummary) -> float:
    return summary.near_zero + summary.near_one


def _facts(block: SEBlock) -> str:
    """ "128 channels · reduction 16 · sigmoid", as far as known."""
    parts = [] if block.channels is None else [count(block.channels, "channel")]
    if block.reduction is not None:
        parts.append(f"reduction {block.reduction:g}")
    return " · ".join([*parts, block.gate])


def _hover(summary: BlockSummary) -> str:
    lines = (
        f"mean gate {gate(summary.mean)} ± {gate(summary.std)}",
        f"from {gate(summary.minimum)} to {gate(summary.maximum)}",
        f"near 0: {percent(summary.near_zero)}, near 1: {percent(summary.near_one)}",
        f"{PROOF_WORDS[summary.proof]} (error {summary.relative_error:.0e})",
    )
    head = f"<b>{literal(summary.block.name)}</b>"
    return "<br>".join((head, literal(_facts(summary.block)), *lines))


def _alt(summaries: Sequence[BlockSummary], selected: str) -> str:
    chosen = next(s for s in summaries if s.block.name == selected)
    verified = sum(s.proof == "verified" for s in summaries)
    dotted = sum(_saturation(s) > SATURATED for s in summaries)
    return (
        f"{count(len(summaries), 'tile')}, one for each SE block by depth. "
        f"{sentences.means(summaries)}. "
        f"Selected: {selected}, mean gate {gate(chosen.mean)} ± {gate(chosen.std)}. "
        f"Proof verified for {verified} of {len(summaries)}; "
        f"{dotted} with more than {SATURATED:.0%} of the gates near 0 or 1."
    )


def _table(summaries: Sequence[BlockSummary]) -> dict[str, Any]:
    fields = ("mean", "std", "minimum", "maximum", "near_zero", "near_one", "relative_error")
    return {
        "block": [s.block.name for s in summaries],
        **{f: np.array([getattr(s, f) for s in summaries]) for f in fields},
        "proof": [s.proof for s in summaries],
    }
