"""How much of a map each gate is made of: one place, some rows, or all of it."""

import streamlit as st

from dashboard.session import selection, view_keys
from senet_viz.core.translation import count, tr

ROWS, CONTEXTS = view_keys.POOLED_ROWS, view_keys.CONTEXTS


def choose_context() -> int | None:
    """How many rows of the feature maps each gate is made of; None for one place."""
    st.select_slider(
        tr("Context of the squeeze"),
        list(CONTEXTS),
        format_func=context,
        key=selection.begin(ROWS, CONTEXTS),
        persist_state="session",
        help=tr(
            "Each strip of this many rows of a block's feature maps gets gates of its own. A paper "
            "found that seven rows or columns do as well as the whole map (Tiled "
            "Squeeze-and-Excite, 2107.02145)."
        ),
        width=420,
    )
    return pooled_rows()


def pooled_rows() -> int | None:
    """The rows chosen; None for one place."""
    return int(st.session_state.get(ROWS) or 0) or None


def context(rows: int | None) -> str:
    """What a gate is made of, in words."""
    if not rows:
        return tr("without pooling")
    if rows == CONTEXTS[-1]:
        return tr("pooled over the whole map")
    return tr("pooled over {rows}", rows=count(rows, "row"))
