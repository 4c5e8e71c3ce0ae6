"""How near the best fixed maps come to each trained SE block."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.fixed_maps import FORMS, FixedFit, Form
from senet_viz.core.translation import Words, count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, draw
from senet_viz.figures.base.depth_axes import DepthAxis, block_line, depth_axis
from senet_viz.figures.base.formats import literal, percent
from senet_viz.figures.base.theme import OKABE_ITO, mode
from senet_viz.figures.base.traces import guide, picked_edge

DRAWN: tuple[Form, ...] = ("scale", "convolution")
NAMES: Mapping[Form, str] = Words(
    {
        "scale": lambda: tr("best fixed scale per channel"),
        "convolution": lambda: tr("best fixed 1×1 convolution"),
    }
)
COLOURS: Mapping[Form, str] = {
    "scale": OKABE_ITO[1],
    "convolution": OKABE_ITO[2],
}
SYMBOLS: Mapping[Form, str] = {
    "scale": "square",
    "convolution": "diamond",
}
SE = OKABE_ITO[0]


def error_by_depth(fits: Sequence[FixedFit], *, picked: str, dark: bool) -> Chart:
    """For every block, how much of its output each fixed map leaves, on pictures left out.

    Points carry block names, so that a click picks a block.
    """
    depth = depth_axis([fit.block.name for fit in fits])
    traces = [_series(fits, form, depth, picked=picked, dark=dark) for form in DRAWN]
    nothing, line = np.zeros(len(fits), np.float32), {"color": SE, "width": 2}
    traces.append(guide(depth.positions, nothing, line, name=tr("the SE block itself: 0")))
    tallest = [e for fit in fits for f in DRAWN if np.isfinite(e := fit.held_out[f])]
    top = max(tallest, default=1.0) or 1.0
    title = _sentence(fits)
    return Chart(
        figure=draw(
            traces,
            dark=dark,
            height=360,
            top=44,
            xaxis=depth.layout,
            yaxis=axis(
                tr("relative error, pictures left out"),
                range=[-0.02 * top, 1.1 * top],
                tickformat=".0%",
            ),
        ),
        title=title,
        reads=tr(
            "|map(U) − SE(U)| over |SE(U)|, all places, channels and pictures "
            "together; 0 is SE itself. Each map is fitted to some pictures and tried "
            "on others. What the best fixed 1×1 convolution leaves is what depends on "
            "the picture. Click a mark to pick its block."
        ),
        caution=tr(
            "A fixed map could still make as good a network, if trained in its place: "
            "this says how far it is from these gates, not what the gates are worth."
        ),
        alt=tr("{title}. {blocks} by depth.", title=title, blocks=count(len(fits), "block")),
        table={"block": list(depth.names)}
        | {form: np.array([fit.held_out[form] for fit in fits]) for form in FORMS}
        | {f"{form}_fitted": np.array([fit.fitted[form] for fit in fits]) for form in FORMS},
    )


def _series(
    fits: Sequence[FixedFit], form: Form, depth: DepthAxis, *, picked: str, dark: bool
) -> go.Scatter:
    colour = COLOURS[form]
    return block_line(
        depth.positions,
        np.array([fit.held_out[form] for fit in fits]),
        names=depth.names,
        line={"color": colour, "width": 1},
        marker={
            "color": colour,
            "symbol": SYMBOLS[form],
            "size": 9 if len(fits) <= 24 else 6,
            "line": picked_edge(depth.names, picked, mode(dark), plain=colour),
        },
        name=NAMES[form],
        words=[
            tr(
                "{block}<br>{names}: {held_out:.1%} on pictures left out, {fitted:.1%} on "
                "those fitted to",
                block=literal(fit.block.name),
                names=NAMES[form],
                held_out=fit.held_out[form],
                fitted=fit.fitted[form],
            )
            for fit in fits
        ],
    )


def _sentence(fits: Sequence[FixedFit]) -> str:
    known = [fit for fit in fits if np.isfinite(fit.by_picture)]
    if not known:
        return tr("All features are 0, so there is nothing to fit")
    low, high = min(known, key=_left), max(known, key=_left)
    if low is high:
        return tr(
            "The best fixed 1×1 convolution leaves {by_picture} of the output of {block}",
            by_picture=percent(low.by_picture),
            block=low.block.name,
        )
    return tr(
        "The best fixed 1×1 convolution leaves {least} of a block's output in "
        "{least_block}, {most} in {most_block}",
        least=percent(low.by_picture),
        least_block=low.block.name,
        most=percent(high.by_picture),
        most_block=high.block.name,
    )


def _left(fit: FixedFit) -> float:
    return fit.by_picture
