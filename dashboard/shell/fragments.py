"""Parts of a page that rerun alone when something inside them is chosen: Streamlit's fragments."""

import functools
from collections.abc import Callable
from typing import ParamSpec

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.components.error_messages import answering
from dashboard.runtime import garbage
from dashboard.session import link_notes, selection
from dashboard.shell import deep_link

P = ParamSpec("P")


def part(draw: Callable[P, None]) -> Callable[P, None]:
    """``draw`` as a part: a choice inside it leaves the rest of the page as it is.

    What stands outside must not depend on what is chosen inside. The address is kept up, and a
    mistake is answered, as for the whole page. Streamlit lets a part run to its end whatever is
    clicked inside it, so nothing that takes long belongs in one; and it keeps what a part is given
    for as long as the window is open, so a part asks for captures itself.
    """

    @st.fragment
    @functools.wraps(draw)
    def drawn(*given: P.args, **named: P.kwargs) -> None:
        alone = _alone()
        if selection.asked_for_all() and alone:
            st.rerun()
        with answering():
            draw(*given, **named)
        if alone:
            deep_link.keep_up()
            garbage.soon()
            if link_notes.outdated() or deep_link.outdated():
                st.rerun()

    return drawn


def _alone() -> bool:
    """Whether this run draws parts of the page and not all of it."""
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)
