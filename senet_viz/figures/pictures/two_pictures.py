"""The gates of one block for two pictures against each other: what a fixed weight could not do."""

import numpy as np

from senet_viz.core.arrays import Array
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, Numbers, draw, finite, known, require
from senet_viz.figures.base.formats import literal, signed
from senet_viz.figures.base.theme import mode
from senet_viz.figures.base.traces import channel_hover, guide, points_and_picked


def moved_gates(
    one: Array, two: Array, *, pictures: tuple[str, str], channel: int, dark: bool
) -> Chart:
    """Do the gates (c,) move from one picture to another? The diagonal is what stays the same.

    The point of ``channel`` is marked; ``customdata`` is the channel number.
    """
    require(one.size, "channel")
    look, x, y = mode(dark), known(one), known(two)
    line = {"color": look.muted, "width": 1, "dash": "dot"}
    words = channel_hover("%{x:.3f} → %{y:.3f}")
    across, up = (tr("gate for {picture}", picture=literal(picture)) for picture in pictures)
    title = _moved(x, y)
    return Chart(
        figure=draw(
            [
                guide([0, 1], [0, 1], line, name=tr("the same for both pictures")),
                *points_and_picked(x, y, channel, look, name=tr("gates"), words=words),
            ],
            dark=dark,
            height=380,
            top=44,
            xaxis=axis(across, range=[-0.03, 1.03], showgrid=True),
            yaxis=axis(up, range=[-0.03, 1.03], showgrid=True),
        ),
        title=title,
        reads=tr(
            "Each point is a channel: its gate for one picture across, for the other up. The "
            "weights of a 1×1 convolution would all lie on the dotted line."
        ),
        caution=tr("Two pictures are no survey: how gates move over many is under Data set."),
        alt=tr("{n}, each for two pictures. {title}.", n=count(one.size, "gate"), title=title),
        table={"channel": np.arange(one.size), "one": x, "two": y},
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
