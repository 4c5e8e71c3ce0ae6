"""The same networks as graphs: traced, scripted, by fx, exported, quantised."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from tests.corpus.case import Gate, GateCase
from tests.corpus.convolutional_gates import SEModule, se_module
from tests.corpus.modes import LINEAR
from tests.corpus.networks import on_pictures
from tests.corpus.timm_networks import MOBILENET

CONVOLUTIONS = on_pictures(
    "convolutions", "timm", SEModule, se_module, Gate("se", "SEModule", 16, 4)
)
Graph = Callable[[nn.Module, Any], Any]


def traced(network: nn.Module, example: Tensor) -> Any:
    return torch.jit.trace(network, example)  # type: ignore[no-untyped-call]


def scripted(network: nn.Module, _example: Tensor) -> Any:
    return torch.jit.script(network)


def by_fx(network: nn.Module, _example: Tensor) -> Any:
    return torch.fx.symbolic_trace(network)


def exported(network: nn.Module, example: Tensor) -> Any:
    return torch.export.export(network, (example,)).module()


def unflattened(network: nn.Module, example: Tensor) -> Any:
    return torch.export.unflatten(torch.export.export(network, (example,)))


def quantised(network: nn.Module, _example: Tensor) -> Any:
    """Linear layers in whole numbers, found out anew for each input."""
    kinds = {nn.Linear}
    return torch.ao.quantization.quantize_dynamic(network, kinds, dtype=torch.qint8)


def frozen(network: nn.Module, _example: Tensor) -> Any:
    """Scripted, its weights made part of the program, its operations fused."""
    return torch.jit.optimize_for_inference(torch.jit.script(network))


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
            made: nn.Module = graph(case.build(), case.example())
        return made

    gates = (
        replace(gate, name=f"#{number}" if nameless else gate.name, kind=None)
        for number, gate in enumerate(case.gates, 1)
    )
    name = f"{graph.__name__.replace('_', ' ')}: {case.name}"
    readable = more.pop("readable", lambda _graph: case.build())
    return replace(case, name=name, build=build, gates=tuple(gates), readable=readable, **more)


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
    as_graph(LINEAR, quantised, readable=lambda network: network, tolerance=2e-2),
    as_graph(MOBILENET, quantised, readable=lambda network: network, tolerance=2e-2),
)
