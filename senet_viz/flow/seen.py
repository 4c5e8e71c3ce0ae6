"""Copies of a gate's parts while the network runs, made into arrays and proved afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from senet_viz.flow.layouts import Layout, arrange
from senet_viz.flow.plan import PlannedGate
from senet_viz.flow.records import GateActivation
from senet_viz.records import TOLERANCE, Array, readonly

POSITIONS = 8
PLAIN: Layout = ((("n", 1),), (("c", 1),))


@dataclass(slots=True, eq=False)
class Seen:
    """The parts of one gate in one call, as the network has them. whole: maps are kept whole."""

    whole: bool
    parts: dict[str, tuple[Tensor, Layout]] = field(default_factory=dict)
    shape: tuple[int, ...] = ()

    def take(self, part: str, tensor: Tensor, layout: Layout) -> None:
        """Copy a part: what the network does next may write to it."""
        if part in ("features", "product"):
            if part == "features":
                self.shape = tuple(tensor.shape)
            if not self.whole:
                tensor = _at_positions(tensor, layout)
        self.parts[part] = (tensor.detach().clone(), layout)

    def conclude(self, gate: PlannedGate, name: str) -> GateActivation:
        """The arrays, and the proof."""
        arranged = {part: arrange(*given) for part, given in self.parts.items()}
        features, product = arranged["features"], arranged["product"]
        excitation = _float(arranged["excitation"])
        factor = _factor(gate, arranged, excitation)
        if gate.scale == (0.0, 1.0) and excitation.shape != factor.shape:
            excitation = factor  # one gate for several channels
        error, scale = _largest_error(features, factor / gate.gain, product)
        layout = self.parts["features"][1]
        logit, hidden = arranged.get("logit"), arranged.get("hidden")
        return GateActivation(
            gate=gate,
            name=name,
            squeeze=_array(arranged["squeeze"]),
            hidden=None if hidden is None else _array(hidden),
            logit=None if logit is None else _array(logit),
            excitation=readonly(excitation.numpy()),
            factor=readonly(factor.numpy()),
            features=_array(features) if self.whole else None,
            places=_places(self.shape, layout),
            error=error,
            output_scale=scale,
            tolerance=max(TOLERANCE, 4 * torch.finfo(product.dtype).eps),
        )


def _factor(gate: PlannedGate, arranged: Mapping[str, Tensor], excitation: Tensor) -> Tensor:
    if "factor" in arranged:
        return _float(arranged["factor"]) * gate.gain
    a, b = gate.scale or (0.0, 1.0)
    return excitation if (a, b) == (0.0, 1.0) else a + b * excitation


def _float(tensor: Tensor) -> Tensor:
    return tensor.dequantize().cpu().float() if tensor.is_quantized else tensor.cpu().float()


def _array(tensor: Tensor) -> Array:
    return readonly(np.ascontiguousarray(_float(tensor).numpy()))


def _at_positions(maps: Tensor, layout: Layout) -> Tensor:
    """A view of evenly spaced places, at most 8 in each direction."""
    return maps[
        tuple(
            slice(None, None, -(-size // POSITIONS)) if held and held[0][0] == "p" and len(held) == 1 else slice(None)
            for size, held in zip(maps.shape, layout, strict=True)
        )
    ]


def _places(shape: tuple[int, ...], layout: Layout) -> tuple[int, ...]:
    found: list[int] = []
    for size, held in zip(shape, layout, strict=True):
        for i, (letter, inner) in enumerate(held):
            if letter == "p":
                found.append(size if len(held) == 1 else inner if i else size // _inner(held))
    return tuple(found)


def _inner(held: tuple[tuple[str, int], ...]) -> int:
    total = 1
    for _, size in held[1:]:
        total *= size
    return total


def _largest_error(features: Tensor, factor: Tensor, product: Tensor) -> tuple[float, float]:
    """max|features * factor - product| and max|product| in float32; NaN where a value is."""
    if product.is_quantized:
        features, product = features.dequantize(), product.dequantize()
    given, seen = features.float(), product.float()
    gates = factor.to(given.device).reshape(*factor.shape, *(1,) * (given.ndim - 2))
    return _largest((given * gates).sub_(seen)), _largest(seen)


def _largest(values: Tensor) -> float:
    if values.numel() == 0:
        return 0.0
    low, high = torch.aminmax(values)
    return float(torch.maximum(-low, high).abs())
