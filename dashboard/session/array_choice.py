"""Whether arrays are offered instead of pictures, which depends on the network."""

import streamlit as st

from dashboard.runtime.offers import Takes

KEY = "takes_arrays"


def takes() -> Takes | None:
    """What the network takes instead of pictures; None for a network that takes pictures."""
    stored: Takes | None = st.session_state.get(KEY)
    return stored


def keep(takes: Takes | None) -> None:
    """Store it for the session, before an input is chosen."""
    st.session_state[KEY] = takes
