"""Modules that replace or wrap an SE block in a network that was made smaller."""

from typing import Any, Literal

import torch
from torch import Tensor, nn

StandIn = Literal["nothing", "ones"]


class PassingGate(nn.Module):
    """A gate of 1 for every channel, for networks that multiply by the gate outside the block."""

    def forward(self, features: Tensor) -> Tensor:
        return features.new_ones(*features.shape[:2], *(1,) * (features.ndim - 2))


class KeptChannels(nn.Module):
    """An SE block of only some ``channels``; the others of ``width`` come out as 0.

    For a block before a sum whose other operand has every channel.
    """

    channels: Tensor

    def __init__(self, inner: nn.Module, channels: Tensor, width: int) -> None:
        super().__init__()
        self.inner, self.width = inner, width
        self.register_buffer("channels", channels, persistent=False)

    def forward(self, features: Tensor) -> Tensor:
        """Maps (n, channels, h, w) in, (n, width, h, w) out."""
        gated: Tensor = self.inner(features)
        whole = gated.new_zeros(gated.shape[0], self.width, *gated.shape[2:])
        return whole.index_copy(1, self.channels, gated)


def stand_in(kind: StandIn) -> nn.Module:
    """The module that replaces a block that is removed."""
    return PassingGate() if kind == "ones" else nn.Identity()


def put_at(model: nn.Module, name: str, module: nn.Module) -> nn.Module:
    """The model with ``module`` at the dotted ``name``; "" is the model itself."""
    if not name:
        return module
    owner, _, last = name.rpartition(".")
    setattr(model.get_submodule(owner), last, module)
    return model


def fit_layers(model: nn.Module, names: tuple[str, ...], state: dict[str, Tensor]) -> None:
    """Give convolutions, FCs and norms the shapes that their tensors in ``state`` have."""
    for name in names:
        layer = model.get_submodule(name)
        for own, tensor in list(layer.named_parameters(recurse=False)):
            setattr(
                layer,
                own,
                nn.Parameter(torch.empty_like(state[f"{name}.{own}"]), tensor.requires_grad),
            )
        for own, _ in list(layer.named_buffers(recurse=False)):
            if (there := state.get(f"{name}.{own}")) is not None:
                setattr(layer, own, torch.empty_like(there))
        say_shapes(layer)


def say_shapes(layer: nn.Module) -> None:
    """Set a layer's channel attributes to the shapes of its tensors."""
    weight = getattr(layer, "weight", None)
    norm: Any = layer
    if isinstance(layer, nn.Conv2d):
        depthwise = layer.groups == layer.in_channels and layer.groups > 1
        layer.out_channels = len(layer.weight)
        layer.groups = layer.out_channels if depthwise else layer.groups
        layer.in_channels = layer.weight.shape[1] * layer.groups
    elif isinstance(layer, nn.Linear):
        layer.out_features, layer.in_features = layer.weight.shape
    elif isinstance(weight, Tensor) and hasattr(layer, "num_features"):
        norm.num_features = len(weight)
