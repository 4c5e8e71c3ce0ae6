"""Choose other gates: in which blocks, for which channels, and what they become."""

from typing import Any, cast

import numpy as np
import streamlit as st

from dashboard import editing, state
from dashboard.edit_list import shortened
from dashboard.editing import Step
from dashboard.subject import Subject
from dashboard.widgets import plain, sentence
from senet_viz.edits import GateEdit, How, channel_words, gates_by_block, parse_channels
from senet_viz.errors import BlockError
from senet_viz.records import Array

HOW_WORDS: dict[How, str] = {
    "one": "1: block off",
    "zero": "0: nothing passes",
    "usual": "usual value",
    "transplant": "another picture's",
    "shuffle": "shuffled",
    "value": "by hand",
}
HOW_EXPLAINED: dict[How, str] = {
    "one": "Nothing is turned down: the features leave the block as they came.",
    "zero": "The channels leave the block as zeros.",
    "shuffle": "The gates this block had for the unedited picture, dealt out anew among the "
    "channels chosen.",
    "value": "The value can be moved afterwards, in the list of edits.",
}
WHERE_WORDS = {
    "this": "This block",
    "later": "This and all later ones",
    "others": "All but this",
    "all": "All blocks",
}
WHICH_WORDS = {
    "all": "all",
    "numbers": "by number",
    "open": "most open",
    "shut": "most shut",
}


def choose(subject: Subject, network: str) -> None:
    """The form for the picked block; its button puts what was chosen in force."""
    names, block = subject.seen.capture.names, str(st.session_state[state.BLOCK])
    where, how = st.columns(2, gap="small")
    with where:
        _select("In", WHERE_WORDS, editing.WHERE)
    with how:
        _select("Gates become", HOW_WORDS, editing.HOW)
    _what_it_takes(subject)
    st.segmented_control(
        "Channels",
        list(WHICH_WORDS),
        format_func=WHICH_WORDS.__getitem__,
        default="all",
        required=True,
        key=editing.WHICH,
        persist_state="session",
    )
    own = gates_by_block(subject.seen.capture)
    _which_channels(block, own[block])
    if st.button("Add this edit", key="edit_add", type="primary", icon=":material/add:"):
        try:
            editing.add(network, _step(names, block, own))
        except BlockError as error:
            st.error(sentence(str(error)) + plain("."), title="This edit could not be added")


def _select(label: str, words: dict[Any, str], key: str) -> None:
    st.selectbox(
        label, list(words), key=key, format_func=words.__getitem__, persist_state="session"
    )


def _what_it_takes(subject: Subject) -> None:
    """What the chosen kind of edit needs to know, or a line that explains it."""
    how: How = st.session_state[editing.HOW]
    if how == "value":
        st.slider(
            "Gate", 0.0, 1.0, 0.5, 0.01, key=editing.VALUE, persist_state="session", width=320
        )
    elif how == "shuffle":
        st.number_input(
            "Seed", 0, 9999, 0, key=editing.SEED, persist_state="session", width=180,
            help="Another seed deals them out in another way.",
        )  # fmt: skip
    elif how == "transplant":
        _source(subject)
    elif how == "usual":
        st.caption(plain(_usual_words(subject)))
    if how in HOW_EXPLAINED:
        st.caption(plain(HOW_EXPLAINED[how]))


def _source(subject: Subject) -> None:
    on_offer = {offer.key: offer.title for offer in state.pictures()}
    editing.keep_source(list(on_offer))
    here = subject.picture.key

    def words(key: str) -> str:
        return f"{on_offer[key]} (this picture)" if key == here else on_offer[key]

    st.selectbox(
        "Picture whose gates are taken",
        list(on_offer),
        key=editing.SOURCE,
        format_func=words,
        persist_state="session",
        help="Taken from this picture itself, the gates stay what they were, whatever other "
        "edits do to the blocks before.",
    )


def _usual_words(subject: Subject) -> str:
    if subject.net.reference is not None:
        return f"Each channel's mean gate over {subject.net.reference.source}."
    return (
        "There are no reference statistics for this network: each channel's mean over the "
        f"{len(state.pictures())} pictures on offer here is taken, and they change with them."
    )


def _which_channels(block: str, own: Array) -> None:
    """The channels chosen, and which they are in the picked block."""
    which = st.session_state[editing.WHICH]
    if which == "numbers":
        if editing.NUMBERS not in st.session_state and state.CHANNEL in st.session_state:
            st.session_state[editing.NUMBERS] = str(st.session_state[state.CHANNEL])
        st.text_input(
            f"Channel numbers, 0 to {len(own) - 1}",
            key=editing.NUMBERS,
            placeholder="3, 7, 20-31",
            persist_state="session",
        )
        if not str(st.session_state[editing.NUMBERS]).strip():
            return
    elif which != "all":
        st.number_input(
            "How many", 1, None, 10, key=editing.COUNT, persist_state="session", width=180,
            help="By the gates the network gives itself for this picture. The edit keeps these "
            "channels for every picture.",
        )  # fmt: skip
    try:
        channels = _channels(block, own)
    except BlockError as error:
        st.caption(f":red[{sentence(str(error))}\\.]")
        return
    if channels:
        listed = channel_words(channels)
        st.caption(plain(f"{len(channels)} of {len(own)} in {block}: ") + plain(shortened(listed)))


def _channels(block: str, own: Array) -> tuple[int, ...]:
    """The channels chosen, in one block; none for all of them."""
    chosen = st.session_state
    which = chosen[editing.WHICH]
    if which == "all":
        return ()
    if which == "numbers":
        try:
            return parse_channels(str(chosen.get(editing.NUMBERS) or ""), len(own))
        except BlockError as error:
            raise BlockError(f"{error}, in {block}") from error
    order = np.argsort(-own if which == "open" else own, kind="stable")
    return tuple(sorted(int(c) for c in order[: int(chosen[editing.COUNT])]))


def _step(names: tuple[str, ...], block: str, own: dict[str, Array]) -> Step:
    """What the form says, for each block it speaks of."""
    chosen = st.session_state
    how = cast(How, chosen[editing.HOW])
    at = names.index(block)
    blocks = {
        "this": (block,),
        "later": names[at:],
        "others": (*names[:at], *names[at + 1 :]),
        "all": names,
    }[chosen[editing.WHERE]]
    if not blocks:
        raise BlockError(f"there is no other block than {block}. Choose this block")
    return tuple(
        GateEdit(
            name,
            how,
            _channels(name, own[name]),
            value=float(chosen[editing.VALUE]) if how == "value" else 1.0,
            seed=int(chosen[editing.SEED]) if how == "shuffle" else 0,
            source=str(chosen[editing.SOURCE]) if how == "transplant" else "",
        )
        for name in blocks
    )
