"""Pictures in the plane in which a block's gates are spread widest, coloured by class."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from senet_viz.embedding import Embedding
from senet_viz.figures.axes import axis
from senet_viz.figures.chart import Chart, draw
from senet_viz.figures.formats import literal, percent, shorten
from senet_viz.figures.series import Series
from senet_viz.figures.theme import faded, mode
from senet_viz.language import count, tr

NAME = 28
MANY = 500  # points; more are drawn without a rim


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
    look, points = mode(dark), embedding.points
    labels = np.array([label for _, label in pictures])
    groups: list[tuple[np.ndarray, str, str, str]] = []
    others = np.flatnonzero(~np.isin(labels, list(classes)))
    if others.size:
        groups.append(
            (
                others,
                tr("other classes"),
                faded(look.neutral, opacity=0.6 if len(labels) < MANY else 0.35),
                "circle",
            )
        )
    for number, one in classes.items():
        groups.append((np.flatnonzero(labels == number), one.label, one.colour, one.symbol))
    traces = [
        go.Scatter(
            x=points[at, 0].astype(np.float32),
            y=points[at, 1].astype(np.float32),
            mode="markers",
            name=words,
            marker={
                "color": colour,
                "symbol": symbol,
                "size": float(np.clip(180 / np.sqrt(len(pictures) + 1), 4, 9)),
                "line": {"color": look.background, "width": 0.5 if len(pictures) < MANY else 0},
            },
            customdata=at.astype(np.int32),
            hovertext=[f"{literal(shorten(pictures[i][0], limit=NAME))}<br>{words}" for i in at],
            hoverinfo="text",
            unselected={"marker": {"opacity": 1}},
        )
        for at, words, colour, symbol in groups
        if at.size
    ]
    first, second = (percent(float(share)) for share in embedding.explained)
    together = percent(float(embedding.explained.sum()))
    title = tr(
        "Two directions hold {together} of what moves the gates of {block} over {pictures}",
        together=together,
        block=block,
        pictures=count(len(pictures), "picture"),
    )
    return Chart(
        figure=draw(
            traces,
            dark=dark,
            height=420,
            xaxis=axis(tr("first direction, {first} (gates)", first=first), showgrid=True),
            yaxis=axis(tr("second, {second} (gates)", second=second), scaleanchor="x"),
            top=30 + 18 * (len(traces) // 4),
        ),
        title=title,
        reads=tr(
            "Each point is a picture, placed by its gates alone: the two principal "
            "components of this block's gates, the same scale on both axes. Pictures "
            "close together are gated alike as far as these two directions tell. Click "
            "a point to see its picture."
        ),
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
            "first": points[:, 0],
            "second": points[:, 1],
        },
    )
