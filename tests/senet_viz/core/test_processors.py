"""How many cores a process may use, also on systems that do not tell which."""

import os
from pathlib import Path

import pytest

from senet_viz.core.processors import cores
from senet_viz.costs import measure_latency
from senet_viz.models.residual import build

ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system pins no process")
def test_only_cores_that_may_be_used_count() -> None:
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        assert cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)
    assert cores() == len(allowed)


def test_a_system_that_does_not_tell_counts_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 12)
    assert cores() == 12
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1


def test_a_network_is_timed_there_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    *_, last = measure_latency(build("se"), (32, 32), rounds=1)
    assert last.done == 1 and last.threads >= 1


def test_nobody_else_asks_the_system() -> None:
    asking = [
        path.relative_to(ROOT).as_posix()
        for package in ("senet_viz", "dashboard")
        for path in (ROOT / package).rglob("*.py")
        if "sched_getaffinity" in path.read_text() or "cpu_count" in path.read_text()
    ]
    assert asking == ["senet_viz/core/processors.py"]
