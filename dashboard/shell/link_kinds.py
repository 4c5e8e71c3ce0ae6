"""Things of a session that an address names: pictures, surveys, a second network.

What is a person's own is named by the first digits of its hash.
"""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.runtime.link_values import SEPARATOR, Linked
from dashboard.services import networks, surveys
from dashboard.session import link_notes, picture_names, selection, view_keys

OWN = "own:"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on offer: a sample's name, or an upload's hash."""

    def read(self, text: str) -> str | None:
        return picture_names.key_of(text) or None

    def write(self, value: Any) -> str:
        return picture_names.short(value) if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Up to ``most`` of them; those that are not on offer are left out with a note."""

    most: int

    def read(self, text: str) -> list[str] | None:
        parts = text.split(SEPARATOR, self.most)[: self.most]
        keys = [picture_names.key_of(part) for part in parts]
        return None if all(not key for key in keys) else list(dict.fromkeys(filter(None, keys)))

    def write(self, value: Any) -> str:
        return SEPARATOR.join(picture_names.short(str(key)) for key in value or ())


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey on offer: the name of a shipped one, or the hash of what another is made from.

    Behind it, after a mark, a slice of it.
    """

    def read(self, text: str) -> str | None:
        name, *part = text.split(surveys.OF, 1)
        hashed = link_notes.is_hash(name)
        for key, shelved in surveys.surveys().items():
            if key == name or (hashed and shelved.fingerprint.startswith(name)):
                return surveys.OF.join((key, *part))
        return None

    def write(self, value: Any) -> str:
        key, *part = str(value).split(surveys.OF, 1)
        shelved = surveys.surveys().get(key)
        if shelved is None:
            return ""
        name = key if key in surveys.shipped() else shelved.fingerprint[: link_notes.DIGITS]
        return surveys.OF.join((name, *part))


@dataclass(frozen=True, slots=True)
class Surveys:
    """Up to ``most`` surveys on offer; those that are not are left out."""

    most: int

    def read(self, text: str) -> list[str] | None:
        parts = text.split(SEPARATOR, self.most)[: self.most]
        keys = [key for key in map(Survey().read, parts) if key]
        return list(dict.fromkeys(keys)) if len(keys) == len(parts) else None

    def write(self, value: Any) -> str:
        return SEPARATOR.join(filter(None, map(Survey().write, value or ())))


@dataclass(frozen=True, slots=True)
class SecondNetwork:
    """Another network than the one looked at; the control with random weights is the usual one."""

    def read(self, text: str) -> str | None:
        return network_named(text)

    def write(self, value: Any) -> str:
        if not isinstance(value, str) or value.startswith(networks.RANDOM):
            return ""
        return short_network(value)


def network_named(name: str) -> str | None:
    """The key of a network on offer: of the catalogue, the factory's, or one of the person's."""
    known = [*networks.entries(), *selection.own_files()]
    known += [networks.FACTORY] if networks.factory() else []
    own = name.startswith(OWN) and link_notes.is_hash(name.removeprefix(OWN))
    return next((key for key in known if key == name or (own and key.startswith(name))), None)


def short_network(key: str) -> str:
    """A network's key in few letters."""
    return key[: len(OWN) + link_notes.DIGITS] if key.startswith(OWN) else key


def missed(linked: Linked, text: str) -> None:
    """Say that this value of the address means nothing here, or nothing yet."""
    match linked.kind:
        case Survey():
            link_notes.no_survey(linked.key, text)
            if link_notes.is_hash(text):
                link_notes.await_own(linked.key, text[: link_notes.DIGITS])
        case Surveys():
            link_notes.no_survey(linked.key, text, reference=True)
            if all(map(link_notes.is_hash, text.split(SEPARATOR))):
                link_notes.await_own(linked.key, text)
        case SecondNetwork():
            link_notes.no_network(linked.key, text)
            if text.startswith(OWN):
                link_notes.await_own(linked.key, short_network(text))
        case _:
            link_notes.meaningless(linked.key, linked.parameter, text)


def met(linked: Linked, value: Any) -> None:
    """Take a value over; nothing is fetched for it."""
    match linked.kind:
        case Survey() if linked.key == surveys.OPEN:
            surveys.open_next(str(value))
        case _:
            st.session_state[linked.key] = value
    if isinstance(linked.kind, SecondNetwork):
        fetch_nothing(str(value), view_keys.OTHER_TRAINED)


def fetch_nothing(network: str, trained_key: str) -> None:
    """Random weights for a network whose published ones would have to be fetched."""
    if st.session_state.get(trained_key, True) and networks.needs_download(network):
        st.session_state[trained_key] = False
        link_notes.not_fetched(trained_key, networks.entries()[network].title)
