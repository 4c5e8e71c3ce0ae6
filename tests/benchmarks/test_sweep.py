"""The benchmark of sweeps runs and measures what it says; its numbers are never asserted."""

import torch

from senet_viz.models.residual import build
from tests.benchmarks.sweep import ratio


def test_the_benchmark_runs() -> None:
    measured = ratio(build("se").eval(), torch.zeros(1, 3, 32, 32), "layer2.0.se", rounds=1)
    assert measured.channels == 64
    assert 0 < measured.low == measured.median == measured.high
