"""The edits in force, each with a button to remove it; undo and redo."""

from collections.abc import Callable

import streamlit as st

from dashboard.components.widgets import plain
from dashboard.services.edited_captures import possible
from dashboard.session import gate_edits, picture_names, selection
from dashboard.session.gate_edits import Step
from senet_viz.analysis.gate_edits import GateEdit, channel_words
from senet_viz.core.translation import again, tr

MANY = 6  # with more steps than this, the list scrolls by itself


def edit_list(network: str, names: tuple[str, ...]) -> None:
    """Undo, redo, reset, everything off; then each step in force with its button."""
    history = gate_edits.history(network)
    with st.container(horizontal=True, gap="xsmall", key="edit_history"):
        _button(("undo", tr("Undo"), "undo"), gate_edits.undo, network, off=not history.past)
        _button(("redo", tr("Redo"), "redo"), gate_edits.redo, network, off=not history.future)
        _button(
            ("reset", tr("Reset"), "restart_alt"),
            gate_edits.reset,
            network,
            off=not history.present,
        )
        st.button(
            tr("All blocks off"),
            key="edit_all_off",
            icon=":material/toggle_off:",
            on_click=gate_edits.add,
            args=(network, all_off(names)),
            help=tr(
                "Every gate of every block at 1: the network without the effect of its SE blocks."
            ),
        )
    if not history.present:
        st.caption(
            tr(
                "No edit is in force: the network runs with its own gates. Edits hold for every "
                "picture shown to it; the link to this view names them."
            )
        )
        return
    place = st.container(
        key="edit_list", height=340 if len(history.present) > MANY else "content", gap="xsmall"
    )
    st.html("<style>.st-key-edit_list .stHorizontalBlock {flex-wrap: nowrap}</style>")
    with place:
        for at, step in enumerate(history.present):
            _row(network, at, step, names)
    if len(history.present) > 1:
        st.caption(tr("Where two speak of one channel, the one further down holds."))


def _button(
    look: tuple[str, str, str], act: Callable[[str], None], network: str, *, off: bool
) -> None:
    """``look`` is the button's key, its label and its icon."""
    name, label, icon = look
    st.button(
        label,
        key=f"edit_{name}",
        icon=f":material/{icon}:",
        disabled=off,
        on_click=act,
        args=(network,),
    )


def _row(network: str, at: int, step: Step, names: tuple[str, ...]) -> None:
    """One step: what it does, its slider where it was set by hand, and its remove button."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{at + 1}\\. {plain(step_words(step, names))}", width="stretch")
        st.button(
            tr("Remove"),
            key=f"edit_remove_{at}",
            type="tertiary",
            icon=":material/close:",
            on_click=gate_edits.remove,
            args=(network, at),
        )
    if step[0].how == "value":
        gate_edits.keep_value(at, step[0].value)
        st.slider(
            tr("Gate of edit {edit}", edit=at + 1),
            0.0,
            1.0,
            step=0.01,
            key=gate_edits.value_key(at),
            on_change=gate_edits.take_value,
            args=(network, at),
            label_visibility="collapsed",
        )
    if len(possible(step)) < len(step):
        st.caption(tr("Not in force: its picture is not on offer."))


def all_off(names: tuple[str, ...]) -> Step:
    """Every block with all its gates at 1."""
    return tuple(GateEdit(name, "one") for name in names)


def step_words(step: Step, names: tuple[str, ...]) -> str:
    """A step of the list in words, as plain text."""
    first = step[0]
    alike = len({(e.channels) for e in step}) == 1
    which: str = tr("some channels")
    if not first.channels:
        which = tr("all channels")
    elif alike:
        which = _some(first)
    return tr(
        "{blocks}: {channels} {become}",
        blocks=_blocks(step, names),
        channels=which,
        become=_become(first),
    )


def _become(edit: GateEdit) -> str:
    """What the gates are set to."""
    titles = {offer.key: offer.title for offer in selection.pictures()}
    match edit.how:
        case "one":
            return tr("at 1") if edit.channels else tr("at 1, off")
        case "zero":
            return tr("at 0")
        case "value":
            return tr("at {gate:.2f}", gate=edit.value)
        case "usual":
            return tr("at their usual value")
        case "transplant":
            title = titles.get(
                picture_names.key_of(edit.source), tr("a picture that is not on offer")
            )
            return tr("as for {picture}", picture=file_title(again(title)))
        case "shuffle":
            return tr("shuffled, seed {seed}", seed=edit.seed)


def file_title(title: str) -> str:
    return title if len(title) <= 34 else f"{title[:33]}…"


def _some(edit: GateEdit) -> str:
    listed = shortened(channel_words(edit.channels), limit=60)
    if len(edit.channels) == 1:
        return tr("channel {channel}", channel=listed)
    return tr("channels {channels}", channels=listed)


def _blocks(step: Step, names: tuple[str, ...]) -> str:
    edited = tuple(e.block for e in step)
    if len(edited) == 1:
        return edited[0]
    if edited == names:
        return tr("All {blocks} blocks", blocks=len(names))
    if edited == names[-len(edited) :]:
        return tr("{block} and all later ({blocks} blocks)", block=edited[0], blocks=len(edited))
    left = next(name for name in names if name not in edited)
    return tr("All blocks but {block} ({blocks})", block=left, blocks=len(edited))


def shortened(listed: str, *, limit: int = 120) -> str:
    """A long list of channels, cut at a comma."""
    if len(listed) <= limit:
        return listed
    return f"{listed[:limit].rpartition(',')[0]}, …"
