"""One channel of the picked block, chosen by number."""

import streamlit as st

from dashboard.session import selection
from senet_viz.core.translation import tr


def channel_picker(channels: int, otherwise: int, *, help: str | None = None) -> int:
    """The channel by number, beside charts whose points pick it too; ``otherwise`` at first."""
    # Assigned again, so that it outlasts a switch of views.
    selection.choose_channel(selection.keep_channel(channels, otherwise))
    return int(
        st.number_input(
            tr("Channel (0 to {last})", last=channels - 1),
            0,
            channels - 1,
            key=selection.CHANNEL,
            persist_state="session",
            width=150,
            help=help,
        )
    )
