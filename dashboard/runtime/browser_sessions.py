"""Browser sessions: who asks, whether they are still connected, what they see while they wait."""

import re
import threading
from collections.abc import Callable, Hashable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from senet_viz.core.translation import tr


def who() -> Hashable:
    """This browser window's session; outside the app, the thread."""
    context = get_script_run_ctx(suppress_warning=True)
    return threading.get_ident() if context is None else context.session_id


def is_app() -> bool:
    """Whether there is a page to show something on."""
    return get_script_run_ctx(suppress_warning=True) is not None


def still_there(_ahead: int = 0) -> None:
    """Ends the script where the person has left or clicked on; Streamlit looks at every access."""
    if is_app():
        _ = "still there" in st.session_state


@dataclass(slots=True, eq=False)
class _Holding:
    """The pictures and networks of one session."""

    texts: set[str] = field(default_factory=set)


_EVERYBODY: list[_Holding] = []
_LOCK = threading.Lock()
_GONE: list[Callable[[set[str]], None]] = []
_PERSONAL = re.compile("(own:)?[0-9a-f]{64}")


def hold(texts: Iterable[str]) -> None:
    """This session looks at these pictures and networks: they are kept as long as it is there."""
    if is_app():
        _holding().texts.update(text for text in texts if _PERSONAL.fullmatch(text))


def when_gone(drop: Callable[[set[str]], None]) -> None:
    """Call ``drop`` with what nobody looks at any more, each time a session ends."""
    _GONE.append(drop)


def _left(holding: _Holding) -> None:
    with _LOCK:
        _EVERYBODY.remove(holding)
        still = set().union(*(other.texts for other in _EVERYBODY))
    for drop in _GONE:
        drop(holding.texts - still)


@st.cache_resource(scope="session", on_release=_left, show_spinner=False)
def _holding() -> _Holding:
    """Streamlit lets go of it when the browser window is closed."""
    holding = _Holding()
    with _LOCK:
        _EVERYBODY.append(holding)
    return holding


class Waiting:
    """How many people are ahead, on the page; in ``shown`` until that is closed."""

    def __init__(self, shown: ExitStack) -> None:
        self._shown, self._said = shown, ""

    def __call__(self, ahead: int) -> None:
        still_there()
        words = waiting_words(ahead)
        if is_app() and words != self._said:
            self._said = words
            self._shown.close()
            self._shown.enter_context(st.spinner(words))


def waiting_words(ahead: int) -> str:
    """
    >>> waiting_words(2)
    'Waiting for this machine: 2 people are ahead …'
    """
    if ahead == 0:
        return tr("Waiting for another of your own pages …")
    if ahead == 1:
        return tr("Waiting for this machine: 1 person is ahead …")
    return tr("Waiting for this machine: {people} people are ahead …", people=ahead)
