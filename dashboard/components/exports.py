"""Take it with you: the evidence and the report of what a page shows, made when asked for."""

from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st

from dashboard.components.widgets import plain
from dashboard.runtime.cache import keep
from senet_viz.core.translation import tr

_MADE = "take_made"
Key = tuple[Hashable, ...]
Said = Callable[[float], None]  # told the share that is done
Making = Callable[[Said], bytes]


def section(of: str) -> Any:
    """The heading that opens the offers; nothing is made while it is shut."""
    return st.expander(
        tr("Take it with you"), key=f"take_{of}", on_change="rerun", icon=":material/luggage:"
    )


def offer(label: str, words: str, key: Key, file_name: str, making: Making) -> None:
    """A button that makes the file, and in its place the download once it is made."""
    kind = str(key[0])
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        place = st.empty()
        st.caption(plain(words), width=520)
    slot = st.empty()
    made = st.session_state.setdefault(_MADE, {}).get(kind) == key
    if not made:
        made = place.button(label, key=f"make_{kind}", icon=":material/deployed_code:")
    if made:
        data = file_of(key, making, slot)
        st.session_state[_MADE] = {**st.session_state[_MADE], kind: key}
        slot.empty()
        place.download_button(
            f"{label} · {len(data) / 1e6:.1f} MB",
            data,
            file_name=file_name,
            mime="application/zip" if file_name.endswith("zip") else "text/html",
            key=f"take_{kind}_file",
            on_click="ignore",
            icon=":material/download:",
            type="primary",
        )


@keep(words=None)
def file_of(key: Key, _making: Making, _slot: Any) -> bytes:  # noqa: ARG001 (the cache's key)
    """Made in a turn of this person's, and kept with what else there is of the picture."""
    _slot.progress(0.0, tr("Making the file …"))
    return _making(lambda share: _slot.progress(share, tr("Making the file …")))
