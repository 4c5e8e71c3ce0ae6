"""Errors as one sentence on the page: a person's mistakes, and exceptions nobody expected."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec

import streamlit as st
from streamlit.errors import FragmentHandledException

from dashboard.components.plain_text import sentence
from dashboard.runtime.unforeseen import logged
from dashboard.services import controls
from dashboard.session import selection
from senet_viz.core.errors import SENetVizError, WeightsError
from senet_viz.core.translation import tr

P = ParamSpec("P")


@contextmanager
def answering() -> Iterator[None]:
    """Show an exception raised inside as a sentence that says what went wrong.

    Streamlit's own exceptions, which stop or rerun a script, pass through.
    """
    try:
        yield
    except FragmentHandledException:
        raise
    except SENetVizError as error:
        st.error(sentence(error), title=tr("This could not be shown"))
        if isinstance(error, WeightsError) and controls.offers_untrained():
            st.button(
                tr("Open it untrained, with random weights"),
                key="open_untrained",
                on_click=selection.open_untrained,
                help=tr(
                    "To look at its structure. Switch Published weights on again to come back."
                ),
            )
    except Exception as error:
        st.error(sentence(logged(error)), title=tr("This could not be shown"))


def answered(draw: Callable[P, None]) -> Callable[P, None]:
    """``draw``, a dialog or a part of a page, with what goes wrong in it answered in its place."""

    @functools.wraps(draw)
    def drawn(*given: P.args, **named: P.kwargs) -> None:
        with answering():
            draw(*given, **named)

    return drawn
