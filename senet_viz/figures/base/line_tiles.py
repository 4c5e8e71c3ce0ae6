"""A feature map of any number of axes as one small picture: a line, the map, its middle slice."""

import numpy as np

from senet_viz.core.arrays import Array
from senet_viz.figures.base import palette_images
from senet_viz.figures.base.chart import finite
from senet_viz.figures.base.palette_images import LEVELS, Floats, Indices, Uniform

FLAT = 0.75  # height of a line's tile over its width
GROUND, ZERO, INK = LEVELS + 1, LEVELS + 6, 255
PEN = 3  # px


def map_tile(
    values: Floats, low: float, high: float, *, side: int, uniform: Uniform = "hatch"
) -> tuple[Indices, str]:
    """One map of one, two or three axes within ``side`` pixels, and the words to print over it.

    A signal is a line, low at the bottom and high at the top; a volume is its middle slice.
    """
    if values.ndim == 1:
        return line_tile(values, low, high, side=side)
    plane = values if values.ndim == 2 else values[len(values) // 2]
    return palette_images.tile(plane, low, high, side=side, uniform=uniform)


def line_tile(
    values: Floats, low: float, high: float, *, side: int, height: int = 0
) -> tuple[Indices, str]:
    """A signal (t,) as a line from left to right, 0 marked; hatched where it is not finite.

    Where several values share a column of pixels the line reaches from the lowest to the highest.
    """
    height = height or round(side * FLAT)
    if finite(values).size < values.size:
        return palette_images.hatch(height, side), "not finite"
    drawn = np.full((height, side), GROUND, dtype=np.uint8)
    width = high - low
    if low <= 0 <= high and width > 0:
        drawn[_row(np.zeros(1, np.float32), low, width, height)[0]] = ZERO
    lowest, highest = _by_column(np.asarray(values, np.float32), side)
    tops, ends = (_row(each, low, width, height) for each in (highest, lowest))
    for column, (top, end) in enumerate(zip(tops, ends, strict=True)):
        drawn[max(0, top - PEN // 2) : end + PEN - PEN // 2, column] = INK
    return drawn, ""


def _row(values: Array, low: float, width: float, height: int) -> np.ndarray:
    share = (values - low) / width if width > 0 else np.full(values.shape, 0.5)
    return np.asarray(((1 - np.clip(share, 0, 1)) * (height - 1)).round().astype(int))


def _by_column(values: Array, columns: int) -> tuple[Array, Array]:
    """The lowest and the highest value (columns,) of what each column of pixels stands for."""
    places = np.arange(len(values))
    edges = np.linspace(0, len(values) - 1, columns + 1)
    at_edges = np.interp(edges, places, values).astype(np.float32)
    lowest = np.minimum(at_edges[:-1], at_edges[1:])
    highest = np.maximum(at_edges[:-1], at_edges[1:])
    column = np.clip(np.searchsorted(edges, places, side="right") - 1, 0, columns - 1)
    np.minimum.at(lowest, column, values)
    np.maximum.at(highest, column, values)
    return lowest, highest
