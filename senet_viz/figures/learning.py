"""A training that is watched: gates leaving the place where they began, and what it is for."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from senet_viz.figures.chart import Chart, draw, gate, known, literal, number
from senet_viz.figures.depth import without_shared_end
from senet_viz.figures.theme import GATES_PALETTE, OKABE_ITO, faded, mode
from senet_viz.learning import SHARES, Moment
from senet_viz.records import Array

HEIGHT = 300
GATE, LOSS, RIGHT = OKABE_ITO[0], OKABE_ITO[5], OKABE_ITO[4]


def spread_by_step(moments: Sequence[Moment], *, dark: bool) -> Chart:
    """How far apart are the gates of each block, step by step?"""
    steps, gates = _steps(moments), _gates(moments)
    width = gates[:, :, -1] - gates[:, :, 0]
    names = without_shared_end(moments[0].blocks)
    traces = [
        go.Scatter(
            x=steps,
            y=width[:, place].astype(np.float32),
            mode="lines",
            line={"width": 1.8, "color": _shade(place, len(names), dark=dark)},
            name=literal(name),
            hovertemplate=f"{literal(name)}<br>step %{{x}}: %{{y:.3f}}<extra></extra>",
        )
        for place, name in enumerate(names)
    ]
    first, last = width[0], width[-1]
    widest = int(last.argmax())
    title = (
        "Some gates are not finite"
        if not np.isfinite(width).all()
        else f"After {_count(moments)} the gates of {names[widest]} are {last[widest]:.3f} apart, "
        f"those of {names[int(last.argmin())]} {last.min():.3f}; at the start the most was "
        f"{first.max():.3f}"
    )
    return Chart(
        figure=draw(
            traces,
            dark=dark,
            height=HEIGHT + 40,
            xaxis={"title": {"text": "step"}},
            yaxis={"title": {"text": "from the 5% to the 95% gate"}, "rangemode": "tozero"},
            margin={"l": 8, "r": 8, "t": 44, "b": 8},
        ),
        title=title,
        reads=(
            "One line a block, from the first (dark) to the last (light): the width of the range "
            "that holds nine in ten of its gates, over the channels and the pictures of a batch."
        ),
        caution=(
            "A few hundred steps on small pictures: what becomes of the gates in a long training "
            "is another matter."
        ),
        alt=f"{title}. {len(names)} blocks.",
        table={"step": steps, **{name: width[:, i] for i, name in enumerate(names)}},
    )


def gates_by_step(moments: Sequence[Moment], block: str, *, dark: bool) -> Chart:
    """How are the gates of one block distributed, step by step?"""
    steps = _steps(moments)
    low, lower, middle, upper, high = _gates(moments)[:, moments[0].blocks.index(block)].T
    across = np.concatenate([steps, steps[::-1]])
    traces = [
        go.Scatter(
            x=across,
            y=np.concatenate([top, bottom[::-1]]).astype(np.float32),
            fill="toself",
            fillcolor=faded(GATE, opacity=opacity),
            line={"width": 0},
            mode="lines",
            name=words,
            hoverinfo="skip",
        )
        for top, bottom, opacity, words in (
            (high, low, 0.2, "nine in ten gates"),
            (upper, lower, 0.35, "half of them"),
        )
    ]
    traces.append(
        go.Scatter(
            x=steps,
            y=middle.astype(np.float32),
            mode="lines",
            line={"color": GATE, "width": 2},
            name="median",
            hovertemplate="step %{x}<br>median %{y:.3f}<extra></extra>",
        )
    )
    first = gate(low[0]), gate(high[0])
    began = f"at {first[0]}" if first[0] == first[1] else f"between {first[0]} and {first[1]}"
    title = (
        f"Nine in ten gates of {block} lie between {gate(low[-1])} and {gate(high[-1])} after "
        f"{_count(moments)}; they began {began}"
    )
    return Chart(
        figure=draw(
            traces,
            dark=dark,
            height=HEIGHT,
            xaxis={"title": {"text": "step"}},
            yaxis={
                "title": {"text": "gate (1 = unchanged)"},
                "range": [max(0.0, min(0.44, *low) - 0.02), min(1.0, max(0.56, *high) + 0.02)],
            },
            margin={"l": 8, "r": 8, "t": 36, "b": 8},
        ),
        title=title,
        reads="Quantiles of the block's gates over all channels and the pictures of one batch.",
        caution=(
            "Gates that spread over channels need not depend on the picture: both are in here."
        ),
        alt=f"{title}.",
        table={"step": steps}
        | {
            f"quantile_{share:g}": row
            for share, row in zip(SHARES, (low, lower, middle, upper, high), strict=True)
        },
    )


def learning_by_step(moments: Sequence[Moment], *, dark: bool) -> Chart:
    """Does it learn? Loss of each batch watched, and its share of right answers."""
    steps, look = _steps(moments), mode(dark)
    loss = np.array([m.loss for m in moments], dtype=np.float32)
    right = np.array([m.accuracy for m in moments], dtype=np.float32)
    figure = draw(
        [
            go.Scatter(
                x=steps,
                y=values,
                yaxis=axis,
                mode="lines",
                line={"color": colour, "width": 1.8},
                name=words,
                hovertemplate=f"step %{{x}}<br>{words} %{{y:.3f}}<extra></extra>",
            )
            for values, axis, colour, words in (
                (loss, "y", LOSS, "loss, nats (left)"),
                (right, "y2", RIGHT, "right answers (right)"),
            )
        ],
        dark=dark,
        height=HEIGHT,
        xaxis={"title": {"text": "step"}},
        yaxis={"title": {"text": "cross-entropy of the batch"}, "rangemode": "tozero"},
        yaxis2={
            "overlaying": "y",
            "side": "right",
            "range": [0, 1.04],
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
            "tickformat": ".0%",
            "showgrid": False,
            "tickfont": {"color": look.muted},
            "automargin": True,
        },
        margin={"l": 8, "r": 8, "t": 36, "b": 8},
    )
    title = (
        f"The loss of a batch went from {number(loss[0], '.2f')} to {number(loss[-1], '.2f')} in "
        f"{_count(moments)}, right answers from {number(right[0], '.0%')} to "
        f"{number(right[-1], '.0%')}"
    )
    return Chart(
        figure=figure,
        title=title,
        reads="Both are of the very batch that is learned from, before its step.",
        caution="No picture was kept back: this says nothing about pictures not trained on.",
        alt=f"{title}.",
        table={"step": steps, "loss": loss, "accuracy": right},
    )


def _steps(moments: Sequence[Moment]) -> Array:
    return np.array([m.step for m in moments], dtype=np.float32)


def _gates(moments: Sequence[Moment]) -> Array:
    """Quantiles (t, b, 5)."""
    return known(np.stack([m.gates for m in moments])).astype(np.float32)


def _count(moments: Sequence[Moment]) -> str:
    steps = moments[-1].step
    return f"{steps} step{'' if steps == 1 else 's'}"


def _shade(place: int, count: int, *, dark: bool) -> str:
    """A colour of the gates' map by depth; its ends would vanish on one of the two pages."""
    low, high = (0.35, 1.0) if dark else (0.0, 0.85)
    at = low + (high - low) * place / max(1, count - 1)
    red, green, blue = GATES_PALETTE[round(at * (len(GATES_PALETTE) - 1))]
    return f"rgb({red},{green},{blue})"
