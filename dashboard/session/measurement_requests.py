"""What the person wants measured: the session keys of What matters."""

from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from senet_viz.analysis.effects import AccuracyEffects
from senet_viz.analysis.scene_effects import SceneAccuracyEffects

PUT, FOLDER, COUNT = "effects_put", "effects_folder", "effects_count"
BY_ITSELF = "run_by_itself"
_WANTED, _PICTURES, _SCENES = "effects_wanted", "effects_pictures", "effects_scenes"
Effects = TypeVar("Effects", AccuracyEffects, SceneAccuracyEffects)


@dataclass(frozen=True, slots=True)
class Sweep(Generic[Effects]):
    """A sweep over many pictures as far as it came, and for which network and folder."""

    network: str
    folder: str
    wanted: int
    effects: Effects
    unreadable: tuple[str, ...]


def want(key: tuple[object, ...]) -> None:
    """Callback of a button: measure this, now and whenever it is looked at again."""
    st.session_state.setdefault(_WANTED, set()).add(key)


def wanted(key: tuple[object, ...]) -> bool:
    return key in st.session_state.get(_WANTED, set())


def keep_sweep(sweep: Sweep[AccuracyEffects]) -> None:
    st.session_state[_PICTURES] = sweep


def forget_sweep() -> None:
    """The mean that gates were set to is another now."""
    for key in (_PICTURES, _SCENES):
        st.session_state.pop(key, None)


def kept_sweep(network: str) -> Sweep[AccuracyEffects] | None:
    """The last sweep of this session if it was of this network."""
    return _sweep_of(_PICTURES, network)


def keep_scenes(sweep: Sweep[SceneAccuracyEffects]) -> None:
    st.session_state[_SCENES] = sweep


def kept_scenes(network: str) -> Sweep[SceneAccuracyEffects] | None:
    """The last sweep of boxes or class maps in this session if it was of this network."""
    return _sweep_of(_SCENES, network)


def _sweep_of(key: str, network: str) -> Sweep[Effects] | None:
    sweep: Sweep[Effects] | None = st.session_state.get(key)
    return sweep if sweep is not None and sweep.network == network else None
