"""Running a network, and running its reference."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import nn

from tests.corpus.case import Inputs, Read, Reference

Change = Callable[[int, Read], Read]


@dataclass(frozen=True, slots=True)
class Replay:
    """What a reference read at each gate, in firing order, and what it gave."""

    reads: tuple[Read, ...]
    output: Any


def call(network: nn.Module, inputs: Inputs) -> Any:
    """The network's output: a tuple is its arguments, a mapping its keyword arguments."""
    arguments, keywords = spread(inputs)
    return network(*arguments, **keywords)


def replay(
    reference: Reference, network: nn.Module, inputs: Inputs, *, change: Change | None = None
) -> Replay:
    """Run the reference; ``change`` may put another gate in the place of each one read."""
    arguments, keywords = spread(inputs)
    steps = reference(network, *arguments, **keywords)
    reads: list[Read] = []
    try:
        read = next(steps)
        while True:
            reads.append(read if change is None else change(len(reads), read))
            read = steps.send(reads[-1].recalibrated)
    except StopIteration as end:
        return Replay(tuple(reads), end.value)


def spread(inputs: Inputs) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments and the keyword arguments that ``inputs`` stands for."""
    if isinstance(inputs, Mapping):
        return (), dict(inputs)
    return (inputs if isinstance(inputs, tuple) else (inputs,)), {}
