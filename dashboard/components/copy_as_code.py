"""Copy as code: at the end of a view, what it shows as a script of the library."""

from collections.abc import Callable, Iterable

import streamlit as st

from dashboard.components.script_text import complete
from senet_viz.core.translation import tr

OPEN = "as_code_open"


def offer(make: Callable[[], Iterable[str]]) -> None:
    """The section, closed at first; ``make`` gives the script's parts and is asked once open."""
    section = st.expander(
        tr("Copy as code"), key=OPEN, on_change="rerun", icon=":material/content_copy:"
    )
    if not section.open:
        return
    with section:
        st.caption(
            tr(
                "A Python script that reproduces this page with its current settings and prints"
                " its main numbers. It needs senet_viz alone, not this app."
            )
        )
        st.code(complete(make()), language="python", wrap_lines=True)
