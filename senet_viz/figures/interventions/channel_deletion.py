"""How far a logit falls as ranked channels are removed, and rises as they are given back."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.channel_deletion import WORDS, ChannelDeletion
from senet_viz.core.tables import stacked
from senet_viz.core.translation import tr
from senet_viz.figures.base.axes import axis, zero_line
from senet_viz.figures.base.chart import Chart, Numbers, draw, known, require
from senet_viz.figures.base.formats import hover, shorten, signed
from senet_viz.figures.base.theme import OKABE_ITO, mode

HEIGHT = 320


def channels_deleted(curves: Sequence[ChannelDeletion], *, label: str, dark: bool) -> Chart:
    """The fall of the logit of ``label`` as each ranking's first channels are replaced."""
    return _chart(
        curves, [each.fall for each in curves], shorten(label, limit=56), falls=True, dark=dark
    )


def channels_inserted(curves: Sequence[ChannelDeletion], *, label: str, dark: bool) -> Chart:
    """The rise of the logit of ``label`` as each ranking's first channels are given back."""
    return _chart(
        curves, [each.rise for each in curves], shorten(label, limit=56), falls=False, dark=dark
    )


def _chart(
    deletions: Sequence[ChannelDeletion],
    curves: Sequence[Numbers],
    name: str,
    *,
    falls: bool,
    dark: bool,
) -> Chart:
    require(len(deletions), "curve")
    require(deletions[0].shares.size, "channel")
    areas = [each.area_of_fall if falls else each.area_of_rise for each in deletions]
    listed = tr("; ").join(
        tr("{way} {area}", way=WORDS[each.ranking], area=signed(area, decimals=3))
        for each, area in zip(deletions, areas, strict=True)
    )
    title = (
        tr("Mean fall of the logit as channels go: {listed}", listed=listed)
        if falls
        else tr("Mean rise of the logit as channels come: {listed}", listed=listed)
    )
    return Chart(
        figure=draw(
            [
                _line(WORDS[each.ranking], each.shares, curve, OKABE_ITO[place])
                for place, (each, curve) in enumerate(zip(deletions, curves, strict=True))
            ],
            dark=dark,
            height=HEIGHT,
            top=28,
            xaxis=axis(
                tr("share of channels replaced") if falls else tr("share of channels given back"),
                tickformat=".0%",
                range=[0, 1.02],
            ),
            yaxis=axis(
                tr("fall of the logit") if falls else tr("rise of the logit"),
                **zero_line(mode(dark)),
            ),
        ),
        title=title,
        reads=_reads(deletions[0], name, falls=falls),
        caution=tr(
            "It is one picture and one block. The network was never trained with half of its gates "
            "replaced, and the ranking by measured effect was measured on this very picture."
        ),
        alt=tr("A line for each ranking over the share of channels. {title}.", title=title),
        table=dict(stacked(each.columns() for each in deletions)),
    )


def _reads(first: ChannelDeletion, name: str, *, falls: bool) -> str:
    given = {"block": first.block.name, "name": name}
    if falls:
        return tr(
            "Gates of {block} are replaced, those that a ranking puts first before the others, and "
            "the logit of {name} is measured: the steeper a line rises, the better the ranking "
            "names what the answer rests on. Bars at random run from the lowest to the highest.",
            **given,
        )
    return tr(
        "All gates of {block} are replaced, then given back, those that a ranking puts first "
        "before the others: the steeper a line rises, the fewer channels the logit of {name} "
        "takes. Bars at random run from the lowest to the highest.",
        **given,
    )


def _line(words: str, shares: Numbers, curve: Numbers, colour: str) -> go.Scatter:
    """From no channel on: the mean over all draws, with their range."""
    drawn = known(np.concatenate([np.zeros_like(curve[:, :1]), curve], axis=1))
    mean = drawn.mean(0)
    return go.Scatter(
        x=np.concatenate([[0.0], known(shares)]),
        y=mean,
        mode="lines+markers",
        name=words,
        line={"color": colour},
        marker={"color": colour},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": drawn.max(0) - mean,
            "arrayminus": mean - drawn.min(0),
            "visible": len(curve) > 1,
        },
        hovertemplate=hover("%{x:.0%}: %{y:+.3f}", extra=words),
    )
