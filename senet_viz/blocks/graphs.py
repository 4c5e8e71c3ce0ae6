"""Networks that are graphs (fx, torch.export): run node by node, so that each has its module."""

from typing import Any

from torch import fx

from senet_viz.blocks.owners import Owners


def run_graph(model: fx.GraphModule, args: tuple[Any, ...], owners: Owners) -> Any:
    """The output of a graph, each operation told to be the module's that it was traced in."""
    return _Nodes(model, owners).run(*args)


class _Nodes(fx.Interpreter):
    def __init__(self, model: fx.GraphModule, owners: Owners) -> None:
        super().__init__(model)
        self._owners = owners

    def run_node(self, n: fx.Node) -> Any:
        stack = n.meta.get("nn_module_stack") or {}
        self._owners.stand_in([(str(name), kind) for name, kind in stack.values()])
        return super().run_node(n)
