"""Parts of a page that are drawn anew by themselves when something inside them is chosen."""

import functools
from collections.abc import Callable
from typing import ParamSpec

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import address, asked, tidying
from dashboard.answering import answering

P = ParamSpec("P")


def part(draw: Callable[P, None]) -> Callable[P, None]:
    """``draw`` as a part: a choice inside it leaves the rest of the page as it is.

    What stands outside must not depend on what is chosen inside. The address is kept up, and a
    mistake is answered, as for the whole page.
    """

    @st.fragment
    @functools.wraps(draw)
    def drawn(*given: P.args, **named: P.kwargs) -> None:
        with answering():
            draw(*given, **named)
        if _alone():
            address.keep_up()
            tidying.soon()
            if asked.outdated():
                st.rerun()

    return drawn


def _alone() -> bool:
    """Whether this run draws parts of the page and not all of it."""
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)
