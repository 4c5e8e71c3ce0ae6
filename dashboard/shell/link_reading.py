"""What an address says is taken over into the session: anybody's text, and nothing is started.

What has no meaning here is left out with a note; what is a person's own and not here is awaited.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard.runtime.link_values import SEPARATOR, Name
from dashboard.runtime.views import View
from dashboard.services import references, surveys
from dashboard.session import edit_links, link_notes, picture_names, pinned_pictures, selection
from dashboard.shell import link_kinds, linked_state
from senet_viz.pictures.samples import SAMPLES

RANDOM, EDITS, LEFT_OUT, OPEN = "random", "edits", "left_out", "open"
_ASKED, _TAKEN = "address_asked", "address_taken"
HERE = (EDITS, LEFT_OUT, OPEN)  # of the view that is opened, and no choice from a list
AT_ONCE = ("model", "weights", "picture", "pins", "lang")


def take(given: Mapping[str, str], view: View) -> None:
    """All that these parameters say, for this view."""
    st.session_state[_ASKED] = dict(given)
    for name, act in TAKEN.items():
        if name in given:
            act(given[name])
    _take_rest(given, view)
    known = {*TAKEN, *HERE, *(linked.parameter for linked in linked_state.choices(view))}
    if strange := given.keys() - known:
        link_notes.of_other_views(selection.MODEL, len(strange))
    link_notes.sum_up()


def arrive(view: View) -> None:
    """Once the network is chosen: where what the address waited for is here, its choices hold."""
    came = False
    for key, here in (
        (selection.MODEL, _network_came),
        (surveys.OPEN, _survey_came),
        (references.CHOSEN, _references_came),
    ):
        if (name := link_notes.awaited_name(key)) and here(name):
            link_notes.came(key)
            came = True
    if came:
        asked: dict[str, str] = st.session_state.get(_ASKED, {})
        rest = {name: value for name, value in asked.items() if name not in AT_ONCE}
        for name in ("block", "channel"):
            if name in rest:
                TAKEN[name](rest[name])
        _take_rest(rest, view)


def _network_came(name: str) -> bool:
    return str(st.session_state.get(selection.MODEL, "")).startswith(name)


def _survey_came(name: str) -> bool:
    return link_kinds.Survey().read(name) is not None


def _references_came(names: str) -> bool:
    return link_kinds.Surveys(references.MOST).read(names) is not None


def check(view: View) -> None:
    """When all is drawn: what was taken over and then was no choice is said."""
    taken: dict[str, tuple[str, Any]] = st.session_state.pop(_TAKEN, {})
    for linked in linked_state.choices(view):
        if linked.parameter in taken:
            text, value = taken[linked.parameter]
            if st.session_state.get(linked.key, value) != value:
                link_notes.meaningless(linked.key, linked.parameter, text)
    link_notes.sum_up()


def _take_rest(given: Mapping[str, str], view: View) -> None:
    """The choices of this view, its open sections and its edits."""
    for linked in linked_state.choices(view):
        text = given.get(linked.parameter)
        if text is None or (linked.parameter in linked_state.OF_SURVEY and _waits_for_survey()):
            continue
        value = linked.kind.read(text)
        if value is None:
            link_kinds.missed(linked, text)
        else:
            link_kinds.met(linked, value)
            taken = st.session_state.get(_TAKEN, {})
            st.session_state[_TAKEN] = {**taken, linked.parameter: (text, value)}
    _take_sections(given.get(OPEN, ""), linked_state.sections(view))
    if view.name == "whatif" and EDITS in given:
        edit_links.expect(given[EDITS], given.get("model", ""))
    if LEFT_OUT in given:
        _take_left_out(given[LEFT_OUT])


def _waits_for_survey() -> bool:
    return bool(link_notes.still_awaits(surveys.OPEN))


def _take_sections(text: str, known: Mapping[str, str]) -> None:
    names = text.split(SEPARATOR) if text else []
    for name in names:
        if name in known:
            st.session_state[known[name]] = True
    if strange := SEPARATOR.join(name for name in names if name not in known):
        link_notes.meaningless(selection.MODEL, OPEN, strange)


def _take_left_out(text: str) -> None:
    if text.isascii() and text.isdecimal() and len(text) <= 6:
        link_notes.left_out(selection.MODEL, int(text))
    else:
        link_notes.meaningless(selection.MODEL, LEFT_OUT, text)


def _take_model(value: str) -> None:
    name = link_kinds.network_named(value)
    if name is None:
        link_notes.no_network(selection.MODEL, value)
        if value.startswith(link_kinds.OWN):
            link_notes.await_own(selection.MODEL, link_kinds.short_network(value))
        return
    st.session_state[selection.MODEL] = name
    link_kinds.fetch_nothing(name, selection.TRAINED)


def _take_weights(value: str) -> None:
    if value == RANDOM:
        st.session_state[selection.TRAINED] = False
    else:
        link_notes.meaningless(selection.TRAINED, "weights", value)


def _take_picture(value: str) -> None:
    """A sample by name, an upload or a sample by the first digits of its hash."""
    if key := picture_names.key_of(value):
        selection.choose_picture(key)
        return
    selection.choose_picture(SAMPLES[0].name)
    link_notes.no_picture(selection.PICTURE, value, selection.picture())


def _take_block(value: str) -> None:
    if Name().read(value) is None:
        link_notes.meaningless(selection.BLOCK, "block", value)
        return
    st.session_state[selection.BLOCK] = value
    link_notes.expect(selection.BLOCK, value)


def _take_channel(value: str) -> None:
    if value.isascii() and value.isdecimal() and len(value) <= 6:
        selection.link_channel(int(value))
        link_notes.expect(selection.CHANNEL, int(value))
    else:
        link_notes.meaningless(selection.CHANNEL, "channel", value)


def _take_pins(value: str) -> None:
    """The pinned pictures by name or hash: those that are here."""
    wanted = value.split(SEPARATOR)[: pinned_pictures.MOST]
    keys = dict.fromkeys(key for key in map(picture_names.key_of, wanted) if key)
    if len(keys) < len(wanted):
        link_notes.no_pins(pinned_pictures.PINS, len(wanted) - len(keys))
    st.session_state[pinned_pictures.PINS] = list(keys)


TAKEN: dict[str, Callable[[str], None]] = {
    "weights": _take_weights,  # before the network, which may have to be fetched
    "model": _take_model,
    "picture": _take_picture,
    "block": _take_block,
    "channel": _take_channel,
    "pins": _take_pins,
}
