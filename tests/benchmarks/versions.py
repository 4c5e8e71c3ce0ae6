"""What each of the four embedded networks takes against the plain one, interleaved in one run.

    python -m tests.benchmarks.versions [--rounds 100] [--batch 1 16] [--threads 1]

A round is one forward pass of each, in an order that turns from round to round; a ratio is taken
within a round, so that a machine that slows down slows down both. "plain again" is the plain
network measured a second time, and says by how much a ratio of 1 wanders here.
"""

import argparse
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import nn

import senet_viz as sv
from senet_viz.models.embedded import VERSION_OF
from tests.benchmarks.machine import machine

PLAIN, AGAIN = "resnet18_imagenette", "plain again"
WARM_UP = 3


@dataclass(frozen=True)
class Ratio:
    """Time over that of the plain network, round by round: the median and its middle half."""

    median: float
    low: float
    high: float
    milliseconds: float


def ratios(
    models: Mapping[str, nn.Module], images: torch.Tensor, *, rounds: int
) -> dict[str, Ratio]:
    """Every model against ``models[PLAIN]``, which is measured a second time as ``AGAIN``."""
    ways = dict(models) | {AGAIN: models[PLAIN]}
    names = list(ways)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    with torch.inference_mode():
        for round_ in range(-WARM_UP, rounds):
            turn = round_ % len(names)
            for name in names[turn:] + names[:turn]:
                begun = time.perf_counter()
                ways[name](images)
                taken = time.perf_counter() - begun
                if round_ >= 0:
                    seconds[name].append(taken)
    return {name: _ratio(seconds[name], seconds[PLAIN]) for name in names}


def _ratio(taken: list[float], plain: list[float]) -> Ratio:
    each = [own / other for own, other in zip(taken, plain, strict=True)]
    low, median, high = statistics.quantiles(each, n=4) if len(each) > 1 else each * 3
    return Ratio(median, low, high, 1e3 * statistics.median(taken))


def report(*, rounds: int, batches: Sequence[int] = (1, 16), threads: int = 1) -> Iterator[str]:
    """Markdown lines, as they come."""
    torch.set_num_threads(threads)
    models = {name: sv.load_model(name).model for name in VERSION_OF}
    yield f"{machine()}. 128 px, {rounds} rounds."
    for batch in batches:
        yield ""
        yield f"| batch {batch} | time over that of `{PLAIN}` | milliseconds |"
        yield "|---|---|---|"
        found = ratios(models, torch.randn(batch, 3, 128, 128), rounds=rounds)
        for name, r in found.items():
            yield (
                f"| {name} | {r.median:.3f} ({r.low:.3f} to {r.high:.3f}) | {r.milliseconds:.2f} |"
            )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    for line in report(rounds=given.rounds, batches=given.batch, threads=given.threads):
        print(line, flush=True)


if __name__ == "__main__":
    main()
