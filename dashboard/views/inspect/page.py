"""Inspect: what went into every SE block, what came out, and which channels it kept."""

from html import escape

import streamlit as st

from dashboard.components import (
    branch_shares,
    copy_as_code,
    map_tiles,
    page_header,
    pinned_beside,
    script_one_block,
    script_records,
)
from dashboard.components.widgets import dark, show
from dashboard.runtime.views import SECTION, view
from dashboard.services import captures, inspections
from dashboard.services.inspections import Inspection
from dashboard.session import selection, view_keys
from dashboard.shell.fragments import part
from dashboard.views.inspect import exports, gate_places
from dashboard.views.inspect import script as code
from dashboard.views.inspect.channel import one_channel
from dashboard.views.inspect.extreme_maps import extremes, ranked
from dashboard.views.inspect.gate_account import why
from dashboard.views.inspect.scene import what_was_found
from senet_viz.core.records import BlockActivation
from senet_viz.core.summaries import ChannelRanking
from senet_viz.core.translation import count, tr
from senet_viz.figures.block.gates import gate_histogram, sorted_gates

MOST_LISTED = 32


def main() -> None:
    """Choose, capture, draw; what depends on the block is a part of its own."""
    if branch_shares.instead():
        return
    inspection = page_header.inspect()
    if inspection.values is None:
        pinned_beside.ready(inspection)
    blocks()


@part
def blocks() -> None:
    """The network, the picked block, and in it the picked channel."""
    inspection = inspections.inspect("none")
    block = page_header.of_picture(inspection, headline(inspection))
    activation = inspection.capture[block]
    ranking, usual = (
        ranked(activation, inspection.network),
        captures.usual(activation, inspection.network),
    )
    selection.keep_channel(len(ranking.order), int(ranking.order[0]))
    gates(inspection, activation, ranking, usual)
    extremes(inspection, activation, ranking)
    what_was_found(inspection)
    channel(block)


def headline(inspection: Inspection) -> str:
    """What is seen on this page."""
    if inspection.values is not None:
        return tr(
            "One weight a channel, its gate, for this input: the {blocks} of {network}",
            blocks=count(len(inspection.capture), "SE block"),
            network="{network}",
        )
    return tr(
        "One weight a channel, its gate, for this picture: the {blocks} of {network}",
        blocks=count(len(inspection.capture), "SE block"),
        network="{network}",
    )


@part
def channel(block: str) -> None:
    """One channel: its maps, the pinned pictures, the account of its gate; then the downloads."""
    inspection = inspections.inspect("none")
    activation = inspection.capture[block]
    usual, ranking = (
        captures.usual(activation, inspection.network),
        ranked(activation, inspection.network),
    )
    one_channel(activation, ranking, usual, inspection)
    picked = int(st.session_state[selection.CHANNEL])
    if inspection.values is None:
        pinned_beside.channel(inspection, block, picked)
    why(block)
    if inspection.values is None and st.button(
        tr("Shuffle the pixels: this block beside its 1×1 form"),
        key="to_pixel_form",
        icon=view("pointwise").icon,
        type="tertiary",
    ):
        st.session_state[SECTION.key] = "unpooled"
        st.switch_page(view("pointwise").page)
    exports.of_picture(inspection)
    copy_as_code.offer(lambda: as_code(inspection, block, picked))


def as_code(inspection: Inspection, block: str, picked: int) -> list[str]:
    """The script of what is shown; of the section about places where that is open."""
    shown = script_records.one_block(inspection, block, picked)
    places = gate_places.describe(inspection) if shown.explained else None
    more = [] if places is None else code.parts(places)
    figures = [] if places is None else code.charts(places)
    if st.session_state.get(view_keys.SQUEEZE_OPEN):
        figures.append("squeeze_against_gate(activation, image=0)")
    return script_one_block.script(shown, more=more, figures=figures)


def gates(
    inspection: Inspection,
    activation: BlockActivation,
    ranking: ChannelRanking,
    usual: captures.Usual | None,
) -> None:
    """The weights of all channels: as a histogram, and one by one."""
    with st.container(gap="xsmall", key="gates"):
        left, right = st.columns([45, 55], gap="medium", vertical_alignment="bottom")
        with left:
            show(
                gate_histogram(activation, image=0, dark=dark()),
                "histogram",
                on_click=selection.take_bin_click,
            )
        with right:
            show(
                sorted_gates(activation, ranking, usual=usual, dark=dark()),
                "sorted",
                on_click=selection.take_channel_click,
            )
        bin_contents(inspection, activation)


def bin_contents(inspection: Inspection, activation: BlockActivation) -> None:
    """The channels of the clicked bin, to pick from."""
    gate = activation.excitation[0]
    channels = [c for c in selection.bin_channels() if c < len(gate)]
    if not channels:
        return
    values = gate[channels]
    shown = sorted(channels, key=lambda c: -gate[c])[:MOST_LISTED]
    words = tr(
        "{channels} channels with gates from {min:.3f} to {max:.3f}",
        channels=len(channels),
        min=values.min(),
        max=values.max(),
    )
    if len(channels) > len(shown):
        words = tr("{words}; the {shown} most open of them", words=words, shown=len(shown))
    with st.container(horizontal=True, key="bin_sentence"):
        st.html(f"<p class='maps'><b>{escape(words)}</b></p>")
        st.button(tr("Close"), key="bin_close", on_click=selection.forget_bin, type="tertiary")
    map_tiles.pairs(
        activation,
        shown,
        scale=map_tiles.chosen_scale(inspection.capture),
        key="bin_channels",
        words=words,
    )


main()
