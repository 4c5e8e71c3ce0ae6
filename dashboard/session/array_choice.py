"""Whether arrays are chosen from, in place of pictures: the network decides it."""

import streamlit as st

from dashboard.runtime.offers import Takes

KEY = "takes_arrays"


def takes() -> Takes | None:
    """What the network takes in place of pictures; None for all that take pictures."""
    stored: Takes | None = st.session_state.get(KEY)
    return stored


def keep(takes: Takes | None) -> None:
    """Before anything is chosen to go in."""
    st.session_state[KEY] = takes
