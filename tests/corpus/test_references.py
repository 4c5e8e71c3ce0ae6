"""The corpus itself: every network runs, and what was worked out by hand is what it computes."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_flatten

from tests.corpus.case import DeclaredCase, GateCase, Read
from tests.corpus.catalogue import DECLARED, GATES
from tests.corpus.replay import Replay, call, replay

gate_cases = pytest.mark.parametrize("case", GATES, ids=[case.name for case in GATES])
declared_cases = pytest.mark.parametrize("case", DECLARED, ids=[case.name for case in DECLARED])


def test_the_corpus_is_large_and_every_name_is_its_own() -> None:
    names = [case.name for case in GATES] + [case.name for case in DECLARED]
    assert len(set(names)) == len(names)
    assert len(GATES) >= 60
    assert len(DECLARED) >= 30


@gate_cases
def test_the_reference_gives_what_the_network_gives(case: GateCase) -> None:
    network = case.build()
    ours, theirs = both(case, network)
    assert_alike(ours.output, theirs, case.tolerance)
    for gate, read in zip(case.gates, ours.reads, strict=True):
        check_shapes(read, gate.channels, gate.hidden)


@gate_cases
def test_no_gate_is_trivial(case: GateCase) -> None:
    """Each gate differs between channels, and the output hangs on each of them."""
    network = case.build()
    ours, _ = both(case, network)
    for number, read in enumerate(ours.reads):
        assert read.features.float().std() > 1e-3
        assert read.factor.float().std() > 1e-3
        moved, _ = both(case, network, number)
        assert not alike(moved.output, ours.output, 10 * case.tolerance)


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


def both(case: GateCase, network: nn.Module, moved: int | None = None) -> tuple[Replay, object]:
    """What the reference gives, with the gate of that number moved, and what the network gives."""

    def change(number: int, read: Read) -> Read:
        if number != moved:
            return read
        return replace(read, excitation=read.excitation.flip(1) + 0.25)

    with torch.no_grad(), case.during():
        theirs = call(network, case.example())
        ours = replay(case.reference, case.readable(network), case.example(), change=change)
    return ours, theirs


def check_shapes(read: Read, channels: int, hidden: int | None) -> None:
    n = len(read.features)
    assert read.features.shape[1] == channels
    assert read.squeeze.shape == read.excitation.shape == read.factor.shape == (n, channels)
    assert read.logit is None or read.logit.shape == (n, channels)
    assert (None if read.hidden is None else read.hidden.shape) == (
        None if hidden is None else (n, hidden)
    )


def assert_alike(ours: object, theirs: object, tolerance: float) -> None:
    assert tree_flatten(ours)[1] == tree_flatten(theirs)[1]
    a, b = numbers(ours), numbers(theirs)
    assert torch.isfinite(b).all()
    assert (a - b).abs().max() <= tolerance * b.abs().max()


def alike(ours: object, theirs: object, tolerance: float) -> bool:
    a, b = numbers(ours), numbers(theirs)
    return bool((a - b).abs().max() <= tolerance * b.abs().max())


def numbers(output: object) -> Tensor:
    """Every number of an output, whatever it is made of."""
    return torch.cat([t.double().flatten() for t in tree_flatten(output)[0]])
