"""Which blocks tell pictures apart in the same way: a matrix of linear CKA."""

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.gate_agreement import GateAgreement
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import COLOUR_BAR_MARGIN, Chart, colour_bar, draw, require
from senet_viz.figures.base.depth_axes import without_shared_end
from senet_viz.figures.base.formats import literal, shorten
from senet_viz.figures.base.theme import GATES
from senet_viz.figures.base.traces import unseen

MOST_WRITTEN = 10  # blocks; with more, numbers no longer fit into the cells
MOST_NAMED = 24
MOST_HEIGHT = 520


def agreement_matrix(
    agreement: GateAgreement, *, networks: tuple[str, str] = ("", ""), dark: bool
) -> Chart:
    """Do blocks tell pictures apart in the same way? Colours run from 0 to 1.

    networks: the names of both, where the rows are the blocks of one and the columns those of
    another. ``customdata`` of the cells is the block of the row.
    """
    require(agreement.value.size, "SE block")
    title = _sentence(agreement, networks)
    rows, columns = agreement.value.shape
    return Chart(
        figure=_matrix(agreement, networks, dark=dark),
        title=title,
        reads=tr(
            "Each cell is the linear CKA of two blocks' gates over the same {pictures}: 1 where "
            "both tell the pictures apart in the same way, 0 where in unrelated ways, whatever "
            "channels they use. Grey: one of the two does the same to every picture.",
            pictures=count(agreement.pictures, "picture"),
        ),
        caution=tr(
            "Over few pictures it is high by chance: with no more pictures than channels, "
            "unrelated gates come near 1. It says nothing of what the blocks tell apart, or of "
            "how far their gates move."
        ),
        alt=tr(
            "Matrix of {rows} by {columns} blocks. {title}.",
            rows=rows,
            columns=columns,
            title=title,
        ),
        table={
            "block": [name for name in agreement.rows for _ in agreement.columns_of],
            "other_block": list(agreement.columns_of) * rows,
            "cka": agreement.value.ravel(),
        },
    )


def _matrix(agreement: GateAgreement, networks: tuple[str, str], *, dark: bool) -> go.Figure:
    """A heatmap, and over it unseen points: Streamlit hears no clicks on heatmaps."""
    rows, columns = agreement.value.shape
    x, y = np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32)
    scale = colour_bar("", dark=dark) | {"tickvals": [0, 0.5, 1], "ticktext": ["CKA 0", "0.5", "1"]}
    heat = go.Heatmap(
        z=np.where(np.isfinite(agreement.value), agreement.value, np.nan).astype(np.float32),
        x=x,
        y=y,
        xgap=1,
        ygap=1,
        texttemplate="%{z:.2f}" if max(rows, columns) <= MOST_WRITTEN else None,
        textfont={"size": 11},
        hoverinfo="skip",
        colorscale=GATES,
        zmin=0,
        zmax=1,
        colorbar=scale,
    )
    side = min(34 * rows, MOST_HEIGHT)
    return draw(
        [heat, _cells(agreement)],
        dark=dark,
        height=COLOUR_BAR_MARGIN + 110 + max(140, side),
        xaxis={
            **_side(agreement.columns_of, networks[1], turned=True),
            "range": [-0.5, columns - 0.5],
        },
        yaxis={**_side(agreement.rows, networks[0], turned=False), "range": [rows - 0.5, -0.5]},
        margin={"l": 8, "r": 24, "t": COLOUR_BAR_MARGIN, "b": 8},
    )


def _cells(agreement: GateAgreement) -> go.Scatter:
    rows, columns = agreement.value.shape
    return go.Scatter(
        x=np.tile(np.arange(columns, dtype=np.float32), rows),
        y=np.repeat(np.arange(rows, dtype=np.float32), columns),
        mode="markers",
        **unseen(size=14, symbol="square"),
        customdata=[name for name in agreement.rows for _ in range(columns)],
        hovertext=[
            f"{literal(one)}<br>{literal(other)}<br>{_said(agreement.value[i, j])}"
            for i, one in enumerate(agreement.rows)
            for j, other in enumerate(agreement.columns_of)
        ],
        hoverinfo="text",
        showlegend=False,
    )


def _side(names: tuple[str, ...], network: str, *, turned: bool) -> dict[str, object]:
    """An axis of blocks by depth, as many named as have room, under the network's name.

    ``turned``: many names are slanted, so that they do not overlap.
    """
    step = -(-len(names) // MOST_NAMED)
    shown = without_shared_end(names)[::step]
    return axis(
        literal(shorten(network, limit=40)),
        tickvals=list(range(0, len(names), step)),
        ticktext=[literal(shorten(name, limit=14)) for name in shown],
        tickangle=-40 if turned and len(names) > 4 else 0,
        showgrid=False,
        showline=False,
        ticks="",
    )


def _said(value: float) -> str:
    return f"CKA {value:.3f}" if np.isfinite(value) else tr("one of the two does not move")


def _sentence(agreement: GateAgreement, networks: tuple[str, str]) -> str:
    """The pair that agrees most, of different blocks; of one network also that of the least."""
    value = np.where(np.isfinite(agreement.value), agreement.value, np.nan)
    own = agreement.rows == agreement.columns_of and not any(networks)
    if own:
        value = np.where(np.tri(len(agreement.rows), dtype=bool), np.nan, value)
    if np.isnan(value).all():
        return tr("No two blocks can be compared: there is one alone, or gates do not move")
    (a, b), (c, d) = (
        np.unravel_index(pick(value), value.shape) for pick in (np.nanargmax, np.nanargmin)
    )
    most, least = value[a, b], value[c, d]
    if (a, b) == (c, d):
        return tr(
            "{one} and {other} agree with {cka:.2f} on what sets pictures apart",
            one=agreement.rows[a],
            other=agreement.columns_of[b],
            cka=most,
        )
    return tr(
        "{most_row} and {most_column} agree most on what sets pictures apart ({most:.2f}), "
        "{least_row} and "
        "{least_column} least ({least:.2f})",
        most_row=agreement.rows[a],
        most_column=agreement.columns_of[b],
        most=most,
        least_row=agreement.rows[c],
        least_column=agreement.columns_of[d],
        least=least,
    )
