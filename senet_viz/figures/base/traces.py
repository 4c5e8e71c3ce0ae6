"""Traces that several charts have: a bar or a point a channel, a ribbon, a guide."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.core.arrays import Array
from senet_viz.core.translation import tr
from senet_viz.figures.base.formats import hover
from senet_viz.figures.base.theme import ENHANCED, Mode, faded

Values = npt.NDArray[Any]
MOST_APART = 150  # bars; with more there is no room for gaps between them
# For traces that show in another way what was clicked.
UNFADED: dict[str, Any] = {"unselected": {"marker": {"opacity": 1}}}


def picked_colours(names: Iterable[Hashable], picked: Hashable, look: Mode) -> list[str]:
    """The accent for what is picked, and for the others what plain bars wear."""
    return [look.accent if name == picked else look.neutral for name in names]


def picked_edge(
    names: Iterable[Hashable],
    picked: Hashable,
    look: Mode,
    *,
    plain: str,
    widths: tuple[float, float] = (2, 0),
) -> dict[str, Any]:
    """A rim in the accent round the mark of what is picked; ``widths`` of it, and of the others."""
    is_picked = [name == picked for name in names]
    return {
        "color": [look.accent_text if own else plain for own in is_picked],
        "width": [widths[0] if own else widths[1] for own in is_picked],
    }


def ranks(channels: int) -> Array:
    """1, 2 and so on: the places (c,) of channels in order."""
    return np.arange(1, channels + 1, dtype=np.float32)


def bar_width(bars: int) -> float:
    return 0.85 if bars <= MOST_APART else 1


def channel_hover(*lines: str, extra: str = "") -> str:
    """The ``hover`` of a bar or point of a channel: its number, then these lines."""
    return hover(tr("channel {value}", value="%{customdata}"), *lines, extra=extra)


def channel_bars(x: Values, heights: Values, channels: Values, **settings: Any) -> go.Bar:
    """A bar for each channel; ``customdata`` is the channel number."""
    return go.Bar(x=x, y=heights, customdata=channels, width=bar_width(len(channels)), **settings)


def channel_points(x: Values, y: Values, channels: Values, **settings: Any) -> go.Scatter:
    """A point for each channel; ``customdata`` is the channel number."""
    return go.Scatter(x=x, y=y, mode="markers", customdata=channels, **settings)


def points_and_picked(
    x: Values, y: Values, picked: int, look: Mode, *, name: str, words: str
) -> list[go.Scatter]:
    """A point for each channel (c,), in the legend as ``name``, and that of ``picked`` apart."""
    every = np.arange(len(x))
    return [
        channel_points(
            x[chosen],
            y[chosen],
            chosen,
            marker={"color": colour, "size": size, "line": {"width": 0}},
            hovertemplate=words,
            name=called,
        )
        for called, chosen, colour, size in (
            (name, every[every != picked], faded(ENHANCED, opacity=0.6), 7),
            (tr("channel {number}", number=picked), every[every == picked], look.accent, 13),
        )
    ]


def ribbon(x: Values, low: Values, high: Values, *, fill: str, **settings: Any) -> go.Scatter:
    """All between ``low`` and ``high``: along the upper edge, and back along the lower one."""
    return go.Scatter(
        x=np.concatenate([x, x[::-1]]),
        y=np.concatenate([high, low[::-1]]).astype(np.float32),
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=fill,
        hoverinfo="skip",
        **settings,
    )


def guide(
    x: Sequence[float] | Values,
    y: Sequence[float] | Values,
    line: dict[str, Any],
    **settings: Any,
) -> go.Scatter:
    """A reference line without a hover text."""
    return go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", **settings)


def unseen(**marker: Any) -> dict[str, Any]:
    """Invisible points that take clicks; at most one is drawn, to spare the browser the rest."""
    clear = {"marker": {"opacity": 0}}
    return {
        "marker": {**marker, "opacity": 0, "maxdisplayed": 1},
        "selected": clear,
        "unselected": clear,
    }
