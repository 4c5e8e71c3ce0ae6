"""Two surveys side by side: how far their gates move by depth, and one block's mean gates."""

from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.analysis.gate_shape import ALIKE
from senet_viz.analysis.picture_distances import counterpart, relative_depth
from senet_viz.analysis.variance import FIXED
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, Numbers, draw, finite, known, require
from senet_viz.figures.base.columns import numbered, stacked
from senet_viz.figures.base.depth_axes import block_line
from senet_viz.figures.base.formats import gate, literal, signed
from senet_viz.figures.base.series import Series
from senet_viz.figures.base.shapes import diagonal, level, upright
from senet_viz.figures.base.theme import Mode, mode
from senet_viz.figures.base.traces import channel_points
from senet_viz.figures.surveys.variance_sentences import Splits

GAP = 0.1


def surveys_by_depth(
    splits: tuple[Splits, Splits], series: tuple[Series, Series], *, selected: str, dark: bool
) -> Chart:
    """Do two surveys find the same blocks dynamic? Two panels over relative depth.

    Above how far gates are off their mean, below the share of that between classes. ``selected``
    is a block of the first survey; ``customdata`` the first survey's block at or next to a point.
    """
    look, names = mode(dark), list(splits[0])
    here = float(relative_depth(len(names))[names.index(selected)])
    traces = [trace for side in range(2) for trace in _curves(splits[side], series[side], of=names)]
    title = _sentence(splits, series)
    return Chart(
        figure=draw(
            traces,
            dark=dark,
            height=420,
            margin={"l": 8, "r": 28, "t": 30, "b": 8},
            shapes=[
                {**upright(here, look.accent), "layer": "below"},
                level(100 * FIXED, look.text),
            ],
            **_panels(splits),
        ),
        title=title,
        reads=tr(
            "Above: how far each block's gates are off their own mean over its "
            "survey's pictures, in percent of the gate; below the dotted line "
            "({fixed:.0%}) a block acts as a fixed scale. Below: the share of that "
            "variance between classes. Blocks at the same relative depth stand over "
            "one another. Click a point to pick its block.",
            fixed=FIXED,
        ),
        caution=tr(
            "The surveys may be of other pictures, classes and numbers of them: a "
            "share between classes can only be compared where the classes are the same."
        ),
        alt=tr(
            "Two panels over {first} and {second} blocks. {title}.",
            first=len(splits[0]),
            second=len(splits[1]),
            title=title,
        ),
        table=_table(splits, series),
    )


def _panels(splits: tuple[Splits, Splits]) -> dict[str, Any]:
    """The axes of two panels, one over the other."""
    relative = finite(np.array([s.relative for each in splits for s in each.values()]))
    highest = 100 * float(relative.max(initial=2 * FIXED))
    return {
        "xaxis": axis(tr("relative depth (0 input, 1 output)"), range=[0, 1], anchor="y2"),
        "yaxis": axis(
            tr("off its mean, %"),
            domain=[0.5 + GAP / 2, 1],
            range=[-0.04 * highest, 1.1 * highest],
        ),
        "yaxis2": axis(
            tr("between classes, %"),
            domain=[0, 0.5 - GAP / 2],
            range=[-4, 104],
            automargin=True,
            fixedrange=True,
        ),
    }


def _table(splits: tuple[Splits, Splits], series: tuple[Series, Series]) -> dict[str, Any]:
    rows = [(one, s) for one, each in zip(series, splits, strict=True) for s in each.items()]
    return {
        "survey": [one.name for one, _ in rows],
        "block": [name for _, (name, _) in rows],
        "off_its_mean": [s.relative for _, (_, s) in rows],
        "share_between": [s.block_share for _, (_, s) in rows],
        "verdict": [s.verdict for _, (_, s) in rows],
    }


def mean_against_mean(
    block: str, means: tuple[Numbers, Numbers], series: tuple[Series, Series], *, dark: bool
) -> Chart:
    """Did the block's gates shift? Mean gates (c,) of the same block, a point a channel.

    Only for two surveys of one architecture: channels of two networks have nothing in common
    but their number, unless one was trained on from the other. ``customdata``: channel number.
    """
    require(means[0].size, "channel")
    look, (one, two) = mode(dark), means
    channels = np.arange(one.size, dtype=np.int32)
    ends = _reach(means)
    title = _shift_sentence(block, one, two)
    return Chart(
        figure=draw(
            [_points(one, two, channels, look)],
            dark=dark,
            height=380,
            xaxis=axis(tr("mean gate, {label}", label=series[0].label), range=ends, showgrid=True),
            yaxis=axis(tr("mean gate, {label}", label=series[1].label), range=ends),
            shapes=[diagonal(*ends, look.line)],
        ),
        title=title,
        reads=tr(
            "A point for each channel: its mean gate in the first survey and in the "
            "second. On the dotted line both are the same; above it the channel is "
            "more open in the second."
        ),
        caution=tr(
            "Channels correspond only where both surveys are of one network, or one "
            "was trained on from the other. The same architecture trained again numbers "
            "its channels at random."
        ),
        alt=tr("Points of {channels}. {title}.", channels=count(one.size, "channel"), title=title),
        table=stacked(
            "survey",
            numbered([side.name for side in series]),
            {"channel": channels},
            mean=[one, two],
        ),
    )


def _points(one: Numbers, two: Numbers, channels: npt.NDArray[np.int32], look: Mode) -> go.Scatter:
    return channel_points(
        one.astype(np.float32),
        two.astype(np.float32),
        channels,
        marker={"color": look.accent, "size": 7, "line": {"color": look.background, "width": 1}},
        hovertext=[
            tr("channel {channel}<br>{one} → {two}", channel=c, one=gate(one[c]), two=gate(two[c]))
            for c in channels
        ],
        hoverinfo="text",
        showlegend=False,
    )


def _reach(means: tuple[Numbers, Numbers]) -> tuple[float, float]:
    """The range that both axes have, a little wider than the means."""
    reached = finite(np.concatenate(means))
    low, high = (float(reached.min()), float(reached.max())) if reached.size else (0.0, 1.0)
    room = max(0.05 * (high - low), 0.01)
    return low - room, high + room


def _shift_sentence(block: str, one: Numbers, two: Numbers) -> str:
    apart = np.abs(known(two) - known(one))
    if not np.isfinite(apart).all():
        return tr("Some mean gates of {block} are not finite", block=block)
    if apart.max() < ALIKE:
        return tr("{block} has the same mean gates in both surveys", block=block)
    most = int(apart.argmax())
    return tr(
        "The mean gates of {block} are {sqrt} apart (root mean square), most in "
        "channel {most} ({two})",
        block=block,
        sqrt=gate(float(np.sqrt((apart**2).mean()))),
        most=most,
        two=signed(two[most] - one[most], decimals=3),
    )


def _curves(splits: Splits, one: Series, *, of: list[str]) -> list[go.Scatter]:
    names, size = list(splits), len(splits)
    nearest = [of[counterpart(i, of=size, among=len(of))] for i in range(size)]
    relative = np.array([100 * s.relative for s in splits.values()])
    share = np.array([100 * s.block_share for s in splits.values()])
    return [
        block_line(
            relative_depth(size).astype(np.float32),
            values,
            names=nearest,
            words=[
                f"{one.label}<br>{literal(n)}<br>{v:.1f} %"
                for n, v in zip(names, values, strict=True)
            ],
            yaxis=panel,
            name=one.label,
            showlegend=panel == "y",
            line=one.line,
            marker={"color": one.colour, "symbol": one.symbol, "size": 7},
        )
        for panel, values in (("y", relative), ("y2", share))
    ]


def _sentence(splits: tuple[Splits, Splits], series: tuple[Series, Series]) -> str:
    fixed = [sum(s.verdict == "fixed scale" for s in each.values()) for each in splits]
    return tr(
        "{first_fixed} of {first_blocks} blocks act as a fixed scale in {first}, {second_fixed} of "
        "{second_blocks} in {second}",
        first_fixed=fixed[0],
        first_blocks=len(splits[0]),
        first=series[0].short,
        second_fixed=fixed[1],
        second_blocks=len(splits[1]),
        second=series[1].short,
    )
