"""What the dimensions of a tensor stand for: inputs, channels, places, or nothing that varies.

A dimension is a tuple of factors, since reshaping joins and splits dimensions: (n, c, h, w) viewed
as (n, c·h, w) has the factors n | c h | w. A factor of no role is the same all along.
"""

from collections.abc import Iterable, Sequence
from math import prod
from typing import NamedTuple

INPUT, CHANNEL, PLACE, UNKNOWN, FRAME = 1, 2, 4, 8, 16
"""FRAME: folded into the batch before a convolution, so an input, or a place if it is pooled."""


class Axis(NamedTuple):
    """One factor. ``role`` is a cell that all views of a tensor share, to be settled late."""

    role: list[int]
    size: int


Dimension = tuple[Axis, ...]
Axes = tuple[Dimension, ...]


def of(roles: Iterable[int], shape: Sequence[int]) -> Axes:
    """One factor a dimension, each of its own role."""
    return tuple([(Axis([role], size),) for role, size in zip(roles, shape, strict=True)])


def like(known: Sequence[Sequence[tuple[int, int]]], shape: Sequence[int]) -> Axes:
    """The roles of a tensor known before, for one of another size."""
    if len(known) != len(shape):
        return unknown(shape)
    dimensions = []
    for factors, size in zip(known, shape, strict=True):
        inner = [Axis([role], count) for role, count in factors[1:]]
        outer = [Axis([role], size // size_of(tuple(inner))) for role, _ in factors[:1]]
        dimensions.append((*outer, *inner))
    return tuple(dimensions)


def unknown(shape: Sequence[int]) -> Axes:
    """Nothing is known but the shape: of one or two dimensions the last holds channels."""
    if len(shape) <= 2:
        return of((INPUT, CHANNEL)[2 - len(shape) :], shape)
    return of([UNKNOWN] * len(shape), shape)


def varies(dimension: Dimension) -> int:
    """The roles along one dimension, as bits; 0 where it is the same all along."""
    bits = 0
    for axis in dimension:
        if axis.size > 1:
            bits |= axis.role[0]
    return bits


def has(axes: Axes, bits: int) -> bool:
    for dimension in axes:
        for axis in dimension:
            if axis.role[0] & bits:
                return True
    return False


def count(axes: Axes, bits: int) -> int:
    """How many numbers lie along the factors of these roles."""
    return prod(axis.size for dimension in axes for axis in dimension if axis.role[0] & bits)


def settle(axes: Axes, roles: Sequence[int]) -> None:
    """Give every factor that is still unknown the role of its dimension."""
    for dimension, known in zip(axes, roles, strict=True):
        for axis in dimension:
            if axis.role[0] == UNKNOWN:
                axis.role[0] = known


def channels_at(axes: Axes, place: int, *, folded: int = PLACE) -> None:
    """Settle what is unknown: channels at ``place``, the first factor inputs, the rest places.

    folded: what else is in the first dimension.
    """
    if not has(axes, UNKNOWN):
        return
    place %= len(axes)
    if place > 0 and axes[0]:
        settle((axes[0][:1],), (INPUT,))
        settle(axes[:1], (folded,))
    settle(axes, [CHANNEL if d == place else PLACE for d in range(len(axes))])


def pooled_over(axes: Axes, dims: Sequence[int]) -> None:
    """Settle what is unknown from the dimensions that a pooling takes away."""
    ndim = len(axes)
    remaining = [d for d in range(ndim) if d not in dims]
    if not remaining or not has(axes, UNKNOWN):
        return
    channels_first = (ndim >= 4 and tuple(dims) == (1,)) or (ndim in (3, 4) and min(dims) >= 2)
    channels = 1 if channels_first else remaining[-1]
    roles = [PLACE if d in dims or d > channels else INPUT for d in range(ndim)]
    roles[channels] = CHANNEL
    settle(axes, roles)


def regroup(axes: Axes, shape: Sequence[int]) -> Axes:
    """The same numbers in the same order under another shape; there may be none at all."""
    if not prod(shape):
        return mixed(axes, shape)
    left = [axis for dimension in reversed(axes) for axis in reversed(dimension)]
    dimensions: list[Dimension] = []
    for wanted in shape:
        size = wanted
        dimension: list[Axis] = [left.pop()] if size == 1 and left and left[-1].size == 1 else []
        while size > 1:
            axis = left.pop() if left else None
            if axis is not None and size % axis.size == 0:
                size //= axis.size
            elif axis is not None and axis.size % size == 0:
                left.append(Axis(axis.role, axis.size // size))
                axis, size = Axis(axis.role, size), 1
            else:
                return mixed(axes, shape)
            dimension.append(axis)
        dimensions.append(_repeated(dimension))
    return tuple(dimensions)


def _repeated(dimension: list[Axis]) -> Dimension:
    """What is the same along a part of a dimension only is that dimension's numbers repeated."""
    varying = [axis.role for axis in dimension if axis.role[0] and axis.size > 1]
    if not varying:
        return tuple(dimension)
    return tuple(axis if axis.role[0] else Axis(varying[0], axis.size) for axis in dimension)


def mixed(axes: Axes, shape: Sequence[int]) -> Axes:
    """All that is known is which inputs there are, if that."""
    axes_after = of([CHANNEL] * len(shape), shape)
    if axes and shape and size_of(axes[0]) == shape[0] and varies(axes[0]) in (0, INPUT):
        axes_after = (axes[0], *axes_after[1:])
    return axes_after


def resized(axes: Axes, shape: Sequence[int]) -> Axes:
    """Dimensions of another size keep their roles; one that was the same all along stays so."""
    if len(axes) != len(shape):
        return unknown(shape)
    return tuple(
        dimension if size_of(dimension) == size else (Axis([_role(dimension)], size),)
        for dimension, size in zip(axes, shape, strict=True)
    )


def expanded(axes: Axes, shape: Sequence[int]) -> Axes:
    """Broadcast to ``shape``: new and stretched dimensions are the same all along."""
    padded = ((),) * (len(shape) - len(axes)) + axes
    return tuple(
        dimension if size_of(dimension) == size else (Axis([0], size),)
        for dimension, size in zip(padded, shape, strict=True)
    )


def together(several: Sequence[Axes], shape: Sequence[int]) -> Axes:
    """Of tensors broadcast against one another: for each dimension what varies along it."""
    stretched = [expanded(axes, shape) for axes in several]
    return tuple(
        max(dimensions, key=lambda d: (varies(d) & ~UNKNOWN > 0, varies(d) > 0, len(d)))
        for dimensions in zip(*stretched, strict=True)
    )


def broadcast(first: Sequence[int], second: Sequence[int]) -> tuple[int, ...]:
    """The shape that two shapes have together."""
    longest = max(len(first), len(second))
    pairs = zip(*((*(1,) * (longest - len(s)), *s) for s in (first, second)), strict=True)
    return tuple(b if a == 1 else a for a, b in pairs)


def size_of(dimension: Dimension) -> int:
    return prod(axis.size for axis in dimension)


def _role(dimension: Dimension) -> int:
    bits = 0
    for axis in dimension:
        bits |= axis.role[0]
    return bits
