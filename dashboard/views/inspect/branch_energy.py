"""Where the picked block's gate acts: its branch against the shortcut it is added to."""

import streamlit as st

from dashboard.components.png_download import offer_png
from dashboard.components.widgets import dark, plain, reading, show
from dashboard.services import inspections
from dashboard.services.controls import Control
from dashboard.session import selection, view_keys
from dashboard.views.inspect import compute
from senet_viz.analysis.branch_energy import meeting_of
from senet_viz.core.translation import tr
from senet_viz.figures.block.branch_energy import (
    energy_by_depth,
    energy_caution,
    energy_overlay,
    energy_reads,
    energy_sentence,
)

OPEN = view_keys.ACTS_OPEN
OPACITY = 0.7


def acts(block: str, control: Control) -> None:
    """The section, closed at first: it takes a forward pass of its own."""
    section = st.expander(
        tr("Where this gate acts"), key=OPEN, on_change="rerun", icon=":material/merge:"
    )
    if not section.open:
        return
    inspection = inspections.inspect(control)
    picture, trained = inspection.picture, inspection.network.trained
    meetings = compute.meetings_of(inspection.key, picture.sha256, picture.data, trained=trained)
    meeting = meeting_of(meetings, block)
    with section:
        left, right = st.columns([1, 2], gap="medium")
        with left:
            st.markdown(
                f"**{plain(energy_sentence(meeting))}**",
                help=reading(energy_reads(), energy_caution()),
            )
            if meeting.is_added:
                drawn = energy_overlay(inspection.pixels, meeting, opacity=OPACITY)
                st.image(
                    drawn, width="stretch", alt=tr("The branch's share of energy at each place")
                )
                offer_png(drawn, f"{block} where it acts")
                st.caption(
                    tr("colour: 0 (dark blue, the shortcut alone) to 1 (yellow, the branch alone)")
                )
        with right:
            chart = energy_by_depth(meetings, selected=block, dark=dark())
            show(chart, "energy", on_click=selection.take_block_click_below)
