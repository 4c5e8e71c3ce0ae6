"""A training watched step by step: how gates leave their initial values, and how the loss falls."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.training_steps import SHARES, Moment
from senet_viz.core.arrays import Array
from senet_viz.core.translation import tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, draw, known
from senet_viz.figures.base.columns import stacked
from senet_viz.figures.base.depth_axes import without_shared_end
from senet_viz.figures.base.formats import gate, hover, literal, number
from senet_viz.figures.base.theme import GATES_PALETTE, OKABE_ITO, Mode, faded, mode
from senet_viz.figures.base.traces import ribbon

HEIGHT = 300
GATE, LOSS, RIGHT = OKABE_ITO[0], OKABE_ITO[5], OKABE_ITO[4]


def spread_by_step(moments: Sequence[Moment], *, dark: bool) -> Chart:
    """How far apart are the gates of each block, step by step?"""
    steps, gates = _steps(moments), _gates(moments)
    width = gates[:, :, -1] - gates[:, :, 0]
    names = without_shared_end(moments[0].blocks)
    title = _spread_sentence(moments, names, width)
    return Chart(
        figure=draw(
            _widths(steps, names, width, dark=dark),
            dark=dark,
            height=HEIGHT + 40,
            top=44,
            xaxis=axis(tr("step")),
            yaxis=axis(tr("from the 5% to the 95% gate"), rangemode="tozero"),
        ),
        title=title,
        reads=tr(
            "One line a block, from the first (dark) to the last (light): the width of "
            "the range that holds nine in ten of its gates, over the channels and the "
            "pictures of a batch."
        ),
        caution=tr(
            "A few hundred steps on small pictures: what becomes of the gates in a "
            "long training is another matter."
        ),
        alt=tr("{title}. {names} blocks.", title=title, names=len(names)),
        table=stacked("block", names, {"step": steps}, spread=list(width.T)),
    )


def _widths(steps: Array, names: Sequence[str], width: Array, *, dark: bool) -> list[go.Scatter]:
    return [
        go.Scatter(
            x=steps,
            y=width[:, place].astype(np.float32),
            mode="lines",
            line={"width": 1.8, "color": _shade(place, len(names), dark=dark)},
            name=literal(name),
            hovertemplate=hover(literal(name), tr("step {x}: {y}", x="%{x}", y="%{y:.3f}")),
        )
        for place, name in enumerate(names)
    ]


def _spread_sentence(moments: Sequence[Moment], names: Sequence[str], width: Array) -> str:
    if not np.isfinite(width).all():
        return tr("Some gates are not finite")
    first, last = width[0], width[-1]
    return tr(
        "After {time} the gates of {widest} are {widest_spread:.3f} apart, those of "
        "{narrowest} {narrowest_spread:.3f}; at the start the most was {first_spread:.3f}",
        time=_count(moments),
        widest=names[int(last.argmax())],
        widest_spread=last.max(),
        narrowest=names[int(last.argmin())],
        narrowest_spread=last.min(),
        first_spread=first.max(),
    )


def gates_by_step(moments: Sequence[Moment], block: str, *, dark: bool) -> Chart:
    """How are the gates of one block distributed, step by step?"""
    steps = _steps(moments)
    quantiles = _gates(moments)[:, moments[0].blocks.index(block)].T
    low, high = quantiles[0], quantiles[-1]
    title = _quantile_sentence(moments, block, low, high)
    return Chart(
        figure=draw(
            _quantile_traces(steps, quantiles),
            dark=dark,
            height=HEIGHT,
            top=36,
            xaxis=axis(tr("step")),
            yaxis=axis(
                tr("gate (1 = unchanged)"),
                range=[max(0.0, min(0.44, *low) - 0.02), min(1.0, max(0.56, *high) + 0.02)],
            ),
        ),
        title=title,
        reads=tr("Quantiles of the block's gates over all channels and the pictures of one batch."),
        caution=tr(
            "Gates that spread over channels need not depend on the picture: both are in here."
        ),
        alt=tr("{title}.", title=title),
        table={"step": steps}
        | {f"p{100 * share:.0f}": row for share, row in zip(SHARES, quantiles, strict=True)},
    )


def _quantile_traces(steps: Array, quantiles: Array) -> list[go.Scatter]:
    """Two ribbons and the median, of quantiles (5, t)."""
    low, lower, middle, upper, high = quantiles
    wide, narrow = faded(GATE, opacity=0.2), faded(GATE, opacity=0.35)
    return [
        ribbon(steps, low, high, fill=wide, name=tr("nine in ten gates")),
        ribbon(steps, lower, upper, fill=narrow, name=tr("half of them")),
        go.Scatter(
            x=steps,
            y=middle.astype(np.float32),
            mode="lines",
            line={"color": GATE, "width": 2},
            name=tr("median"),
            hovertemplate=hover(
                tr("step {value}", value="%{x}"), tr("median {value}", value="%{y:.3f}")
            ),
        ),
    ]


def _quantile_sentence(moments: Sequence[Moment], block: str, low: Array, high: Array) -> str:
    first, now = (gate(low[0]), gate(high[0])), (gate(low[-1]), gate(high[-1]))
    if first[0] == first[1]:
        return tr(
            "Nine in ten gates of {block} lie between {low} and {high} after {time}; "
            "they began at {first}",
            block=block,
            low=now[0],
            high=now[1],
            time=_count(moments),
            first=first[0],
        )
    return tr(
        "Nine in ten gates of {block} lie between {low} and {high} after {time}; "
        "they began between {first_low} and {first_high}",
        block=block,
        low=now[0],
        high=now[1],
        time=_count(moments),
        first_low=first[0],
        first_high=first[1],
    )


def learning_by_step(moments: Sequence[Moment], *, dark: bool) -> Chart:
    """Does it learn? Loss of each batch watched, and its share of right answers."""
    steps = _steps(moments)
    loss = np.array([m.loss for m in moments], dtype=np.float32)
    right = np.array([m.accuracy for m in moments], dtype=np.float32)
    title = tr(
        "The loss of a batch went from {first_loss} to {last_loss} in {time}, right "
        "answers from {first_right} to {last_right}",
        first_loss=number(loss[0], ".2f"),
        last_loss=number(loss[-1], ".2f"),
        time=_count(moments),
        first_right=number(right[0], ".0%"),
        last_right=number(right[-1], ".0%"),
    )
    return Chart(
        figure=draw(
            [
                _learning_line(steps, loss, tr("loss, nats (left)"), LOSS, "y"),
                _learning_line(steps, right, tr("right answers (right)"), RIGHT, "y2"),
            ],
            dark=dark,
            height=HEIGHT,
            top=36,
            xaxis=axis(tr("step")),
            yaxis=axis(tr("cross-entropy of the batch"), rangemode="tozero"),
            yaxis2=_share_axis(mode(dark)),
        ),
        title=title,
        reads=tr("Both are computed on the training batch itself, before its step."),
        caution=tr("No picture was kept back: this says nothing about pictures not trained on."),
        alt=tr("{title}.", title=title),
        table={"step": steps, "loss": loss, "accuracy": right},
    )


def _learning_line(steps: Array, values: Array, words: str, colour: str, side: str) -> go.Scatter:
    return go.Scatter(
        x=steps,
        y=values,
        yaxis=side,
        mode="lines",
        line={"color": colour, "width": 1.8},
        name=words,
        hovertemplate=hover(
            tr("step {value}", value="%{x}"),
            tr("{words} {value}", words=words, value="%{y:.3f}"),
        ),
    )


def _share_axis(look: Mode) -> dict[str, Any]:
    """The second axis, on the right."""
    return {
        "overlaying": "y",
        "side": "right",
        "range": [0, 1.04],
        "tickvals": [0, 0.25, 0.5, 0.75, 1],
        "tickformat": ".0%",
        "showgrid": False,
        "tickfont": {"color": look.muted},
        "automargin": True,
    }


def _steps(moments: Sequence[Moment]) -> Array:
    return np.array([m.step for m in moments], dtype=np.float32)


def _gates(moments: Sequence[Moment]) -> Array:
    """Quantiles (t, b, 5)."""
    return known(np.stack([m.gates for m in moments])).astype(np.float32)


def _count(moments: Sequence[Moment]) -> str:
    steps = moments[-1].step
    return tr("1 step") if steps == 1 else tr("{steps} steps", steps=steps)


def _shade(place: int, count: int, *, dark: bool) -> str:
    """A colour of the gates' scale by depth; its ends would vanish on a light or a dark page."""
    low, high = (0.35, 1.0) if dark else (0.0, 0.85)
    at = low + (high - low) * place / max(1, count - 1)
    red, green, blue = GATES_PALETTE[round(at * (len(GATES_PALETTE) - 1))]
    return f"rgb({red},{green},{blue})"
