"""Which slice of a volume's feature maps is drawn."""

import streamlit as st

from dashboard.session import view_keys
from senet_viz.core.records import BlockActivation
from senet_viz.core.translation import tr


def choose(activation: BlockActivation) -> int | None:
    """The slice, initially the middle one; for inputs other than volumes None, and no slider."""
    if len(activation.places) != 3 or activation.places[0] < 2:
        return None
    deep = activation.places[0]
    known = st.session_state.get(view_keys.MAPS_SLICE)
    if not (isinstance(known, int) and 0 <= known < deep):
        st.session_state[view_keys.MAPS_SLICE] = deep // 2
    words = tr("Slice of the maps, 0 to {last}", last=deep - 1)
    with st.container(horizontal=True, vertical_alignment="center", key="maps_slice_row"):
        st.caption(words, width="content")
        at: int = st.slider(
            words,
            0,
            deep - 1,
            key=view_keys.MAPS_SLICE,
            persist_state="session",
            label_visibility="collapsed",
            width=160,
        )
    return at
