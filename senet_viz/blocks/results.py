"""What is known of an operation's output before it is noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from senet_viz.blocks import axes as ax
from senet_viz.blocks.axes import CHANNEL, INPUT, PLACE, UNKNOWN, Axes
from senet_viz.blocks.values import Pooling, Value


@dataclass(slots=True)
class Result:
    """What is known of an output before it is noted.

    like: a value of the same family. form: by which functions of each number it comes from there.
    pooling: that it ends; part: that it begins. same: it holds the same numbers.
    """

    axes: Axes
    like: Value | None = None
    family: Any = None
    form: tuple[str, ...] = ()
    pooling: Pooling | None = None
    part: Pooling | None = None
    same: bool = False


def pooled(
    value: Value, dims: Sequence[int], word: str, *, keep: bool, form: tuple[str, ...] | None = None
) -> Result:
    """The dimensions ``dims`` taken away from a value, or left with nothing along them (keep)."""
    ax.pooled_over(value.axes, dims)
    axes = tuple(
        () if d in dims else dimension
        for d, dimension in enumerate(value.axes)
        if keep or d not in dims
    )
    return _without_places(value, axes, dims, word, value.form if form is None else form)


def _without_places(
    value: Value, axes: Axes, dims: Sequence[int], word: str, form: tuple[str, ...]
) -> Result:
    """What is left is a part of a pooling, its end, or a sum over something that is no place."""
    family = value.family
    words: tuple[str, ...] = (word,)
    count = prod(ax.size_of(value.axes[d]) for d in dims)
    if value.part is not None:
        family, form = value.part.family, value.part.form
        words = tuple(dict.fromkeys((*value.part.words, word)))
        count *= value.part.count
    lost = [value.axes[d] for d in dims]
    more_than_places = any(ax.varies(d) & (INPUT | CHANNEL) for d in lost)
    no_squeeze = value.poolings or not ax.has(axes, CHANNEL)
    if value.step is not None and more_than_places and no_squeeze:
        return Result(axes)
    pooling = Pooling(family, form, words, count, bool(value.poolings), value.product)
    if ax.has(axes, PLACE | UNKNOWN):
        over_channels = any(ax.varies(d) & CHANNEL for d in lost)
        return Result(axes, part=None if over_channels else pooling)
    return Result(axes, pooling=pooling)
