"""Layers: every block at once, and two side by side on one scale."""

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from dashboard.components import (
    branch_shares,
    copy_as_code,
    map_ends,
    page_header,
    pinned_beside,
    script_records,
    tiles,
)
from dashboard.components.map_tiles import colour_bar
from dashboard.components.tiles import Face, Sheet, Tile
from dashboard.components.widgets import (
    dark,
    heading,
    proof_name,
    show,
)
from dashboard.services import branches, inspections
from dashboard.services.inspections import Inspection
from dashboard.session import array_choice, chart_clicks, selection
from dashboard.shell.fragments import part
from dashboard.views.layers import script as code
from dashboard.views.layers.script import Layers
from senet_viz.core.summaries import BlockSummary
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.depth_axes import without_shared_end
from senet_viz.figures.block.layers import depth_by_channel, depth_distributions, two_blocks
from senet_viz.figures.block.map_sheets import gate_sheet

TABLE = "summary"


def main() -> None:
    """Choose, capture, summarise, draw, explain."""
    if branch_shares.instead():
        return
    inspection = page_header.inspect()
    if inspection.values is None:
        pinned_beside.ready(inspection)
    blocks()


@part
def blocks() -> None:
    """Every block on this picture, all at once and two of them beside each other."""
    inspection = inspections.inspect("none")
    page_header.of_picture(
        inspection,
        tr(
            "How far the gates of each block of {network} are open, {blocks} in all",
            blocks=count(len(inspection.capture), "SE block"),
            network="{network}",
        ),
    )
    left, right = st.columns(2, gap="medium")
    with left:
        strips(inspection)
    with right:
        show(depth_distributions(inspection.capture, image=0, dark=dark()), "depth_spread")
    summary_table(inspection.summaries)
    if inspection.values is None:
        pinned_beside.blocks(inspection)
    if branches.has(inspection.network):
        branch_shares.section(inspection.key, inspection.network, inspection.picture)
    first, second = side_by_side(inspection)
    copy_as_code.offer(lambda: code.script(Layers(script_records.look(inspection), first, second)))


def strips(inspection: Inspection) -> None:
    """Every block's gates in order as a strip of colours; a click picks the block."""
    chart = depth_by_channel(inspection.capture, image=0, dark=dark())
    names = inspection.capture.names
    sheet = gate_sheet([a.excitation[0] for a in inspection.capture], dark=dark())
    means = [float(a.excitation[0].mean()) for a in inspection.capture]
    with st.container(gap="xxsmall", key="depth_strips"):
        heading(chart, "depth_channels")
        bar = colour_bar(tr("gate 0"), "1")
        ends = escape(tr("most open at the left, mean gate behind"))
        st.html(f'<p class="maps"><span>{ends}</span> {bar}</p>')
        tiles.draw(
            [
                Tile(
                    name,
                    tr("{block}, mean gate {mean:.3f}", block=name, mean=mean),
                    short,
                    f"{mean:.3f}",
                    (Face(number),),
                )
                for number, (name, short, mean) in enumerate(
                    zip(names, without_shared_end(names), means, strict=True)
                )
            ],
            [Sheet(tiles.data_url(sheet.png), 1, sheet.rows, sheet.cell[1] / sheet.cell[0])],
            key="strips",
            words=chart.title,
            picked=str(st.session_state[selection.BLOCK]),
            on_pick=lambda name: selection.choose_block(str(name)),
            layout="strips",
        )


def summary_table(summaries: tuple[BlockSummary, ...]) -> None:
    """One row a block; click a heading to sort."""
    st.subheader(tr("Every block in numbers"), anchor=False)
    rows = [
        {
            "block": s.block.name,
            "channels": s.block.channels,
            "reduction": s.block.reduction,
            "mean": s.mean,
            "std": s.std,
            "low": s.minimum,
            "high": s.maximum,
            "entropy": s.entropy,
            "near 0": s.near_zero,
            "near 1": s.near_one,
            "exactly 0": s.exactly_zero,
            "exactly 1": s.exactly_one,
            "constant": None if s.constant is None else 100 * s.constant,
            "proof": proof_name(s.proof),
            "error": s.relative_error,
        }
        for s in summaries
    ]
    empty = [c for c in ("exactly 0", "exactly 1", "error") if not any(row[c] for row in rows)]
    st.dataframe(
        [{c: value for c, value in row.items() if c not in empty} for row in rows],
        column_config=columns(),
        hide_index=True,
        key=TABLE,
        on_select=lambda: take_row([s.block.name for s in summaries]),
        selection_mode="single-row",
    )
    words: str = (
        tr("Click a heading to sort. Gates are of this picture; Constant is over many.")
        if array_choice.takes() is None
        else tr("Click a heading to sort. Gates are of this input.")
    )
    if {"exactly 0", "exactly 1"} <= set(empty):
        words = words + tr(" No gate is exactly 0 or 1.")
    st.caption(words)


def columns() -> dict[str, Any]:
    """What the columns are called and how their numbers are written."""
    number = st.column_config.NumberColumn
    return {
        "block": tr("Block"),
        "channels": number(tr("Channels"), format="localized"),
        "reduction": number(tr("Reduction"), format="%.4g"),
        "mean": st.column_config.ProgressColumn(
            tr("Mean gate"), min_value=0, max_value=1, format="%.3f", help=tr("0 shut, 1 open")
        ),
        "std": number(tr("Spread"), format="%.3f", help=tr("standard deviation")),
        "low": number(tr("Lowest"), format="%.3f"),
        "high": number(tr("Highest"), format="%.3f"),
        "entropy": number(
            tr("Entropy, bits"),
            format="%.2f",
            help=tr("of 20 bins on 0 to 1: 0 all in one, 4.32 even"),
        ),
        "near 0": number(tr("Near 0"), format="percent", help=tr("below 0.05")),
        "near 1": number(tr("Near 1"), format="percent", help=tr("above 0.95")),
        "exactly 0": number(tr("Exactly 0"), format="percent"),
        "exactly 1": number(tr("Exactly 1"), format="percent"),
        "constant": number(
            tr("Constant"),
            format="%.0f%%",
            help=tr(
                "channels whose gate moves by less than 0.01 (standard deviation) over the "
                "reference pictures; empty without reference statistics"
            ),
        ),
        "proof": tr("Proof"),
        "error": number(
            tr("Error"), format="scientific", help=tr("largest difference over the largest output")
        ),
    }


def take_row(names: Sequence[str]) -> None:
    """Callback of the table: its block is picked."""
    for row in chart_clicks.rows(TABLE):
        if row < len(names):
            selection.choose_block(names[row])


def side_by_side(inspection: Inspection) -> tuple[str, str]:
    """Draw two blocks on one scale; returns their names."""
    st.subheader(tr("Two blocks side by side"), anchor=False)
    names = inspection.capture.names
    st.session_state[selection.FIRST] = selection.keep_block(names)  # the first is the one picked
    if st.session_state.get(selection.SECOND) not in names:
        st.session_state[selection.SECOND] = names[-1]
    with st.container(horizontal=True):
        for key, label in (
            (selection.FIRST, tr("First block")),
            (selection.SECOND, tr("Second block")),
        ):
            st.selectbox(
                label, names, key=key, persist_state="session", width=260, on_change=take_first
            )
    chosen = str(st.session_state[selection.FIRST]), str(st.session_state[selection.SECOND])
    first, second = (inspection.capture[name] for name in chosen)
    show(two_blocks(first, second, image=0, dark=dark()), "two_blocks")
    map_ends.draw((chosen[0], first), (chosen[1], second))
    return chosen


def take_first() -> None:
    """Callback: the first of the two is picked in every view."""
    selection.choose_block(str(st.session_state[selection.FIRST]))


main()
