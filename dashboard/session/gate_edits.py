"""The edits a person has in force: one history for each network, in this session alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from dashboard.session import selection
from senet_viz.analysis.gate_edits import GateEdit

WHERE, HOW, WHICH, NUMBERS = "edit_where", "edit_how", "edit_which", "edit_numbers"
COUNT, VALUE, SEED, SOURCE = "edit_count", "edit_value", "edit_seed", "edit_source"
_HISTORIES = "edit_histories"
MOST_UNDONE = 100

Step = tuple[GateEdit, ...]
Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class History:
    """The steps in force, those before each change, and those taken back.

    A step is what was added at once: one edit, or the same for several blocks.
    """

    past: tuple[Steps, ...] = ()
    present: Steps = ()
    future: tuple[Steps, ...] = ()


def history(network: str) -> History:
    """The history of this network alone."""
    histories: dict[str, History] = st.session_state.get(_HISTORIES, {})
    return histories.get(network, History())


def steps(network: str) -> Steps:
    return history(network).present


def add(network: str, step: Step) -> None:
    """Put a step in force after all others; the very step that came last is not added twice."""
    now = steps(network)
    if step and now[-1:] != (step,):
        _change(network, (*now, step))


def remove(network: str, at: int) -> None:
    """Take one step of the list away."""
    now = steps(network)
    _change(network, now[:at] + now[at + 1 :])


def put(network: str, present: Steps) -> None:
    """Put these steps in force in place of all others; it can be undone."""
    _change(network, present)


def reset(network: str) -> None:
    _change(network, ())


def take_value(network: str, at: int) -> None:
    """Callback of the slider at a step that was set by hand."""
    now, value = steps(network), float(st.session_state[value_key(at)])
    changed = tuple(replace(edit, value=value) for edit in now[at])
    _change(network, (*now[:at], changed, *now[at + 1 :]))


def keep_value(at: int, value: float) -> None:
    """The slider at a step shows what is in force, also after an undo."""
    st.session_state[value_key(at)] = value


def value_key(at: int) -> str:
    return f"edit_value_{at}"


def undo(network: str) -> None:
    then = history(network)
    if then.past:
        _keep(
            network,
            History(then.past[:-1], then.past[-1], (then.present, *then.future)),
        )


def redo(network: str) -> None:
    then = history(network)
    if then.future:
        _keep(
            network,
            History((*then.past, then.present), then.future[0], then.future[1:]),
        )


def keep_source(on_offer: Sequence[str]) -> None:
    """The picture to take gates from: the second on offer where the pick is gone."""
    if st.session_state.get(SOURCE) not in on_offer:
        st.session_state[SOURCE] = on_offer[min(1, len(on_offer) - 1)]


def offer_channel() -> None:
    """The picked channel as the one to edit, by number."""
    if selection.CHANNEL in st.session_state:
        st.session_state[NUMBERS] = str(st.session_state[selection.CHANNEL])


def _change(network: str, present: Steps) -> None:
    then = history(network)
    if present != then.present:
        _keep(network, History((*then.past, then.present)[-MOST_UNDONE:], present))


def _keep(network: str, changed: History) -> None:
    histories: dict[str, History] = st.session_state.get(_HISTORIES, {})
    st.session_state[_HISTORIES] = {**histories, network: changed}
