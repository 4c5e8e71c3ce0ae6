"""The arithmetic of a survey: float32, or bfloat16 everywhere but in the SE blocks.

bfloat16 is several times faster on a GPU and on a CPU with AMX, and slower than float32 on others.
Just below 1 it knows three numbers only, so gates are computed in float32 either way (the block's
input is cast, its output cast back); what is left is what the features before them lost.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Literal, get_args

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.blocks.copies import fast_copy
from senet_viz.blocks.finding import locate_blocks
from senet_viz.core.errors import SENetVizError
from senet_viz.core.translation import tr
from senet_viz.hooks import tap_gates
from senet_viz.models.network import Network
from senet_viz.pictures import decoding
from senet_viz.pictures.samples import SAMPLES, load_sample

Precision = Literal["float32", "bfloat16"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)


def require_precision(precision: str) -> None:
    """Raise a SENetVizError for any other name."""
    if precision not in PRECISIONS:
        raise SENetVizError(
            tr(
                "there is no precision {precision!r:.40}. Give one of {precisions}",
                precision=precision,
                precisions=", ".join(PRECISIONS),
            )
        )


def require_float32(network: Network) -> None:
    """Raise a SENetVizError where the weights have another type, in which the network then runs."""
    odd = {p.dtype for p in network.model.parameters() if p.is_floating_point()} - {torch.float32}
    if odd:
        raise SENetVizError(
            tr(
                "the weights of {network} are {dtype}, not float32, so there is nothing to run in "
                "bfloat16 instead. Leave precision at float32, which leaves them as they are",
                network=network.name,
                dtype=str(next(iter(odd))).removeprefix("torch."),
            )
        )


def prepared(model: nn.Module, device: str, precision: Precision) -> nn.Module:
    """A fast copy on this device, its SE blocks held to float32 where the rest is not."""
    copy = fast_copy(model, device)
    if precision == "bfloat16":
        for name in dict.fromkeys(place.unit or place.owner for place in locate_blocks(copy)):
            module = copy.get_submodule(name)
            module.forward = _in_float32(module.forward)
    return copy


def arithmetic(precision: Precision, device: str) -> AbstractContextManager[Any]:
    """The context in which each forward pass runs."""
    if precision == "float32":
        return nullcontext()
    return torch.autocast(device, dtype=torch.bfloat16)


def gate_difference(network: Network, blocks: tuple[str, ...]) -> float:
    """How far bfloat16 moves a gate at the most, 0 to 1, over the six sample photographs."""
    pictures = [decoding.decode(load_sample(sample.name)) for sample in SAMPLES]
    batch = torch.cat([network.preprocess(picture) for picture in pictures])
    differences = []
    for precision in PRECISIONS:
        model = prepared(network.model, "cpu", precision)
        with torch.no_grad(), tap_gates(model, blocks) as tap, arithmetic(precision, "cpu"):
            model(batch.contiguous(memory_format=torch.channels_last))
        differences.append(tap.take())
    pairs = zip(*differences, strict=True)
    return max(float(np.abs(one - other).max(initial=0.0)) for one, other in pairs)


def _in_float32(forward: Callable[..., Any]) -> Callable[..., Any]:
    """Run the block in float32; its output has the type of its input again."""

    def held(*given: Any, **named: Any) -> Any:
        tensors = [each for each in (*given, *named.values()) if isinstance(each, Tensor)]
        device, outside = tensors[0].device.type, tensors[0].dtype
        with torch.autocast(device, enabled=False):
            answer = forward(
                *(_cast(each, torch.float32) for each in given),
                **{name: _cast(each, torch.float32) for name, each in named.items()},
            )
        parts = (
            tuple(_cast(each, outside) for each in answer) if isinstance(answer, tuple) else None
        )
        return _cast(answer, outside) if parts is None else parts

    return held


def _cast(value: Any, dtype: torch.dtype) -> Any:
    floating = isinstance(value, Tensor) and value.is_floating_point()
    return value.to(dtype) if floating else value
