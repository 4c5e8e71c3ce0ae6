"""receptive_fields(): what each block's places see of the input, from strides and kernels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from senet_viz.analysis.receptive_fields import ReceptiveField
from senet_viz.blocks.network_runs import placed, tensors_in, unwrapped
from senet_viz.blocks.products import Product
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr
from senet_viz.hooks.followed_gates import follow_gates

# Beside what PyTorch marks as pointwise: none of these moves a value to another place.
_PLACE_BY_PLACE = frozenset(
    "batch_norm native_batch_norm _native_batch_norm_legit _native_batch_norm_legit_no_training "
    "native_group_norm native_dropout cat clone alias detach _to_copy contiguous split "
    "split_with_sizes chunk slice copy lift_fresh squeeze unsqueeze hardswish hardsigmoid hardtanh "
    "relu relu6 silu gelu mish elu leaky_relu prelu dropout".split()
)
_MAX_POOLS = frozenset(
    f"{name}{d}d{end}"
    for name in ("max_pool", "mkldnn_max_pool")
    for d in (1, 2, 3)
    for end in ("", "_with_indices")
)
_MEAN_POOLS = frozenset(f"avg_pool{d}d" for d in (1, 2, 3))
_CONVOLUTIONS = frozenset(("convolution", "mkldnn_convolution", "_convolution"))


def receptive_fields(model: nn.Module, image: Tensor) -> dict[str, ReceptiveField]:
    """One forward pass: the theoretical field of each block's places, by the block's name.

    image: one input (1, c, *places), preprocessed. A block whose feature maps come through what
    has no field (a reshaping, attention over places, an interpolation) is left out.

    Raises a BlockError where the model has no gate, a CaptureError where image is no such input.

    >>> from senet_viz.models.residual import build
    >>> receptive_fields(build("se"), torch.rand(1, 3, 64, 64))["layer1.0.se"].size
    (23, 23)
    """
    if image.ndim < 3 or len(image) != 1:
        raise CaptureError(
            tr(
                "an input of shape {shape} has no receptive field to follow. Give one, (1, c, h, "
                "w), (1, c, t) or (1, c, d, h, w)",
                shape=tuple(image.shape),
            )
        )
    image = placed(unwrapped(model)[0], image)
    fields = _Fields(image)
    fields_by_block = {}
    for block, product in follow_gates(model, image, fields):
        reading = fields.met.get(id(product))
        if reading is not None:
            places, field = reading
            fields_by_block[block.name] = ReceptiveField(
                block=block,
                places=places,
                input_size=tuple(image.shape[2:]),
                step=tuple(axis.step for axis in field),
                start=tuple(axis.start for axis in field),
                end=tuple(axis.end for axis in field),
                gates_before=block.index,
            )
    return fields_by_block


@dataclass(frozen=True, slots=True)
class _Axis:
    """Place i sees the input from ``start + i * step`` to ``end + i * step``."""

    step: int
    start: int
    end: int

    def under(self, kernel: int, stride: int, padding: int, dilation: int) -> "_Axis":
        """The field after a sliding window."""
        first = self.start - self.step * padding
        last = self.end + self.step * (dilation * (kernel - 1) - padding)
        return _Axis(self.step * stride, first, last)

    def with_(self, other: "_Axis") -> "_Axis | None":
        """The field of a sum of two tensors; None where their places are not on one grid."""
        if self.step != other.step:
            return None
        return _Axis(self.step, min(self.start, other.start), max(self.end, other.end))


Field = tuple[_Axis, ...]


class _Fields(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Follows the fields of all tensors whose last dimensions are places, through a pass."""

    def __init__(self, image: Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.met: dict[int, tuple[tuple[int, ...], Field]] = {}
        self._axes = image.ndim - 2
        start = tuple(_Axis(1, 0, 0) for _ in range(self._axes))
        # Tensors are kept, so that no id is used again.
        self._known: dict[int, tuple[Tensor, Field]] = {id(image): (image, start)}

    def before(self, product: Product, maps: Tensor, factor: Tensor) -> None:
        """A product is about to be made: note the field of its feature maps."""
        known = self._known.get(id(maps))
        if known is not None:
            self.met[id(product)] = (tuple(maps.shape[-self._axes :]), known[1])

    def after(self, product: Product, out: Tensor) -> None:
        """Do nothing: the product is followed like any other tensor."""

    def __torch_dispatch__(
        self,
        func: Any,
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        given = [x for x in tensors_in(args) if id(x) in self._known]
        fields = [(x.shape[-self._axes :], self._known[id(x)][1]) for x in given]
        answer = func(*args, **(kwargs or {}))
        for out in tensors_in(answer):
            self._known.pop(id(out), None)
            field = self._after(func, args, fields, out) if fields else None
            if field is not None:
                self._known[id(out)] = (out, field)
        return answer

    def _after(
        self, func: Any, args: tuple[Any, ...], fields: list[tuple[torch.Size, Field]], out: Tensor
    ) -> Field | None:
        name = func._schema.name.removeprefix("aten::")
        if name in _CONVOLUTIONS:
            # input, weight, bias, stride, padding, dilation, transposed
            stride, padding, dilation = (self._each(value) for value in args[3:6])
            kernel = tuple(args[1].shape[2:])
            return None if args[6] else _windowed(fields[0][1], kernel, stride, padding, dilation)
        if name in _MAX_POOLS or name in _MEAN_POOLS:
            kernel = self._each(args[1])
            stride = self._each(args[2]) if len(args) > 2 and args[2] else kernel
            padding = self._each(args[3] if len(args) > 3 else 0)
            dilated = name in _MAX_POOLS and len(args) > 4
            dilation = self._each(args[4] if dilated else 1)
            return _windowed(fields[0][1], kernel, stride, padding, dilation)
        if name == "constant_pad_nd":
            before = tuple(args[1][::2])[: self._axes][::-1]
            before = (0,) * (self._axes - len(before)) + before
            return _windowed(fields[0][1], *zip(*((1, 1, b, 1) for b in before), strict=True))
        if name.removesuffix("_") not in _PLACE_BY_PLACE and torch.Tag.pointwise not in func.tags:
            return None
        alike = [field for size, field in fields if size == out.shape[-self._axes :]]
        return _merged(alike) if out.ndim > self._axes else None

    def _each(self, value: Any) -> tuple[int, ...]:
        """A setting for every axis, as PyTorch takes it; it pools a signal as a flat picture."""
        values = tuple(value) if isinstance(value, list | tuple) else (value,)
        return values * self._axes if len(values) == 1 else values[-self._axes :]


def _windowed(field: Field, *settings: tuple[int, ...]) -> Field:
    return tuple(
        axis.under(*each) for axis, each in zip(field, zip(*settings, strict=True), strict=True)
    )


def _merged(fields: list[Field]) -> Field | None:
    if not fields:
        return None
    merged = list(fields[0])
    for field in fields[1:]:
        for place, axis in enumerate(field):
            both = merged[place].with_(axis)
            if both is None:
                return None
            merged[place] = both
    return tuple(merged)
