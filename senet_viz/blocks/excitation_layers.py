"""The two layers of an excitation as arrays: what is needed to account for a gate exactly."""

from collections.abc import Iterator
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.blocks.dialects import Dialect, inputs, outputs
from senet_viz.blocks.module_tree import walk
from senet_viz.core.arrays import Array, readonly
from senet_viz.core.records import ExcitationLayers

_Stamp = tuple[tuple[int, int], ...]
_READ: "WeakKeyDictionary[nn.Module, tuple[_Stamp, ExcitationLayers | None]]" = WeakKeyDictionary()


def read_layers(block: nn.Module, dialect: Dialect) -> ExcitationLayers | None:
    """Copies of a block's layers, float32; None where its gate is no plain sum of hidden units.

    That is so where a norm other than BatchNorm stands between, or where the dialect says that more
    than the squeeze goes through the layers. Read once, and again when a weight has changed.
    """
    stamp = tuple(
        (id(t), t._version)
        for module in walk(block).values()
        for held in (module._parameters, module._buffers)
        for t in held.values()
        if t is not None
    )
    known = _READ.get(block)
    if known is None or known[0] != stamp:
        known = _READ[block] = (stamp, _read(block, dialect))
    return known[1]


def _read(block: nn.Module, dialect: Dialect) -> ExcitationLayers | None:
    if not dialect.accounts:
        return None
    reduce = block.get_submodule(dialect.reduce)
    if dialect.expand is None:
        return _without_bottleneck(reduce)
    expand = block.get_submodule(dialect.expand)
    between = tuple(_between(block, reduce, expand))
    norms = [m for m in between if not isinstance(m, nn.Identity) and _has_state(m)]
    if any(not isinstance(norm, nn.BatchNorm1d | nn.BatchNorm2d) for norm in norms):
        return None
    weight, bias = _matrix(reduce)
    for norm in norms:
        weight, bias = _folded(weight, bias, norm)
    acts = [m for m in between if not isinstance(m, nn.Identity | nn.Dropout) and m not in norms]
    last, last_bias = _matrix(expand)
    return ExcitationLayers(
        reduce=_array(weight),
        reduce_bias=_array(bias),
        expand=_array(last),
        expand_bias=_array(last_bias),
        non_linearity=type(acts[-1]).__name__.lower() if acts else "relu",
    )


def _without_bottleneck(layer: nn.Module) -> ExcitationLayers | None:
    """C → C: the squeeze drives the gate directly. A convolution over channels is not read."""
    if inputs(layer) is None or inputs(layer) != outputs(layer):
        return None
    weight, bias = _matrix(layer)
    return ExcitationLayers(None, None, _array(weight), _array(bias), "none")


def _between(block: nn.Module, reduce: nn.Module, expand: nn.Module) -> Iterator[nn.Module]:
    """Norms and activations of the block: those registered between its two layers, else all."""
    leaves = [m for m in block.modules() if not m._modules and m is not block]
    start, end = leaves.index(reduce), leaves.index(expand)
    middle = leaves[start + 1 : end]
    pools_and_gates = ("pool", "sigmoid", "flatten")
    chosen = middle or [m for m in leaves if m not in (reduce, expand)]
    for module in chosen:
        if not any(word in type(module).__name__.lower() for word in pools_and_gates):
            yield module


def _has_state(module: nn.Module) -> bool:
    return next(module.parameters(), None) is not None or next(module.buffers(), None) is not None


def _matrix(layer: nn.Module) -> tuple[Tensor, Tensor]:
    """Weight (out, in) and bias (out,) of a fully connected layer or 1x1 convolution."""
    weight = layer.get_parameter("weight").detach().flatten(1).float()
    bias = getattr(layer, "bias", None)
    return weight, torch.zeros(len(weight)) if bias is None else bias.detach().float()


def _folded(weight: Tensor, bias: Tensor, norm: nn.Module) -> tuple[Tensor, Tensor]:
    """A layer and the BatchNorm after it, in eval mode, as one layer."""
    mean, variance = norm.get_buffer("running_mean"), norm.get_buffer("running_var")
    scale = (variance.float() + float(norm.eps)).rsqrt()  # type: ignore[arg-type]
    shift = torch.zeros_like(scale)
    if getattr(norm, "affine", False):
        scale = scale * norm.get_parameter("weight").detach().float()
        shift = norm.get_parameter("bias").detach().float()
    return weight * scale[:, None], (bias - mean.float()) * scale + shift


def _array(tensor: Tensor) -> Array:
    return readonly(np.array(tensor.cpu().numpy(), dtype=np.float32))
