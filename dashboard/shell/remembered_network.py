"""The ImageNet network that a browser chose last: it opens the app with it again.

A cookie of this app's own holds the name, of those on offer and no other. Choosing a stored network
takes it away.
"""

from collections.abc import Collection

import streamlit as st

from dashboard.services import networks
from dashboard.services.fetches import STARTERS

COOKIE, _WRITES = "senet_viz_network", "remembered_network_writes"
YEAR = 365 * 24 * 3600
JS = """
export default function ({data}) {
  const age = data.network ? data.seconds : 0;
  document.cookie = `${data.cookie}=${data.network}; max-age=${age}; path=/; samesite=strict`;
}
"""
_keeps = st.components.v2.component("senet_viz_remembered_network", js=JS)


def remembered(here: Collection[str]) -> str | None:
    """The network that was chosen in this browser last, where its weights are on this machine."""
    name = st.context.cookies.get(COOKIE)
    return name if name in STARTERS and name in here else None


def remember(chosen: str) -> None:
    """Keep the choice of a network on offer; a stored one is what the app opens with anyway.

    As long as there is nothing to keep or to take away, the page has no part for it.
    """
    if chosen in STARTERS or st.context.cookies.get(COOKIE):
        st.session_state[_WRITES] = True
    if _WRITES in st.session_state and (chosen in STARTERS or chosen in networks.EMBEDDED):
        network = chosen if chosen in STARTERS else ""
        data = {"cookie": COOKIE, "network": network, "seconds": YEAR}
        _keeps(key="remembered_network", data=data, height=1)
