"""One channel of the picked block, one class of the network: chosen by number or by name."""

from collections.abc import Callable

import streamlit as st

from dashboard.runtime import language_choice
from dashboard.runtime.offers import LIKELIEST
from dashboard.session import selection
from senet_viz.core.arrays import Array
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
            width=180,
            help=help,
        )
    )


def class_picker(key: str, scores: Array, name_of: Callable[[int], str]) -> int:
    """The class whose logit is followed: the likeliest of ``scores`` (k,), or another."""
    followed = followed_class(key, scores)
    best = int(scores.argmax())

    def words(number: int) -> str:
        if number == LIKELIEST:
            return tr("the likeliest: {label}", label=name_of(best))
        return name_of(number)

    language_choice.renew(key)
    st.selectbox(
        tr("Class followed"),
        range(LIKELIEST, scores.size),
        key=key,
        format_func=words,
        persist_state="session",
        width=300,
    )
    return followed


def followed_class(key: str, scores: Array) -> int:
    """The class picked in ``key``, or the likeliest; the network may have no such class."""
    picked = st.session_state.get(key)
    if not isinstance(picked, int) or not LIKELIEST <= picked < scores.size:
        st.session_state[key] = picked = LIKELIEST
    return int(scores.argmax()) if picked == LIKELIEST else picked
