"""One channel's gate for several pictures."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.gate_shape import ALIKE
from senet_viz.core.arrays import Array
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis, gate_words, row_axis
from senet_viz.figures.base.chart import Chart, draw, require
from senet_viz.figures.base.formats import gate
from senet_viz.figures.base.series import Series
from senet_viz.figures.base.shapes import strip, upright
from senet_viz.figures.base.theme import Mode, mode


def channel_by_picture(
    block: str,
    channel: int,
    gates: Array,
    series: Sequence[Series],
    *,
    usual: tuple[float, float] | None,
    dark: bool,
) -> Chart:
    """What is this one gate for each picture? gates (n,); ``usual`` its mean and deviation."""
    require(len(gates), "picture")
    rows = np.arange(len(gates), dtype=np.float32)
    title = _channel_sentence(channel, gates, series)
    return Chart(
        figure=draw(
            [_bars(rows, gates, series)],
            dark=dark,
            height=70 + 26 * len(gates),
            xaxis=axis(gate_words(), range=[0, 1.14], tickvals=[0, 0.5, 1]),
            yaxis=row_axis(rows, [one.tick for one in series]),
            shapes=_usual_band(usual, mode(dark)),
        ),
        title=title,
        reads=_reads(block, channel, reference=usual is not None),
        caution=tr("Whether the channel is active in a picture at all, the gate does not say."),
        alt=tr(
            "Bars of one gate for {pictures}. {title}.",
            pictures=count(len(gates), "picture"),
            title=title,
        ),
        table={"picture": [one.name for one in series], "gate": gates},
    )


def _bars(rows: Array, gates: Array, series: Sequence[Series]) -> go.Bar:
    return go.Bar(
        x=gates.astype(np.float32),
        y=rows,
        orientation="h",
        width=0.62,
        marker={"color": [one.colour for one in series], "line": {"width": 0}},
        text=[gate(g) for g in gates],
        textposition="outside",
        cliponaxis=False,
        hovertext=[
            tr("{label}<br>gate {gate}", label=one.label, gate=gate(g))
            for one, g in zip(series, gates, strict=True)
        ],
        hoverinfo="text",
        showlegend=False,
    )


def _reads(block: str, channel: int, *, reference: bool) -> str:
    if not reference:
        return tr(
            "The gate of channel {channel} of {block} for each picture.",
            channel=channel,
            block=block,
        )
    return tr(
        "The gate of channel {channel} of {block} for each picture. The dotted "
        "line and the band are its usual gate and one standard deviation to both "
        "sides, over the reference pictures.",
        channel=channel,
        block=block,
    )


def _channel_sentence(channel: int, gates: Array, series: Sequence[Series]) -> str:
    if not np.isfinite(gates).all():
        return tr("Some gates of channel {channel} are not finite", channel=channel)
    low, high = int(gates.argmin()), int(gates.argmax())
    if gates[high] - gates[low] < ALIKE:
        return tr(
            "Channel {channel} has the same gate for all pictures, {gates}",
            channel=channel,
            gates=gate(gates[low]),
        )
    return tr(
        "Channel {channel} is most open for {open} ({open_gate}), most shut for {shut} "
        "({shut_gate})",
        channel=channel,
        open=series[high].short,
        open_gate=gate(gates[high]),
        shut=series[low].short,
        shut_gate=gate(gates[low]),
    )


def _usual_band(usual: tuple[float, float] | None, look: Mode) -> list[dict[str, Any]]:
    """The usual gate as a line, one deviation to both sides as a band."""
    if usual is None:
        return []
    mean, deviation = usual
    low, high = max(0, mean - deviation), min(1, mean + deviation)
    return [strip(low, high, look.muted, opacity=0.18), upright(mean, look.text)]
