"""The address of what is looked at: read once a visit, and kept up with what is chosen.

What comes in it is anybody's text: a value that no view knows is left out with a note.
"""

from collections.abc import Sequence
from time import monotonic
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components.error_messages import answered
from dashboard.components.widgets import plain
from dashboard.runtime.views import VIEWS, View
from dashboard.session import link_notes, selection
from dashboard.shell import link_reading, link_writing, linked_state
from senet_viz.core.translation import again, count, tr

_WRITTEN, _EARLIER, _AT = "address_written", "address_earlier", "address_at"
_VIEW, _SHOWN, _LINK = "address_view", "address_shown", "link"
AT_ONCE = 1.5  # seconds in which a click may still bring along the address before the last
MOST_EARLIER = 50
NAMES = tuple(
    dict.fromkeys(
        (
            *link_reading.TAKEN,
            *link_reading.HERE,
            *(linked.parameter for view in VIEWS for linked in linked_state.choices(view)),
        )
    )
)


def read(url_path: str) -> None:
    """Before anything is drawn: on the first run, and when the browser went back, take it over."""
    _hold()
    given, written = _given(), st.session_state.get(_WRITTEN)
    if written is None:
        st.session_state[_WRITTEN] = given
        link_reading.take(given, _view(url_path))
    elif given and given != written and _is_back(given):
        st.session_state[_WRITTEN] = given
        if url_path == st.session_state.get(_VIEW):
            _back_to_usual(written.keys() - given.keys(), _view(url_path))
        changed = {name: value for name, value in given.items() if value != written.get(name)}
        link_reading.take(changed, _view(url_path))


def arrive(url_path: str) -> None:
    """When the network is chosen, before the view is drawn: what was awaited may be here."""
    link_reading.arrive(_view(url_path))


def write(url_path: str) -> None:
    """When all is drawn: the address names what is looked at now."""
    st.session_state[_VIEW] = url_path
    link_reading.check(_view(url_path))
    keep_up()


def keep_up() -> None:
    """The same when only a part of the view was drawn again; not before all of it was once."""
    if _VIEW not in st.session_state:
        return
    now = link_writing.now(_view(st.session_state[_VIEW]), before=len(_bare()))
    given = _given()
    if now != given:
        for name in given.keys() - now.keys():
            del st.query_params[name]
        st.query_params.update(now)
    if now != st.session_state.get(_WRITTEN):
        earlier = [*st.session_state.get(_EARLIER, ()), st.session_state.get(_WRITTEN)]
        st.session_state[_EARLIER] = earlier[-MOST_EARLIER:]
        st.session_state[_WRITTEN], st.session_state[_AT] = now, monotonic()


def outdated() -> bool:
    """Whether the link is being read, and another than it was."""
    return bool(st.session_state.get(_LINK)) and st.session_state.get(_SHOWN) != _link()


def _bare() -> str:
    """The link without what it says."""
    here = urlsplit(st.context.url or "")
    return here._replace(path=here.path or "/", query="", fragment="").geturl()


def _link() -> str:
    """The address as it was written last."""
    here, now = urlsplit(_bare()), st.session_state[_WRITTEN]
    return here._replace(query=urlencode(now)).geturl()


def _view(url_path: str) -> View:
    return next(view for view in VIEWS if view.url_path == url_path)


def _back_to_usual(names: set[str], view: View) -> None:
    """What the address of before did not name was as in a new session."""
    for linked in linked_state.choices(view):
        if linked.parameter in names and linked.usual is not None:
            st.session_state[linked.key] = linked.usual


def offer() -> None:
    """The link to copy, in the sidebar, and what is not in it."""
    with st.sidebar:
        _offer()


@st.fragment
@answered
def _offer() -> None:
    """The link is made when the popover opens: parts of the page change it by themselves."""
    place = st.popover(
        tr("Link to this view"),
        icon=":material/link:",
        width="stretch",
        key=_LINK,
        on_change="rerun",
    )
    if not place.open:
        return
    keep_up()  # a section that is a part of its own may have been opened since
    with place:
        st.session_state[_SHOWN] = _link()
        st.code(st.session_state[_SHOWN], language=None, wrap_lines=True)
        st.caption(
            tr(
                "It names the network, the picture, the block and how they are shown. Pictures, "
                "network files and surveys of your own are named by their hashes and never sent: "
                "whoever opens it adds the same files. Opening it starts no survey, no training "
                "and no download."
            )
        )
        if without := link_writing.left_out():
            st.caption(tr("{choices} had no room in it.", choices=count(without, "choice")))


def say(place: DeltaGenerator) -> int:
    """What the address named and is not here, above the page; how many notes there are."""
    return _say(place, link_notes.notes())


def say_the_rest(place: DeltaGenerator, *, said_before: int) -> None:
    """Under those already said the notes that drawing the page brought, and a way to close all."""
    notes = link_notes.notes()
    _say(place, notes[said_before:])
    if notes:
        place.button(
            tr("Close these notes"), key="asked_close", on_click=link_notes.close, type="tertiary"
        )
    link_notes.settle()


def _say(place: DeltaGenerator, notes: Sequence[link_notes.Note]) -> int:
    for note in notes:
        place.info(plain(again(note.text)), icon=":material/link_off:")
    return len(notes)


def _hold() -> None:
    """Before anything is drawn: the selection is assigned again, and so outlasts every view."""
    for key in (
        selection.BLOCK,
        selection.CHANNEL,
        selection.ORDER,
        selection.SCALE,
        selection.BESIDE,
    ):
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def _given() -> dict[str, str]:
    """Our own parameters as the browser has them, the last of each name."""
    return {name: st.query_params[name] for name in NAMES if name in st.query_params}


def _is_back(given: dict[str, str]) -> bool:
    """Whether it is an address of before that the browser went back to.

    A click made before the browser had heard of the last address brings along the one before.
    """
    soon = monotonic() - st.session_state.get(_AT, 0.0) < AT_ONCE
    return not soon and given in st.session_state.get(_EARLIER, ())
