"""What-if edits of gates: from a list of edits to the arrays that ``override`` takes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

import numpy as np
from jaxtyping import Float32

from senet_viz.core.arrays import Array, readonly
from senet_viz.core.errors import BlockError
from senet_viz.core.records import Capture, unknown_block
from senet_viz.core.tables import Tabular
from senet_viz.core.translation import tr

How = Literal["one", "zero", "value", "usual", "transplant", "shuffle"]
Gates = Mapping[str, Float32[Array, " _"]]


@dataclass(frozen=True, slots=True)
class GateEdit(Tabular):
    """Other gates for one block, or for some of its channels.

    ``how``: "one" (nothing is turned down: the block is off), "zero" (nothing passes), "value"
    (all gates ``value``, in [0, 1]), "usual" (what is usual for each channel), "transplant" (the
    gates of the picture ``source``), "shuffle" (the gates the block had for the unedited picture,
    dealt out again among the channels by ``seed``). ``channels`` empty: all of them.
    """

    block: str
    how: How
    channels: tuple[int, ...] = ()
    value: float = 1.0
    seed: int = 0
    source: str = ""


def gates_by_block(capture: Capture, *, image: int = 0) -> dict[str, Float32[Array, " _"]]:
    """The gates (c,) of one picture for every block of a capture, by the block's name."""
    return {a.block.name: a.excitation[image] for a in capture}


def edited_gates(
    edits: Sequence[GateEdit],
    own: Gates,
    *,
    usual: Gates | None = None,
    transplants: Mapping[str, Gates] | None = None,
) -> dict[str, Float32[Array, " _"]]:
    """What do these edits come to? Float32 gates (c,) by block name, for ``override``.

    NaN where the network keeps its own gate; only edited blocks are in it. Where two edits speak
    of one channel the later one holds. ``own`` has the gates of the unedited picture for every
    block, ``usual`` those for "usual", ``transplants`` those of other pictures by their ``source``.
    What stands here is fixed: a block left alone works out its gates again from what now enters it.

    Raises BlockError for an unknown block, channel or kind of edit, a value outside [0, 1], and
    where the usual gates or those of the other picture were not given or do not fit.

    >>> import numpy as np
    >>> own = {"se": np.array([0.2, 0.5, 0.9], np.float32)}
    >>> edits = [GateEdit("se", "one"), GateEdit("se", "zero", channels=(2,))]
    >>> edited_gates(edits, own)["se"].tolist()
    [1.0, 1.0, 0.0]
    """
    gates: dict[str, Array] = {}
    for edit in edits:
        if edit.block not in own:
            raise BlockError(unknown_block(edit.block, tuple(own)))
        current = own[edit.block]
        channels = _channels(edit, len(current))
        target = gates.setdefault(edit.block, np.full(len(current), np.nan, np.float32))
        target[channels] = _values(edit, current, channels, usual or {}, transplants or {})
    return {name: readonly(values) for name, values in gates.items()}


def check_edit(edit: GateEdit, channels: Mapping[str, int]) -> None:
    """BlockError unless a network of such blocks can carry out this edit of a known way.

    ``channels`` has how many a block has, by its name. Whether a picture to take gates from is at
    hand is not asked.
    """
    if edit.block not in channels:
        raise BlockError(unknown_block(edit.block, tuple(channels)))
    _channels(edit, channels[edit.block])
    _in_range(edit)


def _channels(edit: GateEdit, count: int) -> list[int]:
    if not edit.channels:
        return list(range(count))
    for channel in edit.channels:
        if not 0 <= channel < count:
            raise BlockError(
                tr(
                    "there is no channel {channel} in {block}: it has {count}, 0 to {last}",
                    channel=channel,
                    block=edit.block,
                    count=count,
                    last=count - 1,
                )
            )
    return list(edit.channels)


def _values(
    edit: GateEdit,
    own: Array,
    channels: list[int],
    usual: Gates,
    transplants: Mapping[str, Gates],
) -> Array | float:
    """The gates for the edit's channels: one number, or one for each."""
    match edit.how:
        case "one":
            return 1.0
        case "zero":
            return 0.0
        case "value":
            return _in_range(edit)
        case "usual":
            where = tr("the usual gates")
            return _given(usual.get(edit.block), edit, own, where=where)[channels]
        case "transplant":
            there = transplants.get(edit.source, {}).get(edit.block)
            where = tr("the gates of the picture {source!r}", source=edit.source)
            return _given(there, edit, own, where=where)[channels]
        case "shuffle":
            return np.random.default_rng(edit.seed).permutation(own[channels])
    raise _unknown(edit.how)


def way(how: str) -> How:
    """The way of that name; a BlockError where there is none."""
    if how not in get_args(How):
        raise _unknown(how)
    return cast(How, how)


def _unknown(how: str) -> BlockError:
    return BlockError(
        tr("there is no edit {how!r}. Known: {known}", how=how[:40], known=", ".join(get_args(How)))
    )


def _in_range(edit: GateEdit) -> float:
    if not 0 <= edit.value <= 1:
        raise BlockError(
            tr(
                "the gate {value:g} was given for {block}; gates are from 0 to 1",
                value=edit.value,
                block=edit.block,
            )
        )
    return edit.value


def _given(gates: Array | None, edit: GateEdit, own: Array, *, where: str) -> Array:
    if gates is None:
        raise BlockError(
            tr(
                "{where} of {block} were not given, so they cannot be put in force",
                where=where,
                block=edit.block,
            )
        )
    if gates.shape != own.shape:
        raise BlockError(
            tr(
                "{where} of {block} have shape {shape}, but the block has {own} channels; "
                "take them from the same network",
                where=where,
                block=edit.block,
                shape=gates.shape,
                own=len(own),
            )
        )
    return gates


def parse_channels(text: str, count: int) -> tuple[int, ...]:
    """Channel numbers from words such as "3, 7, 20-31", in order and each once.

    Commas, semicolons and spaces part them; ranges include both ends. Raises BlockError where
    there is none, where something is no number, and where there is no such channel among
    ``count``.

    >>> parse_channels("20-22, 3 7", 128)
    (3, 7, 20, 21, 22)
    """
    joined = re.sub(r"\s*[-–—]\s*", "-", text.strip())
    parts = [part for part in re.split(r"[,;\s]+", joined) if part]
    if not parts:
        raise BlockError(tr("no channel was given. Write numbers and ranges, such as 3, 7, 20-31"))
    channels: set[int] = set()
    for part in parts:
        match = re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", part, flags=re.ASCII)
        if match is None:
            raise BlockError(
                tr(
                    "{part!r} is no channel. Write numbers and ranges, such as 3, 7, 20-31",
                    part=part[:40],
                )
            )
        first, last = int(match[1]), int(match[2] or match[1])
        if first > last:
            raise BlockError(
                tr(
                    "the range {part} runs backwards. Write {last}-{first}",
                    part=part,
                    last=last,
                    first=first,
                )
            )
        if last >= count:
            raise BlockError(
                tr(
                    "there is no channel {channel}: there are {count}, 0 to {last}",
                    channel=last,
                    count=count,
                    last=count - 1,
                )
            )
        channels.update(range(first, last + 1))
    return tuple(sorted(channels))


def channel_words(channels: Iterable[int]) -> str:
    """Channel numbers in words, runs of three and more as ranges: "3, 7, 20-31".

    >>> channel_words((3, 7, 20, 21, 22))
    '3, 7, 20-22'
    """
    runs: list[list[int]] = []
    for channel in sorted(set(channels)):
        if runs and channel == runs[-1][-1] + 1:
            runs[-1].append(channel)
        else:
            runs.append([channel])
    words = [
        f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(str(c) for c in run) for run in runs
    ]
    return ", ".join(words)
