"""Two networks timed in turn: the ratio of their forward passes, and the time inside SE blocks.

Milliseconds depend on the machine and on what else runs on it. The ratio of two passes that ran
one after the other depends on it far less, so the ratio is what is reported, with its spread over
rounds.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.analysis.cost_records import Latency
from senet_viz.blocks.examples import picture_channels
from senet_viz.blocks.finding import locate_blocks
from senet_viz.blocks.network_runs import placed, unwrapped
from senet_viz.core.arrays import Doubles, readonly
from senet_viz.core.errors import CaptureError
from senet_viz.core.processors import cores
from senet_viz.core.translation import tr
from senet_viz.costs.removal import without_se
from senet_viz.costs.shapes_only import shared_copy
from senet_viz.hooks.calls import Given, follow_calls

WARM_UP = 2
MOST_THREADS = 4
_ONE_AT_A_TIME = threading.Lock()  # two timings side by side would time each other


def measure_latency(
    model: nn.Module,
    input_size: tuple[int, int],
    *,
    other: nn.Module | None = None,
    batch: int = 1,
    rounds: int = 20,
    threads: int | None = None,
) -> Iterator[Latency]:
    """Time ``model`` against ``other`` (itself without SE, if left out); the state each round.

    A round is one pass of each on the same noise of (batch, 3, h, w), every other round in the
    other order, and one more pass of the model in which the time inside each SE block is taken.
    Both run eagerly, in eval mode, without gradients, where the model's parameters are. The first
    two rounds only warm up. On the CPU at most ``threads`` threads work (up to four if left out);
    on CUDA the device is waited for before and after each pass.

    Raises a CaptureError where rounds or batch is below 1.

    >>> from senet_viz.models.residual import build
    >>> *_, last = measure_latency(build("se"), (32, 32), rounds=3)
    >>> last.done, sorted(last.blocks)[0]
    (3, 'layer1.0.se')
    """
    if min(rounds, batch) < 1:
        raise CaptureError(
            tr(
                "rounds={rounds} and batch={batch} were given; both have to be at least 1",
                rounds=rounds,
                batch=batch,
            )
        )
    inner = unwrapped(model)[0]
    first = shared_copy(inner)
    second = without_se(inner) if other is None else shared_copy(unwrapped(other)[0])
    stopwatch = _BlockTimes(shared_copy(inner))
    picture = placed(inner, torch.randn(batch, picture_channels(inner), *input_size))
    number = threads or min(torch.get_num_threads(), cores(), MOST_THREADS)
    times: tuple[list[float], list[float]] = ([], [])
    for round_ in range(-WARM_UP, rounds):
        with _measuring(number):
            order = (0, 1) if round_ % 2 else (1, 0)
            took = {at: _milliseconds((first, second)[at], picture) for at in order}
            inside = stopwatch.of(picture)
        if round_ < 0:
            continue
        for at in order:
            times[at].append(took[at])
        stopwatch.keep(inside)
        yield Latency(
            batch=batch,
            device=device_words(picture.device),
            threads=number,
            rounds=rounds,
            first=_array(times[0]),
            second=_array(times[1]),
            blocks={name: _array(taken) for name, taken in stopwatch.milliseconds.items()},
        )


def device_words(device: torch.device) -> str:
    """ "CPU", or the name of the GPU."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type.upper()


class _BlockTimes:
    """A copy of a network that tells how long each of its SE blocks took."""

    def __init__(self, model: nn.Module) -> None:
        self.milliseconds: dict[str, list[float]] = {}
        self._model = model
        self._started: dict[str, float] = {}
        self._taken: dict[str, float] = {}
        self._blocks = {
            place.block.name: model.get_submodule(place.unit)
            for place in locate_blocks(model)
            if place.unit is not None
        }

    def of(self, picture: Tensor) -> Mapping[str, float]:
        """One pass; milliseconds inside each block."""
        self._taken = {}
        with follow_calls(self._blocks, entered=self._start, left=self._stop):
            _milliseconds(self._model, picture)
        return self._taken

    def keep(self, taken: Mapping[str, float]) -> None:
        for name, milliseconds in taken.items():
            self.milliseconds.setdefault(name, []).append(milliseconds)

    def _start(self, name: str, given: Given) -> None:
        _wait(given[0])
        self._started[name] = perf_counter()

    def _stop(self, name: str, given: Given, _output: object) -> None:
        _wait(given[0])
        taken = 1e3 * (perf_counter() - self._started[name])
        self._taken[name] = self._taken.get(name, 0.0) + taken


def _milliseconds(model: nn.Module, picture: Tensor) -> float:
    with torch.inference_mode():
        _wait((picture,))
        start = perf_counter()
        model(picture)
        _wait((picture,))
        return 1e3 * (perf_counter() - start)


def _wait(given: tuple[object, ...]) -> None:
    """Until a GPU has done what it was given."""
    if any(isinstance(value, Tensor) and value.is_cuda for value in given):
        torch.cuda.synchronize()


@contextmanager
def _measuring(threads: int) -> Iterator[None]:
    """Alone, and with a bound on PyTorch's threads that ends with the round."""
    with _ONE_AT_A_TIME:
        before = torch.get_num_threads()
        torch.set_num_threads(threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)


def _array(values: list[float]) -> Doubles:
    array: Doubles = readonly(np.array(values, dtype=np.float64))
    return array
