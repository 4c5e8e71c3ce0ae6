"""The survey looked at as the reference of its network, in all views."""

import streamlit as st

from dashboard.components.widgets import sentence
from dashboard.services import inspections, references
from dashboard.services.surveys import Shelved
from dashboard.session import selection
from senet_viz.core.errors import InputError
from senet_viz.core.translation import tr

_REFUSED = "dataset_reference_refused"


def offer(shelved: Shelved) -> None:
    """A button that takes usual gates from this survey; whether they are."""
    name = str(st.session_state[selection.MODEL])
    if references.of(name, inspections.own_network(name)).key == shelved.identity:
        st.button(
            tr("Stop using as reference"),
            key="dataset_reference_stop",
            on_click=references.stop,
            args=(shelved.survey.weights_sha256,),
            type="tertiary",
            icon=":material/bookmark_remove:",
        )
        return
    st.button(
        tr("Use as reference"),
        key="dataset_reference",
        on_click=_use,
        args=(shelved,),
        type="tertiary",
        icon=":material/bookmark_add:",
        help=tr(
            "All views then use this survey for the usual gates of this network, the distance of a "
            "gate from them, the mean that gates are set to, and how often hidden units are on."
        ),
    )


def _use(shelved: Shelved) -> None:
    """Callback: use the survey as reference, or note why it cannot be."""
    name = str(st.session_state[selection.MODEL])
    try:
        references.use(shelved, name, inspections.own_network(name))
    except InputError as error:
        st.session_state[_REFUSED] = error.args[0]


def say_refused() -> None:
    """Show once why the chosen survey cannot be a reference of this network."""
    if why := st.session_state.pop(_REFUSED, ""):
        st.error(sentence(why), title=tr("Not used as reference"))
