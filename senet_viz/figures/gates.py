"""The gates of one block for one picture: how they are spread, in order, and against z."""

from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.arrays import Array
from senet_viz.figures import sentences
from senet_viz.figures.axes import axis, gate_axis
from senet_viz.figures.chart import Chart, draw, finite
from senet_viz.figures.formats import gate, hover
from senet_viz.figures.theme import ENHANCED, SUPPRESSED, Mode, faded, mode
from senet_viz.language import count, tr
from senet_viz.records import BlockActivation, ChannelRanking

Usual = tuple[npt.NDArray[Any], npt.NDArray[Any]]
Channels = npt.NDArray[np.intp]
MOST_SPREADS = 256
MOST_BARS = 300  # an element each to the browser; areas stand for more
ANY_DISTANCE = {"hoverdistance": -1}  # in px, of what is pointed at: none is too far
DASH = 0.35  # of a usual gate, to either side of its bar's middle; a bar takes 1


def gate_histogram(activation: BlockActivation, *, image: int, bins: int = 20, dark: bool) -> Chart:
    """Are the channels treated alike, or are some opened and others shut?

    The c gates of picture ``image`` in equal bins on the fixed range 0 to 1. Points are channels
    in channel order, so the ``point_numbers`` of a clicked bin are channel numbers.
    """
    gates, look = activation.excitation[image].astype(np.float32), mode(dark)
    known = finite(gates)
    mean = float(known.mean()) if known.size else float("nan")
    histogram = go.Histogram(
        x=gates,
        # Bins are open on the right: without the extra millionth, gates of exactly 1 vanish.
        xbins={"start": 0, "end": 1 + 1e-6, "size": (1 + 1e-6) / bins},
        marker={"color": look.neutral, "line": {"color": look.background, "width": 1}},
        hovertemplate=hover(
            tr("gate {value}", value="%{x}"), tr("channels: {value}", value="%{y}")
        ),
    )
    figure = draw(
        [histogram],
        dark=dark,
        height=260,
        xaxis=axis(gate_axis(), range=[-0.01, 1.01], hoverformat=".3f"),
        yaxis=axis(tr("channels"), rangemode="tozero"),
        margin={"l": 8, "r": 14, "t": 26, "b": 8},
        **(_mean_line(mean, look) if known.size else {}),
    )
    edges = np.linspace(0, 1, bins + 1)
    return Chart(
        figure=figure,
        title=sentences.most(gates),
        reads=tr(
            'Each bar counts the channels whose gate falls into its range. "Most" is '
            "the narrowest range that holds two thirds of the channels."
        ),
        caution=tr(
            "Gates spread wide for one picture need not change from picture to "
            "picture: a gate can be extreme and always the same."
        ),
        alt=tr(
            "Histogram of {gates} of {block} in {bins} bins from 0 to 1. {most}. Mean {mean}.",
            gates=count(gates.size, "gate"),
            block=activation.block.name,
            bins=bins,
            most=sentences.most(gates),
            mean=gate(mean),
        ),
        table={
            "from": edges[:-1],
            "to": edges[1:],
            "channels": np.histogram(known, bins=edges)[0],
        },
    )


def _mean_line(mean: float, look: Mode) -> dict[str, Any]:
    line = {"color": look.text, "width": 1.5, "dash": "dot"}
    return {
        "shapes": [
            {
                "type": "line",
                "x0": mean,
                "x1": mean,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "line": line,
            }
        ],
        "annotations": [
            {
                "text": tr("mean {mean}", mean=gate(mean)),
                "x": mean,
                "y": 1,
                "yref": "paper",
                "xanchor": "left" if mean < 0.15 else "right" if mean > 0.85 else "center",
                "yanchor": "bottom",
                "showarrow": False,
            }
        ],
    }


def sorted_gates(
    activation: BlockActivation, ranking: ChannelRanking, *, usual: Usual | None, dark: bool
) -> Chart:
    """Which channels are turned up and which down, and is that unusual for them?

    One bar for each channel in the ranking's order, in three traces (enhanced, the others,
    suppressed); ``customdata`` is the channel number. Beyond 300 channels, where a bar is narrower
    than two pixels, they are three areas; unseen points take every hover and click, and their
    ``customdata`` is channel number and gate. With
    ``usual``, the mean (c,) and standard deviation (c,) of each channel's gate, a mark shows the
    usual gate and, up to 256 channels, a line one standard deviation to both sides.
    """
    look, order = mode(dark), ranking.order
    gates = activation.excitation[ranking.image].astype(np.float32)[order]
    rank = np.arange(1, order.size + 1, dtype=np.float32)
    expected = None if usual is None else (_float32(usual[0][order]), _float32(usual[1][order]))
    narrow = order.size > MOST_BARS
    parts = _parts(order.size, ranking, look)
    drawn = (_areas if narrow else _bars)(rank, gates, parts, order)
    figure = draw(
        [
            *drawn,
            *([] if expected is None else [_in_legend(rank, look)]),
        ],
        dark=dark,
        height=260,
        barmode="overlay",
        xaxis=axis(_order_words(ranking), range=[0.3, order.size + 0.7]),
        yaxis=axis(tr("gate"), range=[0, 1.005]),
        shapes=[] if expected is None else _usual(rank, *expected, look),
        top=38,
        **(ANY_DISTANCE if narrow else {}),
    )
    title = sentences.ends(activation.excitation[ranking.image], ranking)
    table: dict[str, Any] = {"rank": rank.astype(np.int64), "channel": order, "gate": gates}
    if expected is not None:
        table |= {"usual_mean": expected[0], "usual_std": expected[1]}
    return Chart(
        figure=figure,
        title=title,
        reads=_sorted_words(ranking),
        caution=tr(
            "A gate says how far a channel is passed on, not how strong its features "
            "are nor whether later layers use it."
        ),
        alt=tr(
            "{channels} of {block} in order. {title}.",
            channels=count(order.size, "channel"),
            block=activation.block.name,
            title=title,
        ),
        table=table,
    )


def _float32(values: npt.NDArray[Any]) -> Array:
    return values.astype(np.float32)


def _order_words(ranking: ChannelRanking) -> str:
    if ranking.relative:
        return tr("rank of the channel, furthest above its usual gate first")
    return tr("rank of the channel, most open first")


def _sorted_words(ranking: ChannelRanking) -> str:
    if ranking.relative:
        return tr(
            "One bar for each channel, furthest above its usual gate first. The dash "
            "across is the gate the channel usually has, the line one standard "
            "deviation."
        )
    return tr(
        "One bar for each channel, most open first. The dash across is the gate "
        "the channel usually has, the line one standard deviation."
    )


Part = tuple[slice, str, str]  # of the ranks, its colour, its name in the legend


def _parts(channels: int, ranking: ChannelRanking, look: Mode) -> list[Part]:
    """The enhanced, the others, the suppressed: apart, so that the legend has the words.

    Plotly also draws 2048 bars four times faster so than with a colour for each bar.
    """
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
            width=0.85 if rank.size <= 150 else 1,
            marker={"color": colour, "line": {"width": 0}},
            hovertemplate=_channel_words("%{customdata}", "%{x}", "%{y:.3f}"),
            name=name,
            showlegend=bool(name),
        )
        for part, colour, name in parts
    ]


def _areas(rank: Array, gates: Array, parts: list[Part], order: Channels) -> list[Any]:
    """What the bars would cover, the ends laid over the whole; and a point for each channel.

    All points are on one height, so that the nearest is the one whose bar is pointed at.
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
        marker={"opacity": 0, "maxdisplayed": 1},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=np.stack([order, gates], axis=1).astype(np.float32),
        hovertemplate=_channel_words("%{customdata[0]}", "%{x}", "%{customdata[1]:.3f}"),
        showlegend=False,
    )
    return [*areas, points]


def _usual(rank: Array, mean: Array, std: Array, look: Mode) -> list[dict[str, Any]]:
    """A dash at each channel's usual gate and, as long as they can be told apart, its spread.

    Two shapes, not a trace with marks: a browser lays out an element for every mark. No line runs
    through the dashes: neighbours in rank are strangers.
    """
    few, known = rank.size <= MOST_SPREADS, np.isfinite(mean) & np.isfinite(std)
    at, middle, spread = rank[known], mean[known], std[known]
    if not at.size:
        return []
    across = zip(at - DASH, middle, at + DASH, strict=True)
    dashes = {
        "type": "path",
        "path": "".join(f"M{x0:.5g},{y:.4g}H{x1:.5g}" for x0, y, x1 in across),
        "line": {"color": look.text, "width": 1.5},
    }
    if not few:
        return [dashes]
    # One standard deviation to both sides, as far as gates can go.
    up = zip(at, np.maximum(middle - spread, 0), np.minimum(middle + spread, 1), strict=True)
    lines = {
        "type": "path",
        "path": "".join(f"M{x:g},{y0:.4g}V{y1:.4g}" for x, y0, y1 in up),
        "line": {"color": faded(look.text, opacity=0.45), "width": 1},
    }
    return [lines, dashes]


def _in_legend(rank: Array, look: Mode) -> go.Scatter:
    """The dash and its name, nowhere in the chart; the legend shows a shape as a hexagon."""
    return go.Scatter(
        x=[None],
        y=[None],
        mode="markers",
        marker={"symbol": "line-ew", "line": {"color": look.text, "width": 1.5}},
        name=tr("usual gate ± 1 std") if rank.size <= MOST_SPREADS else tr("usual gate"),
    )


def squeeze_against_gate(activation: BlockActivation, *, image: int, dark: bool) -> Chart:
    """Does a channel's own mean decide its gate, or do the others?

    One point for each channel: squeeze z across, gate s up; ``customdata`` is the channel number.
    """
    look = mode(dark)
    squeeze = activation.squeeze[image].astype(np.float32)
    gates = activation.excitation[image].astype(np.float32)
    channels = np.arange(gates.size, dtype=np.int32)
    points = go.Scatter(
        x=squeeze,
        y=gates,
        mode="markers",
        customdata=channels,
        marker={
            "size": 7 if gates.size <= 256 else 4,
            "color": faded(look.muted, opacity=0.6),
            "line": {"color": look.background, "width": 0.5},
        },
        hovertemplate=hover(
            tr("channel {value}", value="%{customdata}"),
            tr("squeeze {value}", value="%{x:.3f}"),
            tr("gate {value}", value="%{y:.3f}"),
        ),
    )
    figure = draw(
        [points],
        dark=dark,
        height=260,
        xaxis=axis(tr("squeeze z (mean of the feature map)"), showgrid=True),
        yaxis=axis(tr("gate s"), range=[-0.03, 1.03]),
    )
    title = sentences.relation(squeeze, gates)
    return Chart(
        figure=figure,
        title=title,
        reads=tr("Each point is a channel: what went into the block across, its gate up."),
        caution=tr(
            "Every gate is computed from all channels' squeezes. A relation seen here "
            "is not a rule by which the block sets this channel's gate."
        ),
        alt=tr(
            "Squeeze against gate for {channels} of {block}. {title}.",
            channels=count(gates.size, "channel"),
            block=activation.block.name,
            title=title,
        ),
        table={"channel": channels, "squeeze": squeeze, "gate": gates},
    )
