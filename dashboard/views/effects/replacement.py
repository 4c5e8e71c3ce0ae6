"""What gates are set to, and how that is said."""

import streamlit as st

from dashboard.components.choice import choice
from dashboard.services.inspections import Inspection
from dashboard.session import measurement_requests
from senet_viz.core.translation import Words, tr

REPLACEMENTS = Words[str](
    {
        "0": lambda: tr("0: removed"),
        "1": lambda: tr("1: fully open"),
        "its usual value": lambda: tr("its usual value"),
    }
)


def choose(inspection: Inspection) -> str:
    """What each gate is set to."""
    offered = list(REPLACEMENTS) if inspection.network.reference else list(REPLACEMENTS)[:2]
    if st.session_state.get(measurement_requests.PUT) not in offered:
        st.session_state[measurement_requests.PUT] = offered[0]
    return str(
        choice(
            tr("Each channel's gate is set to"),
            {key: REPLACEMENTS[key] for key in offered},
            measurement_requests.PUT,
        )
    )


def words(put: str) -> str:
    """What gates are set to, inside a sentence."""
    return put if put in ("0", "1") else tr("its usual value")
