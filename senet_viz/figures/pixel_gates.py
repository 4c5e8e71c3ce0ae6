"""A trained block's gate beside the gates its layers give at every pixel."""

import numpy as np
import plotly.graph_objects as go

from senet_viz.arrays import Array
from senet_viz.figures.axes import axis
from senet_viz.figures.chart import Chart, draw, known, require
from senet_viz.figures.formats import hover
from senet_viz.figures.theme import OKABE_ITO, faded, mode
from senet_viz.language import tr

PIXELS, SE = OKABE_ITO[1], OKABE_ITO[0]


def pixel_gates(excitation: Array, gates: Array, *, block: str, dark: bool) -> Chart:
    """How far do the pixels' own gates spread round the one gate of the block?

    excitation (c,), gates (c, h, w), of one picture. Channels are ordered by the block's gate.
    """
    require(gates.size, "gate")
    order = np.argsort(-excitation, kind="stable")
    flat = known(gates).reshape(len(gates), -1)[order]
    low, middle, high = np.quantile(flat, (0.05, 0.5, 0.95), axis=1).astype(np.float32)
    rank = np.arange(len(order), dtype=np.float32)
    spread = float(flat.std(1).mean())
    shift = float((flat.mean(1) - known(excitation)[order]).mean())
    traces = [
        go.Scatter(
            x=np.concatenate([rank, rank[::-1]]),
            y=np.concatenate([high, low[::-1]]),
            fill="toself",
            fillcolor=faded(PIXELS, opacity=0.3),
            line={"width": 0},
            mode="lines",
            name=tr("gates of the pixels, 5% to 95%"),
            hoverinfo="skip",
        ),
        go.Scatter(
            x=rank,
            y=middle,
            mode="lines",
            line={"color": PIXELS, "width": 1.2},
            name=tr("their median"),
            customdata=order,
            hovertemplate=hover(
                tr("channel {value}", value="%{customdata}"), tr("median {value}", value="%{y:.3f}")
            ),
        ),
        go.Scatter(
            x=rank,
            y=excitation[order].astype(np.float32),
            mode="lines",
            line={"color": SE, "width": 2},
            name=tr("the block's own gate"),
            customdata=order,
            hovertemplate=hover(
                tr("channel {value}", value="%{customdata}"), tr("gate {value}", value="%{y:.3f}")
            ),
        ),
    ]
    title = (
        tr("Some gates of {block} are not finite", block=block)
        if not np.isfinite(shift)
        else tr(
            "Without pooling a channel's gates spread by {spread:.3f} over the pixels "
            "of {block}, and lie {shift:.3f} higher on average",
            spread=spread,
            block=block,
            shift=shift,
        )
        if shift > 0
        else tr(
            "Without pooling a channel's gates spread by {spread:.3f} over the pixels "
            "of {block}, and lie {shift:.3f} lower on average",
            spread=spread,
            block=block,
            shift=abs(shift),
        )
    )
    return Chart(
        figure=draw(
            traces,
            dark=dark,
            height=300,
            xaxis=axis(tr("channels, by the block's own gate")),
            yaxis=axis(tr("gate (1 = unchanged)"), range=[-0.02, 1.02], gridcolor=mode(dark).grid),
            top=56,
        ),
        title=title,
        reads=tr(
            "The line is the gate vector of this picture, one number a channel. The "
            "band is what the same layers give where each pixel's column of channels "
            "takes the mean's place."
        ),
        caution=tr(
            "An intervention: these weights were trained on means, which vary less "
            "than pixels do. A network trained in this form would have other weights."
        ),
        alt=tr("{title}. {order} channels.", title=title, order=len(order)),
        table={
            "channel": order,
            "gate": excitation[order],
            "pixels_5": low,
            "pixels_50": middle,
            "pixels_95": high,
        },
    )
