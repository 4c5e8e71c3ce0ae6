"""What is wrong with what the library says, told in sentences; none where all is right."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor

from tests.corpus.case import Gate, Other, Read, Value, Words
from tests.corpus.reading import REASONS, WORDS, class_of

VALUES: tuple[Value, ...] = (
    "features",
    "squeeze",
    "hidden",
    "logit",
    "excitation",
    "factor",
    "recalibrated",
)


def wrong_blocks(
    blocks: Sequence[Any], gates: Sequence[Gate], reads: Sequence[Read]
) -> tuple[str, ...]:
    """Where the blocks found are not the gates expected; a second call is no second block."""
    expected = [(g, r) for g, r in zip(gates, reads, strict=True) if "@" not in g.name]
    names = [gate.name for gate, _ in expected]
    if [b.name for b in blocks] != names:
        return (f"found {[b.name for b in blocks]}, not {names}",)
    pairs = zip(blocks, expected, strict=True)
    return tuple(line for b, (gate, read) in pairs for line in _wrong_block(b, gate, read))


def _wrong_block(block: Any, gate: Gate, read: Read) -> Iterator[str]:
    said: dict[str, tuple[Any, set[Any]]] = {
        "squeeze_by": (block.squeeze_by, _accepted(gate.squeeze_by)),
        "gate": (block.gate, _accepted(gate.gate)),
        "factor": (block.factor, _accepted(gate.factor)),
        "channels": (block.channels, {gate.channels}),
        "hidden": (block.hidden, {gate.hidden}),
        "places": (tuple(block.places), {tuple(read.features.shape[2:])}),
    }
    if gate.kind is not None:
        said["kind"] = (class_of(block.kind), {gate.kind})
    for name, (value, accepted) in said.items():
        if value not in accepted:
            yield f"{gate.name!r}: {name} is {value!r}, not {' or '.join(map(repr, accepted))}"


def _accepted(words: Words) -> set[str]:
    every = {words} if isinstance(words, str) else set(words)
    return {WORDS.get(word, word) for word in every}


def wrong_declarations(said: Sequence[Any], others: Sequence[Other]) -> tuple[str, ...]:
    """Where what is declared is not what is expected, in any order."""
    said = sorted(said, key=lambda s: str(s.name))
    others = sorted(others, key=lambda o: o.name)
    if [s.name for s in said] != [o.name for o in others]:
        got = [(s.name, s.reason) for s in said]
        return (f"declared {got}, not {[(o.name, o.reason) for o in others]}",)
    return tuple(
        f"{o.name!r}: the reason is {s.reason!r}, which does not say {o.reason!r}"
        for s, o in zip(said, others, strict=True)
        if o.reason is not None and not any(part in s.reason for part in REASONS[o.reason])
    )


def wrong_values(
    activations: Sequence[Any], gates: Sequence[Gate], reads: Sequence[Read], tolerance: float
) -> tuple[str, ...]:
    """Where what was read is not what the reference has, each call for itself."""
    names = [gate.name for gate in gates]
    if [a.block.name for a in activations] != names:
        return (f"read {[a.block.name for a in activations]}, not {names}",)
    triples = zip(activations, gates, reads, strict=True)
    return tuple(line for a, g, r in triples for line in _wrong_call(a, g.name, r, tolerance))


def _wrong_call(activation: Any, name: str, read: Read, tolerance: float) -> Iterator[str]:
    if activation.proof != "verified":
        yield f"{name!r}: the proof is {activation.proof!r}, not 'verified'"
    for value in VALUES:
        if value not in read.unsaid:
            line = _wrong_array(getattr(activation, value), getattr(read, value), tolerance)
            if line is not None:
                yield f"{name!r}: {value} {line}"


def _wrong_array(
    got: npt.NDArray[np.float32] | None, wanted: Tensor | None, tolerance: float
) -> str | None:
    if got is None or wanted is None:
        missing = wanted is not None
        return None if got is None and wanted is None else "is missing" if missing else "is extra"
    numbers = wanted.detach().float().numpy()
    if got.shape != numbers.shape:
        return f"has shape {got.shape}, not {numbers.shape}"
    off, scale = float(np.abs(got - numbers).max()), float(np.abs(numbers).max())
    return None if off <= tolerance * scale else f"is off by {off:.2g} of {scale:.2g}"
