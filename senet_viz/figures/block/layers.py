"""Blocks against blocks: the gates of all of them by depth, or of two of them on one scale."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.core.arrays import Array
from senet_viz.core.records import BlockActivation, Capture
from senet_viz.core.translation import count, tr
from senet_viz.figures.base import sentences
from senet_viz.figures.base.axes import axis, gate_words
from senet_viz.figures.base.chart import COLOUR_BAR_MARGIN, Chart, Numbers, colour_bar, draw, finite
from senet_viz.figures.base.columns import numbered, stacked
from senet_viz.figures.base.depth_axes import ROOMY, depth_axis, without_shared_end
from senet_viz.figures.base.formats import gate, hover, literal, shorten
from senet_viz.figures.base.quantiles import PERCENTILES, in_order, percentiles, places, rank_axis
from senet_viz.figures.base.theme import GATES, OKABE_ITO, faded, mode
from senet_viz.figures.base.traces import UNFADED

BINS = 20
ROW_HEIGHT = 22
MOST_NAMES = 24


def depth_by_channel(capture: Capture, *, image: int, dark: bool) -> Chart:
    """How does the spread of gates change with depth? Every block at once, a row for each.

    Blocks differ in channels, so each row shows 128 quantiles of its gates, the most open on the
    left. Colour is the gate on the fixed range 0 to 1.
    """
    names = list(capture.names)
    rows = np.stack([in_order(a.excitation[image]) for a in capture])
    quantiles = percentiles(capture, image)
    title = sentences.widest(names, quantiles[:, 0], quantiles[:, -1])
    return Chart(
        figure=draw(
            [_rows(names, rows, dark=dark)],
            dark=dark,
            height=COLOUR_BAR_MARGIN + 50 + int(np.clip(ROW_HEIGHT * len(names), 60, 520)),
            xaxis=rank_axis(),
            yaxis=_name_axis(names),
            margin={"l": 56, "r": 28, "t": COLOUR_BAR_MARGIN, "b": 8},
        ),
        title=title,
        reads=tr(
            "Each row is a block, from the input at the top; its channels run from the "
            "most open on the left to the most shut on the right."
        ),
        caution=tr("A column is not a channel: every row has its own order."),
        alt=tr(
            "Gates of {blocks} by depth as a colour map. {title}.",
            blocks=count(len(names), "block"),
            title=title,
        ),
        table=stacked("block", names, {"place": places()}, gate=list(rows)),
    )


def _rows(names: list[str], rows: Array, *, dark: bool) -> go.Heatmap:
    """The gates (b, 128) in order, as colours."""
    return go.Heatmap(
        z=rows,
        x=places(),
        y=[literal(name) for name in names],
        colorscale=GATES,
        zmin=0,
        zmax=1,
        ygap=1 if len(names) <= MOST_NAMES else 0,
        colorbar={
            **colour_bar("", dark=dark),
            "tickvals": [0, 0.5, 1],
            "ticktext": [tr("gate 0"), "0.5", "1"],
        },
        hovertemplate=hover(
            "%{y}",
            tr("place {value} from most open", value="%{x:.0%}"),
            tr("gate {value}", value="%{z:.3f}"),
        ),
    )


def _name_axis(names: list[str]) -> dict[str, Any]:
    """Every name, or every n-th where the rows are too thin; the first block at the top."""
    shown, short = range(0, len(names), -(-len(names) // MOST_NAMES)), without_shared_end(names)
    return {
        "type": "category",
        "tickvals": list(shown),
        "ticktext": [literal(shorten(short[i], limit=18)) for i in shown],
        "autorange": "reversed",
        "showgrid": False,
        "showline": False,
        "ticklabelstandoff": 4,
        "ticks": "",
    }


def depth_distributions(capture: Capture, *, image: int, dark: bool) -> Chart:
    """Do the gates open or shut with depth, and where do they spread?

    A box for each block: 25th to 75th percentile, whiskers from the 5th to the 95th, the median
    as a point that carries the block name as ``customdata``.
    """
    names = list(capture.names)
    depth, quantiles = depth_axis(names), percentiles(capture, image)
    figure = draw(
        [
            _boxes(depth.positions, quantiles, dark=dark),
            _medians(depth.positions, quantiles, names, dark=dark),
        ],
        dark=dark,
        height=280,
        xaxis=depth.layout,
        yaxis=axis(tr("gate"), range=[-0.03, 1.03], showline=False),
    )
    title = sentences.drift(names, quantiles[:, 2])
    return Chart(
        figure=figure,
        title=title,
        reads=tr(
            "Each box holds the middle half of a block's gates, the whiskers run from "
            "the 5th to the 95th percentile, the point is the median."
        ),
        caution=tr("Blocks differ in width: one box may stand for 16 channels, the next for 2048."),
        alt=tr(
            "Boxes of the gates of {blocks} by depth. {title}.",
            blocks=count(len(names), "block"),
            title=title,
        ),
        table={"block": names, **{f"p{p}": quantiles[:, i] for i, p in enumerate(PERCENTILES)}},
    )


def _boxes(positions: Array, quantiles: Numbers, *, dark: bool) -> go.Box:
    low, first, median, third, high = quantiles.astype(np.float32).T
    look = mode(dark)
    return go.Box(
        x=positions,
        lowerfence=low,
        q1=first,
        median=median,
        q3=third,
        upperfence=high,
        width=0.7,
        whiskerwidth=0,
        line={"color": look.neutral, "width": 1 if len(positions) <= ROOMY else 0.5},
        fillcolor=faded(look.neutral, opacity=0.3),
        hoverinfo="skip",
        showlegend=False,
    )


def _medians(positions: Array, quantiles: Numbers, names: list[str], *, dark: bool) -> go.Scatter:
    median = quantiles[:, 2].astype(np.float32)
    return go.Scatter(
        x=positions,
        y=median,
        mode="markers",
        customdata=names,
        hovertext=[_box_words(n, q) for n, q in zip(names, quantiles, strict=True)],
        hoverinfo="text",
        marker={
            "size": float(np.clip(320 / len(names), 4, 9)),
            "color": median,
            "colorscale": GATES,
            "cmin": 0,
            "cmax": 1,
            "line": {"color": mode(dark).text, "width": 1 if len(names) <= ROOMY else 0.5},
        },
        **UNFADED,
        showlegend=False,
    )


def _box_words(name: str, quantiles: Numbers) -> str:
    low, first, median, third, high = (gate(q) for q in quantiles)
    return tr(
        "<b>{name}</b><br>median {median}<br>middle half {first} to {third}<br>5% "
        "to 95%: {low} to {high}",
        name=literal(name),
        median=median,
        first=first,
        third=third,
        low=low,
        high=high,
    )


def two_blocks(
    first: BlockActivation,
    second: BlockActivation,
    *,
    image: int,
    names: tuple[str, str] | None = None,
    dark: bool,
) -> Chart:
    """Do two blocks gate alike? Above, the share of channels at each gate; below, gates in order.

    Shares and relative ranks, since the blocks may differ in channels. The first block wears the
    first Okabe-Ito colour and a solid line, the second the second and a dashed one. ``names``
    stand for the blocks' own, which two networks may share.
    """
    edges = np.linspace(0, 1, BINS + 1)
    names = names or (first.block.name, second.block.name)
    gates = (first.excitation[image], second.excitation[image])
    shares = [np.histogram(finite(g), bins=edges)[0] / max(1, finite(g).size) for g in gates]
    traces = [
        trace
        for i in range(2)
        for trace in _outline_and_curve(i, names[i], shares[i], in_order(gates[i]))
    ]
    figure = draw(traces, dark=dark, height=460, **_two_panels())
    title = sentences.compared(names, gates)
    return Chart(
        figure=figure,
        title=title,
        reads=tr(
            "Above: the share of each block's channels at each gate. Below: the gates "
            "of each block from the most open to the most shut."
        ),
        caution=tr(
            "The same place in the order is not the same channel: blocks share no channels."
        ),
        alt=tr(
            "Gates of {first} and {second} on one scale. {title}.",
            first=names[0],
            second=names[1],
            title=title,
        ),
        table=stacked(
            "block", numbered(names), {"from": edges[:-1], "to": edges[1:]}, share=shares
        ),
    )


def _two_panels() -> dict[str, Any]:
    return {
        "margin": {"l": 56, "r": 28, "t": 41, "b": 8},
        "xaxis": axis(gate_words(), range=[-0.01, 1.01]),
        "yaxis": axis(
            tr("share of channels"), domain=[0.6, 1], rangemode="tozero", tickformat=".0%"
        ),
        "xaxis2": {**rank_axis(), "anchor": "y2"},
        "yaxis2": axis(tr("gate"), anchor="x2", domain=[0, 0.38], range=[-0.02, 1.02]),
    }


def _outline_and_curve(side: int, name: str, shares: Numbers, curve: Array) -> list[go.Scatter]:
    line = {"color": OKABE_ITO[side], "width": 2, "dash": ("solid", "5px,2px")[side]}
    shared = {"mode": "lines", "name": literal(shorten(name, limit=28))}
    return [
        go.Scatter(
            x=np.linspace(0, 1, BINS + 1, dtype=np.float32),
            # The last step is drawn to the right edge of the last bin.
            y=np.append(shares, shares[-1]).astype(np.float32),
            line={**line, "shape": "hv"},
            fill="tozeroy",
            fillcolor=faded(OKABE_ITO[side], opacity=0.18),
            hovertemplate="<br>".join(
                (
                    tr("from gate {value}", value="%{x:.2f}"),
                    tr("{value} of channels", value="%{y:.0%}"),
                )
            ),
            **shared,
        ),
        go.Scatter(
            x=places(),
            y=curve,
            line=line,
            showlegend=False,
            xaxis="x2",
            yaxis="y2",
            hovertemplate="<br>".join(
                (tr("place {value}", value="%{x:.0%}"), tr("gate {value}", value="%{y:.3f}"))
            ),
            **shared,
        ),
    ]
