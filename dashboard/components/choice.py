"""One of a few options, side by side."""

from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

import streamlit as st

from dashboard.services import controls
from dashboard.services.controls import Control
from dashboard.session import selection
from senet_viz.core.translation import tr

Key = TypeVar("Key", bound=Hashable)


def choice(
    label: str,
    words: Mapping[Key, str],
    key: str,
    *,
    first: Key | None = None,
    help: str | None = None,  # as Streamlit names it
    titled: bool = True,
    disabled: bool = False,
    on_change: Callable[[], None] | None = None,
) -> Key:
    """The option picked in the widget ``key``; each of ``words`` is how an option reads.

    It begins with ``first``, or with the first of them. Without ``titled`` the label is for screen
    readers alone.
    """
    picked: Key | None = st.segmented_control(
        label,
        list(words),
        format_func=words.__getitem__,
        required=True,
        key=selection.begin(key, words, first=first),
        persist_state="session",
        label_visibility="visible" if titled else "collapsed",
        help=help,
        disabled=disabled,
        on_change=on_change,
    )
    return next(iter(words)) if picked is None else picked


def control_choice(key: str) -> Control:
    """Which null control to look at, if any; a chart of its own has a ``key`` of its own."""
    return choice(
        tr("Look at"),
        controls.WORDS,
        key,
        help=tr(
            "Controls: the same chart for a copy of this network with random weights, and for a "
            "picture of noise. What looks the same there was not learned, or is not in the picture."
        ),
    )
