"""The way around the network, the same in every view: a map to click, a list, two buttons."""

from collections.abc import Sequence

import streamlit as st

from dashboard.components import chart_downloads
from dashboard.components.widgets import block_picker, dark, plain, reading, show
from dashboard.session import selection
from senet_viz.core.records import Capture
from senet_viz.core.translation import tr
from senet_viz.figures.base.theme import mode
from senet_viz.figures.block.network_maps import MapBlock, map_block, network_map

KEY = "network_map"
PIXELS_A_BLOCK = 16


def navigate(captured: Capture) -> str:
    """The picked block of a network that a picture went through."""
    return pick([map_block(activation) for activation in captured])


def pick(blocks: Sequence[MapBlock]) -> str:
    """The map of these blocks and the picker under it; the picked block's name."""
    names = [block.name for block in blocks]
    picked = selection.carry_block(names)
    chart = network_map(blocks, dark=dark())
    with st.container(key="network_map_scroll", gap=None):
        st.html(
            "<style>.st-key-network_map_scroll {overflow-x: auto}"
            f".st-key-{KEY} {{min-width: {PIXELS_A_BLOCK * len(names)}px}}"
            f"{outline(KEY, names.index(picked))}</style>"
        )
        show(chart, KEY, on_click=selection.take_block_click, titled=False)
    with st.container(horizontal=True, gap="small"):
        st.caption(plain(chart.title), help=reading(chart.reads, chart.caution), width="content")
        chart_downloads.offer(chart, KEY)
    return block_picker(names)


def outline(key: str, number: int) -> str:
    """The style that outlines a block's bar in a chart whose first trace has one for each.

    The figure itself does not know which is picked, so the browser keeps it as it is.
    """
    bar = f".st-key-{key} .barlayer .trace:first-child .point:nth-child({number + 1}) path"
    return f"{bar} {{stroke: {mode(dark()).accent} !important; stroke-width: 2px !important}}"


def channel(channels: int, otherwise: int) -> int:
    """The picked channel by number, beside a chart whose points pick it too."""
    selection.choose_channel(selection.keep_channel(channels, otherwise))
    return int(
        st.number_input(
            tr("Channel, 0 to {last}", last=channels - 1),
            0,
            channels - 1,
            key=selection.CHANNEL,
            persist_state="session",
            width=180,
        )
    )
