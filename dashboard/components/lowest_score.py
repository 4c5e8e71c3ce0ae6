"""The score from which on a detector's boxes count, the same in every view."""

import streamlit as st

from dashboard.session import selection
from senet_viz.core.translation import tr


def choose() -> float:
    """In 0 to 1."""
    return st.slider(
        tr("Lowest score shown"),
        0.0,
        1.0,
        0.5,
        0.01,
        key=selection.SCORE,
        persist_state="session",
        width=240,
    )
