"""Downloads: evidence and report of what a page shows, made on demand."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import streamlit as st

from dashboard.components.widgets import plain
from dashboard.runtime.cache import keep, polite
from senet_viz.core.translation import tr
from senet_viz.reports.evidence import write_zip

_MADE, _OFFERED = "take_made", "take_offered"
MIME = {
    "html": "text/html",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
}
Key = tuple[Hashable, ...]
Progress = Callable[[float], None]  # told the share that is done
Making = Callable[[Progress], bytes]


def begin() -> None:
    """A page begins: it has offered nothing yet."""
    st.session_state[_OFFERED] = False


def offered() -> bool:
    """Whether this page has offers of its own."""
    return bool(st.session_state.get(_OFFERED))


def section(of: str) -> Any:
    """The heading that opens the offers; nothing is made while it is shut."""
    st.session_state[_OFFERED] = True
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
    ready = st.session_state.setdefault(_MADE, {}).get(kind) == key
    if not ready:
        ready = place.button(label, key=f"make_{kind}", icon=":material/deployed_code:")
    if ready:
        data = file_of(key, making, slot)
        st.session_state[_MADE] = {**st.session_state[_MADE], kind: key}
        slot.empty()
        place.download_button(
            f"{label} · {len(data) / 1e6:.1f} MB",
            data,
            file_name=file_name,
            mime=MIME[file_name.rpartition(".")[2]],
            key=f"take_{kind}_file",
            on_click="ignore",
            icon=":material/download:",
            type="primary",
        )


@keep(words=None)
def file_of(key: Key, _making: Making, _slot: Any) -> bytes:  # noqa: ARG001 (the cache's key)
    """Make the file in this session's turn, and cache it with the other results of the picture."""
    _slot.progress(0.0, tr("Making the file …"))
    return _making(lambda share: _slot.progress(share, tr("Making the file …")))


def zipped(files: Iterable[tuple[str, bytes]], expected: int) -> Making:
    """A function that packs a bundle's files; ``expected`` is about how many there are."""

    def pack(tell: Progress) -> bytes:
        done = 0

        def counted(_path: str) -> None:
            nonlocal done
            done += 1
            tell(min(done / expected, 1.0))

        return write_zip(files, done=polite(counted))

    return pack
