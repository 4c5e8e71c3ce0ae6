"""The same network without its SE blocks: a copy that shares every other weight with it."""

from collections.abc import Collection

import torch
from torch import Tensor, nn

from senet_viz.blocks.finding import locate_blocks, unwrap
from senet_viz.core.errors import BlockError
from senet_viz.core.records import unknown_block
from senet_viz.costs.shapes_only import shared_copy


class PassingGate(nn.Module):
    """A gate of 1 for every channel, where the network itself multiplies the gate in."""

    def forward(self, features: Tensor) -> Tensor:
        return features.new_ones(*features.shape[:2], 1, 1)


def without_se(model: nn.Module, *, blocks: Collection[str] | None = None) -> nn.Module:
    """A copy with the named SE blocks (all, if left out) taken out; weights are shared.

    Nothing stands in a block's place. Where a block hands back its gate only, a gate of 1 does,
    and the multiplication by it stays.

    Raises a BlockError for a name that is no SE block of the model.

    >>> from senet_viz.blocks.finding import find_blocks
    >>> from senet_viz.models.residual import build
    >>> find_blocks(without_se(build("se")))
    ()
    """
    inner = unwrap(model).model
    found = {place.block.name: place for place in locate_blocks(inner)}
    chosen = tuple(found) if blocks is None else tuple(blocks)
    for name in chosen:
        if name not in found:
            raise BlockError(unknown_block(name, tuple(found)))
    copied = shared_copy(inner)
    for name in chosen:
        copied = put_at(copied, name, stand_in(found[name].module))
    return copied


def stand_in(block: nn.Module) -> nn.Module:
    """What stands in this block's place when it is taken out."""
    return PassingGate() if hands_back_gate(block) else nn.Identity()


def hands_back_gate(block: nn.Module) -> bool:
    """Whether a block gives its gates alone, and its network multiplies: found by running it."""
    place = next(iter(locate_blocks(block)), None)
    channels = None if place is None else place.block.channels
    parameter = next(block.parameters(), None)
    if channels is None or place is None or place.dialect.channel_axis != 1:
        return False
    like = torch.zeros(0) if parameter is None else parameter
    picture = torch.zeros(1, channels, 3, 3, device=like.device, dtype=like.dtype)
    try:
        with torch.no_grad():
            answer = shared_copy(block)(picture)
    except (RuntimeError, TypeError, ValueError):
        return False
    return isinstance(answer, Tensor) and answer.numel() == channels


def put_at(model: nn.Module, name: str, module: nn.Module) -> nn.Module:
    """The model with ``module`` at the dotted ``name``; "" is the model itself."""
    if not name:
        return module
    owner, _, last = name.rpartition(".")
    setattr(model.get_submodule(owner), last, module)
    return model
