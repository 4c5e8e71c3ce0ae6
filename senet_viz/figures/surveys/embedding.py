"""Pictures in the plane in which a block's gates are spread widest, coloured by class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.analysis.embedding import Embedding
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, draw
from senet_viz.figures.base.formats import literal, percent, shorten
from senet_viz.figures.base.series import Series
from senet_viz.figures.base.theme import Mode, faded, mode
from senet_viz.figures.base.traces import UNFADED

NAME = 28
MANY = 500  # points; more are drawn without a rim


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Pictures, by their numbers, that are drawn in one look."""

    members: npt.NDArray[np.intp]
    words: str
    colour: str
    symbol: str


def picture_plane(
    block: str,
    embedding: Embedding,
    pictures: Sequence[tuple[str, int]],
    classes: Mapping[int, Series],
    *,
    dark: bool,
) -> Chart:
    """Which pictures does the block gate alike? One point a picture.

    ``pictures`` (n) are names and class numbers; ``classes`` are drawn in their own look, all
    others in grey. ``customdata`` is the number of the picture.
    """
    labels = np.array([label for _, label in pictures])
    title = tr(
        "Two directions hold {together} of what moves the gates of {block} over {pictures}",
        together=percent(float(embedding.explained.sum())),
        block=block,
        pictures=count(len(pictures), "picture"),
    )
    return Chart(
        figure=_figure(embedding, pictures, _groups(labels, classes, mode(dark)), dark=dark),
        title=title,
        reads=_reads(),
        caution=tr(
            "What is missing to 100 % is not seen: points that coincide may differ "
            "elsewhere. Clusters are of gates, not of what the network says, and the "
            "directions mean nothing by themselves. Planes of two blocks cannot be "
            "laid over one another."
        ),
        alt=tr(
            "Scatter of {pictures}. {title}.", pictures=count(len(pictures), "picture"), title=title
        ),
        table={
            "picture": [name for name, _ in pictures],
            "class": labels,
            "first": embedding.points[:, 0],
            "second": embedding.points[:, 1],
        },
    )


def _groups(
    labels: npt.NDArray[np.int_], classes: Mapping[int, Series], look: Mode
) -> list[_Group]:
    """The pictures of all other classes first, then class by class; none without a picture."""
    opacity = 0.6 if len(labels) < MANY else 0.35
    others = _Group(
        np.flatnonzero(~np.isin(labels, list(classes))),
        tr("other classes"),
        faded(look.neutral, opacity=opacity),
        "circle",
    )
    own = [
        _Group(np.flatnonzero(labels == number), one.label, one.colour, one.symbol)
        for number, one in classes.items()
    ]
    return [group for group in (others, *own) if group.members.size]


def _figure(
    embedding: Embedding,
    pictures: Sequence[tuple[str, int]],
    groups: Sequence[_Group],
    *,
    dark: bool,
) -> go.Figure:
    first, second = (percent(float(share)) for share in embedding.explained)
    return draw(
        [_points(group, embedding, pictures, mode(dark)) for group in groups],
        dark=dark,
        height=420,
        top=30 + 18 * (len(groups) // 4),
        xaxis=axis(tr("first direction, {first} (gates)", first=first), showgrid=True),
        yaxis=axis(tr("second, {second} (gates)", second=second), scaleanchor="x"),
    )


def _points(
    group: _Group, embedding: Embedding, pictures: Sequence[tuple[str, int]], look: Mode
) -> go.Scatter:
    return go.Scatter(
        x=embedding.points[group.members, 0].astype(np.float32),
        y=embedding.points[group.members, 1].astype(np.float32),
        mode="markers",
        name=group.words,
        marker={
            "color": group.colour,
            "symbol": group.symbol,
            "size": float(np.clip(180 / np.sqrt(len(pictures) + 1), 4, 9)),
            "line": {"color": look.background, "width": 0.5 if len(pictures) < MANY else 0},
        },
        customdata=group.members.astype(np.int32),
        hovertext=[
            f"{literal(shorten(pictures[i][0], limit=NAME))}<br>{group.words}"
            for i in group.members
        ],
        hoverinfo="text",
        **UNFADED,
    )


def _reads() -> str:
    return tr(
        "Each point is a picture, placed by its gates alone: the two principal "
        "components of this block's gates, the same scale on both axes. Pictures "
        "close together are gated alike as far as these two directions tell. Click "
        "a point to see its picture."
    )
