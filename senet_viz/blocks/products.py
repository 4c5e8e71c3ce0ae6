"""Where a value without places meets a map: a channel gate, or what else it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from torch import Tensor

from senet_viz.blocks import axes as ax
from senet_viz.blocks.axes import CHANNEL, PLACE, Axes
from senet_viz.blocks.calls import Call
from senet_viz.blocks.frames import Frame, innermost
from senet_viz.blocks.values import Ledger, Pooling, Step, Value, chain

Reason = Literal[
    "another map",
    "another input",
    "branches",
    "constant",
    "kernels",
    "mixed channels",
    "mixed places",
    "no learned layer",
    "one number",
    "per place",
    "sum",
    "unread",
]

_RECURRENT = frozenset({"mkldnn_rnn_layer", "_cudnn_rnn", "miopen_rnn"})
"""Layers whose own gates run in one operation; elsewhere these are seen one by one."""


@dataclass(slots=True, eq=False)
class Product:
    """Maps and what multiplies them, as they meet; ``reason`` is None where that is a gate.

    maps and factor are what is known of the two, ``tensors`` the two themselves until the product
    is made. own: the poolings of the maps themselves. frame: the module that runs.
    inverse: it is divided by the factor. fused: one operation makes it and adds it to something.
    read: the role of what took the product first. gain: a number by which it was then multiplied.
    """

    maps: Value
    factor: Value
    tensors: tuple[Tensor, Tensor] | None
    frame: Frame | None
    reason: Reason | None = None
    own: tuple[Pooling, ...] = ()
    steps: list[Step] = field(default_factory=list)
    result: Value | None = None
    inverse: bool = False
    fused: bool = False
    read: str | None = None
    gain: float = 1.0

    @property
    def owner(self) -> Frame | None:
        """The innermost call of a module that holds both the pooling and the product."""
        starts = [s.frame for s in self.steps if s.pooling in self.own]
        if not starts:
            factor = self.factor
            step = factor.step
            starts = [
                factor.squashed[0] if factor.squashed else None if step is None else step.frame
            ]
        around = self.frame
        for start in starts:
            around = innermost(around, start)
        return around


def find_product(call: Call) -> Product | None:
    """The product, sum or mixing that an operation is, of a map and what was made of pools."""
    role = call.role
    if call.name in _RECURRENT:
        return _over_rows(call)
    if role not in ("product", "quotient", "sum", "contract", "affine") or len(call.data) < 2:
        return None
    first, second = call.tensors[:2] if role == "affine" else call.operands()
    pairs = [(first, second), (second, first)]
    for maps, factor in pairs[: 1 if role in ("quotient", "affine") else 2]:
        m, f = call.value_of(maps), call.value_of(factor)
        if m is None or f is None or m is f:
            continue
        if f.step is not None and (m.step is None or _own(m, f)):
            return _meeting(call, m, f, maps, factor)
        two_maps = f.step is None and m.step is None and not m.squashed
        if role == "product" and f.squashed and two_maps and not _is_activation(m, f):
            return Product(m, f, (maps, factor), call.frame(), "per place")
    return None


def _over_rows(call: Call) -> Product | None:
    """The internal gates of a fused recurrent layer (times, n, c) over the rows of a map."""
    rows, frame = call.tensors[0], call.frame()
    maps = call.value_of(rows)
    if maps is None or len(maps.axes) != 3 or not ax.varies(maps.axes[1]) & PLACE:
        return None
    gates = replace(maps, squashed=(frame, call.name))
    return Product(maps, gates, (rows, rows), frame, "per place")


def meeting_of(tensors: Sequence[Tensor], ledger: Ledger) -> Product | None:
    """The gate that two of these tensors would meet in, before they are multiplied."""
    known = [(t, v) for t in tensors if (v := ledger.of(t)) is not None]
    for m, maps in known:
        for f, factor in known:
            if factor.step is not None and (own := _own(maps, factor)):
                return Product(maps, factor, (m, f), None, None, own, chain(factor.step, own))
    return None


def _is_activation(maps: Value, factor: Value) -> bool:
    """A function of each number by itself, as in swish, or of one half by the other, as in GLU."""
    halves = isinstance(maps.family, tuple) and isinstance(factor.family, tuple)
    if halves and maps.family[1] == factor.family[1] and len(maps.axes) == len(factor.axes):
        return True
    pooled = "centred" in factor.form and "centred" not in maps.form
    return maps.family == factor.family and not pooled


def _own(maps: Value, factor: Value) -> tuple[Pooling, ...]:
    """The poolings of this very family of maps that the factor comes of, and the maps do not."""
    fresh = factor.poolings - maps.poolings
    return tuple(p for p in fresh if p.family == maps.family)


def _meeting(call: Call, maps: Value, factor: Value, m: Tensor, f: Tensor) -> Product | None:
    role = call.role
    assert factor.step is not None
    own = _own(maps, factor)
    steps = chain(factor.step, own)
    product = Product(maps, factor, (m, f), call.frame(), None, own, steps)
    product.inverse, product.fused = role == "quotient", call.name in ("addcmul", "lerp")
    learned = any(is_learned(s) for s in steps)
    bounded = any(is_bounding(s) for s in steps)
    if role == "sum":
        wide = ax.broadcast(m.shape, f.shape) == tuple(m.shape)
        product.reason = "sum"
        return product if own and wide and (learned or bounded) else None
    if role == "affine" or (role == "contract" and not is_diagonal(factor.step)):
        product.reason = "kernels" if role == "affine" else _mixing(call, maps, m)
        return product if factor.poolings else None
    normal = role == "quotient" or not factor.poolings or _normalises(steps)
    if not learned and not bounded and normal:
        return None
    product.reason = _reason(product, m, f, learned=learned or bounded)
    return product


def _mixing(call: Call, maps: Value, m: Tensor) -> Reason:
    """What a matrix mixes: what stands along the dimension of the maps that goes."""
    lost = maps.axes[-2 if m.ndim > 1 and call.args[-1] is m else -1]
    return "mixed places" if ax.varies(lost) & PLACE else "mixed channels"


def _reason(  # noqa: PLR0911 - one line a reason
    product: Product, m: Tensor, f: Tensor, *, learned: bool
) -> Reason | None:
    maps, factor = product.maps, product.factor
    if not factor.depends:
        return "constant"
    if not factor.poolings:
        return "another input"
    if any(_is_over_branches(s) for s in product.steps):
        return "branches"
    foreign = any(p.family != maps.family and not p.inner for p in factor.poolings - maps.poolings)
    if not product.own or foreign:
        return "another map"
    if is_diagonal(factor.step):
        return None if learned else "no learned layer"
    along = list(_along(maps.axes, factor.axes, ax.broadcast(m.shape, f.shape)))
    if any(role in (PLACE, 0) for role in along):
        return "per place" if PLACE in along else "branches"
    if CHANNEL not in along:
        return "one number"
    return None if learned else "no learned layer"


def _along(maps: Axes, factor: Axes, shape: tuple[int, ...]) -> Iterator[int]:
    """The maps' roles along which the factor varies; 0 where the maps do not vary."""
    wide, stretched = ax.expanded(maps, shape), ax.expanded(factor, shape)
    varying = [d for d, dimension in enumerate(stretched) if ax.varies(dimension)]
    if varying and ax.has(wide, ax.UNKNOWN):
        ax.channels_at(wide, varying[-1])
    for d in varying:
        roles = {axis.role[0] for axis in wide[d] if axis.size > 1} or {0}
        yield from (
            PLACE if role & PLACE else CHANNEL if role & CHANNEL else role for role in roles
        )


def is_diagonal(step: Step | None) -> bool:
    """Whether this is a diagonal matrix, in whatever layout."""
    while step is not None and step.role in ("layout", "move", "expand") and step.before:
        step = step.before[0]
    return step is not None and step.role == "diagonal"


def is_learned(step: Step) -> bool:
    return step.role == "affine" or (step.role == "contract" and step.weights)


def is_bounding(step: Step) -> bool:
    if step.name == "clamp":
        return None not in (step.argument("min"), step.argument("max"))
    return step.role == "squash"


def _is_over_branches(step: Step) -> bool:
    """A softmax over only some of what varies between channels."""
    if step.name != "_softmax":
        return False
    dim = step.argument("dim") % len(step.axes)
    others = [d for i, d in enumerate(step.axes) if i != dim]
    return any(ax.varies(d) & CHANNEL for d in others)


def _normalises(steps: list[Step]) -> bool:
    """Whether the factor shrinks as its map grows: one over a norm or a deviation."""
    for step in reversed(steps):
        if step.name in ("rsqrt", "reciprocal"):
            return True
        if step.name == "pow":
            exponent = step.argument("exponent")
            return isinstance(exponent, int | float) and exponent < 0
        if step.role == "quotient":
            return not isinstance(step.args[0], Step)
        if step.role not in ("layout", "move", "expand", "sum", "product", "squash"):
            return False
    return False
