"""After anything, in any nesting, with any exception anywhere, from any thread: as it was."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

import senet_viz as sv
from senet_viz.blocks.finding import find_blocks
from senet_viz.hooks import watch
from senet_viz.hooks.branch_energy import meet
from senet_viz.hooks.rehearsal import rehearse
from senet_viz.models.residual import SqueezeExcitation
from tests.senet_viz.hooks.random_networks import BlownError, Fuse, Guessed, disturb, network, state

IMAGES = torch.randn(2, 3, 12, 12, generator=torch.Generator().manual_seed(3))
ACTS = ("capture", "meet", "rehearse", "forward", "raise")
WRAPS = ("record", "record all", "override", "watch")


@dataclass(frozen=True)
class Step:
    """One act, or other steps inside one of the ``with`` blocks; ``fuse`` counts to an error."""

    what: str
    inside: tuple["Step", ...] = ()
    gate: float = 0.5
    fuse: int | None = None


def steps(*, acts: tuple[str, ...] = ACTS) -> st.SearchStrategy[Step]:
    fuse = st.one_of(st.none(), st.integers(0, 7))
    gate = st.sampled_from([0.0, 0.25, 1.0, float("nan")])
    return st.recursive(
        st.builds(Step, st.sampled_from(acts), fuse=fuse),
        lambda inner: st.builds(
            Step, st.sampled_from(WRAPS), st.lists(inner, max_size=3).map(tuple), gate
        ),
        max_leaves=6,
    )


def run(model: nn.Module, step: Step, seen: list[np.ndarray]) -> None:
    """Do the step; what comes out of the network is added to ``seen``."""
    if step.what in WRAPS:
        with wrapped(model, step):
            for each in step.inside:
                try:
                    run(model, each, seen)
                except BlownError:
                    if each.what == "raise":
                        raise
        return
    Fuse.lit.left = step.fuse
    try:
        seen.append(act(model, step.what))
    finally:
        Fuse.lit.left = None


@contextmanager
def wrapped(model: nn.Module, step: Step) -> Iterator[None]:
    names = [block.name for block in find_blocks(model)]
    opened = {
        "record": lambda: sv.record(model),
        "record all": lambda: sv.record(model, features="all"),
        "override": lambda: sv.override(model, dict.fromkeys(names[:2], step.gate)),
        "watch": lambda: watch(model, names),
    }
    with opened[step.what]():
        yield


def act(model: nn.Module, what: str) -> np.ndarray:
    if what == "capture":
        logits = sv.capture(model, IMAGES).logits
        assert logits is not None
        return logits
    if what == "forward":
        return forward(model).numpy()
    if what == "meet":
        return np.array([m.share if m.is_added else [-1, -1] for m in meet(model, IMAGES)])
    if what == "rehearse":
        replay = rehearse(model, IMAGES)
        return replay.at(replay.blocks[-1].name).logits.numpy()
    raise BlownError


def forward(model: nn.Module) -> Tensor:
    with torch.no_grad():
        return model(IMAGES)


def attempt(model: nn.Module, step: Step) -> list[np.ndarray]:
    seen: list[np.ndarray] = []
    with suppress(BlownError):
        run(model, step, seen)
    return seen


@settings(max_examples=60)
@given(seed=st.integers(0, 10_000), step=steps(acts=("capture", "meet", "rehearse", "raise")))
def test_a_model_in_the_middle_of_work_is_as_it_was(seed: int, step: Step) -> None:
    """Odd modes, frozen and unfrozen parameters, gradients and hooks of the person's own."""
    model = disturb(network(seed), seed)
    before, chance = state(model), torch.get_rng_state()
    attempt(model, step)
    assert state(model) == before
    assert torch.equal(torch.get_rng_state(), chance)


@settings(max_examples=60)
@given(seed=st.integers(0, 10_000), step=steps())
def test_outputs_are_bit_identical(seed: int, step: Step) -> None:
    """While it is recorded and watched, and after everything."""
    model = network(seed)
    expected, before = forward(model), state(model)
    with sv.record(model, features="all"), watch(model, [b.name for b in find_blocks(model)]):
        assert torch.equal(forward(model), expected)
        logits = sv.capture(model, IMAGES).logits
        assert np.array_equal(logits, expected.numpy())
    attempt(model, step)
    assert torch.equal(forward(model), expected)
    assert state(model) == before


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), each=st.lists(steps(), min_size=2, max_size=4))
def test_threads_see_what_they_would_see_alone(seed: int, each: list[Step]) -> None:
    """One model, everybody's edits, recordings and exceptions at the same time."""
    model = network(seed)
    before = state(model)
    alone = [attempt(model, step) for step in each]
    start = threading.Barrier(len(each))

    def together(step: Step) -> list[np.ndarray]:
        start.wait()
        return attempt(model, step)

    with ThreadPoolExecutor(len(each)) as pool:
        found = list(pool.map(together, each))
    for mine, expected in zip(found, alone, strict=True):
        assert len(mine) == len(expected)
        for a, b in zip(mine, expected, strict=True):
            np.testing.assert_array_equal(a, b)
    assert state(model) == before


def test_the_properties_can_fail() -> None:
    """Programs do raise, do change outputs while they last, and a trace would be seen."""
    model = network(5)
    expected, before = forward(model), state(model)
    assert attempt(model, Step("capture", fuse=0)) == []
    (shut,) = attempt(model, Step("override", (Step("forward"),), gate=0.0))
    assert not np.array_equal(shut, expected.numpy())
    handle = model[1].se.register_forward_hook(lambda *_: None)
    assert state(model) != before
    handle.remove()
    assert state(model) == before
    model[1].training = True
    assert state(model) != before


def test_a_guessed_block_can_be_shut() -> None:
    """All of its gates put to 0 leave nothing to prove, and nothing to object to."""
    model = nn.Sequential(nn.Conv2d(3, 4, 3), Guessed(4), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    with sv.override(model, {"1": 0.0}):
        seen = sv.capture(model, IMAGES)["1"]
    assert seen.proof == "trivial" and not seen.excitation.any()


def test_a_fuse_is_of_its_own_thread() -> None:
    Fuse.lit.left = 0
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(forward, network(1)).result().shape == (2, 3)
    with pytest.raises(BlownError):
        forward(network(1))


def test_hooks_taken_off_in_the_middle_of_another_threads_pass_harm_nobody() -> None:
    """That thread has read which hooks there are, and calls them when they are gone."""
    model = nn.Sequential(nn.Conv2d(3, 8, 1), SqueezeExcitation(8, reduction=2)).eval()
    finder, others = threading.get_ident(), list[Future[Tensor]]()
    reached, over = threading.Event(), threading.Event()

    def start_another(*_: object) -> None:
        if threading.get_ident() == finder:
            others.append(pool.submit(model, IMAGES))
            assert reached.wait(60)

    def linger(*_: object) -> None:
        if threading.get_ident() != finder:
            reached.set()
            assert over.wait(60)

    model[0].register_forward_pre_hook(start_another)
    model[1].register_forward_hook(linger)
    with ThreadPoolExecutor(1) as pool:
        assert [block.name for block in find_blocks(model, IMAGES)] == ["1"]
        over.set()
        assert others[0].result(60).shape == (2, 8, 12, 12)


class Met(nn.Module):
    """Two passes meet in it: one has begun when the other is followed, and ends after it."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.se = nn.Conv2d(3, 8, 1), SqueezeExcitation(8, reduction=2)
        self.begun, self.followed, self.inside, self.over = (threading.Event() for _ in range(4))
        self.first.register_forward_pre_hook(self._meet)

    def forward(self, x: Tensor) -> Tensor:
        if self.is_late():
            self.begun.set()
            self.followed.wait(20)
        else:
            self.followed.set()
            self.inside.wait(20)
        y: Tensor = self.se(self.first(x))
        return y

    def is_late(self) -> bool:
        return threading.current_thread() is not threading.main_thread()

    def _meet(self, _module: nn.Module, _args: object) -> None:
        if self.is_late():
            self.inside.set()
            self.over.wait(20)


def test_a_pass_that_had_begun_on_the_same_tensor_is_not_followed() -> None:
    model, modes = Met().eval(), []

    def late() -> None:
        with torch.no_grad():
            model(IMAGES)
        modes.append(torch._C._len_torch_dispatch_stack())

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(late)
        assert model.begun.wait(20)
        meet(model, IMAGES)
        model.over.set()
        other.result()
    assert modes == [0]
