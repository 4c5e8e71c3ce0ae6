"""A trained block's gate beside the gates its layers give at every pixel."""

import numpy as np
import plotly.graph_objects as go

from senet_viz.core.arrays import Array, Counts
from senet_viz.core.translation import tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, Numbers, draw, known, require
from senet_viz.figures.base.theme import OKABE_ITO, faded, mode
from senet_viz.figures.base.traces import channel_hover, ribbon

PIXELS, SE = OKABE_ITO[1], OKABE_ITO[0]


def pixel_gates(excitation: Array, gates: Array, *, block: str, dark: bool) -> Chart:
    """How far do the pixels' own gates spread round the one gate of the block?

    excitation (c,), gates (c, h, w), of one picture. Channels are ordered by the block's gate.
    """
    require(gates.size, "gate")
    order = np.argsort(-excitation, kind="stable")
    own, flat = excitation[order], known(gates).reshape(len(gates), -1)[order]
    quantiles = np.quantile(flat, (0.05, 0.5, 0.95), axis=1).astype(np.float32)
    title = _sentence(block, own, flat)
    return Chart(
        figure=draw(
            _traces(own, quantiles, order),
            dark=dark,
            height=300,
            top=56,
            xaxis=axis(tr("channels, by the block's own gate")),
            yaxis=axis(tr("gate (1 = unchanged)"), range=[-0.02, 1.02], gridcolor=mode(dark).grid),
        ),
        title=title,
        reads=tr(
            "The line is the gate vector of this picture, one number a channel. The "
            "band is what the same layers give where each pixel's column of channels, or "
            "the mean of its strip of rows, takes the whole mean's place."
        ),
        caution=tr(
            "An intervention: these weights were trained on means, which vary less "
            "than pixels do. A network trained in this form would have other weights."
        ),
        alt=tr("{title}. {order} channels.", title=title, order=len(order)),
        table={
            "channel": order,
            "gate": own,
            "pixels_5": quantiles[0],
            "pixels_50": quantiles[1],
            "pixels_95": quantiles[2],
        },
    )


def _traces(own: Array, quantiles: Array, order: Counts) -> list[go.Scatter]:
    """The band and the median of the pixels' gates (3, c), and over them the block's (c,)."""
    rank = np.arange(len(order), dtype=np.float32)
    low, middle, high = quantiles
    lines = (
        (middle, PIXELS, 1.2, tr("their median"), tr("median {value}", value="%{y:.3f}")),
        (own, SE, 2, tr("the block's own gate"), tr("gate {value}", value="%{y:.3f}")),
    )
    fill, name = faded(PIXELS, opacity=0.3), tr("gates of the pixels, 5% to 95%")
    return [
        ribbon(rank, low, high, fill=fill, name=name),
        *(
            go.Scatter(
                x=rank,
                y=values.astype(np.float32),
                mode="lines",
                line={"color": colour, "width": width},
                name=name,
                customdata=order,
                hovertemplate=channel_hover(words),
            )
            for values, colour, width, name, words in lines
        ),
    ]


def _sentence(block: str, own: Array, flat: Numbers) -> str:
    """How far the pixels' gates (c, p) are apart, and how far off the block's (c,)."""
    spread, shift = float(flat.std(1).mean()), float((flat.mean(1) - known(own)).mean())
    if not np.isfinite(shift):
        return tr("Some gates of {block} are not finite", block=block)
    if shift > 0:
        return tr(
            "A channel's gates then spread by {spread:.3f} over the pixels "
            "of {block}, and lie {shift:.3f} higher on average",
            spread=spread,
            block=block,
            shift=shift,
        )
    return tr(
        "A channel's gates then spread by {spread:.3f} over the pixels "
        "of {block}, and lie {shift:.3f} lower on average",
        spread=spread,
        block=block,
        shift=abs(shift),
    )
