"""Notes above the page on what the address names and the app does not have.

Whether a block or a channel is there shows only once the network is.
"""

from dataclasses import dataclass, replace

import streamlit as st

from dashboard.runtime.offers import Chosen
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.formats import shorten

_EXPECTED, _NOTES, _UPLOAD = "asked_expected", "asked_notes", "asked_upload"
_AWAITED = "asked_awaited"
LONGEST, MOST_SINGLE = 60, 3
DIGITS = 16  # of a hash, in an address


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about the session key ``key``; it holds while that keeps the value it then had.

    ``parameter`` is that of the address where its value means nothing.
    """

    key: str
    text: str
    value: object = None
    settled: bool = False
    parameter: str = ""


def expect(key: str, value: object) -> None:
    """The address set this session key, and nobody knows yet whether there is such a thing."""
    st.session_state[_EXPECTED] = {**st.session_state.get(_EXPECTED, {}), key: value}


def met(key: str) -> None:
    """What was expected is there, or something else was chosen."""
    st.session_state.get(_EXPECTED, {}).pop(key, None)


def missed(key: str, given: object) -> bool:
    """Whether ``given``, which is not there, was the address's wish; asked once."""
    expected: dict[str, object] = st.session_state.get(_EXPECTED, {})
    return key in expected and expected.pop(key) == given


def note(key: str, text: str) -> None:
    """Say this above the page until the session key gets another value."""
    st.session_state[_NOTES] = (*st.session_state.get(_NOTES, ()), Note(key, text))


def await_own(key: str, name: str) -> None:
    """The address names, for this session key, a thing of one's own that is still to come."""
    st.session_state[_AWAITED] = {**st.session_state.get(_AWAITED, {}), key: Note(key, name)}


def still_awaits(key: str) -> str:
    """The name that the address has for it, until another is chosen in place of what is shown."""
    waits: Note | None = st.session_state.get(_AWAITED, {}).get(key)
    if waits is None or (waits.settled and waits.value != st.session_state.get(key)):
        return ""
    return waits.text


def awaited_name(key: str) -> str:
    """The name of what is still to come, also in the run in which it comes; else ""."""
    waits: Note | None = st.session_state.get(_AWAITED, {}).get(key)
    return "" if waits is None else waits.text


def came(key: str) -> None:
    """Drop the note on what has arrived."""
    st.session_state.get(_AWAITED, {}).pop(key, None)
    notes_left = st.session_state.get(_NOTES, ())
    st.session_state[_NOTES] = tuple(each for each in notes_left if each.key != key)


def meaningless(key: str, name: str, value: str) -> None:
    """The address gives a parameter a value that no view knows."""
    words = tr(
        "The address says {name}={value}, which is no choice here: it was left out.",
        name=name,
        value=shorten(value, limit=LONGEST),
    )
    notes_before = st.session_state.get(_NOTES, ())
    st.session_state[_NOTES] = (*notes_before, Note(key, words, parameter=name))


def sum_up() -> None:
    """Where many values of the address mean nothing, one note names them all."""
    notes_before: tuple[Note, ...] = st.session_state.get(_NOTES, ())
    bad = [each for each in notes_before if each.parameter]
    if len(bad) <= MOST_SINGLE:
        return
    words = tr(
        "The address has {values} that are no choice here, and they were left out: {names}.",
        values=count(len(bad), "value"),
        names=", ".join(each.parameter for each in bad),
    )
    rest = tuple(each for each in notes_before if not each.parameter)
    st.session_state[_NOTES] = (Note(bad[0].key, words), *rest)


def no_network(key: str, name: str) -> None:
    """The address names a network that is not on offer."""
    named = shorten(name, limit=LONGEST)
    note(
        key,
        tr(
            "The address names a network file of one's own that is not here ({name}): add the "
            "same file with the same choices to see it. Another network is shown.",
            name=named,
        )
        if name.startswith("own:")
        else tr(
            "The address names the network {name}, which is not on offer here: another is shown.",
            name=named,
        ),
    )


def not_fetched(key: str, title: str) -> None:
    """The address names a network whose weights are not on this machine."""
    note(
        key,
        tr(
            "The weights of {network}, which the address names, are not on this machine, and a "
            "link fetches nothing: its gates are random until you switch on Published weights.",
            network=title,
        ),
    )


def no_survey(key: str, name: str, *, reference: bool = False) -> None:
    """The address names a survey that is not on offer; as ``reference``, for usual gates."""
    named = shorten(name, limit=LONGEST)
    note(
        key,
        tr(
            "The address takes usual gates from a survey that is not here ({name}): open the same "
            "one, or run it over the same pictures. The network's own are used.",
            name=named,
        )
        if reference
        else tr(
            "The address names a survey that is not here ({name}): open the same one to see it, "
            "or run it over the same pictures. Another is shown.",
            name=named,
        ),
    )


def no_edits(key: str, edits: int) -> None:
    """Some edits of the address mean nothing for the network looked at."""
    note(
        key,
        tr(
            "{edits} of the address could not be read, or have no meaning for this network.",
            edits=count(edits, "edit"),
        ),
    )


def left_out(key: str, choices: int) -> None:
    """The address itself says that there was no room for all."""
    note(
        key,
        tr(
            "{choices} had no room in the address. A file of edits, saved in What if, has all "
            "edits.",
            choices=count(choices, "choice"),
        ),
    )


def of_other_views(key: str, choices: int) -> None:
    """The address has choices that the view it opens does not know."""
    note(
        key,
        tr(
            "Left out: {choices} in the address, meant for other views.",
            choices=count(choices, "choice"),
        ),
    )


def no_block(key: str, name: str, instead: str) -> None:
    """The address names a block that the network does not have."""
    note(
        key,
        tr(
            "The address names the block {name}, which this network does not have: {instead} is "
            "shown.",
            name=shorten(name, limit=LONGEST),
            instead=instead,
        ),
    )


def no_channel(key: str, number: int, channels: int, instead: int) -> None:
    """The address names a channel that the block does not have."""
    note(
        key,
        tr(
            "The address names channel {number}, and this block has {channels}: channel {instead} "
            "is shown.",
            number=number,
            channels=count(channels, "channel"),
            instead=instead,
        ),
    )


def no_picture(key: str, name: str, instead: Chosen) -> None:
    """The address names a picture that is not on offer; an upload is waited for."""
    if not is_hash(name):
        text = tr(
            "The address names the picture {name}, which is not on offer here: {instead} is shown.",
            name=shorten(name, limit=LONGEST),
            instead=instead.title,
        )
    else:
        text = tr(
            "The address names an upload that is not here (sha256 {hash}…): upload that picture "
            "to see it. Meanwhile the sample {instead} is shown.",
            hash=name[:DIGITS],
            instead=instead.title,
        )
        st.session_state[_UPLOAD] = name
    note(key, text)


def no_pins(key: str, missing: int) -> None:
    """Some of the pinned pictures that the address names are not on offer."""
    note(
        key,
        tr(
            "The address pins {pictures} that are not on offer here; uploads are pinned again when "
            "they come.",
            pictures=count(missing, "picture"),
        ),
    )


def is_hash(name: str) -> bool:
    """Whether it is the beginning of a sha256, 16 digits or more."""
    return DIGITS <= len(name) <= 64 and not set(name) - set("0123456789abcdef")


def awaited() -> str:
    """The hash of the upload that the address names and that is still to come; else ""."""
    return str(st.session_state.get(_UPLOAD, ""))


def awaits(key: str) -> bool:
    """Whether this is the picture that the address names and that was still to come."""
    return bool(awaited()) and key.startswith(awaited())


def forget_awaited() -> None:
    """Another picture was chosen, or that one came."""
    st.session_state[_UPLOAD] = ""


def notes() -> tuple[Note, ...]:
    """The notes to show; a note whose subject has changed is dropped."""
    remaining = []
    for each in st.session_state.get(_NOTES, ()):
        now = st.session_state.get(each.key)
        if not each.settled or now == each.value:
            remaining.append(each)
    st.session_state[_NOTES] = tuple(remaining)
    return tuple(remaining)


def outdated() -> bool:
    """Whether a note is still on the page and does not hold any more, or the other way round."""
    before = st.session_state.get(_NOTES, ())
    return notes() != before or not all(each.settled for each in before)


def settle() -> None:
    """At the end of a run: from now on a note holds while its subject stays what it is."""
    st.session_state[_NOTES] = tuple(map(_settled, st.session_state.get(_NOTES, ())))
    waits: dict[str, Note] = st.session_state.get(_AWAITED, {})
    st.session_state[_AWAITED] = {k: _settled(waits[k]) for k in waits if still_awaits(k)}


def _settled(each: Note) -> Note:
    if each.settled:
        return each
    return replace(each, value=st.session_state.get(each.key), settled=True)


def close() -> None:
    """Callback: everything was read."""
    st.session_state[_NOTES] = ()
