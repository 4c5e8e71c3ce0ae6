"""The channels whose gates tell groups of pictures apart."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.analysis.separation import ChannelSeparation
from senet_viz.core.arrays import Array
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import WHOLE, axis, gate_words, roomy
from senet_viz.figures.base.chart import Chart, draw, require
from senet_viz.figures.base.columns import numbered, stacked
from senet_viz.figures.base.formats import gate, percent
from senet_viz.figures.base.series import Series
from senet_viz.figures.base.theme import Mode, mode
from senet_viz.figures.base.traces import UNFADED

MOST_CHANNELS = 12
CONVINCING = 0.05
FANNED = 0.5  # of a row: how far the groups of one channel stand apart


def separating_channels(
    block: str,
    separation: ChannelSeparation,
    gates: Array,
    pictures: Sequence[tuple[Series, str]],
    groups: Sequence[Series],
    *,
    span: tuple[float, float] = WHOLE,
    dark: bool,
) -> Chart:
    """Which channels separate the groups most, and where does each picture stand in them?

    gates (n, c), ``pictures`` (n) each with the name of its group, ``groups`` in the order of
    ``separation``. A row for each of the twelve channels that separate best, a point for each
    picture in its group's colour, a bar at the group's mean. ``customdata`` is the channel number.
    """
    require(separation.order.size, "channel")
    traces = _traces(separation, gates, pictures, groups, mode(dark))
    shown = separation.order[:MOST_CHANNELS].size
    title = _sentence(block, separation)
    return Chart(
        figure=draw(
            traces,
            dark=dark,
            height=100 + 28 * shown,
            top=30,
            xaxis=axis(gate_words(), range=roomy(span), showgrid=True),
            yaxis=_channel_rows(separation),
        ),
        title=title,
        reads=_reads(separation),
        caution=tr(
            "The best of many channels always looks good with few pictures: it need "
            "not separate the next picture. What tells the groups apart may be light "
            "or background."
        ),
        alt=tr(
            "Points of {channels} in {groups}. {title}.",
            channels=count(shown, "channel"),
            groups=count(len(groups), "group"),
            title=title,
        ),
        table=_table(separation, groups),
    )


def _traces(
    separation: ChannelSeparation,
    gates: Array,
    pictures: Sequence[tuple[Series, str]],
    groups: Sequence[Series],
    look: Mode,
) -> list[go.Scatter]:
    """For each group its pictures and its mean, a little above or below the middle of the rows."""
    shown = separation.order[:MOST_CHANNELS].astype(np.int32)
    traces: list[go.Scatter] = []
    for index, one in enumerate(groups):
        members = [i for i, (_, group) in enumerate(pictures) if group == separation.groups[index]]
        place = (index - (len(groups) - 1) / 2) * FANNED / max(1, len(groups) - 1)
        rows = np.arange(shown.size, dtype=np.float32) + np.float32(place)
        names = [pictures[i][0].label for i in members]
        traces.append(_points(one, gates[members], names, shown, rows, look))
        traces.append(_means(one, separation.mean[index].astype(np.float32), shown, rows))
    return traces


def _channel_rows(separation: ChannelSeparation) -> dict[str, Any]:
    """The axis of channels, the best at the top, each with its share between the groups."""
    shown = separation.order[:MOST_CHANNELS]
    return {
        "tickvals": list(range(shown.size)),
        "ticktext": [
            tr("ch {channel} · {share}", channel=c, share=percent(separation.share[c]))
            for c in shown
        ],
        "range": [shown.size - 0.4, -0.6],
        "ticks": "",
    }


def _reads(separation: ChannelSeparation) -> str:
    return tr(
        "The channels that separate the groups best, the best at the top: a point "
        "for each picture, a bar at its group's mean. The percentage is the share "
        "of the gate's variance that lies between the groups (eta squared; a "
        "deviation within groups below 0.01 counts as 0.01). {chance_words} Click "
        "a point to pick its channel.",
        chance_words=chance_words(separation),
    )


def _table(separation: ChannelSeparation, groups: Sequence[Series]) -> dict[str, Any]:
    return stacked(
        "group",
        numbered([one.name for one in groups]),
        {"channel": separation.order, "share_between": separation.share[separation.order]},
        mean=[separation.mean[i][separation.order] for i in range(len(groups))],
    )


def _points(
    group: Series,
    gates: Array,
    names: Sequence[str],
    shown: npt.NDArray[np.int32],
    rows: npt.NDArray[np.float32],
    look: Mode,
) -> go.Scatter:
    return go.Scatter(
        x=gates[:, shown].ravel().astype(np.float32),
        y=np.tile(rows, len(gates)),
        mode="markers",
        marker={
            "color": group.colour,
            "symbol": group.symbol,
            "size": 8,
            "line": {"color": look.background, "width": 1},
        },
        name=group.label,
        customdata=np.tile(shown, len(gates)),
        hovertext=[
            tr(
                "{name}, {label}<br>channel {channel}<br>gate {gate}",
                name=name,
                label=group.label,
                channel=c,
                gate=gate(own[c]),
            )
            for name, own in zip(names, gates, strict=True)
            for c in shown
        ],
        hoverinfo="text",
        **UNFADED,
    )


def _means(
    group: Series, mean: Array, shown: npt.NDArray[np.int32], rows: npt.NDArray[np.float32]
) -> go.Scatter:
    return go.Scatter(
        x=mean[shown],
        y=rows,
        mode="markers",
        marker={"symbol": "line-ns", "size": 9, "line": {"color": group.colour, "width": 2.5}},
        customdata=shown,
        hovertext=[
            tr(
                "mean of {label}<br>channel {channel}<br>gate {mean}",
                label=group.label,
                channel=c,
                mean=gate(mean[c]),
            )
            for c in shown
        ],
        hoverinfo="text",
        **UNFADED,
        showlegend=False,
    )


def chance_words(separation: ChannelSeparation) -> str:
    """How good a grouping by chance would look, in a sentence."""
    if separation.count.max() == 1:
        return tr(
            "No group holds two pictures, so nothing says how much pictures of one "
            "group differ: the order is that of the differences alone."
        )
    if separation.every:
        return tr(
            "{regroupings} ways to deal these pictures into groups of these sizes were "
            "tried (all there are): {chance} give some channel of the block that "
            "separates at least as well.",
            regroupings=separation.regroupings,
            chance=percent(separation.chance),
        )
    return tr(
        "{regroupings} ways to divide these pictures into groups of these sizes were tried (drawn "
        "at random from all possible ways): in {chance} some channel of the block separates at "
        "least as well.",
        regroupings=separation.regroupings,
        chance=percent(separation.chance),
    )


def _sentence(block: str, separation: ChannelSeparation) -> str:
    """The best channel, and whether it is better than chance."""
    best = int(separation.order[0])
    low, high = int(separation.mean[:, best].argmin()), int(separation.mean[:, best].argmax())
    most, least = gate(separation.mean[high, best]), gate(separation.mean[low, best])
    one, other = separation.groups[high], separation.groups[low]
    values = {"best": best, "block": block, "most": most, "one": one}
    values |= {"least": least, "other": other}
    if separation.count.max() == 1 or separation.chance > CONVINCING:
        return tr(
            "No better than chance with so few pictures: channel {best} of {block} "
            "separates the groups best: mean gate {most} for {one}, {least} for {other}",
            **values,
        )
    return tr(
        "Channel {best} of {block} separates the groups best: mean gate {most} for "
        "{one}, {least} for {other}",
        **values,
    )
