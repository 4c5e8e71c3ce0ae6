"""The gate overrides in force, and the factors that follow from them."""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from senet_viz.blocks.anatomy import read_anatomy
from senet_viz.blocks.follower import Follower
from senet_viz.blocks.layouts import Layout, arrange, layout_of, spread
from senet_viz.blocks.products import Product, meeting_of
from senet_viz.blocks.values import again
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr
from senet_viz.hooks.reader import Reader


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """The excitations that one ``override`` puts in force, by name; NaN keeps the own one."""

    model: nn.Module
    values: dict[str, Tensor]

    def put(self, values: Mapping[str, Tensor]) -> None:
        self.values.update(values)


EDITS: ContextVar[tuple[Edit, ...]] = ContextVar("senet_viz_edits", default=())


def values_for(model: nn.Module, gate: str, call: str) -> tuple[Tensor, ...]:
    """The overrides of a gate in this context, of all its calls or of one; the last one wins."""
    edits = [e.values for e in EDITS.get() if e.model is model]
    if not edits:
        return ()
    return tuple(
        values[name] for values in edits for name in dict.fromkeys((gate, call)) if name in values
    )


def edited(values: Sequence[Tensor], own: Tensor, layout: Layout) -> Tensor:
    """The excitation after overrides."""
    for value in values:
        own = _applied(value, own, layout)
    return own


def edited_factor(values: Sequence[Tensor], product: Product) -> tuple[Tensor, Tensor]:
    """Excitation and factor after overrides, for a gate that was followed."""
    parts = read_anatomy(product)
    own = parts.excitation.tensor
    assert own is not None
    new = edited(values, own, layout_of(parts.excitation.axes))
    return new, again(parts.factor, {parts.excitation.number: new})


class Above(TorchFunctionMode):
    """Puts other factors in above autograd, so that gradients are those of the new ones."""

    def __init__(self, follow: Follower, reader: Reader) -> None:
        super().__init__()
        self._follow, self._reader = follow, reader

    def __torch_function__(
        self, func: Any, types: object, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if name in _PRODUCTS and self._reader.edit is not None:
            tensors = [a for a in (*args, *kwargs.values()) if isinstance(a, Tensor)]
            meeting = meeting_of(tensors, self._follow.ledger)
            new = None
            if meeting is not None:
                new = self._reader.edit(len(self._reader.met), meeting)
            if new is not None and meeting is not None and meeting.tensors is not None:
                factor = meeting.tensors[1]
                args = tuple(new[1] if a is factor else a for a in args)
                kwargs = {k: new[1] if v is factor else v for k, v in kwargs.items()}
                with self._reader.edited(new[0]):
                    return func(*args, **kwargs)
        return func(*args, **kwargs)


_PRODUCTS = frozenset(
    [
        "mul",
        "mul_",
        "multiply",
        "multiply_",
        "__mul__",
        "__rmul__",
        "__imul__",
        "div",
        "div_",
        "divide",
        "true_divide",
        "__truediv__",
        "__itruediv__",
        "addcmul",
        "addcmul_",
        "einsum",
        "matmul",
        "bmm",
        "__matmul__",
        "lerp",
    ]
)


def _applied(value: Tensor, own: Tensor, layout: Layout) -> Tensor:
    flat = arrange(own, layout)
    try:
        wanted = value.to(own).expand_as(flat)
    except RuntimeError as error:
        raise CaptureError(
            tr(
                "the overriding gates have shape {shape}, but the block has {channels} "
                "channels and {pictures} pictures",
                shape=tuple(value.shape),
                channels=flat.shape[1],
                pictures=flat.shape[0],
            )
        ) from error
    return spread(torch.where(wanted.isnan(), flat, wanted), layout, own.shape)
