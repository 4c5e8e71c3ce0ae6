"""What a sweep over a block's channels costs against whole forward passes, interleaved in one run.

    python -m tests.benchmarks.sweep [--rounds 5]

A sweep of ``channel_effects`` includes everything: the rehearsal, its check, the backward pass for
the estimate, and every channel. The naive way is one whole pass under ``override`` for each
channel; a few channels are timed in each round, and their median stands for all.
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import timm
import torch
from torch import nn

import senet_viz as sv
from senet_viz.experiments.ablation import channel_effects
from tests.benchmarks.machine import machine

NAIVE_A_ROUND = 4


@dataclass(frozen=True)
class Ratio:
    """Seconds of the naive way over those of the sweep, for one block: the median and the range."""

    block: str
    channels: int
    median: float
    low: float
    high: float


def ratio(model: nn.Module, image: torch.Tensor, block: str, *, rounds: int) -> Ratio:
    """How many times faster the sweep is than a whole pass for every channel."""
    channels = sv.capture(model, image, features="none")[block].excitation.shape[1]
    found: list[float] = []
    for _ in range(rounds):
        begun = time.perf_counter()
        channel_effects(model, image, block, 0)
        sweep = time.perf_counter() - begun
        passes: list[float] = []
        for channel in range(NAIVE_A_ROUND):
            gates = np.full(channels, np.nan, np.float32)
            gates[channel] = 0
            begun = time.perf_counter()
            with sv.override(model, {block: gates}), torch.no_grad():
                model(image)
            passes.append(time.perf_counter() - begun)
        found.append(statistics.median(passes) * channels / sweep)
    return Ratio(block, channels, statistics.median(found), min(found), max(found))


def report(*, rounds: int) -> Iterator[str]:
    """Markdown lines, as they come: blocks a quarter of the way in, in the middle, and the last."""
    model, image = timm.create_model("seresnet50").eval(), torch.randn(1, 3, 224, 224)
    names = [block.name for block in sv.find_blocks(model)]
    yield f"{machine()}. SE-ResNet-50, 224 px, {rounds} rounds."
    yield ""
    yield "| every channel of one block removed in turn | times faster than whole passes |"
    yield "|---|---|"
    for place in (len(names) // 4, len(names) // 2, len(names) // 2 + 1, len(names) - 1):
        r = ratio(model, image, names[place], rounds=rounds)
        yield (
            f"| {r.block}, block {place + 1} of {len(names)}, {r.channels} channels "
            f"| {r.median:.1f} ({r.low:.1f} to {r.high:.1f}) |"
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    for line in report(rounds=parser.parse_args().rounds):
        print(line, flush=True)


if __name__ == "__main__":
    main()
