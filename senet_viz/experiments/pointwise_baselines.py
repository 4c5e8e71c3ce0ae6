"""What a 1x1 convolution can and cannot do in an SE block's place.

Two different things are called a 1x1 convolution here and never mixed up: ``conv1x1`` mixes
channels by the same weights for every picture and gates nothing; ``nosqueeze`` (Hu et al. 2017,
section 7.1) is SE without its pooling: it gates, but each pixel sees only itself.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float32
from torch import Tensor, nn

from senet_viz.core.arrays import Array, Doubles, readonly
from senet_viz.core.errors import BlockError
from senet_viz.core.records import PlaceActivation, Version
from senet_viz.core.shares import sigmoid
from senet_viz.core.translation import tr
from senet_viz.hooks import watch
from senet_viz.models.residual import (
    SLOTS,
    NoSqueeze,
    PointwiseMix,
    SqueezeExcitation,
    slot_names,
)


@dataclass(frozen=True, slots=True)
class Shuffle:
    """How far gates move when the pixels of U change places (max and mean of |difference|)."""

    largest: float
    mean: float


def capture_places(model: nn.Module, images: Tensor) -> tuple[Array, tuple[PlaceActivation, ...]]:
    """One forward pass of an embedded network: what went into each place and what came out.

    images: (n, 3, h, w), already preprocessed. The model must be in eval mode. Returns the
    logits (n, k) and the places in order of depth.

    Raises BlockError for a network that is not of the embedded family.
    """
    names = slot_names(model)
    if not names:
        raise BlockError(
            tr(
                "{kind} is not one of the embedded networks, whose places are the same "
                "in all four versions",
                kind=type(model).__name__,
            )
        )
    gates = [f"{name}.gate" for name in names if hasattr(model.get_submodule(name), "gate")]
    with torch.no_grad(), watch(model, [*names, *gates]) as passages:
        logits = model(images).numpy()
    places = []
    for name in names:
        passage, gate = passages[name], passages.get(f"{name}.gate")
        expected = _worked_out_again(model.get_submodule(name), passage.input)
        scale = float(np.abs(passage.output).max())
        places.append(
            PlaceActivation(
                name=name,
                version=_version(name),
                features=passage.input,
                output=passage.output,
                gate=None if gate is None else _per_channel_first(gate.output),
                relative_error=float(np.abs(expected - passage.output).max()) / (scale or 1.0),
            )
        )
    return readonly(logits), tuple(places)


def pointwise_is_linear(convolution: nn.Module, features: Float32[Array, "n c h w"]) -> float:
    """Is a 1x1 convolution a fully connected layer at each pixel? The largest difference.

    features: (n, c, h, w). Returns max|conv(U) - linear(U at each pixel)|; only rounding is left.

    Raises BlockError for anything that is not a 1x1 convolution.
    """
    if not isinstance(convolution, nn.Conv2d) or convolution.kernel_size != (1, 1):
        raise BlockError(tr("{convolution} is not a 1x1 convolution", convolution=convolution))
    pixels = torch.tensor(features)
    with torch.no_grad():
        convolved = convolution(pixels)
        weight = convolution.weight[:, :, 0, 0]
        linear = F.linear(pixels.permute(0, 2, 3, 1), weight, convolution.bias)
        return float((convolved - linear.permute(0, 3, 1, 2)).abs().max())


def shuffle_pixels(
    block: nn.Module, features: Float32[Array, "n c h w"], *, seed: int = 0
) -> Shuffle:
    """How far do the gates move when the pixels of U change places?

    All channels are shuffled alike, so each pixel keeps its own column of channels. An SE gate
    depends on the mean over pixels alone and cannot move beyond rounding; a NoSqueeze gate at a
    pixel moves with whatever arrives there.
    """
    if not isinstance(block, SqueezeExcitation | NoSqueeze):
        raise BlockError(tr("{kind} has no gate to compare", kind=type(block).__name__))
    n, c, h, w = features.shape
    order = np.random.default_rng(seed).permutation(h * w)
    shuffled = features.reshape(n, c, h * w)[:, :, order].reshape(n, c, h, w)
    before, after = (_gates(block, maps) for maps in (features, shuffled))
    difference = np.abs(after.astype(np.float64) - before)
    return Shuffle(float(difference.max()), float(difference.mean()))


def mixing_matrix(block: nn.Module) -> Float32[Array, "c c"]:
    """The fixed weights of ``conv1x1``, expand @ reduce (c, c): row = output, column = input.

    The same for every picture. The ReLU between the two layers switches hidden units off, so this
    is the mixing when all are on. Raises BlockError for another kind of block.
    """
    if not isinstance(block, PointwiseMix):
        raise BlockError(
            tr("{kind} does not mix channels by fixed weights", kind=type(block).__name__)
        )
    with torch.no_grad():
        product = block.expand.weight[:, :, 0, 0] @ block.reduce.weight[:, :, 0, 0]
    return readonly(product.float().numpy())


def _version(name: str) -> Version:
    slot = name.rsplit(".", 1)[1]
    return next(version for version, (known, _) in SLOTS.items() if known == slot)


def _per_channel_first(gate: Array) -> Array:
    """(n, c) to (n, c, 1, 1); per-pixel gates stay as they are."""
    return gate[:, :, None, None] if gate.ndim == 2 else gate


def _gates(block: SqueezeExcitation | NoSqueeze, features: Array) -> Array:
    with torch.no_grad():
        x = torch.tensor(features)
        x = x.mean((2, 3)) if isinstance(block, SqueezeExcitation) else x
        gates: Array = block.gate(block.expand(block.act(block.reduce(x)))).numpy()
    return gates


def _worked_out_again(block: nn.Module, features: Array) -> Doubles:
    """The block's output in NumPy, float64, from its weights alone: a second opinion."""
    u = features.astype(np.float64)
    if isinstance(block, nn.Identity):
        return u
    reduce, expand = (block.get_submodule(part) for part in ("reduce", "expand"))
    x = u.mean((2, 3), keepdims=True) if isinstance(block, SqueezeExcitation) else u
    mixed = _mix(np.maximum(_mix(x, reduce), 0), expand)
    return mixed if isinstance(block, PointwiseMix) else u * sigmoid(mixed)


def _mix(x: Doubles, layer: nn.Module) -> Doubles:
    """A fully connected layer or 1x1 convolution at each pixel of x (n, c, h, w)."""
    weight, bias = (
        layer.get_parameter(name).detach().double().numpy() for name in ("weight", "bias")
    )
    mixed: Doubles = np.einsum("oc,nchw->nohw", weight.reshape(len(weight), -1), x)
    mixed += bias[None, :, None, None]
    return mixed
