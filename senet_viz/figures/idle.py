"""Channels that do the same to every picture, by depth: never moving, always shut, always open."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from senet_viz.figures.axes import axis
from senet_viz.figures.chart import Chart, draw, require
from senet_viz.figures.depth import depth_axis
from senet_viz.figures.formats import literal, percent
from senet_viz.figures.theme import ENHANCED, SUPPRESSED, mode
from senet_viz.language import count, tr
from senet_viz.redundancy import ALWAYS, STILL, StillChannels


def idle_by_depth(found: Mapping[str, StillChannels], *, selected: str, dark: bool) -> Chart:
    """Where are gates that might as well be numbers? Shares of each block's channels.

    ``customdata`` of the points are the block names.
    """
    require(min((s.still.size for s in found.values()), default=0), "channel")
    look, names = mode(dark), tuple(found)
    depth = depth_axis(names)
    counts = np.array([s.counts for s in found.values()])
    sizes = np.array([s.still.size for s in found.values()])
    kinds = (
        (tr("never moves"), look.text, "circle", "solid"),
        (tr("always shut"), SUPPRESSED, "triangle-down", "6px,3px"),
        (tr("always open"), ENHANCED, "triangle-up", "6px,3px"),
    )
    traces = [
        go.Scatter(
            x=depth.positions,
            y=(100 * counts[:, i] / sizes).astype(np.float32),
            mode="lines+markers",
            name=words,
            line={"color": colour, "width": 1.8, "dash": dash},
            marker={"color": colour, "symbol": symbol, "size": 8},
            customdata=names,
            hovertext=[
                tr(
                    "{n}<br>{words}: {k} of {channels}",
                    n=literal(n),
                    words=words,
                    k=k,
                    channels=count(int(of), "channel"),
                )
                for n, k, of in zip(names, counts[:, i], sizes, strict=True)
            ],
            hoverinfo="text",
            unselected={"marker": {"opacity": 1}},
        )
        for i, (words, colour, symbol, dash) in enumerate(kinds)
    ]
    title = _sentence(names, counts, sizes)
    position = float(depth.positions[names.index(selected)])
    return Chart(
        figure=draw(
            traces,
            dark=dark,
            height=280,
            xaxis=depth.layout,
            yaxis=axis(tr("% of the channels"), range=[-3, 105]),
            top=30,
            shapes=[
                {
                    "type": "rect",
                    "x0": position - 0.4,
                    "x1": position + 0.4,
                    "y0": 0,
                    "y1": 1,
                    "yref": "paper",
                    "fillcolor": look.accent,
                    "opacity": 0.12,
                    "line": {"width": 0},
                    "layer": "below",
                }
            ],
        ),
        title=title,
        reads=tr(
            "Of each block's channels: those that never move (the gate's standard "
            "deviation over pictures is below {still}), and those whose gate is below "
            "0.05 (always shut) or above 0.95 (always open) for at least {always} of "
            "the pictures. A channel can be of two kinds.",
            still=STILL,
            always=percent(ALWAYS),
        ),
        caution=tr(
            "A gate that never moves is not useless: it scales its channel, and the "
            "number can be folded into the next layer. An always shut channel may "
            "still matter: the next layer can scale it up again."
        ),
        alt=tr(
            "Three lines over {blocks} by depth. {title}.",
            blocks=count(len(names), "block"),
            title=title,
        ),
        table={
            "block": list(names),
            "channels": sizes,
            **{words: counts[:, i] for i, (words, *_) in enumerate(kinds)},
        },
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
