"""The benchmark runs and measures what it says; its numbers are for people, never asserted."""

import torch

from senet_viz.models.residual import build
from tests.benchmarks.capture import ratios


def test_the_benchmark_runs() -> None:
    measured = ratios(build("se").eval(), torch.zeros(1, 3, 32, 32), rounds=2)
    assert measured["bare"] == 1.0
    assert set(measured) >= {"bare again", "capture, gates only", "capture, all feature maps"}
