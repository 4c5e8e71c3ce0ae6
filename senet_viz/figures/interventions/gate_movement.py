"""Which gates moved under an edit: in the edited block, and in the blocks that were not edited."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.analysis.gate_shape import ALIKE
from senet_viz.core.arrays import Array
from senet_viz.core.records import BlockActivation, Capture
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis, gate_words, rank_range
from senet_viz.figures.base.chart import Chart, Numbers, draw, finite
from senet_viz.figures.base.depth_axes import ROOMY, DepthAxis, depth_axis
from senet_viz.figures.base.formats import gate, literal
from senet_viz.figures.base.theme import Mode, mode
from senet_viz.figures.base.traces import channel_bars, channel_hover, channel_points, ranks

LEAST_HEIGHT = 1e-3  # of the axis of movements: rounding should not fill it


def gates_before_after(
    before: BlockActivation, after: BlockActivation, *, image: int = 0, dark: bool
) -> Chart:
    """Which gates of this block are others now, and by how much?

    One bar for each channel with its own gate, the most open first, and a dot at the gate in force
    with the edits; ``customdata`` is the channel number.
    """
    own, now = (a.excitation[image].astype(np.float32) for a in (before, after))
    order = np.argsort(-own, kind="stable")
    title = _moved_sentence(before.block.name, own, now)
    return Chart(
        figure=draw(
            _before_and_after(own[order], now[order], order.astype(np.int32), mode(dark)),
            dark=dark,
            height=260,
            top=26,
            xaxis=axis(
                tr("rank of the channel before, most open first"), range=rank_range(order.size)
            ),
            yaxis=axis(gate_words(), range=[0, 1.03]),
        ),
        title=title,
        reads=tr(
            "One bar for each channel: the gate the network gives itself for this "
            "picture. The dot is the gate in force with the edits."
        ),
        caution=tr("A gate that moved far need not matter: the prediction says what came of it."),
        alt=tr("{gates} before and after. {title}.", gates=count(order.size, "gate"), title=title),
        table={"channel": order, "before": own[order], "after": now[order]},
    )


def _before_and_after(
    own: Array, now: Array, channels: npt.NDArray[np.int32], look: Mode
) -> list[Any]:
    rank = ranks(channels.size)
    return [
        channel_bars(
            rank,
            own,
            channels,
            marker={"color": look.neutral, "line": {"width": 0}},
            hovertemplate=channel_hover(tr("before {value}", value="%{y:.3f}")),
            name=tr("before"),
        ),
        channel_points(
            rank,
            now,
            channels,
            marker={"color": look.accent, "size": float(np.clip(700 / rank.size, 2.5, 7))},
            cliponaxis=False,
            hovertemplate=channel_hover(tr("after {value}", value="%{y:.3f}")),
            name=tr("after"),
        ),
    ]


def _moved_sentence(name: str, before: Array, after: Array) -> str:
    change = np.abs(after.astype(np.float64) - before)
    if not finite(change).size:
        return tr("No gate of {name} is a finite number", name=name)
    moved = int((change >= ALIKE).sum())
    if not moved:
        return tr("The gates of {name} are as before", name=name)
    was, now = gate(float(before.mean())), gate(float(after.mean()))
    gates = count(moved, "gate")
    return tr(
        "{gates} of {before} in {name} moved: mean {was} before, {now} after",
        gates=gates,
        before=before.size,
        name=name,
        was=was,
        now=now,
    )


def gates_moved_by_depth(
    before: Capture, after: Capture, *, edited: Mapping[str, Array], image: int = 0, dark: bool
) -> Chart:
    """How far do the gates that were not edited move?

    For each block the mean distance by which the gates that were not edited moved. ``edited`` are
    the gates given to ``override``, NaN where a channel was left alone. ``customdata`` is the
    block's name.
    """
    names, look = list(before.names), mode(dark)
    mean, largest = _movement(before, after, edited, image)
    depth, left = depth_axis(names), np.isfinite(mean)
    highest = float(mean[left].max(initial=LEAST_HEIGHT))
    title = _following(names, mean)
    return Chart(
        figure=draw(
            [_left_alone(depth, mean, largest, look), *_edited_marks(edited, mean, depth, look)],
            dark=dark,
            height=260,
            top=26,
            showlegend=True,
            xaxis={**depth.layout, "ticklabelstandoff": 6},
            yaxis=axis(tr("mean distance moved"), exponentformat="none", range=[0, 1.15 * highest]),
        ),
        title=title,
        reads=tr(
            "One bar for each block, from the input on the left: by how much its gates moved on "
            "average, over the channels that are not edited. Blocks before the first edit do not "
            "change. A block wholly edited has no bar."
        ),
        caution=tr(
            "Later gates move because other features reach them. How far they move "
            "does not say how much they matter for the class."
        ),
        alt=tr(
            "Movement of the gates of {blocks} by depth. {title}.",
            blocks=count(len(names), "block"),
            title=title,
        ),
        table={
            "block": names,
            "mean_change": mean,
            "largest_change": largest,
            "edited": [name in edited for name in names],
        },
    )


def _left_alone(depth: DepthAxis, mean: Numbers, largest: Numbers, look: Mode) -> go.Bar:
    """A bar for each block of which an edit left a gate to the network."""
    left = np.flatnonzero(np.isfinite(mean))
    return go.Bar(
        x=depth.positions[left],
        y=mean[left],
        width=0.8,
        customdata=[depth.names[i] for i in left],
        hovertext=[
            tr(
                "<b>{names}</b><br>moved by {mean:.4f} on average<br>at most by {largest:.4f}",
                names=literal(depth.names[i]),
                mean=mean[i],
                largest=largest[i],
            )
            for i in left
        ],
        hoverinfo="text",
        marker={"color": look.neutral, "line": {"width": 0}},
        name=tr("left to the network"),
    )


def _movement(
    before: Capture, after: Capture, edited: Mapping[str, Array], image: int
) -> tuple[Numbers, Numbers]:
    """(b,) mean and (b,) largest move of the gates left alone; NaN where none was."""
    means, most = [], []
    for own in before:
        name = own.block.name
        change = np.abs(after[name].excitation[image].astype(np.float64) - own.excitation[image])
        if name in edited:
            change = change[np.isnan(edited[name])]
        change = finite(change)
        means.append(float(change.mean()) if change.size else np.nan)
        most.append(float(change.max()) if change.size else np.nan)
    return np.array(means), np.array(most)


def _edited_marks(
    edited: Mapping[str, Array], mean: Numbers, depth: DepthAxis, look: Mode
) -> list[go.Scatter]:
    """A diamond on the axis at every edited block."""
    where = [i for i, name in enumerate(depth.names) if name in edited]
    if not where:
        return []
    size = 11 if len(depth.names) <= ROOMY else 6
    return [
        go.Scatter(
            x=depth.positions[where],
            y=np.zeros(len(where), np.float32),
            mode="markers",
            marker={"symbol": "diamond", "size": size, "color": look.accent},
            cliponaxis=False,
            customdata=[depth.names[i] for i in where],
            hovertext=[
                tr("<b>{names}</b><br>some channels edited", names=literal(depth.names[i]))
                if np.isfinite(mean[i])
                else tr("<b>{names}</b><br>all channels edited", names=literal(depth.names[i]))
                for i in where
            ],
            hoverinfo="text",
            name=tr("edited"),
        )
    ]


def _following(names: Sequence[str], mean: Numbers) -> str:
    if not np.isfinite(mean).any():
        return tr("Every gate is edited, so none could follow")
    at = int(np.nanargmax(mean))
    if mean[at] == 0:
        return tr("No gate that was left to the network moved")
    if mean[at] < ALIKE:
        return tr(
            "Of the gates left alone, those of {names} moved most: by less than 0.001 on average",
            names=names[at],
        )
    return tr(
        "Of the gates left alone, those of {names} moved most: by {mean:.3f} on average",
        names=names[at],
        mean=mean[at],
    )
