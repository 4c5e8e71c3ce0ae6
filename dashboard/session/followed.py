"""Which class is followed, against which other, and the true class that a picture was given."""

import streamlit as st

from dashboard.runtime.offers import LIKELIEST

CLASS, AGAINST, TRUE = "followed_class", "followed_against", "true_class"
NO_CLASS = -1  # where a class's number may stand
_GIVEN, _FOR = "true_classes", "true_class_for"

Pair = tuple[str, str]


def keep(classes: int) -> None:
    """The classes chosen, before their pickers are drawn; usual ones where there are no such."""
    for key, usual in ((CLASS, LIKELIEST), (AGAINST, NO_CLASS)):
        at = st.session_state.get(key)
        if not isinstance(at, int) or not usual <= at < classes:
            st.session_state[key] = usual


def keep_true(network: str, picture: str, classes: int) -> None:
    """The true class that this picture was given under this network, to be gone by from now on."""
    now: Pair = (network, picture)
    given: dict[Pair, int] = st.session_state.setdefault(_GIVEN, {})
    if st.session_state.get(_FOR, now) != now:
        st.session_state[TRUE] = given.get(now, NO_CLASS)
    at = st.session_state.get(TRUE, NO_CLASS)
    known = isinstance(at, int) and NO_CLASS <= at < classes
    st.session_state[TRUE] = given[now] = at if known else NO_CLASS
    st.session_state[_FOR] = now


def true_class() -> int | None:
    """The true class of the picture looked at; None where it was given none."""
    at = st.session_state.get(TRUE, NO_CLASS)
    return at if isinstance(at, int) and at != NO_CLASS else None
