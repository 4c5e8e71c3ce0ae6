"""Copies of a gate's parts while the network runs, its proof, and the arrays afterwards."""

from collections.abc import Set
from dataclasses import dataclass, field
from math import isnan

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from senet_viz.blocks.layouts import Layout, arrange
from senet_viz.core.arrays import Array, readonly
from senet_viz.core.records import TOLERANCE, BlockActivation, ExcitationLayers, SEBlock

Switched = npt.NDArray[np.bool_]
POSITIONS = 4
AT_ONCE = 1 << 20
FEW = 1 << 15
PLAIN: Layout = ((("n", 1),), (("c", 1),))


@dataclass(slots=True, eq=False)
class GateParts:
    """Copies of the parts of one gate in one call, each as (n, c, *places).

    whole: maps are kept whole. scale: (a, b), the factor being a + b times the excitation, where it
    is not among the parts.
    """

    whole: bool
    scale: tuple[float, float] | None = (0.0, 1.0)
    parts: dict[str, Tensor] = field(default_factory=dict)
    places: tuple[int, ...] = ()
    error: float = 0.0
    largest: float = 0.0
    proved: bool = False
    tolerance: float = TOLERANCE
    overridden: bool = False

    def take(self, part: str, tensor: Tensor, layout: Layout) -> None:
        """Copy a part, which the network may write to next. Whole maps are proved at once."""
        if tensor.requires_grad:
            tensor = tensor.detach()
        tensor = arrange(tensor, layout)
        if part == "features":
            self.places = tuple(tensor.shape[2:])
        if part in ("features", "product") and not self.whole:
            tensor = _at_positions(tensor)
        if part == "product" and self.whole and {"features", "excitation"} <= self.parts.keys():
            self._prove(tensor)
        else:
            self.parts[part] = tensor.clone()

    def has(self, parts: Set[str]) -> bool:
        """Whether all of these have passed."""
        return len(self.parts) + self.proved >= len(parts)

    def factor(self) -> Tensor:
        """(n, c), float32, on the CPU."""
        factor = self.parts.get("factor")
        if factor is not None:
            return _float(factor)
        a, b = self.scale or (0.0, 1.0)
        excitation = self.parts["excitation"]
        return _float(excitation) if (a, b) == (0.0, 1.0) else a + b * _float(excitation)

    def excitation(self) -> Array:
        """(n, c)."""
        excitation = _array(self.parts["excitation"])
        if self.scale == (0.0, 1.0) and "factor" in self.parts:
            factor = self.factor()
            if excitation.shape != tuple(factor.shape):  # one gate for several channels
                excitation = readonly(factor.numpy())
        return excitation

    def squeeze(self) -> Array:
        """(n, c)."""
        return _array(self.parts["squeeze"])

    def switched(self) -> Switched | None:
        """Which hidden units are not 0 (n, m); None where none were copied."""
        hidden = self.parts.get("hidden")
        return None if hidden is None or hidden.ndim != 2 else np.asarray(_array(hidden) != 0)

    def conclude(
        self, block: SEBlock, gain: float, layers: ExcitationLayers | None, why: str
    ) -> BlockActivation:
        """The record. Raises a RuntimeError where the parts do not fit together.

        gain: what the product is multiplied by, and so the factor. why: there are no layers.
        """
        product = self.parts.get("product")
        if product is not None:
            self._prove(product)
        factor = self.factor()
        return BlockActivation(
            block=block,
            squeeze=self.squeeze(),
            hidden=self._optional("hidden"),
            excitation=self.excitation(),
            features=self._optional("features") if self.whole else None,
            places=self.places,
            error=self.error * abs(gain),
            output_scale=self.largest * abs(gain),
            tolerance=self.tolerance,
            logit=self._optional("logit"),
            layers=layers,
            factor=readonly((factor if gain == 1 else factor * gain).numpy()),
            unexplained=why,
            overridden=self.overridden,
        )

    def _optional(self, part: str) -> Array | None:
        held = self.parts.get(part)
        return None if held is None else _array(held)

    def _prove(self, product: Tensor) -> None:
        """Some inputs at a time, so that little memory is asked for."""
        self.proved = True
        features, factor, product = self._summands(product)
        self.error = 0.0
        if product.numel() <= FEW:
            self.error, self.largest = _few_apart(*map(_array, (features, factor, product)))
            return
        several = max(1, AT_ONCE // product[:1].numel())
        parts = (torch.split(each, several) for each in (features, factor, product))
        for some_features, some_factors, some in zip(*parts, strict=True):
            actual = some.float()
            again = some_features.float() * some_factors
            if not torch.equal(again, actual):
                self.error = max(self.error, _largest(again.sub_(actual)), key=_unknown_first)
            self.largest = max(self.largest, _largest(actual), key=_unknown_first)

    def _summands(self, product: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Features, factor and product so that the first times the second is the third."""
        features = self.parts["features"]
        if product.is_quantized:
            features, product = features.dequantize(), product.dequantize()
        self.tolerance = max(TOLERANCE, 4 * torch.finfo(product.dtype).eps)
        factor = self.factor().to(product.device)
        return features, factor.reshape(*factor.shape, *(1,) * (product.ndim - 2)), product


def _unknown_first(number: float) -> float:
    return float("inf") if isnan(number) else number


def _few_apart(features: Array, factor: Array, product: Array) -> tuple[float, float]:
    """max|features * factor - product| and max|product|: NumPy is faster for a few numbers."""
    if product.size == 0:
        return 0.0, 0.0
    with np.errstate(all="ignore"):
        again = features * factor
        error = float(np.abs(again - product).max())
        if isnan(error) and np.array_equal(again, product):  # both are infinite in some places
            error = 0.0
        return _unknown_first(error), _unknown_first(float(np.abs(product).max()))


def _largest(values: Tensor) -> float:
    """max|values|, looked through in the order of memory: several times faster than another."""
    if values.numel() == 0:
        return 0.0
    if not values.is_contiguous():
        order = sorted(range(values.ndim), key=values.stride, reverse=True)
        values = values.permute(order)
    low, high = torch.aminmax(values)
    return max(map(_unknown_first, (float(-low.item()), float(high.item()))))


def _float(tensor: Tensor) -> Tensor:
    return (tensor.dequantize() if tensor.is_quantized else tensor).to("cpu", torch.float32)


def _array(tensor: Tensor) -> Array:
    if tensor.dtype is not torch.float32 or not tensor.is_cpu:
        tensor = _float(tensor)
    return readonly(np.ascontiguousarray(tensor.numpy()))


def _at_positions(maps: Tensor) -> Tensor:
    """A view of evenly spaced places, at most 4 in each direction."""
    size, stride = list(maps.shape), list(maps.stride())
    for i in range(2, maps.ndim):
        step = max(1, -(-size[i] // POSITIONS))
        size[i], stride[i] = -(-size[i] // step), stride[i] * step
    return maps.as_strided(size, stride)
