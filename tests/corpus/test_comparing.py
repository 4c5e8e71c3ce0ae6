"""The comparison with the library complains of each thing that is wrong, and of nothing else."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from tests.corpus.case import GateCase, Other, Read
from tests.corpus.comparing import VALUES, wrong_blocks, wrong_declarations, wrong_values
from tests.corpus.reading import REASONS
from tests.corpus.replay import replay
from tests.corpus.whole_networks import CASES


@pytest.fixture
def case() -> GateCase:
    """A network with three gates between everything else."""
    return next(case for case in CASES if case.name == "gates between everything else")


@pytest.fixture
def reads(case: GateCase) -> tuple[Read, ...]:
    with torch.no_grad():
        return replay(case.reference, case.build(), case.example()).reads


@pytest.fixture
def blocks(case: GateCase, reads: tuple[Read, ...]) -> list[SimpleNamespace]:
    """What a library that is right would say."""
    return [
        SimpleNamespace(
            name=gate.name,
            kind=f"tests.corpus.{gate.kind}",
            squeeze_by=gate.squeeze_by,
            gate=gate.gate,
            factor=gate.factor,
            channels=gate.channels,
            hidden=gate.hidden,
            places=tuple(read.features.shape[2:]),
        )
        for gate, read in zip(case.gates, reads, strict=True)
    ]


@pytest.fixture
def activations(blocks: list[SimpleNamespace], reads: tuple[Read, ...]) -> list[SimpleNamespace]:
    """What a library that is right would read."""
    return [
        SimpleNamespace(
            block=block, proof="verified", **{v: getattr(read, v).numpy() for v in VALUES}
        )
        for block, read in zip(blocks, reads, strict=True)
    ]


def test_what_is_right_raises_no_complaint(
    case: GateCase, reads: Any, blocks: Any, activations: Any
) -> None:
    assert wrong_blocks(blocks, case.gates, reads) == ()
    assert wrong_values(activations, case.gates, reads, 1e-6) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "Other"),
        ("squeeze_by", "max"),
        ("gate", "tanh"),
        ("factor", "2·s"),
        ("channels", 8),
        ("hidden", None),
        ("places", (70,)),
    ],
)
def test_a_wrong_word_is_told(
    case: GateCase, reads: Any, blocks: Any, field: str, value: object
) -> None:
    setattr(blocks[0], field, value)
    (line,) = wrong_blocks(blocks, case.gates, reads)
    assert line.startswith(f"'se.first': {field} is {value!r}, not ")


def test_a_block_too_few_or_out_of_order_is_told(case: GateCase, reads: Any, blocks: Any) -> None:
    assert len(wrong_blocks(blocks[:2], case.gates, reads)) == 1
    assert len(wrong_blocks(blocks[::-1], case.gates, reads)) == 1


def test_each_of_several_right_words_is_taken(case: GateCase, reads: Any, blocks: Any) -> None:
    first = replace(case.gates[0], gate=frozenset({"sigmoid", "none"}))
    gates = (first, *case.gates[1:])
    assert wrong_blocks(blocks, gates, reads) == ()
    blocks[0].gate = "tanh"
    assert len(wrong_blocks(blocks, gates, reads)) == 1


@pytest.mark.parametrize("value", VALUES)
def test_wrong_numbers_are_told(case: GateCase, reads: Any, activations: Any, value: str) -> None:
    """Off by a thousandth, of another shape, or not there."""
    right = getattr(activations[1], value)
    if value == "hidden":
        reads = [replace(read, unsaid=frozenset()) for read in reads]
    for wrong in (right * 1.001, right[:1], None):
        setattr(activations[1], value, wrong)
        (line,) = wrong_values(activations, case.gates, reads, 1e-5)
        assert line.startswith(f"'se.second': {value} ")


def test_a_failed_proof_and_a_missing_call_are_told(
    case: GateCase, reads: Any, activations: Any
) -> None:
    assert len(wrong_values(activations[1:], case.gates, reads, 1e-5)) == 1
    activations[2].proof = "failed"
    (line,) = wrong_values(activations, case.gates, reads, 1e-5)
    assert line == "'se.last': the proof is 'failed', not 'verified'"


def test_declarations_are_compared_by_name_and_reason(case: GateCase) -> None:
    assert case.others is not None
    said = [
        SimpleNamespace(name=o.name, reason=REASONS[o.reason][0]) for o in case.others if o.reason
    ]
    assert wrong_declarations(said[::-1], case.others) == ()
    assert len(wrong_declarations(said[1:], case.others)) == 1
    assert len(wrong_declarations([*said, said[0]], case.others)) == 1
    said[0].reason = "something else"
    assert len(wrong_declarations(said, case.others)) == 1
    anything = [Other(o.name, None) for o in case.others]
    assert wrong_declarations(said, anything) == ()
