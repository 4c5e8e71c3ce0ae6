"""The edits in force as a small file, and edits from such a file."""

from collections.abc import Mapping

import streamlit as st

from dashboard.components.widgets import sentence
from dashboard.session import gate_edits
from dashboard.shell import link_writing
from senet_viz.analysis.edit_files import MOST_BYTES, edits_from_json, edits_to_json
from senet_viz.core.errors import InputError
from senet_viz.core.translation import count, tr

OPEN, FILE, _ROUND = "edit_file", "edit_file_given", "edit_file_round"
_PROBLEM = "edit_file_problem"


def offer(network: str, title: str, channels: Mapping[str, int]) -> None:
    """A popover to save and load them; before it, how many edits do not fit into the link."""
    steps = gate_edits.steps(network)
    if (without := link_writing.left_out()) and steps:
        st.caption(
            tr(
                "The link to this view has no room for {edits}: a file of edits holds all.",
                edits=count(without, "edit"),
            )
        )
    place = st.popover(
        tr("File of edits"), key=OPEN, on_change="rerun", type="tertiary", icon=":material/save:"
    )
    if not place.open:
        return
    with place:
        st.download_button(
            tr("Save the edits in force"),
            edits_to_json(steps, network=title),
            file_name="gate_edits.json",
            mime="application/json",
            key="edit_file_save",
            on_click="ignore",
            disabled=not steps,
            icon=":material/download:",
        )
        st.file_uploader(
            tr("Open a file of edits"),
            type=["json"],
            key=_key(),
            on_change=_open,
            args=(network, dict(channels)),
            max_upload_size=MOST_BYTES // 2**20,
            help=tr("They take the place of those in force; Undo brings these back."),
        )
        if problem := st.session_state.get(_PROBLEM):
            st.error(sentence(problem), title=tr("This file was not opened"))


def _key() -> str:
    """A new one makes a new, empty uploader."""
    return f"{FILE}_{st.session_state.get(_ROUND, 0)}"


def _open(network: str, channels: Mapping[str, int]) -> None:
    """Callback of the uploader: all edits of the file come into force, or none, with the reason."""
    given = st.session_state.get(_key())
    st.session_state[_PROBLEM] = None
    if given is None:
        return
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    try:
        steps = edits_from_json(given.getvalue(), channels)
    except InputError as error:
        st.session_state[_PROBLEM] = error.args[0]
    else:
        gate_edits.put(network, steps)
