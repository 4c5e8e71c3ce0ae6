"""Two surveys side by side: how far their gates move by depth, and one block's mean gates."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.comparing import counterpart, relative_depth
from senet_viz.figures.axes import axis
from senet_viz.figures.chart import Chart, Numbers, draw, finite, known, require
from senet_viz.figures.formats import gate, literal, signed
from senet_viz.figures.sentences import ALIKE
from senet_viz.figures.series import Series
from senet_viz.figures.theme import Mode, mode
from senet_viz.figures.variance_sentences import Splits
from senet_viz.language import count, tr
from senet_viz.variance import FIXED

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
    relative = finite(np.array([s.relative for each in splits for s in each.values()]))
    highest = 100 * float(relative.max(initial=2 * FIXED))
    title = _sentence(splits, series)
    rows = [(one, s) for one, each in zip(series, splits, strict=True) for s in each.items()]
    return Chart(
        figure=draw(
            traces,
            dark=dark,
            height=420,
            margin={"l": 8, "r": 28, "t": 30, "b": 8},
            xaxis=axis(tr("relative depth (0 input, 1 output)"), range=[0, 1], anchor="y2"),
            yaxis=axis(
                tr("off its mean, %"),
                domain=[0.5 + GAP / 2, 1],
                range=[-0.04 * highest, 1.1 * highest],
            ),
            yaxis2=axis(
                tr("between classes, %"),
                domain=[0, 0.5 - GAP / 2],
                range=[-4, 104],
                automargin=True,
                fixedrange=True,
            ),
            shapes=[_here(here, look), _fixed(look)],
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
            "Two panels over {splits} and {splits_2} blocks. {title}.",
            splits=len(splits[0]),
            splits_2=len(splits[1]),
            title=title,
        ),
        table={
            "survey": [one.name for one, _ in rows],
            "block": [name for _, (name, _) in rows],
            "off its mean": [s.relative for _, (_, s) in rows],
            "share between": [s.block_share for _, (_, s) in rows],
            "verdict": [s.verdict for _, (_, s) in rows],
        },
    )


def mean_against_mean(
    block: str, means: tuple[Numbers, Numbers], series: tuple[Series, Series], *, dark: bool
) -> Chart:
    """Did the block's gates shift? Mean gates (c,) of the same block, a point a channel.

    Only for two surveys of one architecture: channels of two networks have nothing in common
    but their number, unless one was trained on from the other. ``customdata``: channel number.
    """
    require(means[0].size, "channel")
    look, (one, two) = mode(dark), means
    at = np.arange(one.size, dtype=np.int32)
    points = go.Scatter(
        x=one.astype(np.float32),
        y=two.astype(np.float32),
        mode="markers",
        customdata=at,
        marker={"color": look.accent, "size": 7, "line": {"color": look.background, "width": 1}},
        hovertext=[
            tr("channel {c}<br>{one} → {two}", c=c, one=gate(one[c]), two=gate(two[c])) for c in at
        ],
        hoverinfo="text",
        showlegend=False,
    )
    apart = np.abs(known(two) - known(one))
    most = int(apart.argmax())
    title = (
        tr("Some mean gates of {block} are not finite", block=block)
        if not np.isfinite(apart).all()
        else tr("{block} has the same mean gates in both surveys", block=block)
        if apart.max() < ALIKE
        else tr(
            "The mean gates of {block} are {sqrt} apart (root mean square), most in "
            "channel {most} ({two})",
            block=block,
            sqrt=gate(float(np.sqrt((apart**2).mean()))),
            most=most,
            two=signed(two[most] - one[most], decimals=3),
        )
    )
    reached = finite(np.concatenate([one, two]))
    low, high = (float(reached.min()), float(reached.max())) if reached.size else (0.0, 1.0)
    room = max(0.05 * (high - low), 0.01)
    ends = [low - room, high + room]
    return Chart(
        figure=draw(
            [points],
            dark=dark,
            height=380,
            xaxis=axis(tr("mean gate, {label}", label=series[0].label), range=ends, showgrid=True),
            yaxis=axis(tr("mean gate, {label}", label=series[1].label), range=ends),
            shapes=[
                {
                    "type": "line",
                    "x0": ends[0],
                    "x1": ends[1],
                    "y0": ends[0],
                    "y1": ends[1],
                    "line": {"color": look.line, "width": 1.5, "dash": "dot"},
                }
            ],
        ),
        title=title,
        reads=tr(
            "A point for each channel: its mean gate in the first survey and in the "
            "second. On the dotted line both are the same; above it the channel is "
            "more open in the second."
        ),
        caution=tr(
            "Channels correspond only where both surveys are of one network, or one "
            "was trained on from the other. The same architecture trained anew numbers "
            "its channels at random."
        ),
        alt=tr("Points of {channels}. {title}.", channels=count(one.size, "channel"), title=title),
        table={"channel": at, series[0].name: one, f"{series[1].name} ": two},
    )


def _curves(splits: Splits, one: Series, *, of: list[str]) -> list[go.Scatter]:
    names, size = list(splits), len(splits)
    at = relative_depth(size).astype(np.float32)
    nearest = [of[counterpart(i, of=size, among=len(of))] for i in range(size)]
    share = [100 * s.block_share for s in splits.values()]
    panels = (("y", [100 * s.relative for s in splits.values()]), ("y2", share))
    return [
        go.Scatter(
            x=at,
            y=np.array(values, dtype=np.float32),
            yaxis=axis,
            mode="lines+markers",
            name=one.label,
            showlegend=axis == "y",
            line=one.line,
            marker={"color": one.colour, "symbol": one.symbol, "size": 7},
            customdata=nearest,
            hovertext=[
                f"{one.label}<br>{literal(n)}<br>{v:.1f} %"
                for n, v in zip(names, values, strict=True)
            ],
            hoverinfo="text",
            unselected={"marker": {"opacity": 1}},
        )
        for axis, values in panels
    ]


def _here(at: float, look: Mode) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": at,
        "x1": at,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": look.accent, "width": 1.5, "dash": "dot"},
        "layer": "below",
    }


def _fixed(look: Mode) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": 0,
        "x1": 1,
        "xref": "paper",
        "y0": 100 * FIXED,
        "y1": 100 * FIXED,
        "line": {"color": look.text, "width": 1.2, "dash": "dot"},
    }


def _sentence(splits: tuple[Splits, Splits], series: tuple[Series, Series]) -> str:
    fixed = [sum(s.verdict == "fixed scale" for s in each.values()) for each in splits]
    return tr(
        "{fixed} of {splits} blocks act as a fixed scale in {short}, {fixed_2} of "
        "{splits_2} in {short_2}",
        fixed=fixed[0],
        splits=len(splits[0]),
        short=series[0].short,
        fixed_2=fixed[1],
        splits_2=len(splits[1]),
        short_2=series[1].short,
    )
