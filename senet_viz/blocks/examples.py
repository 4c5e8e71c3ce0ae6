"""An input for a network that comes without one."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from senet_viz.blocks.network_runs import Inputs

_SIDES = {
    "Conv1d": ((1024,),),
    "Conv2d": ((224, 224), (64, 64), (32, 32)),
    "Conv3d": ((16, 112, 112), (64, 64, 64), (16, 224, 224)),
}


def examples_for(model: nn.Module) -> Iterator[Inputs]:
    """Inputs of one, the likeliest first: from the network's own settings, or its first layer.

    >>> [tuple(x.shape) for x in examples_for(nn.Conv1d(12, 4, 3))]
    [(1, 12, 1024), (1, 1024, 12)]
    """
    own = getattr(model, "default_cfg", None) or getattr(model, "pretrained_cfg", None)
    size = own.get("input_size") if isinstance(own, dict) else getattr(own, "input_size", None)
    if size is not None:
        yield _noise(*size)
    config = getattr(model, "config", None)
    if config is not None and getattr(config, "image_size", None) is not None:
        side = config.image_size
        height, width = side if isinstance(side, list | tuple) else (side, side)
        channels = getattr(config, "num_channels", 3)
        yield {getattr(model, "main_input_name", "pixel_values"): _noise(channels, height, width)}
    yield from _from_first_layer(model, named=getattr(model, "main_input_name", None))


def _from_first_layer(model: nn.Module, *, named: str | None) -> Iterator[Inputs]:
    for module in model.modules():
        sides = next((s for k, s in _SIDES.items() if k in type(module).__name__), None)
        weight = getattr(module, "weight", None)
        channels = getattr(module, "in_channels", None)
        if sides is not None and isinstance(channels, int):
            for side in sides:
                tensor = _noise(channels, *side)
                yield tensor if named is None else {named: tensor}
            if len(sides[0]) == 1:  # speech often comes as times by features
                yield _noise(*sides[0], channels)
            return
        if isinstance(module, nn.Linear) and isinstance(weight, Tensor):
            wide = int(module.in_features)
            yield from map(
                _noise_of, ((wide,), (16, wide), (wide, 8, 8), (wide, 32), (wide, 4, 8, 8))
            )
            return
        if isinstance(module, nn.Embedding):
            yield torch.zeros(1, 16, dtype=torch.long)
            return


def picture_channels(model: nn.Module) -> int:
    """How many channels of a picture the network takes: those of its first 2-D convolution, or 3.

    >>> picture_channels(nn.Sequential(nn.Conv2d(1, 4, 3)))
    1
    """
    given = (m.in_channels for m in model.modules() if isinstance(m, nn.Conv2d))
    return next(given, 0) or 3


def shapes(inputs: Any) -> str:
    """Inputs in a few words: their shapes."""
    if isinstance(inputs, Tensor):
        return str(tuple(inputs.shape))
    if isinstance(inputs, dict):
        return ", ".join(f"{name}={shapes(each)}" for name, each in inputs.items())
    if isinstance(inputs, list | tuple):
        return f"({', '.join(map(shapes, inputs))})"
    return type(inputs).__name__


def _noise_of(size: tuple[int, ...]) -> Tensor:
    return _noise(*size)


def _noise(*size: int) -> Tensor:
    return torch.randn(1, *size, generator=torch.Generator().manual_seed(0))
