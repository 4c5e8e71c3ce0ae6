"""What the person wants measured: the session keys of What matters."""

from dataclasses import dataclass

import streamlit as st

from senet_viz.analysis.effects import AccuracyEffects
from senet_viz.analysis.scene_effects import SceneAccuracyEffects

PUT, FOLDER, COUNT = "effects_put", "effects_folder", "effects_count"
BY_ITSELF = "run_by_itself"
_WANTED, _PICTURES, _SCENES = "effects_wanted", "effects_pictures", "effects_scenes"


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep over labelled pictures as far as it came, and for which network and folder."""

    network: str
    folder: str
    wanted: int
    found: AccuracyEffects
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SceneSweep:
    """The same of a network that finds boxes or a class map."""

    network: str
    folder: str
    wanted: int
    found: SceneAccuracyEffects
    unreadable: tuple[str, ...]


def want(key: tuple[object, ...]) -> None:
    """Callback of a button: measure this, now and whenever it is looked at again."""
    st.session_state.setdefault(_WANTED, set()).add(key)


def wanted(key: tuple[object, ...]) -> bool:
    return key in st.session_state.get(_WANTED, set())


def keep_sweep(sweep: Sweep) -> None:
    st.session_state[_PICTURES] = sweep


def forget_sweep() -> None:
    """The mean that gates were set to is another now."""
    for key in (_PICTURES, _SCENES):
        st.session_state.pop(key, None)


def kept_sweep(network: str) -> Sweep | None:
    """The last sweep of this session if it was of this network."""
    sweep: Sweep | None = st.session_state.get(_PICTURES)
    return sweep if sweep is not None and sweep.network == network else None


def keep_scenes(sweep: SceneSweep) -> None:
    st.session_state[_SCENES] = sweep


def kept_scenes(network: str) -> SceneSweep | None:
    """The last sweep of boxes or class maps in this session if it was of this network."""
    sweep: SceneSweep | None = st.session_state.get(_SCENES)
    return sweep if sweep is not None and sweep.network == network else None
