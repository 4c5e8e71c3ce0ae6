"""The same networks as graphs: traced, scripted, by fx, exported, quantised."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import torch
from torch import nn

from tests.corpus.case import Gate, GateCase
from tests.corpus.convolutional_gates import SEModule, se_module
from tests.corpus.modes import LINEAR
from tests.corpus.networks import on_pictures
from tests.corpus.timm_networks import MOBILENET

CONVOLUTIONS = on_pictures(
    "convolutions", "timm", SEModule, se_module, Gate("se", "SEModule", 16, 4)
)
Graph = Callable[[GateCase], Any]


def traced(case: GateCase) -> Any:
    trace: Any = torch.jit.trace
    return trace(case.build(), case.example(), check_trace=False)


def scripted(case: GateCase) -> Any:
    return torch.jit.script(case.build())


def by_fx(case: GateCase) -> Any:
    return torch.fx.symbolic_trace(case.build())


@cache
def _program(case: GateCase) -> Any:
    return torch.export.export(case.build(), (case.example(),))


def exported(case: GateCase) -> Any:
    return _program(case).module()


def unflattened(case: GateCase) -> Any:
    return torch.export.unflatten(_program(case))


def quantised(case: GateCase) -> Any:
    """Linear layers in whole numbers, their inputs rounded again in each pass."""
    quantise: Any = torch.ao.quantization.quantize_dynamic
    return quantise(case.build(), {nn.Linear}, dtype=torch.qint8)


def frozen(case: GateCase) -> Any:
    """Scripted, its weights made part of the program, its operations fused."""
    return torch.jit.optimize_for_inference(torch.jit.script(case.build()))


@contextmanager
def _quiet() -> Iterator[None]:
    """PyTorch warns that these ways of making a graph are old."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def as_graph(case: GateCase, graph: Graph, *, nameless: bool = False, **more: Any) -> GateCase:
    """The case as a graph; nameless: the graph does not say where its operations come from."""

    @cache
    def build() -> nn.Module:
        with _quiet():
            made: nn.Module = graph(case)
        return made

    gates = (
        replace(gate, name=f"#{number}" if nameless else gate.name, kind=None)
        for number, gate in enumerate(case.gates, 1)
    )
    usual: dict[str, Any] = {"gates": tuple(gates), "readable": lambda _graph: case.build()}
    name = f"{graph.__name__.replace('_', ' ')}: {case.name}"
    return replace(case, name=name, build=build, **(usual | more))


def whole_numbers(case: GateCase) -> GateCase:
    """The case quantised: its modules are still there, with their names and classes."""
    return as_graph(
        case, quantised, gates=case.gates, readable=lambda network: network, tolerance=2e-2
    )


CASES = (
    as_graph(LINEAR, traced, nameless=True),
    as_graph(MOBILENET, traced, nameless=True),
    as_graph(CONVOLUTIONS, scripted, nameless=True),
    as_graph(MOBILENET, scripted, nameless=True),
    as_graph(CONVOLUTIONS, by_fx),
    as_graph(MOBILENET, by_fx),
    as_graph(LINEAR, exported),
    as_graph(MOBILENET, exported),
    as_graph(LINEAR, unflattened),
    as_graph(MOBILENET, unflattened),
    whole_numbers(LINEAR),
    whole_numbers(MOBILENET),
)
FROZEN = as_graph(CONVOLUTIONS, frozen, nameless=True)
"""Its operations may be fused, so that nothing can be read; but it has to run."""
