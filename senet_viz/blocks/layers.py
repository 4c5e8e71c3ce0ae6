"""The layers of an excitation: where their weights are, and what these are as arrays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.blocks.anatomy import Anatomy
from senet_viz.blocks.frames import Frame
from senet_viz.blocks.products import is_learned
from senet_viz.blocks.tree import Tree
from senet_viz.blocks.values import Step, memory
from senet_viz.core.arrays import Array, readonly
from senet_viz.core.records import ExcitationLayers
from senet_viz.core.translation import tr

Stamp = list[tuple[Tensor, int]]
Names = Callable[[], Mapping[int, str]]
_ACTIVATIONS = {"hardtanh": "relu6", "_prelu_kernel": "prelu"}


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: the module whose weight it uses, or the names of bare parameters.

    upright: the matrix is (out, in) as it is, not (in, out).
    """

    module: str | None
    weight: str | None
    bias: str | None
    upright: bool
    groups: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """squeeze → reduce → norms → non-linearity → expand; reduce is None without a bottleneck."""

    reduce: Layer | None
    norms: tuple[str, ...]
    non_linearity: str
    expand: Layer


def recipe_of(parts: Anatomy, names: Names) -> Recipe | None:
    """How the logit is made of the squeeze; None where it is no plain chain of one or two layers.

    names: of parameters, by the address of their memory.
    """
    end = parts.logit if parts.logit is not None else parts.excitation
    steps: list[Step] = []
    step = end
    while step is not parts.squeeze:
        if len(step.before) != 1:
            return None
        if step.role not in ("layout", "move"):
            steps.append(step)
        step = step.before[0]
    steps.reverse()
    layers = [i for i, s in enumerate(steps) if is_learned(s)]
    if layers not in ([0], [0, len(steps) - 1]) or (len(layers) == 1 < len(steps)):
        return None
    layers_found = [_layer(steps[i], names) for i in layers]
    between = steps[1:-1] if len(layers) == 2 else []
    norms = [s for s in between if s.role == "norm"]
    others = [s for s in between if s.role != "norm"]
    if any(f is None for f in layers_found) or len(others) > 1:
        return None
    if any(o.weights and o.name != "_prelu_kernel" for o in others):
        return None
    frames = [s.frame for s in norms]
    if not all(_is_batch_norm(f) for f in frames) or between[: len(norms)] != norms:
        return None
    word = others[0].name if others else "none"
    return Recipe(
        reduce=layers_found[0] if len(layers_found) == 2 else None,
        norms=tuple(f.name for f in frames if f is not None),
        non_linearity=_ACTIVATIONS.get(word, word),
        expand=layers_found[-1],  # type: ignore[arg-type]
    )


def _is_batch_norm(frame: Frame | None) -> bool:
    return frame is not None and isinstance(frame.module, nn.modules.batchnorm._BatchNorm)


def _layer(step: Step, names: Names) -> Layer | None:
    weight, bias, groups = _operands(step)
    if weight is None:
        return None
    module = step.frame.module if step.frame is not None else None
    own = getattr(module, "weight", None) if isinstance(module, nn.Module) else None
    if isinstance(own, Tensor) and own.numel() == weight.numel():
        return Layer(step.frame.name if step.frame else None, None, None, True, groups)
    name = names().get(memory(weight))
    if name is None:
        return None
    upright = "convolution" in step.name or weight._base is not None
    return Layer(None, name, None if bias is None else names().get(memory(bias)), upright, groups)


def _operands(step: Step) -> tuple[Tensor | None, Tensor | None, int]:
    """Weight, bias and groups of a layer on vectors; no weight where it is of another kind."""
    args = step.args
    if step.name in ("convolution", "_convolution") and isinstance(args[1], Tensor):
        plain = args[1][0, 0].numel() == 1 and (args[1].shape[0], args[1].shape[1] * args[8]) != (
            1,
            1,
        )
        return (args[1] if plain else None), args[2], int(args[8])
    if step.name == "addmm" and isinstance(args[2], Tensor):
        return args[2], args[0] if isinstance(args[0], Tensor) else None, 1
    if step.name == "mm" and isinstance(args[1], Tensor):
        return args[1], None, 1
    return None, None, 1


def layers_of(gate: Any, tree: Tree) -> tuple[ExcitationLayers | None, str]:
    """A gate's layers as they are now, or None and why; read again when a weight has changed.

    gate: with the ``name`` and the ``layers`` of a planned one.
    """
    if gate.layers is None:
        return None, tr("its gates are no plain sum of hidden units")
    try:
        used = _used(gate.layers, tree)
        stamp = [(tensor, tensor._version) for tensor in used if not tensor.is_inference()]
        known = tree.layers.get(gate.name)
        if known is None or len(stamp) < len(used) or not _same(known[0], stamp):
            known = tree.layers[gate.name] = stamp, read_layers(gate.layers, tree)
    except Exception as error:  # an extra: the gate is shown without it
        return None, tr("its layers could not be read ({error})", error=str(error))
    return known[1], ""


def _same(first: Stamp, second: Stamp) -> bool:
    return len(first) == len(second) and all(
        a is b and v == w for (a, v), (b, w) in zip(first, second, strict=True)
    )


def read_layers(recipe: Recipe, tree: Tree) -> ExcitationLayers:
    """Copies of a gate's layers as they are now, float32; a BatchNorm between is folded in."""
    reduce = None if recipe.reduce is None else _matrix(recipe.reduce, tree)
    for name in recipe.norms:
        assert reduce is not None
        reduce = _folded(*reduce, tree.module(name))
    expand = _matrix(recipe.expand, tree)
    return ExcitationLayers(
        reduce=None if reduce is None else _array(reduce[0]),
        reduce_bias=None if reduce is None else _array(reduce[1]),
        expand=_array(expand[0]),
        expand_bias=_array(expand[1]),
        non_linearity=recipe.non_linearity,
    )


def _used(recipe: Recipe, tree: Tree) -> list[Tensor]:
    """The tensors that the layers are made of."""
    layers = [layer for layer in (recipe.reduce, recipe.expand) if layer is not None]
    held = [tensor for layer in layers for tensor in _held(layer, tree)]
    for name in recipe.norms:
        norm: Any = tree.module(name)
        held += [norm.running_mean, norm.running_var, norm.weight, norm.bias]
    return [tensor for tensor in held if tensor is not None]


def _held(layer: Layer, tree: Tree) -> tuple[Tensor, Tensor | None]:
    if layer.module is not None:
        module: Any = tree.module(layer.module)
        weight, bias = module.weight, getattr(module, "bias", None)
        return tuple(t() if callable(t) else t for t in (weight, bias))  # type: ignore[return-value]
    named = tree.parameter
    return named(layer.weight or ""), None if layer.bias is None else named(layer.bias)


def _matrix(layer: Layer, tree: Tree) -> tuple[Tensor, Tensor]:
    """Weight (out, in) and bias (out,)."""
    weight, bias = _held(layer, tree)
    if weight.is_quantized:
        weight = weight.dequantize()
    weight = weight.detach().float().flatten(1)
    weight = weight if layer.upright else weight.T
    if layer.groups > 1:
        weight = torch.block_diag(  # type: ignore[no-untyped-call]
            *weight.chunk(layer.groups)
        )
    return weight, torch.zeros(len(weight)) if bias is None else bias.detach().float()


def _folded(weight: Tensor, bias: Tensor, norm: Any) -> tuple[Tensor, Tensor]:
    """A layer and the BatchNorm after it, in eval mode, as one layer."""
    scale = (norm.running_var.float() + norm.eps).rsqrt()
    shift = torch.zeros_like(scale)
    if norm.affine:
        scale = scale * norm.weight.detach().float()
        shift = norm.bias.detach().float()
    return weight * scale[:, None], (bias - norm.running_mean.float()) * scale + shift


def _array(tensor: Tensor) -> Array:
    return readonly(np.array(tensor.cpu().numpy(), dtype=np.float32))
