"""A line on where usual gates come from, while that is a survey of the person's choice."""

import streamlit as st

from dashboard.components.widgets import plain
from dashboard.services import networks, references
from dashboard.services.inspections import own_network
from senet_viz.core.translation import again, tr


def say(name: str, net: networks.Network) -> None:
    """Which survey it is, and the way back; nothing while a network has its own statistics."""
    reference = references.of(name, net)
    if reference.survey is None or reference.statistics is None:
        return
    own = own_network(name)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="reference"):
        st.caption(
            plain(
                tr(
                    "Usual gates, means and how often hidden units are on come from {source}.",
                    source=again(reference.statistics.source),
                )
            ),
            width="content",
        )
        st.button(
            tr("Use none") if own.reference is None else tr("Use the network's own"),
            key="reference_stop",
            on_click=references.stop,
            args=(reference.survey.survey.weights_sha256,),
            type="tertiary",
        )
