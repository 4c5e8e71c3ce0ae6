"""The edits in force: in words, each with a way out, and the way back and forth."""

from collections.abc import Callable

import streamlit as st

from dashboard import editing, state
from dashboard.edited import possible
from dashboard.editing import Step
from dashboard.widgets import plain
from senet_viz.edits import GateEdit, channel_words

MANY = 6  # with more steps than this, the list scrolls by itself


def edit_list(network: str, names: tuple[str, ...]) -> None:
    """Undo, redo, reset, everything off; then each step in force with its button."""
    history = editing.history(network)
    with st.container(horizontal=True, gap="xsmall", key="edit_history"):
        _button("Undo", "undo", editing.undo, network, off=not history.past)
        _button("Redo", "redo", editing.redo, network, off=not history.future)
        _button("Reset", "restart_alt", editing.reset, network, off=not history.present)
        st.button(
            "All blocks off",
            key="edit_all_off",
            icon=":material/toggle_off:",
            on_click=editing.add,
            args=(network, all_off(names)),
            help="Every gate of every block at 1: the network without its SE blocks' doing.",
        )
    if not history.present:
        st.caption("No edit is in force: the network runs with its own gates.")
        return
    place = st.container(
        key="edit_list", height=340 if len(history.present) > MANY else "content", gap="xsmall"
    )
    st.html("<style>.st-key-edit_list .stHorizontalBlock {flex-wrap: nowrap}</style>")
    with place:
        for at, step in enumerate(history.present):
            _row(network, at, step, names)
    if len(history.present) > 1:
        st.caption("Where two speak of one channel, the one further down holds.")


def _button(label: str, icon: str, act: Callable[[str], None], network: str, *, off: bool) -> None:
    st.button(
        label,
        key=f"edit_{label.lower()}",
        icon=f":material/{icon}:",
        disabled=off,
        on_click=act,
        args=(network,),
    )


def _row(network: str, at: int, step: Step, names: tuple[str, ...]) -> None:
    """One step: what it does, its slider where it was set by hand, and its way out."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{at + 1}\\. {plain(step_words(step, names))}", width="stretch")
        st.button(
            "Remove",
            key=f"edit_remove_{at}",
            type="tertiary",
            icon=":material/close:",
            on_click=editing.remove,
            args=(network, at),
        )
    if step[0].how == "value":
        editing.keep_value(at, step[0].value)
        st.slider(
            f"Gate of edit {at + 1}",
            0.0,
            1.0,
            step=0.01,
            key=editing.value_key(at),
            on_change=editing.take_value,
            args=(network, at),
            label_visibility="collapsed",
        )
    if len(possible(step)) < len(step):
        st.caption("Not in force: its picture is no longer on offer.")


def all_off(names: tuple[str, ...]) -> Step:
    """Every block with all its gates at 1."""
    return tuple(GateEdit(name, "one") for name in names)


def step_words(step: Step, names: tuple[str, ...]) -> str:
    """A step of the list in words, as plain text."""
    first = step[0]
    alike = len({(e.channels) for e in step}) == 1
    which = "all channels" if not first.channels else _some(first) if alike else "some channels"
    titles = {offer.key: offer.title for offer in state.pictures()}
    source = file_title(titles.get(first.source, "a picture no longer on offer"))
    become = {
        "one": "at 1, off" if not first.channels else "at 1",
        "zero": "at 0",
        "value": f"at {first.value:.2f}",
        "usual": "at their usual value",
        "transplant": f"as for {source}",
        "shuffle": f"shuffled, seed {first.seed}",
    }[first.how]
    return f"{_blocks(step, names)}: {which} {become}"


def file_title(title: str) -> str:
    return title if len(title) <= 34 else f"{title[:33]}…"


def _some(edit: GateEdit) -> str:
    noun = "channel" if len(edit.channels) == 1 else "channels"
    return f"{noun} {shortened(channel_words(edit.channels), limit=60)}"


def _blocks(step: Step, names: tuple[str, ...]) -> str:
    edited = tuple(e.block for e in step)
    if len(edited) == 1:
        return edited[0]
    if edited == names:
        return f"All {len(names)} blocks"
    if edited == names[-len(edited) :]:
        return f"{edited[0]} and all later ({len(edited)} blocks)"
    left = next(name for name in names if name not in edited)
    return f"All blocks but {left} ({len(edited)})"


def shortened(listed: str, *, limit: int = 120) -> str:
    """A long list of channels, cut at a comma."""
    if len(listed) <= limit:
        return listed
    return f"{listed[:limit].rpartition(',')[0]}, …"
