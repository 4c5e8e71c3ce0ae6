"""The language of a session: the one chosen, else that of the address, else the browser's.

Imported once by the page frame; from then on the library's ``tr`` asks here.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from senet_viz.core.translation import ENGLISH, LANGUAGES, follow, tr

LANGUAGE, IN_ADDRESS = "language", "lang"


def spoken() -> str:
    """The language of the session that this thread draws for; English outside of any."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ENGLISH
    chosen = st.session_state.get(LANGUAGE)
    if chosen in LANGUAGES:  # asked for each sentence, so the dearer ways to know come after it
        return str(chosen)
    named = st.query_params.get(IN_ADDRESS)
    if named in LANGUAGES:
        return str(named)
    asked = (st.context.locale or ENGLISH).partition("-")[0]
    return asked if asked in LANGUAGES else ENGLISH


def choose() -> None:
    """The switch in the sidebar."""
    st.session_state[LANGUAGE] = spoken()
    st.segmented_control(
        tr("Language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key=LANGUAGE,
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )


def renew(key: str) -> None:
    """Before a list is drawn whose options are said in words: its pick is assigned again.

    A browser holds a pick by its words, so after a switch of languages it would hand back some
    that are no option any more, and the pick would be lost.
    """
    if key in st.session_state:
        st.session_state[key] = st.session_state[key]


follow(spoken)
