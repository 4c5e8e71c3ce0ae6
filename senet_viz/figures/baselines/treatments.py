"""What SE and each of its replacements do to the channels of the same pictures, in one chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.core.arrays import Array, Counts
from senet_viz.core.translation import tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, Numbers, draw, known, require
from senet_viz.figures.base.formats import listing, literal
from senet_viz.figures.base.theme import SMALL, mode
from senet_viz.figures.baselines.gains import gain_line, movement

ROW, TOP, BETWEEN = 118, 44, 34
MOST_CHANNELS = 256
STILL = 5e-4
STRAY = 2.0  # the axis holds every gain unless some are this many times larger than the rest


@dataclass(frozen=True, slots=True, eq=False)
class Treatment:
    """One thing that stands in the block's place: effective gains (p, c) for p pictures.

    ``words`` say what it is; ``group`` is the same for treatments whose channels correspond, and
    another for a network trained separately.
    """

    words: str
    gains: Array
    group: str = ""


def gains_in_one(
    treatments: Sequence[Treatment], *, pictures: Sequence[str], block: str, dark: bool
) -> Chart:
    """Which of these treats a channel differently for another picture, and by how much?

    One row for each treatment, one line for each picture. In a group channels are in the order of
    the mean gain of its first treatment. The score of a row is the standard deviation of a gain
    over the pictures, averaged over channels: 0 for what is the same for every picture.
    """
    require(min((t.gains.size for t in treatments), default=0), "gain")
    orders = {t.group: _order(t.gains) for t in reversed(treatments)}
    rows = len(treatments)
    height = TOP + rows * ROW + (rows - 1) * BETWEEN + 40
    layout = _layout(treatments, height, dark=dark)
    traces = [
        trace
        for row, treatment in enumerate(treatments)
        for trace in _lines(treatment, orders[treatment.group], row, pictures)
    ]
    scores = [movement(t.gains) for t in treatments]
    title = _sentence(treatments, scores, block)
    return Chart(
        figure=draw(traces, dark=dark, height=height, **layout),
        title=title,
        reads=tr(
            "A row a treatment, a line a picture, channels from left to right by mean "
            "gain. The gain is the one number that comes nearest to what a channel was "
            "multiplied by; for SE it is the gate. Where the lines lie on one another "
            "the treatment is the same for every picture. Behind each name: the "
            "standard deviation over pictures, averaged over channels."
        ),
        caution=tr(
            "A gain that moves is not better for that. The gain of a fixed 1×1 "
            "convolution moves though its weights do not, since it mixes in other "
            "channels, whose content changes."
        ),
        alt=tr(
            "{title}. {rows} rows, {pictures} pictures.",
            title=title,
            rows=rows,
            pictures=len(pictures),
        ),
        table={
            "treatment": [t.words for t in treatments for _ in range(t.gains.shape[1])],
            "channel": [c for t in treatments for c in range(t.gains.shape[1])],
            "mean": np.concatenate([t.gains.mean(0) for t in treatments]),
            "variance": np.concatenate([known(t.gains).var(0) for t in treatments]),
        },
    )


def _order(gains: Array) -> Counts:
    """Channels by falling mean gain, evenly thinned out where there are very many."""
    order: Counts = np.argsort(-np.nan_to_num(gains.mean(0)), kind="stable")
    if len(order) <= MOST_CHANNELS:
        return order
    thinned: Counts = order[np.linspace(0, len(order) - 1, MOST_CHANNELS).round().astype(int)]
    return thinned


def _lines(
    treatment: Treatment, order: Counts, row: int, pictures: Sequence[str]
) -> list[go.Scatter]:
    rank = np.linspace(0, 1, len(order), dtype=np.float32)
    return [
        gain_line(
            rank,
            values,
            order,
            picture,
            place,
            width=1.4,
            yaxis="y" if row == 0 else f"y{row + 1}",
            legendgroup=str(place),
            showlegend=row == 0,
        )
        for place, (values, picture) in enumerate(zip(treatment.gains, pictures, strict=True))
    ]


def _layout(treatments: Sequence[Treatment], height: int, *, dark: bool) -> dict[str, Any]:
    """A y axis for each row, all over one x axis, and the rows' names as annotations."""
    look, rows = mode(dark), len(treatments)
    inner = height - TOP - 40
    layout: dict[str, Any] = {
        "xaxis": axis(
            tr("channels, from the largest mean gain to the smallest"),
            tickvals=[],
            range=[-0.01, 1.01],
            anchor="y" if rows == 1 else f"y{rows}",
        ),
        "annotations": [],
        "margin": {"l": 8, "r": 8, "t": TOP, "b": 40},
        "legend": {"y": 1 + 22 / inner, "yanchor": "bottom"},
    }
    for row, treatment in enumerate(treatments):
        top = 1 - row * (ROW + BETWEEN) / inner
        layout["yaxis" if row == 0 else f"yaxis{row + 1}"] = {
            "domain": [max(0.0, top - ROW / inner), top],
            "anchor": "x",
            "range": _reach(treatment.gains),
            "nticks": 4,
            **(axis(tr("gain (1 = unchanged)")) if row == 0 else {}),
        }
        layout["annotations"].append(
            {
                "x": 0,
                "xref": "paper",
                "xanchor": "left",
                "y": top,
                "yref": "paper",
                "yanchor": "bottom",
                "showarrow": False,
                "align": "left",
                "text": tr(
                    "<b>{words}</b>: moves by {score}",
                    words=literal(treatment.words),
                    score=_score(treatment),
                ),
                "font": {"size": SMALL, "color": look.text},
            }
        )
    return layout


def _reach(gains: Array) -> list[float]:
    """0 to 1 where that holds all gains, else their range without a few outliers."""
    known: Numbers = gains[np.isfinite(gains)].astype(np.float64)
    if not known.size:
        return [0.0, 1.0]
    low, high = np.percentile(known, [0.5, 99.5])
    if np.ptp(known) < STRAY * (high - low):
        low, high = known.min(), known.max()
    spare = 0.05 * (max(high, 1.0) - min(low, 0.0))
    return [min(0.0, float(low) - spare), max(1.0, float(high) + spare)]


def _score(treatment: Treatment) -> str:
    score = movement(treatment.gains)
    return tr("not defined") if not np.isfinite(score) else f"{score:.3f}"


def _sentence(treatments: Sequence[Treatment], scores: Sequence[float], block: str) -> str:
    pairs = [(t.words, s) for t, s in zip(treatments, scores, strict=True) if np.isfinite(s)]
    if not pairs:
        return tr("No gain of {block} is defined", block=block)
    moving = [words for words, score in pairs if score >= STILL]
    first, score = pairs[0]
    still = [words for words, score in pairs if score < STILL]
    title = tr(
        "{first} moves by {score:.3f} from picture to picture in {block}",
        first=first,
        score=score,
        block=block,
    )
    if not (still and moving):
        return title
    return tr(
        "{sentence}; what does not move: {listing}",
        sentence=title,
        listing=listing(_small(w) for w in still),
    )


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
