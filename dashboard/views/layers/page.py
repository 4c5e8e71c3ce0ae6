"""Layers: every block at once, and two side by side on one scale."""

from collections.abc import Sequence
from html import escape

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
from dashboard.components.tables import Column, table
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
    """Every block for this picture: all at once, and two of them side by side."""
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
    columns = summary_columns()
    ends = ("exactly 0", "exactly 1")
    empty = [
        name
        for name in (*ends, "error")
        if not any(columns[name].value(summary) for summary in summaries)
    ]
    table(
        summaries,
        {name: column for name, column in columns.items() if name not in empty},
        TABLE,
        on_select=lambda: take_row([s.block.name for s in summaries]),
        selection_mode="single-row",
    )
    words: str = (
        tr("Click a heading to sort. Gates are of this picture; Constant is over many.")
        if array_choice.takes() is None
        else tr("Click a heading to sort. Gates are of this input.")
    )
    if set(ends) <= set(empty):
        words = words + tr(" No gate is exactly 0 or 1.")
    st.caption(words)


def summary_columns() -> dict[str, Column]:
    """The columns of the table of blocks, by name."""
    percent = "percent"
    return {
        "block": Column(tr("Block"), lambda s: s.block.name),
        "channels": Column(tr("Channels"), lambda s: s.block.channels, "localized"),
        "reduction": Column(tr("Reduction"), lambda s: s.block.reduction, "%.4g"),
        "mean": Column(tr("Mean gate"), lambda s: s.mean, "%.3f", tr("0 shut, 1 open"), kind="bar"),
        "std": Column(tr("Spread"), lambda s: s.std, "%.3f", tr("standard deviation")),
        "low": Column(tr("Lowest"), lambda s: s.minimum, "%.3f"),
        "high": Column(tr("Highest"), lambda s: s.maximum, "%.3f"),
        "entropy": Column(
            tr("Entropy, bits"),
            lambda s: s.entropy,
            "%.2f",
            tr("of 20 bins on 0 to 1: 0 all in one, 4.32 even"),
        ),
        "near 0": Column(tr("Near 0"), lambda s: s.near_zero, percent, tr("below 0.05")),
        "near 1": Column(tr("Near 1"), lambda s: s.near_one, percent, tr("above 0.95")),
        "exactly 0": Column(tr("Exactly 0"), lambda s: s.exactly_zero, percent),
        "exactly 1": Column(tr("Exactly 1"), lambda s: s.exactly_one, percent),
        "constant": Column(
            tr("Constant"),
            lambda s: None if s.constant is None else 100 * s.constant,
            "%.0f%%",
            tr(
                "channels whose gate moves by less than 0.01 (standard deviation) over the "
                "reference pictures; empty without reference statistics"
            ),
        ),
        "proof": Column(tr("Proof"), lambda s: proof_name(s.proof)),
        "error": Column(
            tr("Error"),
            lambda s: s.relative_error,
            "scientific",
            tr("largest difference over the largest output"),
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
