"""What capturing costs: time against the bare forward pass, interleaved in one run.

    python -m tests.benchmarks.capture [--rounds 30]

Machines are noisy: "bare again" is the bare pass measured a second time, and says by how much a
ratio of 1 wanders here.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import torch
import torchvision
from torch import nn

import senet_viz as sv
from senet_viz.models.residual import build


def ratios(model: nn.Module, images: torch.Tensor, *, rounds: int) -> dict[str, float]:
    """Median time of each way over the median time of the bare forward pass."""

    def bare() -> object:
        with torch.no_grad():
            return model(images)

    ways: dict[str, Callable[[], object]] = {
        "bare": bare,
        "bare again": bare,
        "capture, gates only": lambda: sv.capture(model, images, features="none"),
        "capture, all feature maps": lambda: sv.capture(model, images),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(rounds):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - begun)
    plain = statistics.median(seconds["bare"])
    return {name: statistics.median(values) / plain for name, values in seconds.items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    cases = (
        ("SE-ResNet-18 (narrow), 128 px, batch 1", build("se").eval(), (1, 3, 128, 128)),
        (
            "MobileNetV3-large, 224 px, batch 1",
            torchvision.models.mobilenet_v3_large().eval(),
            (1, 3, 224, 224),
        ),
        (
            "MobileNetV3-large, 224 px, batch 8",
            torchvision.models.mobilenet_v3_large().eval(),
            (8, 3, 224, 224),
        ),
    )
    for title, model, shape in cases:
        print(title)
        for name, ratio in ratios(model, torch.randn(shape), rounds=rounds).items():
            print(f"  {name:28} {ratio:.2f}")


if __name__ == "__main__":
    main()
