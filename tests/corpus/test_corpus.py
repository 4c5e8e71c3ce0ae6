"""The library on the corpus: every gate found and read, everything else declared or passed over."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_flatten

from tests.corpus import linear_gates, reading
from tests.corpus.case import DeclaredCase, GateCase, Inputs, Read
from tests.corpus.catalogue import DECLARED, GATES, PLAIN
from tests.corpus.comparing import wrong_blocks, wrong_declarations, wrong_values
from tests.corpus.graphs import FROZEN
from tests.corpus.replay import Change, call, replay

pytestmark = pytest.mark.skipif(
    not reading.READY, reason="gates are not yet found by what a network computes"
)
gate_cases = pytest.mark.parametrize("case", GATES, ids=[case.name for case in GATES])
declared_cases = pytest.mark.parametrize("case", DECLARED, ids=[case.name for case in DECLARED])


@gate_cases
def test_every_gate_is_found(case: GateCase) -> None:
    network = case.build()
    with case.during():
        blocks = reading.found(network, case.example())
    assert wrong_blocks(blocks, case.gates, by_hand(case, network, case.example())) == ()


@gate_cases
def test_what_is_beside_the_gates_is_declared(case: GateCase) -> None:
    network = case.build()
    with case.during():
        said = reading.declared(network, case.example())
    assert case.others is None or wrong_declarations(said, case.others) == ()


@gate_cases
def test_every_gate_is_read(case: GateCase) -> None:
    network = case.build()
    for inputs, activations in runs(case, network):
        reads = by_hand(case, network, inputs)
        assert wrong_values(activations, case.gates, reads, case.tolerance) == ()


@gate_cases
def test_the_output_is_the_same_to_the_last_bit(case: GateCase) -> None:
    network, kept = case.build(), []
    with torch.no_grad(), case.during():
        alone = call(network, case.example())
        reading.recorded(network, lambda: kept.append(call(network, case.example())))
    for ours, theirs in zip(tree_flatten(kept[0])[0], tree_flatten(alone)[0], strict=True):
        assert torch.equal(ours, theirs)


@gate_cases
def test_another_gate_in_force(case: GateCase) -> None:
    """The output, and the input's gradient, are those of the hand-written pass."""
    network = case.build()
    name = case.gates[0].name
    gates = np.linspace(0.1, 0.9, case.gates[0].channels, dtype=np.float32)
    if any("excitation" in read.unsaid for read in by_hand(case, network, case.example())):
        pytest.skip("what the excitation is, is left open")

    def change(number: int, read: Read) -> Read:
        if case.gates[number].name.partition("@")[0] != name:
            return read
        return replace(
            read, excitation=torch.from_numpy(gates).to(read.excitation).expand_as(read.excitation)
        )

    with case.during(), reading.overridden(network, {name: gates}):
        theirs = outcome(lambda x: call(network, x), case)
    with case.during():
        ours = outcome(lambda x: redone(case, network, x, change), case)
    for a, b in zip(ours, theirs, strict=True):
        assert (a - b).abs().max() <= 10 * case.tolerance * a.abs().max()


@pytest.mark.parametrize("case", linear_gates.CASES, ids=[c.name for c in linear_gates.CASES])
def test_a_capture_sees_the_gates_in_force(case: GateCase) -> None:
    """Whether they pass a module or are written into one."""
    network, gate = case.build(), case.gates[0]
    gates = np.linspace(0.1, 0.9, gate.channels, dtype=np.float32)
    with reading.overridden(network, {gate.name: gates}):
        seen = reading.captured(network, case.example())
    assert [a.proof for a in seen] == ["verified"] * len(case.gates)
    assert np.abs(seen[0].excitation - gates).max() <= case.tolerance


def test_a_frozen_script_runs_on_while_it_is_recorded() -> None:
    """Its fused operations need not be read; what is read of them is right."""
    case, kept = FROZEN, []
    network = case.build()
    with torch.no_grad():
        alone = call(network, case.example())
        read = reading.recorded(network, lambda: kept.append(call(network, case.example())))
    assert torch.equal(kept[0], alone)
    reads = by_hand(case, network, case.example())
    assert read == () or wrong_values(read, case.gates, reads, 1e-4) == ()


@declared_cases
def test_no_gate_is_found_where_there_is_none(case: DeclaredCase) -> None:
    assert [b.name for b in reading.found(case.build(), case.example())] == []


@declared_cases
def test_what_looks_like_a_gate_is_declared(case: DeclaredCase) -> None:
    said = reading.declared(case.build(), case.example())
    assert case.others is None or wrong_declarations(said, case.others) == ()


def by_hand(case: GateCase, network: nn.Module, inputs: Inputs) -> tuple[Read, ...]:
    with torch.no_grad(), case.during():
        return replay(case.reference, case.readable(network), inputs).reads


def redone(case: GateCase, network: nn.Module, inputs: Inputs, change: Change) -> Any:
    return replay(case.reference, case.readable(network), inputs, change=change).output


def runs(case: GateCase, network: nn.Module) -> list[tuple[Inputs, Sequence[Any]]]:
    """The inputs that were given, and what was read of each."""
    inputs = case.example()
    if case.way == "backward":
        return [(inputs, reading.recorded(network, lambda: forth_and_back(network, inputs)))]
    if case.way == "threads":
        assert isinstance(inputs, Tensor)
        several: list[Inputs] = [inputs * (1 + 0.2 * i) for i in range(4)]
        with ThreadPoolExecutor(2) as pool:
            read = list(pool.map(lambda x: reading.captured(network, x), several))
        return list(zip(several, read, strict=True))
    with case.during():  # found in the first pass, read by a plan in the second
        return [(inputs, reading.captured(network, inputs)) for _ in range(2)]


def forth_and_back(network: nn.Module, inputs: Inputs) -> None:
    """A forward pass with gradients, and its backward pass."""
    assert isinstance(inputs, Tensor)
    call(network, inputs.requires_grad_()).sum().backward()


def outcome(run: Any, case: GateCase) -> list[Tensor]:
    """Every tensor of the output; of a network as it is written also the input's gradient."""
    inputs = case.example()
    if not isinstance(inputs, Tensor) or case not in PLAIN:
        with torch.no_grad():
            return [t.float() for t in tree_flatten(run(inputs))[0]]
    output = tree_flatten(run(inputs.requires_grad_()))[0]
    output[0].square().sum().backward()
    assert inputs.grad is not None
    return [*(t.detach() for t in output), inputs.grad]
