"""Dynamic or constant, by depth: how far gates move, and whether with the class."""

from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.analysis.variance import FIXED, NEARLY, WORDS, VarianceSplit
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, Numbers, draw, finite, require
from senet_viz.figures.base.depth_axes import DepthAxis, block_bars, depth_axis
from senet_viz.figures.base.formats import gate, literal, number, percent
from senet_viz.figures.base.shapes import frame, level
from senet_viz.figures.base.theme import OKABE_ITO, Mode, mode
from senet_viz.figures.base.traces import channel_points, guide, picked_colours
from senet_viz.figures.surveys import variance_sentences
from senet_viz.figures.surveys.variance_sentences import Splits

BETWEEN = OKABE_ITO[0]


def off_mean_by_depth(splits: Splits, *, selected: str, dark: bool) -> Chart:
    """Which blocks act as a fixed scale? A bar a block: how far its gates are off their mean.

    ``splits`` by block name, in depth order. ``customdata`` of the bars are the block names.
    """
    require(min((s.mean.size for s in splits.values()), default=0), "channel")
    look, depth = mode(dark), depth_axis(tuple(splits))
    relative = np.array([s.relative for s in splits.values()])
    bars = block_bars(
        depth,
        100 * relative,
        words=[_movement_words(name, split) for name, split in splits.items()],
        colour=picked_colours(depth.names, selected, look),
        showlegend=False,
    )
    fixed = tr("fixed scale below {fixed:.0%}", fixed=FIXED)
    nearly = tr("nearly below {nearly:.0%}", nearly=NEARLY)
    title = variance_sentences.movement_sentence(splits)
    return Chart(
        figure=draw(
            [
                bars,
                _threshold(100 * FIXED, fixed, depth, "dot", look),
                _threshold(100 * NEARLY, nearly, depth, "6px,3px", look),
            ],
            dark=dark,
            height=280,
            top=30,
            xaxis=depth.layout,
            yaxis=axis(
                tr("off its mean, % of the gate"),
                range=[0, 115 * float(finite(relative).max(initial=1.2 * NEARLY))],
            ),
        ),
        title=title,
        reads=variance_sentences.movement_reads(),
        caution=variance_sentences.movement_caution(),
        alt=tr("{blocks} by depth. {title}.", blocks=count(len(splits), "block"), title=title),
        table={
            "block": list(splits),
            "off_its_mean": relative,
            "deviation": [s.block_deviation for s in splits.values()],
            "verdict": [s.verdict for s in splits.values()],
        },
    )


def _movement_words(name: str, split: VarianceSplit) -> str:
    return tr(
        "{block}<br>{relative} of the gate, {block_deviation} gates<br>{words}",
        block=literal(name),
        relative=number(split.relative, ".1%"),
        block_deviation=gate(split.block_deviation),
        words=WORDS[split.verdict],
    )


def share_by_depth(splits: Splits, *, selected: str, dark: bool) -> Chart:
    """Does what moves a block's gates go with the class? The share of the variance between classes.

    Bars are empty where between and within cannot be told apart. ``customdata``: block names.
    """
    look, depth = mode(dark), depth_axis(tuple(splits))
    share = np.array([s.block_share for s in splits.values()])
    known = np.isfinite(share)
    chance = next(iter(splits.values())).chance
    within = np.where(known, 1 - share, 0)
    title = variance_sentences.share_sentence(splits)
    return Chart(
        figure=draw(
            [
                _part(depth, np.where(known, share, 0), tr("between classes"), BETWEEN),
                _part(depth, within, tr("within classes"), look.neutral),
            ],
            dark=dark,
            height=280,
            top=30,
            barmode="stack",
            xaxis=depth.layout,
            yaxis=axis(tr("share of the variance, %"), range=[0, 103]),
            shapes=[
                *([level(100 * chance, look.text)] if known.any() else []),
                _frame(depth.at(selected), look),
            ],
        ),
        title=title,
        reads=variance_sentences.share_reads(chance),
        caution=variance_sentences.share_caution(),
        alt=tr("{blocks} by depth. {title}.", blocks=count(len(splits), "block"), title=title),
        table={
            "block": list(splits),
            "share_between": share,
            "corrected_share": [s.corrected_share for s in splits.values()],
        },
    )


def channel_split(block: str, split: VarianceSplit, *, picked: int, dark: bool) -> Chart:
    """Which channels of the block move, and which with the class? A point a channel.

    Where between and within cannot be told apart, the mean gate is drawn upwards instead.
    ``customdata`` is the channel number.
    """
    require(split.mean.size, "channel")
    channels = np.arange(split.mean.size, dtype=np.int32)
    highest = float(finite(split.deviation).max(initial=0.01))
    title = variance_sentences.channel_sentence(block, split)
    return Chart(
        figure=draw(
            [_channels(split, channels, picked=picked, look=mode(dark))],
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
        reads=variance_sentences.channel_reads(split),
        caution=tr(
            "A channel at the left edge hardly moves, so its height means little. With "
            "few pictures a class, height comes by chance."
        ),
        alt=tr(
            "Points of {channels}. {title}.", channels=count(channels.size, "channel"), title=title
        ),
        table={
            "channel": channels,
            "mean": split.mean,
            "deviation": split.deviation,
            "between": split.between,
            "within": split.within,
            "share_between": split.share,
        },
    )


def _channels(
    split: VarianceSplit, channels: npt.NDArray[np.int32], *, picked: int, look: Mode
) -> go.Scatter:
    share = np.where(np.isfinite(split.share), 100 * split.share, 0)
    upwards = share if split.separable else split.mean
    return channel_points(
        split.deviation.astype(np.float32),
        upwards.astype(np.float32),
        channels,
        marker={
            "color": picked_colours(channels, picked, look),
            "size": np.where(channels == picked, 11, 7),
            "line": {"color": look.background, "width": 1},
        },
        hovertext=[
            tr(
                "channel {channel}<br>deviation {deviation}, mean {mean}<br>between "
                "classes {share}",
                channel=c,
                deviation=gate(split.deviation[c]),
                mean=gate(split.mean[c]),
                share=percent(split.share[c]),
            )
            for c in channels
        ],
        hoverinfo="text",
        showlegend=False,
    )


def _part(depth: DepthAxis, share: Numbers, words: str, colour: str) -> go.Bar:
    return block_bars(
        depth,
        100 * share,
        words=[
            f"{literal(n)}<br>{words} {percent(v)}" for n, v in zip(depth.names, share, strict=True)
        ],
        colour=colour,
        name=words,
    )


def _threshold(at: float, words: str, depth: DepthAxis, dash: str, look: Mode) -> go.Scatter:
    line = {"color": look.text, "width": 1.2, "dash": dash}
    return guide(depth.range, [at, at], line, name=words)


def _frame(at: float, look: Mode) -> dict[str, Any]:
    """Round the picked block's bar, which is clicked through it."""
    return {**frame(at, 0.4, look.accent, low=0, high=100), "fillcolor": "rgba(0,0,0,0)"}
