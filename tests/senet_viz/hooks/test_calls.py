"""Calls are followed in the context that asked, also while other threads run the same modules."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from senet_viz.costs import measure_latency
from senet_viz.costs.dataflow import trace_flow
from senet_viz.hooks.calls import Given, follow_calls
from senet_viz.models.residual import SqueezeExcitation

ROOT = Path(__file__).parents[3]
TOGETHER = 2


class Waiting(nn.Module):
    """Adds ``more``; holds every call until as many threads as ``TOGETHER`` are inside."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = threading.Barrier(TOGETHER, timeout=60)

    def forward(self, x: Tensor, *, more: float) -> Tensor:
        self.inside.wait()
        return x + more


def test_threads_in_one_module_at_once_follow_their_own_calls() -> None:
    module = Waiting()
    ready = threading.Barrier(TOGETHER, timeout=60)

    def work(number: int) -> list[tuple[object, ...]]:
        seen: list[tuple[object, ...]] = []

        def entered(name: str, given: Given) -> None:
            seen.append((name, float(given[0][0])))

        def left(name: str, given: Given, output: Tensor) -> None:
            seen.append((name, given[1]["more"], float(output)))

        with follow_calls({"w": module}, entered=entered, left=left):
            ready.wait()  # both have set their hooks
            module(torch.tensor(float(number)), more=0.5)
            ready.wait()  # and neither takes them away before the other is through
        return seen

    with ThreadPoolExecutor(TOGETHER) as pool:
        found = list(pool.map(work, range(TOGETHER)))
    assert found == [[("w", float(n)), ("w", 0.5, n + 0.5)] for n in range(TOGETHER)]
    assert not module._forward_hooks and not module._forward_pre_hooks


def test_nothing_is_followed_afterwards_and_hooks_go_when_a_call_fails() -> None:
    layer, seen = nn.Linear(2, 2), []
    with (
        pytest.raises(RuntimeError),
        follow_calls(
            {"fc": layer},
            entered=lambda name, given: seen.append(name),
            left=lambda name, given, output: seen.append(output),
        ),
    ):
        layer(torch.zeros(3))
    assert seen == ["fc"]
    assert not layer._forward_hooks and not layer._forward_pre_hooks


class Aside(nn.Module):
    """Runs one SE block itself, and has another thread run that block and a second one."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 1)
        self.own, self.theirs = SqueezeExcitation(8), SqueezeExcitation(8)

    def forward(self, x: Tensor) -> Tensor:
        x = self.own(self.stem(x))
        other = threading.Thread(target=self.aside, args=(x,))
        other.start()
        other.join()
        return x

    @torch.inference_mode()
    def aside(self, x: Tensor) -> None:
        self.theirs(self.own(x))


def test_what_another_thread_runs_is_no_part_of_the_flow() -> None:
    flow = trace_flow(Aside(), (8, 8))
    assert [step.name for step in flow.steps if step.name] == ["stem", "own"]


def test_what_another_thread_runs_is_not_timed() -> None:
    *_, last = measure_latency(Aside(), (8, 8), rounds=1)
    assert list(last.blocks) == ["own"]


def test_hooks_are_registered_in_their_package_alone() -> None:
    registering = re.compile(r"\.register_(\w*forward|full_backward|module)\w*hook")
    found = {
        path.parent.relative_to(ROOT).as_posix()
        for package in ("senet_viz", "dashboard")
        for path in (ROOT / package).rglob("*.py")
        if registering.search(path.read_text())
    }
    assert found == {"senet_viz/hooks"}
