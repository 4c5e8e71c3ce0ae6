"""The gates of one block for one picture: how they are spread, in order, and against z."""

from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.core.arrays import Array
from senet_viz.core.records import BlockActivation
from senet_viz.core.summaries import ChannelRanking
from senet_viz.core.translation import count, tr
from senet_viz.figures.base import sentences
from senet_viz.figures.base.axes import axis, gate_words, rank_range
from senet_viz.figures.base.chart import Chart, draw, finite
from senet_viz.figures.base.formats import gate, hover
from senet_viz.figures.base.shapes import upright
from senet_viz.figures.base.theme import Mode, faded, mode
from senet_viz.figures.base.traces import channel_hover
from senet_viz.figures.block.gate_bars import (
    MARKED,
    end_marks,
    ranked_bars,
    too_many_bars,
    usual_in_legend,
    usual_shapes,
)

Usual = tuple[npt.NDArray[Any], npt.NDArray[Any]]
HEIGHT = 230
ANY_DISTANCE = {"hoverdistance": -1}  # px; -1: the nearest point, however far from the cursor


def gate_histogram(activation: BlockActivation, *, image: int, bins: int = 20, dark: bool) -> Chart:
    """Are the channels treated alike, or are some opened and others shut?

    The c gates of picture ``image`` in equal bins on the fixed range 0 to 1. Points are channels
    in channel order, so the ``point_numbers`` of a clicked bin are channel numbers.
    """
    gates = activation.excitation[image].astype(np.float32)
    known = finite(gates)
    mean = float(known.mean()) if known.size else float("nan")
    edges = np.linspace(0, 1, bins + 1)
    return Chart(
        figure=_histogram(gates, mean, bins=bins, dark=dark),
        title=sentences.shape(gates),
        reads=tr(
            "Each bar counts the channels whose gate falls into its range; a click lists them. "
            '"Most" is the narrowest range that holds two thirds of the channels.'
        ),
        caution=tr(
            "Gates spread wide for one picture need not change from picture to "
            "picture: a gate can be extreme and always the same."
        ),
        alt=tr(
            "Histogram of {gates} of {block} in {bins} bins from 0 to 1. {shape}. Mean {mean}.",
            gates=count(gates.size, "gate"),
            block=activation.block.name,
            bins=bins,
            shape=sentences.shape(gates),
            mean=gate(mean),
        ),
        table={
            "from": edges[:-1],
            "to": edges[1:],
            "channels": np.histogram(known, bins=edges)[0],
        },
    )


def _histogram(gates: Array, mean: float, *, bins: int, dark: bool) -> go.Figure:
    look = mode(dark)
    bars = go.Histogram(
        x=gates,
        # Bins are open on the right: without the extra millionth, gates of exactly 1 vanish.
        xbins={"start": 0, "end": 1 + 1e-6, "size": (1 + 1e-6) / bins},
        marker={"color": look.neutral, "line": {"color": look.background, "width": 1}},
        hovertemplate=hover(
            tr("gate {value}", value="%{x}"), tr("channels: {value}", value="%{y}")
        ),
    )
    return draw(
        [bars],
        dark=dark,
        height=HEIGHT,
        xaxis=axis(gate_words(), range=[-0.01, 1.01], hoverformat=".3f"),
        yaxis=axis(tr("channels"), rangemode="tozero"),
        margin={"l": 8, "r": 14, "t": 26, "b": 8},
        **_mean_line(mean, look),
    )


def _mean_line(mean: float, look: Mode) -> dict[str, Any]:
    """A dotted line at the mean, with its number over it; nothing where it is not known."""
    if not np.isfinite(mean):
        return {}
    return {
        "shapes": [upright(mean, look.text)],
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
    ``customdata`` is channel number and gate. With ``usual``, the mean (c,) and standard deviation
    (c,) of each channel's gate, a mark shows the usual gate and, up to 256 channels, a line one
    standard deviation to both sides.
    """
    order = ranking.order
    gates = activation.excitation[ranking.image].astype(np.float32)[order]
    title = sentences.ends(activation.excitation[ranking.image], ranking)
    table: dict[str, Any] = {"rank": np.arange(1, order.size + 1), "channel": order, "gate": gates}
    expected = None
    if usual is not None:
        expected = usual[0][order].astype(np.float32), usual[1][order].astype(np.float32)
        table |= {"usual_mean": expected[0], "usual_std": expected[1]}
    return Chart(
        figure=_sorted(gates, ranking, expected, dark=dark),
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


def _sorted(
    gates: Array, ranking: ChannelRanking, expected: Usual | None, *, dark: bool
) -> go.Figure:
    """gates and expected are (c,), in the order of the ranking."""
    look = mode(dark)
    shapes = end_marks(gates.size, ranking, look)
    traces = ranked_bars(gates, ranking, look)
    if expected is not None:
        traces.append(usual_in_legend(gates.size, look))
        shapes += usual_shapes(*expected, look)
    return draw(
        traces,
        dark=dark,
        height=HEIGHT,
        top=38,
        barmode="overlay",
        xaxis=axis(_order_words(ranking), range=rank_range(gates.size)),
        yaxis=axis(tr("gate"), range=[MARKED, 1.005], tickvals=[0, 0.5, 1]),
        shapes=shapes,
        **(ANY_DISTANCE if too_many_bars(gates.size) else {}),
    )


def _order_words(ranking: ChannelRanking) -> str:
    if ranking.relative:
        return tr("rank of the channel, furthest above its usual gate first")
    return tr("rank of the channel, most open first")


def _sorted_words(ranking: ChannelRanking) -> str:
    if ranking.relative:
        return tr(
            "One bar for each channel, furthest above its usual gate first; the marks under the "
            "axis show both ends also where gates are 0. The dash across is the gate the channel "
            "usually has, the shade one standard deviation."
        )
    return tr(
        "One bar for each channel, most open first; the marks under the axis show both ends also "
        "where gates are 0. The dash across is the gate the channel usually has, the shade one "
        "standard deviation."
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
        hovertemplate=channel_hover(
            tr("squeeze {value}", value="%{x:.3f}"),
            tr("gate {value}", value="%{y:.3f}"),
        ),
    )
    figure = draw(
        [points],
        dark=dark,
        height=HEIGHT,
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
