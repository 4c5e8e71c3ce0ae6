"""Dynamic or constant, by depth: how far gates move, and with what."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.figures import variance_sentences
from senet_viz.figures.axes import axis
from senet_viz.figures.chart import Chart, Numbers, draw, finite, require
from senet_viz.figures.depth import DepthAxis, depth_axis
from senet_viz.figures.formats import gate, literal, number, percent
from senet_viz.figures.theme import OKABE_ITO, Mode, mode
from senet_viz.figures.variance_sentences import Splits
from senet_viz.language import count, tr
from senet_viz.variance import FIXED, NEARLY, WORDS, VarianceSplit, rule

BETWEEN = OKABE_ITO[0]


def movement_by_depth(splits: Splits, *, selected: str, dark: bool) -> Chart:
    """Which blocks act as a fixed scale? A bar a block: how far its gates are off their mean.

    ``splits`` by block name, in depth order. ``customdata`` of the bars are the block names.
    """
    require(min((s.mean.size for s in splits.values()), default=0), "channel")
    look, names = mode(dark), tuple(splits)
    depth = depth_axis(names)
    relative = np.array([s.relative for s in splits.values()])
    bars = go.Bar(
        x=depth.positions,
        y=(100 * relative).astype(np.float32),
        width=0.8,
        marker={
            "color": [look.accent if n == selected else look.neutral for n in names],
            "line": {"width": 0},
        },
        customdata=names,
        hovertext=[
            tr(
                "{n}<br>{relative} of the gate, {block_deviation} gates<br>{words}",
                n=literal(n),
                relative=number(s.relative, ".1%"),
                block_deviation=gate(s.block_deviation),
                words=WORDS[s.verdict],
            )
            for n, s in splits.items()
        ],
        hoverinfo="text",
        showlegend=False,
    )
    title = variance_sentences.movement_sentence(splits)
    return Chart(
        figure=draw(
            [
                bars,
                _threshold(
                    100 * FIXED,
                    tr("fixed scale below {fixed:.0%}", fixed=FIXED),
                    depth,
                    "dot",
                    look,
                ),
                _threshold(
                    100 * NEARLY,
                    tr("nearly below {nearly:.0%}", nearly=NEARLY),
                    depth,
                    "6px,3px",
                    look,
                ),
            ],
            dark=dark,
            height=280,
            xaxis=depth.layout,
            yaxis=axis(
                tr("off its mean, % of the gate"),
                range=[0, 115 * float(finite(relative).max(initial=1.2 * NEARLY))],
            ),
            top=30,
        ),
        title=title,
        reads=tr(
            "A bar for each block: how far its gates are off their own mean over all "
            "pictures, in percent of the gate, both as root mean square over pictures "
            "and channels. High: the block does something else to each picture. {rule} "
            "Click a bar to pick its block.",
            rule=rule(),
        ),
        caution=tr(
            "A fixed scale on these pictures may move on others. It is a verdict on "
            "the gate, not on accuracy: a small movement in few channels can matter; "
            "what replacing the gates by their mean costs is measured on the page What "
            "matters."
        ),
        alt=tr("{blocks} by depth. {title}.", blocks=count(len(names), "block"), title=title),
        table={
            "block": list(names),
            "off its mean": relative,
            "deviation": [s.block_deviation for s in splits.values()],
            "verdict": [s.verdict for s in splits.values()],
        },
    )


def share_by_depth(splits: Splits, *, selected: str, dark: bool) -> Chart:
    """Does what moves a block's gates go with the class? The share of the variance between classes.

    Bars are empty where between and within cannot be told apart. ``customdata``: block names.
    """
    look, names = mode(dark), tuple(splits)
    depth = depth_axis(names)
    share = np.array([s.block_share for s in splits.values()])
    known = np.isfinite(share)
    chance = next(iter(splits.values())).chance
    bars = [
        _part(depth.positions, np.where(known, share, 0), tr("between classes"), BETWEEN, names),
        _part(
            depth.positions,
            np.where(known, 1 - share, 0),
            tr("within classes"),
            look.neutral,
            names,
        ),
    ]
    title = variance_sentences.share_sentence(splits)
    return Chart(
        figure=draw(
            bars,
            dark=dark,
            height=280,
            barmode="stack",
            xaxis=depth.layout,
            yaxis=axis(tr("share of the variance, %"), range=[0, 103]),
            top=30,
            shapes=[
                *([_level(100 * chance, look)] if known.any() else []),
                *_frame(float(depth.positions[names.index(selected)]), look),
            ],
        ),
        title=title,
        reads=tr(
            "The variance of a block's gates, all channels together: the part between "
            "classes (of the class means) and the part within them; the two add up to "
            "the whole exactly. The dotted line, {chance}, is what classes that mean "
            "nothing would give with so many pictures. No bar: the gates never move. "
            "Click a bar to pick its block.",
            chance=percent(chance),
        ),
        caution=tr(
            "A share is of whatever variance there is: where the gates hardly move, "
            "its split means little. A large share does not show that the network uses "
            "the gate to tell the classes apart: classes differ in background and "
            "light as well."
        ),
        alt=tr("{blocks} by depth. {title}.", blocks=count(len(names), "block"), title=title),
        table={
            "block": list(names),
            "share between": share,
            "corrected for chance": [s.corrected_share for s in splits.values()],
        },
    )


def channel_split(block: str, split: VarianceSplit, *, picked: int, dark: bool) -> Chart:
    """Which channels of the block move, and which with the class? A point a channel.

    Where between and within cannot be told apart, the mean gate is drawn upwards instead.
    ``customdata`` is the channel number.
    """
    require(split.mean.size, "channel")
    look, at = mode(dark), np.arange(split.mean.size, dtype=np.int32)
    share = np.where(np.isfinite(split.share), 100 * split.share, 0)
    upwards = share if split.separable else split.mean
    points = go.Scatter(
        x=split.deviation.astype(np.float32),
        y=upwards.astype(np.float32),
        mode="markers",
        customdata=at,
        marker={
            "color": [look.accent if c == picked else look.neutral for c in at],
            "size": np.where(at == picked, 11, 7),
            "line": {"color": look.background, "width": 1},
        },
        hovertext=[
            tr(
                "channel {c}<br>deviation {deviation}, mean {mean}<br>between classes {share}",
                c=c,
                deviation=gate(split.deviation[c]),
                mean=gate(split.mean[c]),
                share=percent(split.share[c]),
            )
            for c in at
        ],
        hoverinfo="text",
        showlegend=False,
    )
    title = variance_sentences.channel_sentence(block, split)
    highest = float(finite(split.deviation).max(initial=0.01))
    return Chart(
        figure=draw(
            [points],
            dark=dark,
            height=320,
            xaxis=axis(
                tr("standard deviation over pictures (gate)"),
                range=[-0.03 * highest, 1.06 * highest],
                showgrid=True,
            ),
            yaxis=(
                axis(tr("between classes, % of variance"), range=[-4, 104])
                if split.separable
                else axis(tr("mean gate (0 shut, 1 open)"), range=[-0.04, 1.04])
            ),
        ),
        title=title,
        reads=(
            tr(
                "A point for each channel. Right: its gate moves much from picture to "
                "picture. High: it moves with the class. Click a point to pick its channel."
            )
            if split.separable
            else tr(
                "A point for each channel. Right: its gate moves much from picture to "
                "picture. High: its gate is open. Click a point to pick its channel."
            )
        ),
        caution=tr(
            "A channel at the left edge hardly moves, so its height means little. With "
            "few pictures a class, height comes by chance."
        ),
        alt=tr("Points of {channels}. {title}.", channels=count(at.size, "channel"), title=title),
        table={
            "channel": at,
            "mean": split.mean,
            "deviation": split.deviation,
            "between": split.between,
            "within": split.within,
            "share between": split.share,
        },
    )


def _part(
    positions: Any, share: Numbers, words: str, colour: str, names: tuple[str, ...]
) -> go.Bar:
    return go.Bar(
        x=positions,
        y=(100 * share).astype(np.float32),
        width=0.8,
        name=words,
        marker={"color": colour, "line": {"width": 0}},
        customdata=names,
        hovertext=[
            f"{literal(n)}<br>{words} {percent(v)}" for n, v in zip(names, share, strict=True)
        ],
        hoverinfo="text",
    )


def _level(at: float, look: Mode) -> dict[str, Any]:
    line = {"color": look.text, "width": 1.2, "dash": "dot"}
    return {
        "type": "line",
        "x0": 0,
        "x1": 1,
        "xref": "paper",
        "y0": at,
        "y1": at,
        "line": line,
    }


def _threshold(at: float, words: str, depth: DepthAxis, dash: str, look: Mode) -> go.Scatter:
    return go.Scatter(
        x=depth.range,
        y=[at, at],
        mode="lines",
        name=words,
        line={"color": look.text, "width": 1.2, "dash": dash},
        hoverinfo="skip",
    )


def _frame(position: float, look: Mode) -> list[dict[str, Any]]:
    """Round the picked block's bar."""
    return [
        {
            "type": "rect",
            "x0": position - 0.4,
            "x1": position + 0.4,
            "y0": 0,
            "y1": 100,
            "line": {"color": look.accent, "width": 2},
            "fillcolor": "rgba(0,0,0,0)",
        }
    ]
