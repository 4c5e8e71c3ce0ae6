"""Choose other gates: in which blocks, for which channels, and what they become."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import streamlit as st

from dashboard.components.choice import choice
from dashboard.components.widgets import plain, sentence
from dashboard.runtime import language_choice
from dashboard.services.inspections import Inspection
from dashboard.session import gate_edits, selection
from dashboard.session.gate_edits import Step
from dashboard.views.whatif.edit_list import shortened
from senet_viz.analysis.gate_edits import (
    GateEdit,
    How,
    channel_words,
    gates_by_block,
    parse_channels,
)
from senet_viz.core.arrays import Array
from senet_viz.core.errors import BlockError
from senet_viz.core.evaluation_sets import tested_on
from senet_viz.core.translation import Words, again, tr

HOW_WORDS = Words[How](
    {
        "one": lambda: tr("1: block off"),
        "zero": lambda: tr("0: nothing passes"),
        "usual": lambda: tr("usual value"),
        "transplant": lambda: tr("another picture's"),
        "shuffle": lambda: tr("shuffled"),
        "value": lambda: tr("by hand"),
    }
)
HOW_EXPLAINED = Words[How](
    {
        "one": lambda: tr("Nothing is turned down: the features leave the block as they came."),
        "zero": lambda: tr("The channels leave the block as zeros."),
        "shuffle": lambda: tr(
            "The gates this block had for the unedited picture, dealt out again among the "
            "channels chosen."
        ),
        "value": lambda: tr("The value can be moved afterwards, in the list of edits."),
    }
)
WHERE_WORDS = Words[str](
    {
        "this": lambda: tr("This block"),
        "later": lambda: tr("This and all later ones"),
        "others": lambda: tr("All but this"),
        "all": lambda: tr("All blocks"),
    }
)
WHICH_WORDS = Words[str](
    {
        "all": lambda: tr("all"),
        "numbers": lambda: tr("by number"),
        "open": lambda: tr("most open"),
        "shut": lambda: tr("most shut"),
    }
)


def choose(inspection: Inspection, network: str) -> None:
    """The form for the picked block; its button puts what was chosen in force."""
    names, block = inspection.capture.names, str(st.session_state[selection.BLOCK])
    where, how = st.columns(2, gap="small")
    with where:
        _select(tr("In"), WHERE_WORDS, gate_edits.WHERE)
    with how:
        _select(tr("Gates become"), HOW_WORDS, gate_edits.HOW)
    _what_it_takes(inspection)
    choice(tr("Channels"), WHICH_WORDS, gate_edits.WHICH, first="all")
    own = gates_by_block(inspection.capture)
    _which_channels(block, own[block])
    if st.button(tr("Add this edit"), key="edit_add", type="primary", icon=":material/add:"):
        try:
            gate_edits.add(network, _step(names, block, own))
        except BlockError as error:
            st.error(
                tr("{problem}\\.", problem=sentence(error)),
                title=tr("This edit could not be added"),
            )


def _select(label: str, words: Mapping[Any, str], key: str) -> None:
    language_choice.renew(key)
    st.selectbox(
        label, list(words), key=key, format_func=words.__getitem__, persist_state="session"
    )


def _what_it_takes(inspection: Inspection) -> None:
    """The inputs of the chosen kind of edit, or a line that explains it."""
    how: How = st.session_state[gate_edits.HOW]
    if how == "value":
        st.slider(
            tr("Gate"),
            0.0,
            1.0,
            0.5,
            0.01,
            key=gate_edits.VALUE,
            persist_state="session",
            width=320,
        )
    elif how == "shuffle":
        st.number_input(
            tr("Seed"), 0, 9999, 0, key=gate_edits.SEED, persist_state="session", width=180,
            help=tr("Another seed deals them out in another way."),
        )  # fmt: skip
    elif how == "transplant":
        _source(inspection)
    elif how == "usual":
        st.caption(plain(_usual_words(inspection)))
    if how in HOW_EXPLAINED:
        st.caption(plain(HOW_EXPLAINED[how]))


def _source(inspection: Inspection) -> None:
    on_offer = {offer.key: offer.title for offer in selection.pictures()}
    gate_edits.keep_source(list(on_offer))
    here = inspection.picture.key
    language_choice.renew(gate_edits.SOURCE)

    def words(key: str) -> str:
        return (
            tr("{picture} (this picture)", picture=on_offer[key])
            if key == here
            else again(on_offer[key])
        )

    st.selectbox(
        tr("Picture whose gates are taken"),
        list(on_offer),
        key=gate_edits.SOURCE,
        format_func=words,
        persist_state="session",
        help=tr(
            "Taken from this picture itself, the gates stay what they were, whatever other "
            "edits do to the blocks before."
        ),
    )


def _usual_words(inspection: Inspection) -> str:
    if inspection.network.reference is not None:
        return tr(
            "Each channel's mean gate over {source}.",
            source=tested_on(inspection.network.reference.source),
        )
    return tr(
        "There are no reference statistics for this network: each channel's mean over the "
        "{pictures} pictures on offer here is taken, and they change with them.",
        pictures=len(selection.pictures()),
    )


def _which_channels(block: str, own: Array) -> None:
    """The channels chosen, and which they are in the picked block."""
    which = st.session_state[gate_edits.WHICH]
    if which == "numbers":
        if gate_edits.NUMBERS not in st.session_state and selection.CHANNEL in st.session_state:
            st.session_state[gate_edits.NUMBERS] = str(st.session_state[selection.CHANNEL])
        st.text_input(
            tr("Channel numbers, 0 to {last}", last=len(own) - 1),
            key=gate_edits.NUMBERS,
            placeholder="3, 7, 20-31",
            persist_state="session",
        )
        if not str(st.session_state[gate_edits.NUMBERS]).strip():
            return
    elif which != "all":
        st.number_input(
            tr("How many"), 1, None, 10, key=gate_edits.COUNT, persist_state="session", width=180,
            help=tr("By the gates the network gives itself for this picture. The edit keeps these "
            "channels for every picture."),
        )  # fmt: skip
    try:
        channels = _channels(block, own)
    except BlockError as error:
        problem = tr("{problem}\\.", problem=sentence(error))
        st.caption(f":red[{problem}]")
        return
    if channels:
        listed = channel_words(channels)
        st.caption(
            plain(
                tr(
                    "{chosen} of {channels} in {block}: {listed}",
                    chosen=len(channels),
                    channels=len(own),
                    block=block,
                    listed=shortened(listed),
                )
            )
        )


def _channels(block: str, own: Array) -> tuple[int, ...]:
    """The channels chosen, in one block; none for all of them."""
    chosen = st.session_state
    which = chosen[gate_edits.WHICH]
    if which == "all":
        return ()
    if which == "numbers":
        try:
            return parse_channels(str(chosen.get(gate_edits.NUMBERS) or ""), len(own))
        except BlockError as error:
            raise BlockError(
                tr("{problem}, in {block}", problem=error.args[0], block=block)
            ) from error
    order = np.argsort(-own if which == "open" else own, kind="stable")
    return tuple(sorted(int(c) for c in order[: int(chosen[gate_edits.COUNT])]))


def _step(names: tuple[str, ...], block: str, own: dict[str, Array]) -> Step:
    """The edit that the form describes, for each of its blocks."""
    chosen = st.session_state
    how = cast(How, chosen[gate_edits.HOW])
    at = names.index(block)
    blocks = {
        "this": (block,),
        "later": names[at:],
        "others": (*names[:at], *names[at + 1 :]),
        "all": names,
    }[chosen[gate_edits.WHERE]]
    if not blocks:
        raise BlockError(tr("there is no other block than {block}. Choose this block", block=block))
    return tuple(
        GateEdit(
            name,
            how,
            _channels(name, own[name]),
            value=float(chosen[gate_edits.VALUE]) if how == "value" else 1.0,
            seed=int(chosen[gate_edits.SEED]) if how == "shuffle" else 0,
            source=str(chosen[gate_edits.SOURCE]) if how == "transplant" else "",
        )
        for name in blocks
    )
