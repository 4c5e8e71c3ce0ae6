"""Which pictures' gains are compared."""

import streamlit as st

from dashboard.components.widgets import file_name
from dashboard.runtime.offers import Chosen
from dashboard.session import pinned_pictures, selection
from senet_viz.core.translation import tr

MOST, FIRST = 8, 4
OF = "gain_pictures_of"


def choose() -> list[Chosen]:
    """Up to eight of the pictures on offer; none, and a line that says so, where none is picked."""
    on_offer = {p.key: p for p in selection.pictures()}
    pins = [pin.chosen.key for pin in pinned_pictures.pins()]  # pinned pictures too
    moved = st.session_state.get(OF, pins) != pins
    if moved or st.session_state.get(selection.GAIN_PICTURES) is None:
        st.session_state[selection.GAIN_PICTURES] = (
            pins[:MOST] if OF in st.session_state else (pins or list(on_offer))[:FIRST]
        )
    st.session_state[OF] = pins
    still_offered = [k for k in st.session_state[selection.GAIN_PICTURES] if k in on_offer]
    st.session_state[selection.GAIN_PICTURES] = still_offered
    chosen = st.multiselect(
        tr("Pictures compared"),
        list(on_offer),
        key=selection.GAIN_PICTURES,
        format_func=lambda key: file_name(on_offer[key].title),
        max_selections=MOST,
        persist_state="session",
    )
    if not chosen:
        st.info(tr("Choose at least two pictures to see which gains move from one to another."))
    return [on_offer[key] for key in chosen]


def chosen() -> list[Chosen]:
    """The pictures that were picked there, without asking again."""
    on_offer = {p.key: p for p in selection.pictures()}
    picked = st.session_state.get(selection.GAIN_PICTURES)
    return [on_offer[k] for k in (list(on_offer)[:FIRST] if picked is None else picked)]
