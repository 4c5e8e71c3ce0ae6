"""From a tensor as a network has it to (n, c, *places)."""

from collections.abc import Container, Sequence
from functools import lru_cache
from math import prod

import torch
from torch import Tensor

from senet_viz.blocks import axes as ax
from senet_viz.blocks.axes import Axes

Layout = tuple[tuple[tuple[str, int], ...], ...]
"""For each dimension what it holds, outermost first: "n", "c" or "p" and how many; () for none."""


def layout_of(axes: Axes, *, frames: str = "n", places: Container[int] = frozenset()) -> Layout:
    """How the numbers of a tensor lie.

    frames: what frames are that were folded into the batch, "n" or "p". places: ids of the roles of
    factors that are places here, whatever they are called.
    """
    letters = {ax.INPUT: "n", ax.CHANNEL: "c", ax.PLACE: "p", ax.FRAME: frames}
    layout: list[tuple[tuple[str, int], ...]] = []
    for dimension in axes:
        held: list[tuple[str, int]] = []
        if not any(axis.role[0] for axis in dimension):
            layout.append(())
            continue
        for cell, count in dimension:
            size, letter = count, "p" if id(cell) in places else letters.get(cell[0], "p")
            if size == 1 and len(dimension) > 1:
                continue
            if held and held[-1][0] == letter != "p":
                size *= held.pop()[1]
            held.append((letter, size))
        layout.append(tuple(held))
    return tuple(layout)


def is_plain(layout: Layout) -> bool:
    """Whether each dimension holds one thing, so that tensors of other sizes lie alike."""
    return all(len(held) <= 1 for held in layout)


def sizes_of(layout: Layout, letter: str) -> tuple[int, ...]:
    return tuple(size for held in layout for each, size in held if each == letter)


def arrange(tensor: Tensor, layout: Layout) -> Tensor:
    """The tensor as (n, c, *places): what it is the same along left out, a batch of 1 put in."""
    kind = _kind(layout)
    if kind == "maps":
        return tensor
    if kind == "vectors":
        if tensor.ndim == 2:
            return tensor
        flat = tensor.flatten(1)
        width = flat.shape[1]
        if width == max(tensor.shape[1:]):
            return flat
    if any(not held for held in layout):
        tensor = tensor[tuple(slice(None) if held else 0 for held in layout)]
    held = [each for each in layout if each]
    sizes: list[int] = []
    for size, factors in zip(tensor.shape, held, strict=True):
        inner = [count for _, count in factors[1:]]
        sizes.extend([size // prod(inner), *inner])
    letters = [letter for factors in held for letter, _ in factors]
    order = [i for wanted in "ncp" for i, letter in enumerate(letters) if letter == wanted]
    n, c, places = (_of(letters, sizes, letter) for letter in "ncp")
    if order != list(range(len(order))) or len(sizes) != tensor.ndim:
        tensor = tensor.reshape(sizes).permute(order)
    return tensor.reshape(prod(n), prod(c), *places)


@lru_cache(512)
def _kind(layout: Layout) -> str:
    """Whether tensors that lie so are in order already, as most do."""
    letters = "".join(held[0][0] if len(held) == 1 else "-" if not held else "?" for held in layout)
    if letters[:2] == "nc" and not letters[2:].strip("p"):
        return "maps"
    return "vectors" if letters[:1] == "n" and letters[1:].strip("-") == "c" else "other"


def spread(matrix: Tensor, layout: Layout, shape: Sequence[int]) -> Tensor:
    """(n, c), or what broadcasts to it, as a tensor of a shape and layout: ``arrange`` undone."""
    sizes: list[int] = []
    letters: list[str] = []
    for size, factors in zip(shape, layout, strict=True):
        inner = [count for _, count in factors[1:]]
        sizes.extend([size // prod(inner), *inner] if factors else [])
        letters.extend(letter for letter, _ in factors)
    order = [i for wanted in "nc" for i, letter in enumerate(letters) if letter == wanted]
    n, c = (_of(letters, sizes, letter) for letter in "nc")
    numbers = matrix.expand(prod(n), prod(c)).reshape(*n, *c)
    numbers = numbers.permute([order.index(i) for i in range(len(order))])
    shape_after = [size if factors else 1 for size, factors in zip(shape, layout, strict=True)]
    return numbers.reshape(shape_after).expand(*shape)


def _of(letters: Sequence[str], sizes: Sequence[int], wanted: str) -> list[int]:
    return [size for letter, size in zip(letters, sizes, strict=True) if letter == wanted]


def put_back(maps: Tensor, layout: Layout, shape: Sequence[int]) -> Tensor:
    """Maps (n, c, *places) as a tensor of a shape that lies so: ``arrange`` undone."""
    if _kind(layout) == "maps":
        return maps
    numbers = arrange(torch.arange(maps.numel()).reshape(*shape), layout).flatten()
    flat = torch.empty_like(maps).flatten()
    flat[numbers.to(maps.device)] = maps.flatten()
    return flat.reshape(*shape)
