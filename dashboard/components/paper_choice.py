"""How a figure is printed: its width, and whether its sentence stands over it."""

from functools import partial

import streamlit as st

from senet_viz.core.translation import tr
from senet_viz.figures.base.sheets import WIDTHS, Paper, Width

_CHOSEN = "paper_chosen"  # the last choice, from which every chart begins


def choose_paper(key: str) -> Paper:
    """The paper chosen in two widgets; the next figure begins with the same."""
    last: Paper = st.session_state.get(_CHOSEN) or Paper()
    wide, headline = f"{key}_paper_width", f"{key}_paper_headline"
    st.session_state.setdefault(wide, last.width)
    st.session_state.setdefault(headline, last.headline)
    keep = partial(_keep, wide, headline)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            tr("Width"),
            WIDTHS,
            format_func=lambda width: tr("{width} mm", width=width),
            key=wide,
            required=True,
            on_change=keep,
            label_visibility="collapsed",
        )
        st.toggle(tr("With its sentence"), key=headline, on_change=keep)
    return _of(wide, headline)


def _keep(wide: str, headline: str) -> None:
    st.session_state[_CHOSEN] = _of(wide, headline)


def _of(wide: str, headline: str) -> Paper:
    width: Width = st.session_state[wide]
    return Paper(width=width, headline=bool(st.session_state[headline]))
