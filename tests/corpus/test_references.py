"""The corpus itself: every network runs, and what was worked out by hand is what it computes."""

import re
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.utils._pytree import tree_flatten

from tests.corpus.case import DeclaredCase, GateCase, Read
from tests.corpus.catalogue import DECLARED, GATES, PLAIN
from tests.corpus.replay import Change, call, replay

gate_cases = pytest.mark.parametrize("case", GATES, ids=[case.name for case in GATES])
plain_cases = pytest.mark.parametrize("case", PLAIN, ids=[case.name for case in PLAIN])
ONE_TENSOR = [case for case in PLAIN if isinstance(case.example(), Tensor)]
one_tensor_cases = pytest.mark.parametrize("case", ONE_TENSOR, ids=[c.name for c in ONE_TENSOR])
declared_cases = pytest.mark.parametrize("case", DECLARED, ids=[case.name for case in DECLARED])


def test_the_corpus_is_large_and_every_name_is_its_own() -> None:
    names = [case.name for case in GATES] + [case.name for case in DECLARED]
    assert len(set(names)) == len(names)
    assert len(GATES) >= 60
    assert len(DECLARED) >= 30


@gate_cases
def test_the_reference_gives_what_the_network_gives(case: GateCase) -> None:
    network = case.build()
    with torch.no_grad(), case.during():
        theirs = call(network, case.example())
        again = call(case.build(), case.example())
        ours = replay(case.reference, case.readable(network), case.example())
    assert torch.equal(numbers(again), numbers(theirs))
    assert alike(ours.output, theirs, case.tolerance)
    for gate, read in zip(case.gates, ours.reads, strict=True):
        check_shapes(read, gate.channels, gate.hidden)
        assert read.features.float().std() > 1e-3
        assert read.factor.float().std() > 1e-3


@plain_cases
def test_names_and_classes_are_those_of_modules(case: GateCase) -> None:
    network = case.build()
    for gate in case.gates:
        owner = network.get_submodule(re.split("[#@]", gate.name)[0])
        assert type(owner).__name__ == gate.kind
    for other in case.others or ():
        network.get_submodule(other.name)


@plain_cases
def test_the_output_hangs_on_every_gate(case: GateCase) -> None:
    network = case.build()
    with torch.no_grad():
        usual = replay(case.reference, network, case.example()).output
        for number in range(len(case.gates)):
            moved = replay(case.reference, network, case.example(), change=moves(number)).output
            assert not alike(moved, usual, 1e-3)


@one_tensor_cases
def test_the_reference_has_the_gradient_that_the_network_has(case: GateCase) -> None:
    network, ours, theirs = case.build(), case.example(), case.example()
    assert isinstance(ours, Tensor)
    assert isinstance(theirs, Tensor)
    replay(case.reference, network, ours.requires_grad_()).output.square().sum().backward()
    call(network, theirs.requires_grad_()).square().sum().backward()
    assert ours.grad is not None
    assert theirs.grad is not None
    assert alike(ours.grad, theirs.grad, 1e-4)


@declared_cases
def test_the_network_runs_and_hangs_on_its_input(case: DeclaredCase) -> None:
    network, inputs = case.build(), case.example()
    with torch.no_grad():
        first = numbers(call(network, inputs))
        second = numbers(call(case.build(), case.example()))
    assert torch.isfinite(first).all()
    assert torch.equal(first, second)
    assert first.std() > 1e-3
    assert not network.training
    for other in case.others or ():
        network.get_submodule(other.name)


def moves(moved: int) -> Change:
    """Puts another gate in force at one place."""

    def change(number: int, read: Read) -> Read:
        if number != moved:
            return read
        return replace(read, excitation=read.excitation.flip(1) + 0.25)

    return change


def check_shapes(read: Read, channels: int, hidden: int | None) -> None:
    n = len(read.features)
    assert read.features.shape[1] == channels
    assert read.squeeze.shape == read.excitation.shape == read.factor.shape == (n, channels)
    assert read.logit is None or read.logit.shape == (n, channels)
    assert (None if read.hidden is None else read.hidden.shape) == (
        None if hidden is None else (n, hidden)
    )


def alike(ours: object, theirs: object, tolerance: float) -> bool:
    """Whether two outputs are made of the same tensors, with the same finite numbers."""
    a, b = numbers(ours), numbers(theirs)
    assert tree_flatten(ours)[1] == tree_flatten(theirs)[1]
    assert torch.isfinite(b).all()
    return bool((a - b).abs().max() <= tolerance * b.abs().max())


def numbers(output: object) -> Tensor:
    """Every number of an output, whatever it is made of."""
    return torch.cat([t.double().flatten() for t in tree_flatten(output)[0]])
