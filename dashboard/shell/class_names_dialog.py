"""The dialog with the class names of a network of your own: to read, correct or replace them."""

from dataclasses import replace

import streamlit as st

from dashboard.components.error_messages import answered
from dashboard.components.widgets import sentence
from dashboard.runtime.offers import OwnFile
from dashboard.services import networks
from dashboard.session import selection
from senet_viz.core.errors import SENetVizError
from senet_viz.core.translation import tr


def offer() -> None:
    """The button under a network of one's own that opens it."""
    st.button(
        tr("Class names …"),
        key="own_names_offer",
        on_click=selection.open_names,
        type="tertiary",
        help=tr("Read them, correct them, or give a file with others."),
    )


def choose(own: OwnFile) -> None:
    """Names in the order of the network's outputs; answers are given in place."""
    dialog = st.dialog(tr("Class names"), width="medium", on_dismiss=selection.close_names)
    dialog(answered(_form))(own)


def _form(own: OwnFile) -> None:
    labels = _names(own)
    st.session_state.setdefault(selection.NAMES, "\n".join(labels))
    st.file_uploader(
        tr("From a file"), key=selection.NAMES_FILE, max_upload_size=5, on_change=_take_file
    )
    if problem := st.session_state.pop(selection.NAMES_PROBLEM, ""):
        st.error(sentence(problem), title=tr("This file could not be used"))
    st.text_area(
        tr("{classes} names, one a line, in the order of the outputs", classes=len(labels)),
        key=selection.NAMES,
        height=320,
    )
    if st.button(tr("Use these names"), type="primary", key="own_names_use", width="stretch"):
        _use(own)


def _names(own: OwnFile) -> tuple[str, ...]:
    """As they are now, the network's own where none were given."""
    return networks.own_network(own).labels


def _take_file() -> None:
    """Callback: the names in the file take the place of those typed."""
    given = st.session_state.get(selection.NAMES_FILE)
    if given is None:
        return
    try:
        names = networks.class_names(given.getvalue(), given.name)
    except SENetVizError as error:
        st.session_state[selection.NAMES_PROBLEM] = error.args[0]
    else:
        st.session_state[selection.NAMES] = "\n".join(names)


def _use(own: OwnFile) -> None:
    lines = str(st.session_state[selection.NAMES]).rstrip().splitlines()
    renamed = replace(own, labels=tuple(line.strip() for line in lines))
    try:
        net = networks.own_network(renamed)
    except SENetVizError as error:
        st.error(sentence(error), title=tr("These names could not be used"))
    else:
        selection.replace_own(own.key, replace(renamed, notes=net.notes))
        st.rerun()
