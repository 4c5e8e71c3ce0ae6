"""What takes long on a large network: run when it is asked for, or by itself."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from dashboard.services import sweeps
from dashboard.services.inspections import Inspection
from dashboard.services.sweeps import Key
from dashboard.session import measurement_requests
from senet_viz.core.translation import tr

Effects = TypeVar("Effects")


def switch(inspection: Inspection) -> None:
    """Whether the page measures every block that is picked without being asked; once a page."""
    if not _small(inspection):
        st.toggle(
            tr("Run by itself"),
            key=measurement_requests.BY_ITSELF,
            persist_state="session",
            help=tr(
                "What takes long is measured for every block that is picked, without a click. It "
                "is the same switch on every page."
            ),
        )


def wanted(inspection: Inspection, key: Key, button: str, *, name: str) -> bool:
    """At once on a small network; on a large one when it is asked for, by a button if need be."""
    by_itself = bool(st.session_state.get(measurement_requests.BY_ITSELF))
    if _small(inspection) or by_itself or measurement_requests.wanted(key):
        return True
    st.button(button, key=name, on_click=measurement_requests.want, args=(key,))
    st.caption(tr("It takes seconds to minutes on a large network, and can be left at any time."))
    return False


def obtained(
    inspection: Inspection,
    key: Key,
    sweep: Callable[..., Effects],
    *,
    button: str,
    doing: str,
) -> Effects | None:
    """A sweep kept from before, or done now; on a large network only where it is wanted."""
    stored: Effects | None = sweeps.recall(key)
    if stored is not None:
        return stored
    if not wanted(inspection, key, button, name=f"measure_{key[0]}"):
        return None
    bar = st.progress(0.0, text=f"{doing} …")
    effects = sweep(
        inspection,
        key,
        done=lambda n, of: bar.progress(
            n / of, text=tr("{doing}: {n} of {of}", doing=doing, n=n, of=of)
        ),
    )
    bar.empty()
    return effects


def _small(inspection: Inspection) -> bool:
    return inspection.network.library == "senet_viz"
