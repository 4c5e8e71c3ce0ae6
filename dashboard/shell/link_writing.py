"""What the address of a view says: as much of what is looked at as fits into a link."""

from urllib.parse import urlencode

import streamlit as st

from dashboard.runtime.link_values import SEPARATOR, Linked
from dashboard.runtime.views import View
from dashboard.services import surveys
from dashboard.session import edit_links, link_notes, picture_names, pinned_pictures, selection
from dashboard.shell import link_kinds, linked_state
from dashboard.shell.link_reading import EDITS, LEFT_OUT, OPEN, RANDOM
from senet_viz.pictures.samples import SAMPLES

LONGEST = 2000  # characters of a link, with its host: what every program that passes it on takes
_LEFT_OUT = "address_left_out"


def now(view: View, *, before: int) -> dict[str, str]:
    """The parameters of this view's address; ``before`` is how long the link is without them.

    Where not all fits, edits are left out from the last on, then choices, and their number says
    so.
    """
    parameters, edits = _whole(view), _edits(view)
    room, without = LONGEST - before - 1, 0
    while len(urlencode(_with(parameters, edits, without))) > room and (
        edits or len(parameters) > 1
    ):
        if edits:
            edits.pop()
        else:
            parameters.popitem()
        without += 1
    st.session_state[_LEFT_OUT] = without
    return _with(parameters, edits, without)


def left_out() -> int:
    """How many choices the address of now has no room for."""
    return int(st.session_state.get(_LEFT_OUT, 0))


def _with(parameters: dict[str, str], edits: list[str], without: int) -> dict[str, str]:
    more = {EDITS: edit_links.STEP.join(edits), LEFT_OUT: str(without) if without else ""}
    return {name: value for name, value in {**parameters, **more}.items() if value}


def _whole(view: View) -> dict[str, str]:
    """All but the edits, in the order in which they matter."""
    session = st.session_state
    model = str(session.get(selection.MODEL, ""))
    parameters = {
        "model": link_notes.still_awaits(selection.MODEL) or link_kinds.short_network(model),
        "weights": RANDOM if session.get(selection.TRAINED) is False else "",
        "picture": link_notes.awaited() or picture_names.short(selection.picture().key),
        "block": str(session.get(selection.BLOCK, "")),
        "channel": str(session.get(selection.CHANNEL, "")),
        "pins": _pins(),
    }
    for linked in linked_state.choices(view):
        parameters[linked.parameter] = _choice(linked)
    sections = linked_state.sections(view)
    parameters[OPEN] = SEPARATOR.join(name for name, key in sections.items() if session.get(key))
    return {name: value for name, value in parameters.items() if value}


def _choice(linked: Linked) -> str:
    """As it stands in the address; "" where it is the usual one, or not on the page."""
    session = st.session_state
    if waited := link_notes.still_awaits(linked.key):
        return waited
    if linked.shown_in and session.get(linked.shown_in[0]) != linked.shown_in[1]:
        return ""
    value = session.get(linked.key)
    if value is None or value == linked.usual:
        return ""
    if linked.parameter in linked_state.OF_SURVEY and link_notes.still_awaits(surveys.OPEN):
        return ""
    return linked.kind.write(value)


def _edits(view: View) -> list[str]:
    """Those in force, or those that the address brought and that still wait."""
    if view.name != "whatif":
        return []
    if waiting := edit_links.pending():
        return waiting.split(edit_links.STEP)
    return edit_links.texts(str(st.session_state.get(selection.MODEL, "")))


def _pins() -> str:
    """The pinned pictures, where they are others than to begin with."""
    keys: list[str] = st.session_state.get(pinned_pictures.PINS, [])
    usual = [sample.name for sample in SAMPLES]
    if keys in ([], usual):
        return ""
    return SEPARATOR.join(map(picture_names.short, keys))
