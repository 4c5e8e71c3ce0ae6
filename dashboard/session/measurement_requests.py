"""What the person wants measured: the session keys of What matters."""

from dataclasses import dataclass

import streamlit as st

from senet_viz.analysis.effects import AccuracyEffects

PUT, FOLDER, COUNT = "effects_put", "effects_folder", "effects_count"
_WANTED, _PICTURES = "effects_wanted", "effects_pictures"


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep over labelled pictures as far as it came, and for which network and folder."""

    network: str
    folder: str
    wanted: int
    found: AccuracyEffects
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
    st.session_state.pop(_PICTURES, None)


def kept_sweep(network: str) -> Sweep | None:
    """The last sweep of this session if it was of this network."""
    sweep: Sweep | None = st.session_state.get(_PICTURES)
    return sweep if sweep is not None and sweep.network == network else None
