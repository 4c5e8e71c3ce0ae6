"""A block's own layers as functions of its feature maps: with its pooling, and without."""

from dataclasses import dataclass

from torch import Tensor, nn

from senet_viz.blocks.finding import required_plan
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.blocks.plan import PlannedGate
from senet_viz.blocks.tree import tree_of
from senet_viz.core.errors import BlockError
from senet_viz.core.records import ExcitationLayers
from senet_viz.core.translation import tr
from senet_viz.hooks.pixel_gating import GATES, POOLS, logits_at, required_layers


@dataclass(frozen=True, slots=True, eq=False)
class BlockForms:
    """A block's own layers as functions of its feature maps (n, c, *places), on their device.

    ``weights`` is the number of its layers' weights, biases left out; ``parameters`` all of them.
    """

    gate: PlannedGate
    layers: ExcitationLayers

    @property
    def weights(self) -> int:
        return sum(w.size for w in (self.layers.reduce, self.layers.expand) if w is not None)

    @property
    def parameters(self) -> int:
        biases = (self.layers.reduce_bias, self.layers.expand_bias)
        return self.weights + sum(b.size for b in biases if b is not None)

    def gated(self, features: Tensor, *, pooled: bool) -> tuple[Tensor, Tensor]:
        """Gates and product: of the block as it is, or of its form without ``pooled`` squeeze."""
        squeeze = features
        if pooled:
            squeeze = POOLS[self.gate.squeeze_by](features, tuple(range(2, features.ndim)))
        (a, b), gates = (
            self.gate.scale or (0.0, 1.0),
            GATES[self.gate.gate](logits_at(squeeze, self.layers)),
        )
        return gates, features * (a + b * gates)


def forms_of(model: nn.Module, block: str) -> BlockForms:
    """Both forms of one block; a BlockError where it has none without pooling.

    Also for one that squeezes by something else than the mean or the maximum.
    """
    inner, _ = unwrapped(model)
    planned = {gate.name: gate for gate in required_plan(inner).blocks}
    layers = required_layers(planned, block, tree_of(inner))
    if planned[block].squeeze_by not in POOLS:
        raise BlockError(
            tr(
                "{block} squeezes by {squeeze}; its two forms are compared where that is the mean "
                "or the maximum",
                block=block,
                squeeze=planned[block].squeeze_by,
            )
        )
    return BlockForms(planned[block], layers)
