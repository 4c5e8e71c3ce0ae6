"""The address of what is looked at: read once a visit, and kept up with what is chosen.

What comes in it is anybody's text: a value that no view knows is left out with a note.
"""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import get_args
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components.error_messages import answered
from dashboard.components.widgets import plain
from dashboard.runtime import language_choice
from dashboard.runtime.views import VIEWS
from dashboard.services import networks
from dashboard.session import link_notes, pinned_pictures, selection
from senet_viz.core.translation import LANGUAGES, again, tr
from senet_viz.figures.block.feature_maps import Scope
from senet_viz.pictures.samples import SAMPLES

_WRITTEN, _EARLIER, _AT = "address_written", "address_earlier", "address_at"
_VIEW, _SHOWN, _LINK = "address_view", "address_shown", "link"
RANDOM, SEPARATOR = "random", ","
AT_ONCE = 1.5  # seconds in which a click may still bring along the address before the last
MOST_EARLIER = 50
CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "order": (selection.ORDER, ("gate", "unusual")),
    "scale": (selection.SCALE, get_args(Scope)),
    "lang": (language_choice.LANGUAGE, tuple(LANGUAGES)),
    **{c.parameter: (c.key, c.options) for view in VIEWS for c in view.linked},
}


def read() -> None:
    """Before anything is drawn: on the first run, and when the browser went back, take it over."""
    _hold()
    given, written = _given(), st.session_state.get(_WRITTEN)
    if written is None:
        st.session_state[_WRITTEN] = given
        _take(given)
    elif given and given != written and _is_back(given):
        st.session_state[_WRITTEN] = given
        _take({name: value for name, value in given.items() if value != written.get(name)})


def write(url_path: str) -> None:
    """When all is drawn: the address names what is looked at now."""
    st.session_state[_VIEW] = url_path
    keep_up()


def keep_up() -> None:
    """The same when only a part of the view was drawn anew; not before all of it was once."""
    if _VIEW not in st.session_state:
        return
    now = _now(st.session_state[_VIEW])
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


def _link() -> str:
    """The address as it was written last."""
    here, now = urlsplit(st.context.url or ""), st.session_state[_WRITTEN]
    return here._replace(path=here.path or "/", query=urlencode(now), fragment="").geturl()


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
    with place:
        st.session_state[_SHOWN] = _link()
        st.code(st.session_state[_SHOWN], language=None, wrap_lines=True)
        st.caption(
            tr(
                "It names the network, the picture, the block and how they are shown. Pictures "
                "and network files of your own are named by their hashes and never sent: anyone"
                " who opens the link adds the same files. Surveys, folders and the edits of "
                "What if stay here."
            )
        )


def say(place: DeltaGenerator) -> int:
    """What the address named and is not here, above the page; how many notes there are."""
    return _say(place, link_notes.notes())


def say_the_rest(place: DeltaGenerator, *, said: int) -> None:
    """Under those already said the notes that drawing the page brought, and a way to close all."""
    notes = link_notes.notes()
    _say(place, notes[said:])
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
    """Before anything is drawn: the selection is assigned anew, and so outlasts every view."""
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


def _take(given: dict[str, str]) -> None:
    for name, value in given.items():
        if name in CHOICES:
            _take_choice(name, value)
        else:
            TAKEN[name](value)


def _take_choice(name: str, value: str) -> None:
    key, on_offer = CHOICES[name]
    if value in on_offer:
        st.session_state[key] = value
    else:
        link_notes.meaningless(key, name, value)


def _take_model(value: str) -> None:
    known = [*networks.entries(), *selection.own_files()]
    known += [networks.FACTORY] if networks.factory() else []
    found = next((k for k in known if k == value or (_is_own(value) and k.startswith(value))), None)
    if found is None:
        link_notes.no_network(selection.MODEL, value)
    else:
        st.session_state[selection.MODEL] = found


def _is_own(name: str) -> bool:
    return name.startswith("own:") and link_notes.is_hash(name.removeprefix("own:"))


def _take_weights(value: str) -> None:
    if value == RANDOM:
        st.session_state[selection.TRAINED] = False
    else:
        link_notes.meaningless(selection.TRAINED, "weights", value)


def _take_picture(value: str) -> None:
    """A sample by name, an upload or a sample by the first digits of its hash."""
    hashed = link_notes.is_hash(value)
    for chosen in selection.pictures():
        if value == chosen.key or (hashed and chosen.sha256.startswith(value)):
            selection.choose_picture(chosen.key)
            return
    selection.choose_picture(SAMPLES[0].name)
    link_notes.no_picture(selection.PICTURE, value, selection.picture())


def _take_block(value: str) -> None:
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
    keys = [p.key for p in selection.pictures() for name in wanted if _names(name, p.key)]
    keys.sort(key=lambda key: next(i for i, name in enumerate(wanted) if _names(name, key)))
    if len(set(keys)) < len(wanted):
        link_notes.no_pins(pinned_pictures.PINS, len(wanted) - len(set(keys)))
    st.session_state[pinned_pictures.PINS] = list(dict.fromkeys(keys))


def _names(name: str, key: str) -> bool:
    return name == key or (link_notes.is_hash(name) and key.startswith(name))


TAKEN: dict[str, Callable[[str], None]] = {
    "model": _take_model,
    "weights": _take_weights,
    "picture": _take_picture,
    "block": _take_block,
    "channel": _take_channel,
    "pins": _take_pins,
}
NAMES: Sequence[str] = (*TAKEN, *CHOICES)


def _now(url_path: str) -> dict[str, str]:
    """What the address of this view says."""
    session = st.session_state
    model = str(session.get(selection.MODEL, ""))
    own = model.startswith("own:")
    now = {
        "model": model[: len("own:") + link_notes.DIGITS] if own else model,
        "weights": RANDOM if session.get(selection.TRAINED) is False else "",
        "picture": link_notes.awaited() or _short(selection.picture().key),
        "block": str(session.get(selection.BLOCK, "")),
        "channel": str(session.get(selection.CHANNEL, "")),
        "pins": _pins(),
        "order": str(session.get(selection.ORDER, "")),
        "scale": str(session.get(selection.SCALE, "")),
        "lang": language_choice.spoken(),
    }
    (view,) = (view for view in VIEWS if view.url_path == url_path)
    for choice in view.linked:
        now[choice.parameter] = str(session.get(choice.key, ""))
    return {name: value for name, value in now.items() if value}


def _pins() -> str:
    """The pinned pictures, where they are others than to begin with."""
    keys: list[str] = st.session_state.get(pinned_pictures.PINS, [])
    usual = [sample.name for sample in SAMPLES]
    if keys in ([], usual):
        return ""
    return SEPARATOR.join(map(_short, keys))


def _short(key: str) -> str:
    """A sample's name, or the first digits of an upload's hash."""
    return key[: link_notes.DIGITS] if link_notes.is_hash(key) else key
