"""Networks that are graphs (fx, torch.export): run node by node, so that each has its module."""

from collections.abc import Mapping
from typing import Any

from torch import fx

from senet_viz.flow.owners import Owners
from senet_viz.flow.running import Inputs, call


def run_graph(model: fx.GraphModule, inputs: Inputs, owners: Owners) -> Any:
    """The output of a graph, each operation told to be the module's that it was traced in."""
    if isinstance(inputs, Mapping):
        return call(model, inputs)
    given = inputs if isinstance(inputs, tuple) else (inputs,)
    return _Nodes(model, owners).run(*given)


class _Nodes(fx.Interpreter):
    def __init__(self, model: fx.GraphModule, owners: Owners) -> None:
        super().__init__(model)
        self._owners = owners

    def run_node(self, n: fx.Node) -> Any:
        stack = n.meta.get("nn_module_stack") or {}
        self._owners.stand_in([(str(name), kind) for name, kind in stack.values()])
        return super().run_node(n)
