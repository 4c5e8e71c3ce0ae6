"""Channels that do the same to every picture, by depth: never moving, always shut, always open."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.redundancy import ALWAYS, STILL, StillChannels
from senet_viz.core.arrays import Counts
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, draw, require
from senet_viz.figures.base.depth_axes import DepthAxis, block_line, depth_axis, picked_strip
from senet_viz.figures.base.formats import literal, percent
from senet_viz.figures.base.theme import ENHANCED, SUPPRESSED, Mode, mode


@dataclass(frozen=True, slots=True)
class _Kind:
    """One way to do the same to every picture, and the look of its line."""

    words: str
    colour: str
    symbol: str
    dash: str


def idle_by_depth(still: Mapping[str, StillChannels], *, selected: str, dark: bool) -> Chart:
    """Where are gates that might as well be numbers? Shares of each block's channels.

    ``customdata`` of the points are the block names.
    """
    require(min((s.still.size for s in still.values()), default=0), "channel")
    look, depth = mode(dark), depth_axis(tuple(still))
    counts = np.array([s.counts for s in still.values()])
    sizes = np.array([s.still.size for s in still.values()])
    kinds = _kinds(look)
    title = _sentence(depth.names, counts, sizes)
    return Chart(
        figure=draw(
            [_line(kind, depth, counts[:, i], sizes) for i, kind in enumerate(kinds)],
            dark=dark,
            height=280,
            top=30,
            xaxis=depth.layout,
            yaxis=axis(tr("% of the channels"), range=[-3, 105]),
            shapes=[picked_strip(depth, selected, look)],
        ),
        title=title,
        reads=_reads(),
        caution=tr(
            "A gate that never moves is not useless: it scales its channel, and the "
            "number can be folded into the next layer. An always shut channel may "
            "still matter: the next layer can scale it up again."
        ),
        alt=tr(
            "Three lines over {blocks} by depth. {title}.",
            blocks=count(len(depth.names), "block"),
            title=title,
        ),
        table={
            "block": list(depth.names),
            "channels": sizes,
            "never_moves": counts[:, 0],
            "always_shut": counts[:, 1],
            "always_open": counts[:, 2],
        },
    )


def _kinds(look: Mode) -> tuple[_Kind, _Kind, _Kind]:
    """In the order of ``StillChannels.counts``."""
    return (
        _Kind(tr("never moves"), look.text, "circle", "solid"),
        _Kind(tr("always shut"), SUPPRESSED, "triangle-down", "6px,3px"),
        _Kind(tr("always open"), ENHANCED, "triangle-up", "6px,3px"),
    )


def _line(kind: _Kind, depth: DepthAxis, channels: Counts, sizes: Counts) -> go.Scatter:
    """The share of each block's channels that are of one kind, (b,) of ``sizes``."""
    return block_line(
        depth.positions,
        100 * channels / sizes,
        names=depth.names,
        words=[
            tr(
                "{block}<br>{words}: {idle} of {channels}",
                block=literal(n),
                words=kind.words,
                idle=k,
                channels=count(int(of), "channel"),
            )
            for n, k, of in zip(depth.names, channels, sizes, strict=True)
        ],
        name=kind.words,
        line={"color": kind.colour, "width": 1.8, "dash": kind.dash},
        marker={"color": kind.colour, "symbol": kind.symbol, "size": 8},
    )


def _reads() -> str:
    return tr(
        "Of each block's channels: those that never move (the gate's standard "
        "deviation over pictures is below {still}), and those whose gate is below "
        "0.05 (always shut) or above 0.95 (always open) for at least {always} of "
        "the pictures. A channel can be of two kinds.",
        still=STILL,
        always=percent(ALWAYS),
    )


def _sentence(names: tuple[str, ...], counts: np.ndarray, sizes: np.ndarray) -> str:
    still, shut, open_ = counts.sum(axis=0)
    whole = count(int(sizes.sum()), "channel")
    if not still + shut + open_:
        return tr("None of the {whole} stands still, always shut or always open", whole=whole)
    at = int((counts[:, 0] / sizes).argmax())
    most = percent(counts[at, 0] / sizes[at])
    if not still:
        return tr(
            "0 of {whole} never move; {shut} always shut, {open} always open",
            whole=whole,
            shut=shut,
            open=open_,
        )
    if still == 1:
        return tr(
            "1 of {whole} never moves, most in {names} ({most}); {shut} always shut, "
            "{open} always open",
            whole=whole,
            names=names[at],
            most=most,
            shut=shut,
            open=open_,
        )
    return tr(
        "{still} of {whole} never move, most in {names} ({most}); {shut} always "
        "shut, {open} always open",
        still=still,
        whole=whole,
        names=names[at],
        most=most,
        shut=shut,
        open=open_,
    )
