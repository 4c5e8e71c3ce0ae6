"""follow_gates(): one pass of a network, followed beside a dispatch mode of the caller's."""

from typing import Any

from torch import nn

from senet_viz.blocks.finding import block_of, nothing_found
from senet_viz.blocks.network_runs import Inputs, call, undisturbed, unwrapped
from senet_viz.blocks.passes import following, is_graph
from senet_viz.blocks.plan import make_plan
from senet_viz.blocks.products import Product
from senet_viz.blocks.sessions import unwatched
from senet_viz.blocks.tree import tree_of
from senet_viz.core.errors import BlockError
from senet_viz.core.records import SEBlock


def follow_gates(
    model: nn.Module, inputs: Inputs, mode: Any
) -> tuple[tuple[SEBlock, Product], ...]:
    """Every gate and its product, in firing order; the network is afterwards as it was.

    inputs: as ``placed`` gives them. mode: a TorchDispatchMode that sees each operation, and is
    told of each product as a ``Watcher``. Raises a BlockError where the model has no gate.
    """
    inner, _ = unwrapped(model)
    with (
        unwatched(),
        undisturbed(inner, tree_of(inner)),
        following(inner, watcher=mode, beside=lambda _follow: mode) as (follow, owners),
    ):
        follow.take(inputs)
        follow.give(call(inner, inputs))
    plan = make_plan(inner, follow, owners, graph=is_graph(inner))
    if not plan.gates:
        raise BlockError(nothing_found(inner, plan))
    products = [product for product in follow.findings() if product.reason is None]
    return tuple(
        (block_of(gate, index, name=gate.activation), product)
        for index, (gate, product) in enumerate(zip(plan.gates, products, strict=True))
    )
