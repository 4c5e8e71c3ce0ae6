"""One channel's gate by class: means, spread, lowest and highest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.class_profiles import ClassMoments
from senet_viz.analysis.gate_shape import ALIKE
from senet_viz.core.arrays import Array
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis, gate_words, row_axis
from senet_viz.figures.base.chart import Chart, draw, require
from senet_viz.figures.base.formats import gate, literal, paragraph, shorten
from senet_viz.figures.base.theme import Mode, mode
from senet_viz.figures.base.traces import guide

MOST = 12
NAME = 22


@dataclass(frozen=True, slots=True)
class _Row:
    """One channel's gate over the pictures of one class."""

    name: str
    pictures: int
    mean: float
    deviation: float
    lowest: float
    highest: float

    @property
    def label(self) -> str:
        return literal(shorten(self.name, limit=NAME))

    @property
    def words(self) -> str:
        return tr(
            "{label}, {pictures}<br>mean {mean} ± {deviation}<br>{lowest} to {highest}",
            label=self.label,
            pictures=count(self.pictures, "picture"),
            mean=gate(self.mean),
            deviation=gate(self.deviation),
            lowest=gate(self.lowest),
            highest=gate(self.highest),
        )


def gate_by_class(
    moments: ClassMoments, channel: int, names: Sequence[str], *, dark: bool
) -> Chart:
    """For which classes does this channel open? A row a class, the most open at the top.

    Of more than twelve classes the six most open and the six most shut are drawn.
    """
    require(int(moments.count.sum()), "picture")
    require(moments.mean.shape[1], "channel")
    every = _rows(moments, channel, names)
    shown = every if len(every) <= MOST else every[: MOST // 2] + every[-MOST // 2 :]
    title = _sentence(channel, every)
    return Chart(
        figure=_figure(shown, dark=dark),
        title=title,
        reads=paragraph(
            tr(
                "A row for each class: the point is the mean gate over its pictures, the "
                "thick line one standard deviation to both sides, the thin one from the "
                "lowest to the highest."
            ),
            tr(
                "Of {order} classes the six most open and the six most shut are drawn.",
                order=len(every),
            )
            if len(every) > MOST
            else "",
        ),
        caution=tr(
            "Whether the channel is active for a class at all, the gate does not say. "
            "The lowest and the highest are single pictures, the further out the more "
            "pictures there are."
        ),
        alt=tr("{rows}, one for each class. {title}.", rows=count(len(shown), "row"), title=title),
        table=_table(every),
    )


def _rows(moments: ClassMoments, channel: int, names: Sequence[str]) -> list[_Row]:
    """One for each class that has pictures, the most open first."""
    there = np.flatnonzero(moments.count > 0)
    order = there[np.argsort(-moments.mean[there, channel], kind="stable")]
    deviation = np.sqrt(moments.variance[:, channel])
    return [
        _Row(
            names[k],
            int(moments.count[k]),
            moments.mean[k, channel],
            deviation[k],
            moments.lowest[k, channel],
            moments.highest[k, channel],
        )
        for k in order
    ]


def _figure(shown: Sequence[_Row], *, dark: bool) -> go.Figure:
    rows = np.arange(len(shown), dtype=np.float32)
    return draw(
        [_ends(shown, rows, mode(dark)), _means(shown, rows, mode(dark))],
        dark=dark,
        height=110 + 24 * len(shown),
        top=30,
        xaxis=axis(gate_words(), range=[-0.02, 1.02], showgrid=True),
        yaxis=row_axis(rows, [row.label for row in shown]),
    )


def _ends(shown: Sequence[_Row], rows: Array, look: Mode) -> go.Scatter:
    """A line for each class from its lowest gate to its highest."""
    reach = [end for row in shown for end in (row.lowest, row.highest, np.nan)]
    line = {"color": look.line, "width": 2}
    name = tr("lowest to highest")
    return guide(np.array(reach, dtype=np.float32), np.repeat(rows, 3), line, name=name)


def _means(shown: Sequence[_Row], rows: Array, look: Mode) -> go.Scatter:
    return go.Scatter(
        x=np.array([row.mean for row in shown], dtype=np.float32),
        y=rows,
        mode="markers",
        marker={"color": look.accent, "size": 9},
        error_x={
            "type": "data",
            "array": np.array([row.deviation for row in shown]),
            "color": look.accent,
            "thickness": 3,
            "width": 0,
        },
        name=tr("mean ± deviation"),
        hovertext=[row.words for row in shown],
        hoverinfo="text",
    )


def _table(every: Sequence[_Row]) -> dict[str, Any]:
    return {
        "class": [row.name for row in every],
        "pictures": np.array([row.pictures for row in every]),
        "mean": np.array([row.mean for row in every]),
        "deviation": np.array([row.deviation for row in every]),
        "lowest": np.array([row.lowest for row in every]),
        "highest": np.array([row.highest for row in every]),
    }


def _sentence(channel: int, every: Sequence[_Row]) -> str:
    first, last = every[0], every[-1]
    high, low = first.mean, last.mean
    if len(every) == 1:
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
        "Channel {channel} is most open for {open} (mean {open_gate}), most shut for "
        "{shut} ({shut_gate})",
        channel=channel,
        open=shorten(first.name, limit=NAME),
        open_gate=gate(high),
        shut=shorten(last.name, limit=NAME),
        shut_gate=gate(low),
    )
