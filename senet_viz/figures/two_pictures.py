"""The gates of one block for two pictures against each other: what a fixed weight could not do."""

import numpy as np
import plotly.graph_objects as go

from senet_viz.arrays import Array
from senet_viz.figures.chart import Chart, Numbers, draw, finite, known, require
from senet_viz.figures.formats import literal, signed
from senet_viz.figures.theme import ENHANCED, faded, mode
from senet_viz.language import count, tr


def moved_gates(
    one: Array, two: Array, *, pictures: tuple[str, str], channel: int, dark: bool
) -> Chart:
    """Do the gates (c,) move from one picture to another? The diagonal is what stays the same.

    The point of ``channel`` is marked; ``customdata`` is the channel number.
    """
    require(one.size, "channel")
    look, x, y = mode(dark), known(one), known(two)
    every = np.arange(one.size)
    diagonal = go.Scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": look.muted, "width": 1, "dash": "dot"},
        hoverinfo="skip",
        name=tr("the same for both pictures"),
    )
    points = [
        go.Scatter(
            x=x[chosen],
            y=y[chosen],
            customdata=chosen,
            mode="markers",
            marker={"color": colour, "size": size, "line": {"width": 0}},
            hovertemplate=tr("channel {number}", number="%{customdata}")
            + "<br>%{x:.3f} → %{y:.3f}<extra></extra>",
            name=name,
        )
        for name, chosen, colour, size in (
            (tr("gates"), every[every != channel], faded(ENHANCED, opacity=0.6), 7),
            (tr("channel {number}", number=channel), every[every == channel], look.accent, 13),
        )
    ]
    axis = {"range": [-0.03, 1.03], "showgrid": True}
    figure = draw(
        [diagonal, *points],
        dark=dark,
        height=380,
        xaxis={**axis, "title": {"text": tr("gate for {picture}", picture=literal(pictures[0]))}},
        yaxis={**axis, "title": {"text": tr("gate for {picture}", picture=literal(pictures[1]))}},
        top=44,
    )
    title = _moved(x, y)
    return Chart(
        figure=figure,
        title=title,
        reads=tr(
            "Each point is a channel: its gate for one picture across, for the other up. The "
            "weights of a 1×1 convolution would all lie on the dotted line."
        ),
        caution=tr("Two pictures are no survey: how gates move over many is under Data set."),
        alt=tr("{n}, each for two pictures. {title}.", n=count(one.size, "gate"), title=title),
        table={"channel": every, "one": x, "two": y},
    )


def rms(one: Numbers | Array, two: Numbers | Array) -> float:
    """The root of the mean squared difference; NaN where no pair of numbers is finite."""
    apart = finite(known(two) - known(one))
    return float(np.sqrt(np.mean(apart**2))) if apart.size else float("nan")


def _moved(one: Numbers, two: Numbers) -> str:
    apart = two - one
    if not np.isfinite(apart).any():
        return tr("No gate is a finite number for both pictures")
    most = int(np.nanargmax(np.abs(apart)))
    return tr(
        "From one picture to the other the gates move by {rms:.3f} (root mean square), channel "
        "{channel} most: {change}",
        rms=rms(one, two),
        channel=most,
        change=signed(float(apart[most]), decimals=3),
    )
