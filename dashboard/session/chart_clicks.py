"""Clicks in charts as the browser reports them, checked before use."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

_LAST = "clicked_last"


def points(key: str) -> Sequence[Mapping[str, Any]]:
    """The points picked in the chart with this key."""
    event = st.session_state.get(key)
    if not event:
        return ()
    picked: Sequence[Mapping[str, Any]] = event["selection"]["points"]
    return picked


def rows(key: str) -> Sequence[int]:
    """The rows picked in the table with this key."""
    event = st.session_state.get(key)
    picked: Sequence[object] = event["selection"]["rows"] if event else ()
    return tuple(row for row in map(whole, picked) if row is not None)


def clicked(key: str) -> Any | None:
    """``customdata`` of the clicked point of the chart with this key, None without a click.

    A chart takes a second click on a point for its end, and tells of no point. The person means
    the same point again: meanwhile something else may have been picked elsewhere.
    """
    last: dict[str, Any] = st.session_state.setdefault(_LAST, {})
    picked = points(key)
    if picked:
        data = picked[0].get("customdata")
        if isinstance(data, Mapping):  # a row of a packed array comes as {"0": …, "1": …}
            data = list(data.values())
        last[key] = data[0] if isinstance(data, list | tuple) and data else data
    return last.get(key)


def whole(value: object) -> int | None:
    """A non-negative integer from the browser, or None."""
    if isinstance(value, int | float) and math.isfinite(value) and value >= 0:
        return int(value)
    return None
