"""An input for a network that comes without one."""

from collections.abc import Iterator
from inspect import Parameter, signature
from typing import Any

import torch
from torch import Tensor, nn

from senet_viz.blocks.network_runs import Inputs

_SIDES = {
    "Conv1d": ((1024,),),
    "Conv2d": ((224, 224), (64, 64), (32, 32)),
    "Conv3d": ((16, 112, 112), (64, 64, 64), (16, 224, 224)),
}
_FEATURES = (80, 40, 64, 24, 128)  # a moment of speech, the usual numbers first


def examples_for(model: nn.Module) -> Iterator[Inputs]:
    """Inputs with a batch of one, the likeliest first: from the network's settings or first layer.

    Other required arguments of ``forward`` are tried as a switch, the same tensor, or relative
    lengths.

    >>> [tuple(x.shape) for x in examples_for(nn.Conv1d(12, 4, 3))]
    [(1, 12, 1024), (1, 1024, 12)]
    """
    required = _required(model)
    for inputs in _likely(model):
        if not isinstance(inputs, Tensor) or len(required) < 2:
            yield inputs
            continue
        for more in (False, inputs, torch.ones(1)):
            yield (inputs, *[more] * (len(required) - 1))
        yield inputs


def _required(model: nn.Module) -> list[str]:
    """The names of the required arguments of ``forward``, as its class has it.

    A tool may have replaced ``forward`` on the object; callers still pass what the class requires.
    """
    try:
        _, *parameters = signature(type(model).forward).parameters.values()
    except (TypeError, ValueError):  # a script has no signature
        return []
    plain = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    return [p.name for p in parameters if p.kind in plain and p.default is Parameter.empty]


def _likely(model: nn.Module) -> Iterator[Inputs]:
    own = getattr(model, "default_cfg", None) or getattr(model, "pretrained_cfg", None)
    size = own.get("input_size") if isinstance(own, dict) else getattr(own, "input_size", None)
    if size is not None:
        yield _noise(*size)
    config = getattr(model, "config", None)
    named = getattr(model, "main_input_name", None)
    of_pictures = next(
        (p for p in (config, getattr(config, "vision_config", None)) if _side(p)), None
    )
    if of_pictures is not None:
        side = _side(of_pictures)
        height, width = side if isinstance(side, list | tuple) else (side, side)
        picture = _noise(getattr(of_pictures, "num_channels", 3), height, width)
        if getattr(config, "text_config", None) is not None:
            yield {"input_ids": torch.zeros(1, 16, dtype=torch.long), "pixel_values": picture}
        yield {named or "pixel_values": picture}
    for tensor in _from_first_layer(model):
        yield tensor if named is None else {named: tensor}


def _side(config: Any) -> Any:
    """The height and width of pictures that a Hugging Face config names, if it does."""
    return getattr(config, "image_size", None)


def _from_first_layer(model: nn.Module) -> Iterator[Tensor]:
    recurrent = next((m for m in model.modules() if isinstance(m, nn.RNNBase)), None)
    for module in model.modules():
        sides = next((s for k, s in _SIDES.items() if k in type(module).__name__), None)
        weight = getattr(module, "weight", None)
        channels = getattr(module, "in_channels", None)
        if sides is not None and isinstance(channels, int):
            yield from (_noise(channels, *side) for side in sides)
            if len(sides[0]) == 1:  # speech often comes as times by features
                yield _noise(*sides[0], channels)
            if len(sides[0]) == 2 and channels == 1:  # and is made into one map inside
                yield from (_noise(200, features) for features in _FEATURES)
            if recurrent is not None:  # as well, over the channels or over the places
                wide = recurrent.input_size
                yield from (_noise(channels, wide), _noise(wide, channels))
            return
        if module is recurrent and not _has_convolution(model):
            yield from (_noise(16, recurrent.input_size), _noise(recurrent.input_size, 16))
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


def _has_convolution(model: nn.Module) -> bool:
    return any(k in type(module).__name__ for module in model.modules() for k in _SIDES)


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
    return str(inputs) if inputs is None or isinstance(inputs, bool) else type(inputs).__name__


def _noise_of(size: tuple[int, ...]) -> Tensor:
    return _noise(*size)


def _noise(*size: int) -> Tensor:
    return torch.randn(1, *size, generator=torch.Generator().manual_seed(0))
