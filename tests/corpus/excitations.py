"""The usual excitation by hand: a layer, an activation, a layer, a function."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from tests.corpus.case import Read, same

Function = Callable[[Tensor], Tensor]


def affine(z: Tensor, layer: Any) -> Tensor:
    """(n, i) to (n, o) by a linear layer, or a convolution whose kernel has one place.

    A quantised layer, which has no weight to look at, is called.
    """
    if callable(layer.weight):
        quantised: Tensor = layer(z)
        return quantised
    return F.linear(z, layer.weight.flatten(1), layer.bias)


def bottleneck(
    features: Tensor,
    squeeze: Tensor,
    reduce: Any,
    expand: Any,
    *,
    act: Function = torch.relu,
    gate: Function = torch.sigmoid,
    scale: Function = same,
) -> Read:
    """Two layers, ``act`` between them, ``gate`` behind them."""
    hidden = act(affine(squeeze, reduce))
    logit = affine(hidden, expand)
    return Read(features, squeeze, gate(logit), hidden, logit, scale)


def one_layer(
    features: Tensor, squeeze: Tensor, layer: Any, *, gate: Function = torch.sigmoid
) -> Read:
    """One layer, ``gate`` behind it."""
    logit = affine(squeeze, layer)
    return Read(features, squeeze, gate(logit), None, logit)


def mean(x: Tensor) -> Tensor:
    """(n, c, *places) to (n, c)."""
    return x.flatten(2).mean(2)
