"""A short training to watch: its data, and the steps recorded so far."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from dashboard.runtime import allowed_folders
from dashboard.runtime.cache import by_turns
from dashboard.runtime.offers import Upload
from dashboard.session import view_keys
from senet_viz.analysis.training_steps import Beginning, Moment
from senet_viz.core.errors import InputError
from senet_viz.core.left_out import LeftOut
from senet_viz.core.translation import tr
from senet_viz.training.live import watch_training
from senet_viz.training.small_sets import SmallSet, digits, pictures_in, pictures_in_zip

__all__ = ["SmallSet"]  # only for the annotation
Data = Literal["digits", "zip", "folder"]
DATA, STEPS = view_keys.TRAIN_ON, view_keys.TRAIN_STEPS
BEGINNING, ZIP = view_keys.TRAIN_BEGINNING, "watching_zip"
MOST_PICTURES, MOST_MB = 500, 200
EVERY = 2
_SEEN = "watching_seen"


@dataclass(frozen=True, slots=True)
class Watched:
    """A training as far as it came: on what, how it began, how many steps were asked for.

    ``left_out`` is what was left out of a folder or zip; None for the digits.
    """

    words: str
    beginning: Beginning
    wanted: int
    moments: tuple[Moment, ...] = ()
    left_out: tuple[LeftOut, ...] | None = None


def pictures(data: Data, folder: str) -> SmallSet:
    """What to train on; an InputError says what is missing."""
    if data == "digits":
        return _digits()
    if data == "folder":
        place = allowed_folders.named(folder)
        return pictures_in(place, most=MOST_PICTURES, may_open=allowed_folders.may_open)
    uploaded: Upload | None = st.session_state.get(ZIP)
    if uploaded is None:
        raise InputError(tr("no zip file was given. Upload one with a folder of pictures a class"))
    return pictures_in_zip(uploaded.getvalue(), uploaded.name, most=MOST_PICTURES)


def training(data: SmallSet, beginning: Beginning, steps: int) -> Generator[Moment, None, None]:
    """The training itself; closing it ends it."""
    yield from by_turns(watch_training(data, steps=steps, every=EVERY, beginning=beginning))


def keep(watched: Watched) -> None:
    st.session_state.setdefault(_SEEN, {})[watched.beginning] = watched


def last(beginning: Beginning) -> Watched | None:
    """The last training of this session that began so."""
    watched: Watched | None = st.session_state.get(_SEEN, {}).get(beginning)
    return watched


@st.cache_resource(show_spinner=False)
def _digits() -> SmallSet:
    return digits()
