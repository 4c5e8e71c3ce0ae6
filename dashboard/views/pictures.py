"""Pictures: up to twelve against one another, or one through two networks."""

from typing import Literal

import streamlit as st

from dashboard import (
    as_code,
    picture_charts,
    picture_profiles,
    pin_board,
    pinned,
    pinned_gates,
    state,
    subject,
    two_networks,
)
from dashboard.code import pictures as code
from dashboard.picture_charts import Looked
from dashboard.services import Network
from dashboard.widgets import block_picker, plain, untrained_warning
from senet_viz.language import count

What = Literal["pictures", "networks"]
WORDS: dict[What, str] = {"pictures": "Pictures", "networks": "Two networks"}
FEWEST = 2


def main() -> None:
    """Choose, capture, summarise, draw, explain."""
    net, name = subject.network(), str(st.session_state[state.MODEL])
    untrained_warning(net)
    what = st.segmented_control(
        "Compare",
        list(WORDS),
        format_func=WORDS.__getitem__,
        default="pictures",
        required=True,
        key=pinned.WHAT,
        persist_state="session",
        help="Several pictures in the network chosen on the left, or the picture shown there in "
        "that network and a second one.",
    )
    if what == "networks":
        two_networks.draw(net, name)
        as_code.offer(lambda: code.networks(net, name))
    else:
        several(net, name)


def several(net: Network, name: str) -> None:
    """The pinned pictures: where they part, and how in the picked block."""
    chosen = pin_board.choose()
    if len(chosen) < FEWEST:
        st.info("Pin at least two pictures to compare them. Upload your own on the left, or:")
        st.button("Pin the six samples", key="pictures_samples", on_click=pinned.pin_samples)
        return
    captures = pinned_gates.captured(name, chosen, trained=net.trained)
    compared = pinned_gates.compared(captures, chosen)
    groups = pinned.groups(chosen)
    st.markdown(
        f"**{plain(net.title)}** · {count(len(chosen), 'picture')} in "
        f"{count(len(groups), 'group')} · {len(compared.blocks)} SE blocks"
    )
    pair = picture_charts.choose_pair(chosen)
    looked = Looked(net, chosen, groups, compared, pair)
    picture_charts.by_depth(looked, state.carry_block(compared.names))
    block = block_picker(compared.names)
    picture_profiles.profiles(looked, block)
    left, right = st.columns(2, gap="medium")
    with left:
        picture_charts.alike(looked, block)
    with right:
        picture_charts.separation(looked, block, (name, net.trained))
    picture_charts.difference(looked, block)
    picture_charts.one_channel(looked, block)
    picture_charts.numbers(looked, block)
    as_code.offer(lambda: code.several(name, looked, block))


main()
