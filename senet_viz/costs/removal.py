"""The same network without its SE blocks: a copy that shares every other weight with it."""

from collections.abc import Collection

from torch import nn

from senet_viz.blocks.finding import FoundBlock, locate_blocks
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.core.errors import BlockError
from senet_viz.core.records import unknown_block
from senet_viz.core.translation import tr
from senet_viz.costs.shapes_only import shared_copy
from senet_viz.models.stand_ins import StandIn, put_at, stand_in


def without_se(
    model: nn.Module,
    *,
    blocks: Collection[str] | None = None,
    located: Collection[FoundBlock] | None = None,
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
    places = {p.block.name: p for p in (locate_blocks(inner) if located is None else located)}
    chosen = tuple(places) if blocks is None else tuple(blocks)
    for name in chosen:
        if name not in places:
            raise BlockError(unknown_block(name, tuple(places)))
    copied = shared_copy(inner)
    for name in chosen:
        if places[name].unit is None:
            raise BlockError(not_apart(places[name]))
        copied = put_at(copied, places[name].unit or "", stand_in(leaves(places[name])))
    return copied


def not_apart(place: FoundBlock) -> str:
    """Why a block cannot be taken out by itself."""
    return tr(
        "the gate of {name} is written into the forward of its {kind}, so it cannot be taken out "
        "by itself. Move pooling, layers and gate into a module of their own",
        name=place.block.name,
        kind=place.block.kind,
    )


def leaves(place: FoundBlock) -> StandIn:
    """What is left where this block is taken out."""
    return "ones" if place.gives_gate else "nothing"
