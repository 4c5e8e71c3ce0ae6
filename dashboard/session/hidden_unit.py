"""The picked hidden unit of the picked block."""

import streamlit as st

from dashboard.session import chart_clicks

UNIT = "unit"


def picked(count: int, otherwise: int) -> int:
    """The picked unit, or ``otherwise`` where this block has no such unit; only read."""
    number = st.session_state.get(UNIT)
    return number if isinstance(number, int) and 0 <= number < count else otherwise


def keep(count: int, otherwise: int) -> int:
    """The picked unit; ``otherwise``, from now on, where this block has no such unit."""
    unit = picked(count, otherwise)
    if st.session_state.get(UNIT) != unit:
        st.session_state[UNIT] = unit
    return unit


def take_click(key: str) -> None:
    """Callback of a chart whose points carry numbers of hidden units; -1 is none."""
    unit = chart_clicks.whole(chart_clicks.clicked(key))
    if unit is not None:
        st.session_state[UNIT] = unit
