"""Lines over the channels of a block, in a given order: the lines only lead the eye."""

from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.core.arrays import Array
from senet_viz.figures.base.chart import Numbers
from senet_viz.figures.base.series import Series
from senet_viz.figures.base.traces import UNFADED, channel_hover

Channels = npt.NDArray[np.int16]
CROWDED = 100  # channels; with more the line is thinner


def profile_line(
    gates: Array | Numbers,
    shown: Channels,
    one: Series,
    *,
    marked: bool,
    most_marks: int | None = None,
    **settings: Any,
) -> go.Scatter:
    """A line for a picture, group or class: its gates (c,) of the channels ``shown``, in order.

    ``marked`` sets a mark at each, or at ``most_marks`` of them. ``customdata`` is the channel.
    """
    return go.Scatter(
        x0=1,
        y=gates[shown].astype(np.float32),
        customdata=shown,
        mode="lines+markers" if marked else "lines",
        line={**one.line, "width": 1.2 if shown.size > CROWDED else 1.8},
        marker={
            "color": one.colour,
            "symbol": one.symbol,
            "size": float(np.clip(400 / shown.size, 3, 7)),
            "maxdisplayed": most_marks,
        },
        **UNFADED,  # a clicked channel may have no mark that could be highlighted
        name=one.label,
        **settings,
    )


def reference_line(
    gates: Array | Numbers, shown: Channels, *, name: str, hover: str, colour: str
) -> go.Scatter:
    """The dotted line that the others are compared with; ``hover`` is said of each channel."""
    return go.Scatter(
        x0=1,
        y=gates[shown].astype(np.float32),
        customdata=shown,
        mode="lines",
        name=name,
        line={"color": colour, "width": 1.6, "dash": "dot"},
        hovertemplate=channel_hover(hover),
    )
