"""The device and the memory that the app uses, and a button to free some of it."""

import streamlit as st

from dashboard.components.widgets import plain
from dashboard.services import machine
from senet_viz.core.process_memory import memory_in_use
from senet_viz.core.translation import Words, tr

WORDS = Words[str](
    {
        "networks": lambda: tr("networks"),
        "captures": lambda: tr("forward passes"),
        "pictures": lambda: tr("pictures"),
    }
)
MB = 2**20


def offer() -> None:
    """A button that opens device and memory; nothing is looked up before that."""
    place = st.popover(
        tr("Memory and device"),
        icon=":material/memory:",
        key="machine",
        type="tertiary",
        on_change="rerun",
    )
    if not place.open:
        return
    with place:
        st.caption(plain(tr("Device: {device}", device=machine.calculates_with())))
        if (used := memory_in_use()) is not None:
            words = tr("Memory in use by the app: {megabytes:,} MB", megabytes=round(used / MB))
            st.caption(plain(words))
        lines = [
            tr(
                "{what} {size:,} of {most:,} MB",
                what=WORDS[name],
                size=round(pool.size / MB),
                most=round(pool.most / MB),
            )
            for name, pool in machine.CACHES.items()
        ]
        listed = tr("; ").join(lines)
        st.caption(plain(tr("Cached, so that nothing is computed twice: {listed}", listed=listed)))
        st.button(tr("Free what is kept"), key="machine_free", on_click=machine.free)
