"""The excitation of every SE block: what it costs here and with other tools.

    python -m tests.benchmarks.peers [--rounds 15] [--batches 1 16] [--networks NAME ...]

Time is the ratio to the bare forward pass, all ways interleaved in one process: the median of the
rounds (and their middle half). "bare again" is the bare pass measured a second time, and says by
how much a ratio of 1 wanders here. Memory is the most bytes alive at once during the pass, what
is kept included, over those of the bare pass. Slow ways run after the others, at batch 1, in a
third of the rounds. Each way has a copy of the network of its own.
"""

import argparse
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import timm
import torch
import torchvision
from torch import Tensor, nn

import senet_viz as sv
from senet_viz.costs.peak_memory import peak_bytes
from tests.benchmarks import gate_writings
from tests.benchmarks.interleaved import Ratio, ratios
from tests.benchmarks.machine import machine
from tests.benchmarks.ways import WAYS, Excitations, NoModuleError, Run

NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "MobileNetV3-large": torchvision.models.mobilenet_v3_large,
    "SE-ResNet-50": lambda: timm.create_model("seresnet50"),
    "MobileNetV3-large, functional gates": gate_writings.functional,
    "MobileNetV3-large, inline gates": gate_writings.inline,
    "SENet-154": lambda: timm.create_model("legacy_senet154"),
}
BARE, AGAIN = "bare", "bare again"


@dataclass(frozen=True, slots=True)
class Result:
    """One way on one network; ``problem`` where it gave no or other numbers than ours."""

    way: str
    gives: str
    time: Ratio | None = None
    memory: float | None = None
    problem: str = ""


class _Keeping(nn.Module):
    """Runs a way as if it were a network, and keeps what it gave until the next run."""

    def __init__(self, model: nn.Module, run: Callable[[Tensor], object]) -> None:
        super().__init__()
        self.model, self.run = model, run

    def forward(self, images: Tensor) -> Tensor:
        self.kept = self.run(images)
        return images


def compare(model: nn.Module, images: Tensor, *, rounds: int, slow: bool) -> list[Result]:
    """Every way on one network and batch; slow ways only where asked for."""
    model = model.eval()
    expected = [a.excitation for a in sv.capture(model, images, features="none")]
    bare = peak_bytes(model, images)
    results: list[Result] = [Result(AGAIN, "")]
    runs: dict[str, Run] = {}
    for way in WAYS:
        if way.slow and not slow:
            continue
        own = copy.deepcopy(model)
        try:
            run = way.prepare(own)
            problem = _difference(run(images), expected)
            memory = None if way.slow else peak_bytes(_Keeping(own, run), images) / bare
            runs[way.name] = run
        except NoModuleError as error:
            memory, problem = None, str(error)
        except (ValueError, RuntimeError, TypeError, AttributeError) as error:
            memory, problem = None, f"{type(error).__name__}"
        results.append(Result(way.name, way.gives, None, memory, problem))
    found = _timed(model, images, runs, rounds=rounds)
    return [Result(r.way, r.gives, found.get(r.way), r.memory, r.problem) for r in results]


def _timed(
    model: nn.Module, images: Tensor, runs: dict[str, Run], *, rounds: int
) -> dict[str, Ratio]:
    """The fast ways together; then the slow ones, some of which slow down all that follows."""

    def bare() -> object:
        with torch.no_grad():
            return model(images)

    def calling(run: Run) -> Callable[[], object]:
        return lambda: run(images)

    slow = {way.name for way in WAYS if way.slow}
    each = {name: calling(run) for name, run in runs.items()}
    quick = {name: run for name, run in each.items() if name not in slow}
    found = ratios({BARE: bare, AGAIN: bare, **quick}, rounds=rounds)
    rest = {name: run for name, run in each.items() if name in slow}
    return found | (ratios({BARE: bare, **rest}, rounds=max(rounds // 3, 1)) if rest else {})


def _difference(found: Excitations, expected: Excitations) -> str:
    """A few words where the excitations differ from ours."""
    pairs = zip(found, expected, strict=True)
    worst = max(float(np.abs(np.asarray(a).reshape(np.shape(b)) - b).max()) for a, b in pairs)
    return "" if worst <= 1e-6 else f"differs by {worst:.1g}"


def table(title: str, results: list[Result]) -> Iterator[str]:
    """Markdown rows of one network and batch."""
    yield f"| {title} | captures | time | memory |"
    yield "|---|---|---|---|"
    for r in results:
        time = "-" if r.time is None else str(r.time)
        memory = "-" if r.memory is None else f"{r.memory:.2f}"
        yield f"| {r.way} | {r.problem or r.gives} | {time} | {memory} |"


def peers() -> str:
    """The other tools and their versions."""
    names = dict.fromkeys(way.package for way in WAYS if way.package)
    return ", ".join(f"{name} {version(name)}" for name in names)


def report(
    *, networks: list[str], batches: list[int], rounds: int, side: int = 224
) -> Iterator[str]:
    """Markdown lines, as they come."""
    yield f"{machine()}. Peers: {peers()}. {rounds} rounds."
    for name in networks:
        for batch in batches:
            torch.manual_seed(0)
            model, images = NETWORKS[name](), torch.randn(batch, 3, 224, 224)
            yield ""
            slow = batch == 1
            yield from table(
                f"{name}, batch {batch}", compare(model, images, rounds=rounds, slow=slow)
            )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--networks", nargs="+", choices=list(NETWORKS), default=list(NETWORKS))
    given = parser.parse_args()
    for line in report(networks=given.networks, batches=given.batches, rounds=given.rounds):
        print(line, flush=True)


if __name__ == "__main__":
    main()
