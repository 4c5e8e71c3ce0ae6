"""The gates of a block as bars in order of rank, and beside each its channel's usual gate."""

from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.core.arrays import Array
from senet_viz.core.summaries import ChannelRanking
from senet_viz.core.translation import tr
from senet_viz.figures.base.formats import hover
from senet_viz.figures.base.theme import ENHANCED, SUPPRESSED, Mode, faded
from senet_viz.figures.base.traces import bar_width, ranks, unseen

Channels = npt.NDArray[np.intp]
MOST_SPREADS = 256
MOST_BARS = 300  # each is an element in the browser; with more channels areas are drawn instead
MARKED = -0.06  # how far below 0 the marks of both ends reach, in gates
DASH = 0.35  # of a usual gate, to either side of its bar's middle; a bar takes 1
Part = tuple[slice, str, str]  # of the ranks, its colour, its name in the legend


def ranked_bars(gates: Array, ranking: ChannelRanking, look: Mode) -> list[Any]:
    """A bar for each channel, or areas where there is no room for so many bars.

    gates (c,) are in the order of the ranking. Traces are the enhanced, the others and the
    suppressed, so that the legend has the words; Plotly also draws 2048 bars four times faster
    so than with a colour for each bar.
    """
    parts = _parts(gates.size, ranking, look)
    drawn = _areas if too_many_bars(gates.size) else _bars
    return drawn(ranks(gates.size), gates, parts, ranking.order)


def too_many_bars(channels: int) -> bool:
    """Whether a bar for each would be narrower than two pixels."""
    return channels > MOST_BARS


def _parts(channels: int, ranking: ChannelRanking, look: Mode) -> list[Part]:
    # Where both ends would overlap, a channel is neither.
    top = min(ranking.top, channels // 2)
    parts = (
        (slice(0, top), ENHANCED, tr("enhanced, first {top}", top=top)),
        (slice(top, channels - top), look.neutral, ""),
        (slice(channels - top, channels), SUPPRESSED, tr("suppressed, last {top}", top=top)),
    )
    return [part for part in parts if part[0].stop > part[0].start]


def _channel_words(channel: str, rank: str, value: str) -> str:
    return hover(
        tr("channel {value}", value=channel),
        tr("gate {value}", value=value),
        tr("rank {value}", value=rank),
    )


def _bars(rank: Array, gates: Array, parts: list[Part], order: Channels) -> list[Any]:
    return [
        go.Bar(
            x=rank[part],
            y=gates[part],
            customdata=order[part].astype(np.int32),
            width=bar_width(rank.size),
            marker={"color": colour, "line": {"width": 0}},
            hovertemplate=_channel_words("%{customdata}", "%{x}", "%{y:.3f}"),
            name=name,
            showlegend=bool(name),
        )
        for part, colour, name in parts
    ]


def _areas(rank: Array, gates: Array, parts: list[Part], order: Channels) -> list[Any]:
    """Areas over all channels, the two ends on top; and a point for each channel. All points have
    one height, so that the nearest is the channel at the cursor.
    """
    ends = [part for part in parts if part[2]]
    neutral = [(slice(0, rank.size), colour, "") for _, colour, name in parts if not name]
    areas = [
        go.Scatter(
            x0=part.start + 1,
            y=gates[part],
            mode="lines",
            line={"width": 0, "shape": "hvh"},
            fill="tozeroy",
            fillcolor=colour,
            hoverinfo="skip",
            name=name,
            showlegend=bool(name),
        )
        for part, colour, name in (*neutral, *ends)
    ]
    points = go.Scatter(
        x0=1,
        y=np.ones(rank.size, np.int8),
        mode="markers",
        **unseen(),
        customdata=np.stack([order, gates], axis=1).astype(np.float32),
        hovertemplate=_channel_words("%{customdata[0]}", "%{x}", "%{customdata[1]:.3f}"),
        showlegend=False,
    )
    return [*areas, points]


def end_marks(channels: int, ranking: ChannelRanking, look: Mode) -> list[dict[str, Any]]:
    """Under the axis a mark below both ends, which a bar of no height would not show."""
    return [
        {
            "type": "rect",
            "x0": part.start + 0.5,
            "x1": part.stop + 0.5,
            "y0": MARKED,
            "y1": MARKED / 3,
            "fillcolor": colour,
            "line": {"width": 0},
        }
        for part, colour, name in _parts(channels, ranking, look)
        if name
    ]


def usual_shapes(mean: Array, std: Array, look: Mode) -> list[dict[str, Any]]:
    """A dash at each channel's usual gate and, as long as they can be told apart, its spread.

    mean and std (c,) are in the order of the ranking. Two shapes, not a trace with marks: a
    browser lays out an element for every mark. Both are faint, and the spread lies behind the
    bars: it is the gates that are looked at. No line runs through the dashes: neighbours in rank
    are strangers.
    """
    rank, known = ranks(mean.size), np.isfinite(mean) & np.isfinite(std)
    at, middle, spread = rank[known], mean[known], std[known]
    if not at.size:
        return []
    across = zip(at - DASH, middle, at + DASH, strict=True)
    dashes = {
        "type": "path",
        "path": "".join(f"M{x0:.5g},{y:.4g}H{x1:.5g}" for x0, y, x1 in across),
        "line": {"color": faded(look.text, opacity=0.75), "width": 1.2},
    }
    if rank.size > MOST_SPREADS:
        return [dashes]
    # One standard deviation to both sides, as far as gates can go.
    up = zip(at, np.maximum(middle - spread, 0), np.minimum(middle + spread, 1), strict=True)
    shades = {
        "type": "path",
        "path": "".join(
            f"M{x - 0.5:.5g},{y0:.4g}V{y1:.4g}H{x + 0.5:.5g}V{y0:.4g}Z" for x, y0, y1 in up
        ),
        "fillcolor": faded(look.text, opacity=0.1),
        "line": {"width": 0},
        "layer": "below",
    }
    return [shades, dashes]


def usual_in_legend(channels: int, look: Mode) -> go.Scatter:
    """The dash and its name, nowhere in the chart; the legend shows a shape as a hexagon."""
    return go.Scatter(
        x=[None],
        y=[None],
        mode="markers",
        marker={"symbol": "line-ew", "line": {"color": look.text, "width": 1.5}},
        name=tr("usual gate ± 1 std") if channels <= MOST_SPREADS else tr("usual gate"),
    )
