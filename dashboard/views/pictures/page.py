"""Pictures: up to twelve against one another, or one through two networks."""

from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components import copy_as_code, page_header, reference_line, script_records
from dashboard.components.choice import choice
from dashboard.components.widgets import untrained_warning
from dashboard.runtime.views import COMPARED
from dashboard.services import inspections, pinned_captures
from dashboard.services.networks import Network
from dashboard.session import chart_sources, pinned_pictures, selection
from dashboard.views.pictures import charts, exports, pin_board, profiles, two_networks
from dashboard.views.pictures import script as code
from dashboard.views.pictures.charts import Comparison
from dashboard.views.pictures.script import Pictures
from senet_viz.core.translation import Words, tr

What = Literal["pictures", "networks"]
WORDS = Words[What](
    {
        "pictures": lambda: tr("Pictures"),
        "networks": lambda: tr("Two networks"),
    }
)
SENTENCES = Words[What](
    {
        "pictures": lambda: tr(
            "Which pictures {network} treats alike, and in which block they part",
            network="{network}",
        ),
        "networks": lambda: tr(
            "One picture through {network} and a second network", network="{network}"
        ),
    }
)
FEWEST = 2


def main() -> None:
    """Choose, capture, summarise, draw, explain."""
    net, name = inspections.network(), str(st.session_state[selection.MODEL])
    chart_sources.say(net.title)
    untrained_warning(net)
    reference_line.say(name, net)
    what: What = st.session_state[selection.begin(COMPARED.key, WORDS)]
    with page_header.head():
        page_header.sentence(page_header.with_name(SENTENCES[what], net.title))
        place = st.container(horizontal=True, vertical_alignment="center", key="pictures_compared")
        with place:
            choice(tr("Compare"), WORDS, COMPARED.key, titled=False)
    if what == "networks":
        both = two_networks.draw(net, name, place)
        copy_as_code.offer(lambda: code.networks(both))
    else:
        several(net, name, place)


def several(net: Network, name: str, place: DeltaGenerator) -> None:
    """The pinned pictures: at which depth they differ, and how in the picked block."""
    pinned_pictures.keep()
    chosen = pinned_pictures.pins()
    if len(chosen) < FEWEST:
        pin_board.choose()
        st.info(tr("Pin at least two pictures to compare them. Upload your own on the left, or:"))
        st.button(
            tr("Pin the six samples"), key="pictures_samples", on_click=pinned_pictures.pin_samples
        )
        return
    captures = pinned_captures.captured(name, chosen, trained=net.trained)
    compared = pinned_captures.compared(captures, chosen)
    groups = pinned_pictures.groups(chosen)
    blocks = pinned_captures.map_blocks(captures, compared)
    block = page_header.row(lambda: pin_board.draw(chosen, groups), blocks)
    with place:
        pair = charts.choose_pair(chosen)
    comparison = Comparison(net, chosen, groups, compared, pair)
    charts.by_depth(comparison, block)
    profiles.profiles(comparison, block)
    left, right = st.columns(2, gap="medium")
    with left:
        charts.alike(comparison, block)
    with right:
        charts.separation(comparison, block, (name, net.trained))
    charts.difference(comparison, block)
    charts.one_channel(comparison, block)
    charts.numbers(comparison, block)
    exports.of_pictures(comparison, captures, name, block)
    copy_as_code.offer(lambda: code.several(describe(name, comparison, block)))


def describe(name: str, comparison: Comparison, block: str) -> Pictures:
    """What *Copy as code* is told of the pinned pictures."""
    return Pictures(
        network=script_records.network(name, trained=comparison.net.trained),
        pictures=tuple(pin.chosen for pin in comparison.chosen),
        names=tuple(pin.name for pin in comparison.chosen),
        groups=tuple(pin.group for pin in comparison.chosen),
        pair=comparison.pair,
        block=block,
        channel=int(st.session_state[selection.CHANNEL]),
        cosine=st.session_state.get(pinned_pictures.MEASURE) == "cosine",
        reference=comparison.net.reference is not None,
    )


main()
