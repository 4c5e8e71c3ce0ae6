"""Which labelled pictures of this machine to measure over, and how many of them."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboard.components import data_set_words
from dashboard.components.plain_text import sentence
from dashboard.services import networks
from dashboard.session import measurement_requests
from senet_viz.core.errors import ImageError, InputError
from senet_viz.core.translation import tr
from senet_viz.pictures.labelled_folders import LabelledSet

USUAL_COUNT = 200
_SAID = "folder_form_said"


def draw(key: str, button: str, *, labelled: bool = True, more: str = "") -> tuple[str, int] | None:
    """The folder and the most pictures when ``button`` was pressed, else None.

    The folder is the same on every page that asks for one. Without ``labelled`` any pictures do;
    ``more`` says what else is read there.
    """
    if not networks.reads_paths():
        st.caption(
            tr(
                "This needs a folder of pictures. Folders can be read only if the app serves "
                "its own machine alone."
            )
        )
        return None
    form, notes = st.container(), st.container()
    with form, st.form(key, border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            folder = st.text_input(
                tr("Folder of labelled pictures on this machine")
                if labelled
                else tr("Folder of pictures on this machine"),
                key=measurement_requests.FOLDER,
                persist_state="session",
                placeholder=tr(
                    "a subfolder for each class, or a CSV with the columns file and label"
                ),
                help=tr(
                    "Subfolders are named after the class, its number, or both (08_golf_ball). "
                    "If none is, and there are as many as classes, they are taken in order. In "
                    "a table the column index (class number) takes precedence over label."
                )
                if labelled
                else " ".join(
                    (tr("Pictures in it and in its subfolders; no labels are needed."), more)
                ),
            )
            most = at_most()
        asked = st.form_submit_button(button)
    if asked:
        _said().pop(key, None)
    elif key in _said():
        with notes:
            _say(_said()[key])
    return (str(folder or "").strip(), most) if asked else None


def at_most(*, least: int = 1) -> int:
    """How many pictures to use; the number is the same on every page that asks for one."""
    return int(
        st.number_input(
            tr("At most"),
            min_value=least,
            value=USUAL_COUNT,
            key=measurement_requests.COUNT,
            persist_state="session",
            width=130,
            help=tr("Pictures, drawn in an order that mixes the classes."),
        )
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """The pictures to use: ``most`` of a folder at the most."""

    folder: str
    most: int
    pictures: LabelledSet


def ask(
    key: str, button: str, read: Callable[[str, int], LabelledSet], *, labelled: bool = True
) -> Asked | None:
    """The pictures of the form once ``button`` was pressed; a folder that is none is said to be.

    ``read`` finds at most so many pictures in a folder.
    """
    given = draw(key, button, labelled=labelled)
    if given is None:
        return None
    try:
        pictures = read(*given)
    except (ImageError, InputError) as error:
        st.error(sentence(error), title=tr("This folder cannot be used"))
        return None
    _said()[key] = pictures
    _say(pictures)
    return Asked(*given, pictures)


def _say(pictures: LabelledSet) -> None:
    data_set_words.say(dict(pictures.told_by), pictures.counted)


def _said() -> dict[str, LabelledSet]:
    """What was found for each form of this session."""
    sets: dict[str, LabelledSet] = st.session_state.setdefault(_SAID, {})
    return sets
