"""Pinned pictures, their names and groups: the session keys of Pictures.

A picture keeps its place, and so its colour, as long as it is pinned.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from dashboard.runtime.offers import Chosen
from dashboard.session import chart_clicks, selection
from senet_viz.core.translation import LANGUAGES, Text, again, speaking, tr
from senet_viz.figures.base.series import Series
from senet_viz.pictures.samples import SAMPLES

MOST = 12
PINS, CURVES = "pictures_pins", "pictures_curves"
FIRST, SECOND = "pictures_first", "pictures_second"
SHOWN, ORDER, BESIDE = "pictures_shown", "pictures_order", "pictures_beside"
MEASURE, SPAN = "pictures_measure", "pictures_span"
_PLACES, _MET = "pictures_places", "pictures_met"

# What the samples are called to begin with: short, and in two groups that mean something.
NAMED: dict[str, Callable[[], tuple[Text, Text]]] = {
    "china": lambda: (tr("Temple"), tr("made")),
    "chelsea": lambda: (tr("Cat"), tr("living")),
    "flower": lambda: (tr("Flower"), tr("living")),
    "coffee": lambda: (tr("Coffee"), tr("made")),
    "rocket": lambda: (tr("Rocket"), tr("made")),
    "astronaut": lambda: (tr("Astronaut"), tr("living")),
}


@dataclass(frozen=True, slots=True)
class Pin:
    """A pinned picture with the name and the group ("" for none) it was given."""

    chosen: Chosen
    series: Series
    group: str

    @property
    def name(self) -> str:
        return self.series.name


def pins() -> tuple[Pin, ...]:
    """The pinned pictures in the order they were pinned."""
    on_offer = {chosen.key: chosen for chosen in selection.pictures()}
    wanted = [key for key in st.session_state.get(PINS, ()) if key in on_offer]
    places = _places(wanted)
    return tuple(
        Pin(on_offer[key], Series(_name(on_offer[key]), places[key]), _group(key)) for key in wanted
    )


def keep() -> None:
    """Before the pictures are chosen: the samples to begin with, and each upload when it comes.

    What is no longer on offer is dropped. An upload is pinned once, and where there is no room
    for it a sample goes: one that was unpinned stays so.
    """
    on_offer = [chosen.key for chosen in selection.pictures()]
    wanted: list[str] = list(st.session_state.get(PINS, [sample.name for sample in SAMPLES]))
    met: set[str] = st.session_state.setdefault(_MET, {sample.name for sample in SAMPLES})
    wanted = [key for key in wanted if key in on_offer]
    for key in reversed([key for key in on_offer if key not in met]):  # the oldest upload first
        samples = [pinned for pinned in wanted if pinned in NAMED]
        if len(wanted) == MOST and samples:
            wanted.remove(samples[-1])
        if len(wanted) < MOST:
            wanted.append(key)
    met.update(on_offer)
    st.session_state[PINS] = wanted


def groups(pinned: tuple[Pin, ...]) -> tuple[Series, ...]:
    """The groups in order, each with the look of its first picture."""
    first: dict[str, Series] = {}
    for pin in pinned:
        if pin.group and pin.group not in first:
            first[pin.group] = Series(pin.group, pin.series.place)
    return tuple(first.values())


def keep_pair(pinned: tuple[Pin, ...]) -> tuple[int, int]:
    """The two pictures subtracted, by number; first the one shown, if it is pinned."""
    keys, shown = [pin.chosen.key for pin in pinned], selection.picture().key
    before = st.session_state.get(FIRST)
    if shown in keys and shown != before:  # the picture picked is picked here too
        st.session_state[FIRST] = shown
        if st.session_state.get(SECOND) == shown and before in keys:
            st.session_state[SECOND] = before
    elif before not in keys:
        st.session_state[FIRST] = keys[0]
    first = keys.index(st.session_state[FIRST])
    if st.session_state.get(SECOND) not in keys or st.session_state[SECOND] == keys[first]:
        group = pinned[first].group
        others = [pin for pin in pinned if pin.chosen.key != keys[first]]
        st.session_state[SECOND] = next(
            (p for p in others if p.group != group), others[0]
        ).chosen.key
    return first, keys.index(st.session_state[SECOND])


def take_pair_click(key: str) -> None:
    """Callback of a matrix whose points carry "row,column"."""
    cell = chart_clicks.clicked(key)
    keys = [pin.chosen.key for pin in pins()]
    if not isinstance(cell, str):
        return
    numbers = [int(part) for part in cell.split(",") if part.isdecimal() and part.isascii()]
    if len(numbers) != 2:
        return
    row, column = numbers
    if row != column and max(row, column) < len(keys):
        st.session_state[FIRST], st.session_state[SECOND] = keys[row], keys[column]
        take_first()


def take_first() -> None:
    """Callback: the first of the two compared is the picture shown in every view."""
    selection.choose_picture(str(st.session_state[FIRST]))


def pin_samples() -> None:
    """Callback: the samples are pinned, beside what is, as far as there is room."""
    pin([sample.name for sample in SAMPLES])


def pin(keys: list[str]) -> None:
    """Callback: these pictures are pinned too, as far as there is room."""
    wanted = list(st.session_state.get(PINS, ()))
    wanted += [key for key in keys if key not in wanted]
    st.session_state[PINS] = wanted[:MOST]


def unpin(keys: list[str]) -> None:
    """Callback: these pictures are not pinned any more."""
    st.session_state[PINS] = [key for key in st.session_state.get(PINS, ()) if key not in keys]


def name_key(key: str) -> str:
    return f"pictures_name_{key[:16]}"


def group_key(key: str) -> str:
    return f"pictures_group_{key[:16]}"


def _name(chosen: Chosen) -> str:
    usual = default_name(chosen)
    given = str(st.session_state.get(name_key(chosen.key)) or "").strip()
    return usual if not given or is_usual(given, usual) else given


def default_name(chosen: Chosen) -> str:
    """What a picture is called until someone names it."""
    return NAMED[chosen.key]()[0] if chosen.key in NAMED else Path(chosen.title).stem


def _group(key: str) -> str:
    usual = NAMED[key]()[1] if key in NAMED else ""
    given = st.session_state.get(group_key(key))
    return usual if given is None or is_usual(given, usual) else str(given).strip()


def is_usual(given: str, usual: str) -> bool:
    """Whether ``given`` is what ``usual`` is in any language: nobody has changed it."""
    if not isinstance(usual, Text):
        return False
    for code in LANGUAGES:
        with speaking(code):
            if again(usual) == given:
                return True
    return False


def _places(wanted: list[str]) -> dict[str, int]:
    """A place for each pinned picture: the one it has, else the lowest that is free."""
    before: dict[str, int] = st.session_state.get(_PLACES, {})
    places = {key: before[key] for key in wanted if key in before}
    for key in wanted:
        if key not in places:
            places[key] = next(p for p in range(MOST) if p not in places.values())
    st.session_state[_PLACES] = places
    return places
