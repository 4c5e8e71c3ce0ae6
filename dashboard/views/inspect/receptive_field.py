"""What a place of the account sees of the picture: its theoretical receptive field."""

import numpy as np
import streamlit as st

from dashboard.components.png_download import offer_png
from dashboard.components.widgets import plain
from dashboard.services.inspections import Inspection
from dashboard.session import view_keys
from dashboard.views.inspect import compute
from senet_viz.analysis.gate_places import GatePlaces
from senet_viz.core.translation import tr
from senet_viz.figures.block.receptive_field import field_picture, field_sentence

OPEN, ROW, COLUMN = view_keys.FIELD_OPEN, view_keys.FIELD_ROW, view_keys.FIELD_COLUMN


def seen_by_a_place(inspection: Inspection, account: GatePlaces) -> None:
    """A switch, and under it the field of the place that counts most, or of another."""
    rows, columns = account.map.shape
    strongest = np.unravel_index(np.abs(account.map).argmax(), account.map.shape)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.toggle(
            tr("Receptive field of a place"),
            key=OPEN,
            help=tr("Which pixels a place sees by strides and kernels. One forward pass."),
        )
        if not st.session_state[OPEN]:
            return
        for key, most, first in ((ROW, rows, strongest[0]), (COLUMN, columns, strongest[1])):
            if not 0 <= st.session_state.get(key, -1) < most:
                st.session_state[key] = int(first)
        st.number_input(tr("Row"), 0, rows - 1, key=ROW, width=110)
        st.number_input(tr("Column"), 0, columns - 1, key=COLUMN, width=110)
    picture = inspection.picture
    fields = compute.fields_of(
        inspection.key, picture.sha256, picture.data, trained=inspection.network.trained
    )
    name = account.block.name
    if name not in fields:
        st.caption(
            tr(
                "Not all layers before this block are convolutions, poolings or similar, so its "
                "receptive field is not known."
            )
        )
        return
    place = int(st.session_state[ROW]), int(st.session_state[COLUMN])
    left, right = st.columns([1, 2], gap="medium")
    with left:
        drawn = field_picture(inspection.pixels, fields[name], place)
        st.image(drawn, width="stretch", alt=tr("The receptive field on the picture"))
        offer_png(drawn, f"{name} field of {place[0]} {place[1]}")
    with right:
        st.markdown(f"**{plain(field_sentence(fields[name], place))}**")
        st.caption(
            tr(
                "Gates and normalisations are held fixed for the frame. A field says what can "
                "reach a place, not what does: pixels near its middle count most."
            )
        )
