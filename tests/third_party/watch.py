"""An independent watch of products: what multiplies feature maps, told by its numbers alone.

It knows no module and no word of the library. A tensor comes of the inputs where an operation made
it of one that does. A product of two such tensors is noted where one of them, laid out like the
other, is one number a channel: equal at all places, and not equal in all channels. So it sees
neither maps of a single place, nor products that are hidden in an ``einsum``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.weak import WeakIdKeyDictionary

Array = npt.NDArray[np.float64]
_PRODUCTS = frozenset({"aten.mul.Tensor", "aten.mul_.Tensor"})
_OF_SHAPES = ("empty", "zeros", "ones", "full", "rand")


@dataclass(frozen=True, slots=True, eq=False)
class Met:
    """One product. factor: (n, c). sums: the feature maps summed over their places, (n, c)."""

    factor: Array
    sums: Array


class Watch(TorchDispatchMode):
    """Notes the products of one forward pass, in the order in which they ran.

    constants: also those whose factor comes of no input, as where another gate was put in force.
    """

    def __init__(self, inputs: object, *, constants: bool = False) -> None:
        super().__init__()
        self._least = 1 if constants else 2
        self.met: list[Met] = []
        self._followed: Any = WeakIdKeyDictionary()
        for tensor in _tensors(inputs):
            self._followed[tensor] = True

    def __torch_dispatch__(
        self,
        func: Any,
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        given = [t for t in _tensors((args, kwargs)) if t in self._followed]
        if str(func) in _PRODUCTS and len(given) >= self._least and isinstance(args[1], Tensor):
            self._note(args[0], args[1])
        out = func(*args, **(kwargs or {}))
        if given and not any(word in str(func) for word in _OF_SHAPES):
            for tensor in _tensors(out):
                self._followed[tensor] = True
        return out

    def _note(self, first: Tensor, second: Tensor) -> None:
        if not (first.is_floating_point() and second.is_floating_point()):
            return
        shape = torch.broadcast_shapes(first.shape, second.shape)
        for maps, factor in ((first, second), (second, first)):
            if maps.shape == shape and (met := _as_gate(maps, factor)) is not None:
                self.met.append(met)
                return


def _as_gate(maps: Tensor, factor: Tensor) -> Met | None:
    """The product of maps (n, c, *places) or (n, *places, c) with one number a channel."""
    if maps.ndim < 3:
        return None
    wide = factor.detach().expand(maps.shape)
    for channels in (1, maps.ndim - 1):
        places = [d for d in range(1, maps.ndim) if d != channels]
        numbers = wide.amax(places)
        if (
            maps[0].numel() > maps.shape[channels] > 1
            and torch.equal(numbers, wide.amin(places))
            and not torch.equal(numbers.amax(1), numbers.amin(1))
            and not torch.equal(maps.amax(places), maps.amin(places))
        ):
            return Met(numbers.double().numpy(), maps.detach().double().sum(places).numpy())
    return None


def _tensors(values: object) -> Iterator[Tensor]:
    return (leaf for leaf in tree_leaves(values) if isinstance(leaf, Tensor))
