"""The same network without its SE blocks: a copy that shares every other weight with it."""

from collections.abc import Collection

from torch import Tensor, nn

from senet_viz.blocks.finding import FoundBlock, locate_blocks
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.core.errors import BlockError
from senet_viz.core.records import unknown_block
from senet_viz.core.translation import tr
from senet_viz.costs.shapes_only import shared_copy


class PassingGate(nn.Module):
    """A gate of 1 for every channel, where the network itself multiplies the gate in."""

    def forward(self, features: Tensor) -> Tensor:
        return features.new_ones(*features.shape[:2], *(1,) * (features.ndim - 2))


def without_se(
    model: nn.Module,
    *,
    blocks: Collection[str] | None = None,
    found: Collection[FoundBlock] | None = None,
) -> nn.Module:
    """A copy with the named SE blocks (all, if left out) taken out; weights are shared.

    Nothing stands in a block's place. Where a block hands back its gate only, a gate of 1 does,
    and the multiplication by it stays. found: the blocks, where they are known already.

    Raises a BlockError for a name that is no SE block of the model, and for a gate that is written
    into the forward of a larger module.

    >>> from senet_viz.blocks.finding import find_blocks
    >>> from senet_viz.models.residual import build
    >>> find_blocks(without_se(build("se")))
    ()
    """
    inner, _ = unwrapped(model)
    places = {p.block.name: p for p in (locate_blocks(inner) if found is None else found)}
    chosen = tuple(places) if blocks is None else tuple(blocks)
    for name in chosen:
        if name not in places:
            raise BlockError(unknown_block(name, tuple(places)))
    copied = shared_copy(inner)
    for name in chosen:
        if places[name].unit is None:
            raise BlockError(not_apart(places[name]))
        copied = put_at(copied, places[name].unit or "", stand_in(places[name]))
    return copied


def not_apart(place: FoundBlock) -> str:
    """Why a block cannot be taken out by itself."""
    return tr(
        "the gate of {name} is written into the forward of its {kind}, so it cannot be taken out "
        "by itself. Move pooling, layers and gate into a module of their own",
        name=place.block.name,
        kind=place.block.kind,
    )


def stand_in(place: FoundBlock) -> nn.Module:
    """What stands in this block's place when it is taken out."""
    return PassingGate() if place.gives_gate else nn.Identity()


def put_at(model: nn.Module, name: str, module: nn.Module) -> nn.Module:
    """The model with ``module`` at the dotted ``name``; "" is the model itself."""
    if not name:
        return module
    owner, _, last = name.rpartition(".")
    setattr(model.get_submodule(owner), last, module)
    return model
