"""What-if edits as text in an address, and back: the blocks and channels are those of a network.

A step is ``way:blocks:channels:value``, steps are parted by semicolons. Blocks are ``*`` for all,
``name+`` for this and all later ones, ``!name`` for all but this, else names.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import quote, unquote

import streamlit as st

from dashboard.session import gate_edits, link_notes, picture_names, selection
from dashboard.session.gate_edits import Step
from senet_viz.analysis.gate_edits import (
    GateEdit,
    channel_words,
    check_edit,
    parse_channels,
    way,
)
from senet_viz.core.errors import BlockError

STEP, FIELD, PART = ";", ":", "|"
ALL, LATER, NOT = "*", "+", "!"
FIELDS, MOST_STEPS, LONGEST = 4, 200, 20_000
_PENDING, _BLOCKS = "edits_of_address", "edits_blocks"


def expect(text: str, network: str) -> None:
    """The address has these edits, of this network; they wait for What if to know its blocks."""
    st.session_state[_PENDING] = (text, network)


def pending() -> str:
    """The edits that the address has and that are not in force yet; "" without."""
    return str(st.session_state.get(_PENDING, ("", ""))[0])


def arrive(network: str, channels: Mapping[str, int]) -> None:
    """The blocks of the network looked at are known: the edits of the address come into force.

    They wait on where they are of a network that is not here.
    """
    st.session_state[_BLOCKS] = {**st.session_state.get(_BLOCKS, {}), network: tuple(channels)}
    if not pending() or link_notes.still_awaits(selection.MODEL):
        return
    texts = pending()[:LONGEST].split(STEP)
    read = [read_step(text, channels) for text in texts[:MOST_STEPS]]
    steps = tuple(step for step in read if step is not None)
    del st.session_state[_PENDING]
    if len(steps) < len(texts):
        link_notes.no_edits(selection.MODEL, len(texts) - len(steps))
    gate_edits.put(network, steps)


def texts(network: str) -> list[str]:
    """Each step in force as it stands in an address."""
    names = st.session_state.get(_BLOCKS, {}).get(network, ())
    return [step_text(step, names) for step in gate_edits.steps(network)]


def step_text(step: Step, names: Sequence[str]) -> str:
    """One step, for a network with these blocks.

    >>> step_text((GateEdit("b", "value", (3, 4, 5), value=0.25),), ("a", "b"))
    'value:b:3-5:0.25'
    """
    first = step[0]
    channels = [channel_words(edit.channels).replace(" ", "") for edit in step]
    which = channels[0] if len(set(channels)) == 1 else PART.join(channels)
    value = {
        "value": f"{first.value:.6g}",
        "shuffle": str(first.seed),
        "transplant": quote(picture_names.short(first.source), safe=""),
    }.get(first.how, "")
    blocks = _blocks_text(tuple(edit.block for edit in step), tuple(names))
    return FIELD.join((first.how, blocks, which, value)).rstrip(FIELD)


def _blocks_text(edited: tuple[str, ...], names: tuple[str, ...]) -> str:
    quoted = [quote(name, safe="") for name in edited]
    if len(edited) == 1:
        return quoted[0]
    if edited == names:
        return ALL
    if edited == names[-len(edited) :]:
        return f"{quoted[0]}{LATER}"
    left = [name for name in names if name not in edited]
    if len(left) == 1 and len(edited) == len(names) - 1:
        return f"{NOT}{quote(left[0], safe='')}"
    return PART.join(quoted)


def read_step(text: str, channels: Mapping[str, int]) -> Step | None:
    """What such text means for a network with these blocks; None where it means nothing.

    >>> read_step("zero:b+:0-1", {"a": 8, "b": 4})
    (GateEdit(block='b', how='zero', channels=(0, 1), value=1.0, seed=0, source=''),)
    """
    fields = text.split(FIELD)
    if len(fields) > FIELDS:
        return None
    how, blocks, which, value = (*fields, *[""] * (FIELDS - len(fields)))
    try:
        step = _step(how, _blocks(blocks, tuple(channels)), which, value, channels)
        for edit in step:
            check_edit(edit, channels)
    except (BlockError, ValueError, OverflowError):
        return None
    return step or None


def _blocks(text: str, names: tuple[str, ...]) -> tuple[str, ...]:
    if text == ALL:
        return names
    if text.startswith(NOT):
        left = unquote(text[1:])
        names.index(left)  # a ValueError where there is none
        return tuple(name for name in names if name != left)
    if text.endswith(LATER):
        return names[names.index(unquote(text[:-1])) :]
    return tuple(unquote(part) for part in text.split(PART))


def _step(
    how: str, blocks: tuple[str, ...], which: str, value: str, channels: Mapping[str, int]
) -> Step:
    listed = which.split(PART)
    if len(listed) == 1:
        listed *= len(blocks)
    return tuple(
        GateEdit(
            block,
            way(how),
            parse_channels(numbers, channels.get(block, 0)) if numbers else (),
            value=float(value) if how == "value" else 1.0,
            seed=_seed(value) if how == "shuffle" else 0,
            source=unquote(value) if how == "transplant" else "",
        )
        for block, numbers in zip(blocks, listed, strict=True)
    )


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise ValueError(text)
    return int(text)
