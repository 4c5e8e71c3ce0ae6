"""One channel's gate by class: means, spread, lowest and highest."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from senet_viz.class_profiles import ClassMoments
from senet_viz.figures.axes import axis, gate_axis
from senet_viz.figures.chart import Chart, draw, require
from senet_viz.figures.formats import gate, literal, paragraph, shorten
from senet_viz.figures.sentences import ALIKE
from senet_viz.figures.theme import mode
from senet_viz.language import count, tr

MOST = 12
NAME = 22


def gate_by_class(
    moments: ClassMoments, channel: int, names: Sequence[str], *, dark: bool
) -> Chart:
    """For which classes does this channel open? A row a class, the most open at the top.

    Of more than twelve classes the six most open and the six most shut are drawn.
    """
    require(int(moments.count.sum()), "picture")
    require(moments.mean.shape[1], "channel")
    look = mode(dark)
    there = np.flatnonzero(moments.count > 0)
    order = there[np.argsort(-moments.mean[there, channel], kind="stable")]
    shown = (
        order if order.size <= MOST else np.concatenate([order[: MOST // 2], order[-MOST // 2 :]])
    )
    mean, rows = moments.mean[shown, channel], np.arange(shown.size, dtype=np.float32)
    spread = np.sqrt(moments.variance[shown, channel])
    low, high = moments.lowest[shown, channel], moments.highest[shown, channel]
    labels = [literal(shorten(names[k], limit=NAME)) for k in shown]
    words = [
        tr(
            "{label}, {pictures}<br>mean {m} ± {s}<br>{a} to {b}",
            label=label,
            pictures=count(int(moments.count[k]), "picture"),
            m=gate(m),
            s=gate(s),
            a=gate(a),
            b=gate(b),
        )
        for label, k, m, s, a, b in zip(labels, shown, mean, spread, low, high, strict=True)
    ]
    ends = go.Scatter(
        x=np.stack([low, high, np.full_like(low, np.nan)], axis=1).ravel().astype(np.float32),
        y=np.repeat(rows, 3),
        mode="lines",
        line={"color": look.line, "width": 2},
        name=tr("lowest to highest"),
        hoverinfo="skip",
    )
    means = go.Scatter(
        x=mean.astype(np.float32),
        y=rows,
        mode="markers",
        marker={"color": look.accent, "size": 9},
        error_x={"type": "data", "array": spread, "color": look.accent, "thickness": 3, "width": 0},
        name=tr("mean ± deviation"),
        hovertext=words,
        hoverinfo="text",
    )
    title = _sentence(moments, channel, order, names)
    return Chart(
        figure=draw(
            [ends, means],
            dark=dark,
            height=110 + 24 * shown.size,
            xaxis=axis(gate_axis(), range=[-0.02, 1.02], showgrid=True),
            yaxis={
                "tickvals": rows,
                "ticktext": labels,
                "range": [shown.size - 0.5, -0.5],
                "showgrid": False,
                "ticks": "",
            },
            top=30,
        ),
        title=title,
        reads=paragraph(
            tr(
                "A row for each class: the point is the mean gate over its pictures, the "
                "thick line one standard deviation to both sides, the thin one from the "
                "lowest to the highest."
            ),
            tr(
                "Of {order} classes the six most open and the six most shut are drawn.",
                order=order.size,
            )
            if order.size > MOST
            else "",
        ),
        caution=tr(
            "Whether the channel is active for a class at all, the gate does not say. "
            "The lowest and the highest are single pictures, the further out the more "
            "pictures there are."
        ),
        alt=tr("{rows}, one for each class. {title}.", rows=count(shown.size, "row"), title=title),
        table={
            "class": [names[k] for k in order],
            "pictures": moments.count[order],
            "mean": moments.mean[order, channel],
            "deviation": np.sqrt(moments.variance[order, channel]),
            "lowest": moments.lowest[order, channel],
            "highest": moments.highest[order, channel],
        },
    )


def _sentence(moments: ClassMoments, channel: int, order: np.ndarray, names: Sequence[str]) -> str:
    first, last = int(order[0]), int(order[-1])
    high, low = moments.mean[first, channel], moments.mean[last, channel]
    if first == last:
        return tr("Channel {channel} has a mean gate of {high}", channel=channel, high=gate(high))
    if not np.isfinite([high, low]).all():
        return tr("Some mean gates of channel {channel} are not finite", channel=channel)
    if high - low < ALIKE:
        return tr(
            "Channel {channel} has the same mean gate for every class, {high}",
            channel=channel,
            high=gate(high),
        )
    return tr(
        "Channel {channel} is most open for {names} (mean {high}), most shut for {names_2} ({low})",
        channel=channel,
        names=shorten(names[first], limit=NAME),
        high=gate(high),
        names_2=shorten(names[last], limit=NAME),
        low=gate(low),
    )
