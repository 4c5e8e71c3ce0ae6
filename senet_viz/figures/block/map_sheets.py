"""Many maps as one PNG without a word in it: cells of one size, for a page that writes beside."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from senet_viz.core.arrays import Array
from senet_viz.figures.base import palette_images
from senet_viz.figures.base.line_tiles import map_tile
from senet_viz.figures.base.palette_images import Canvas, Floats
from senet_viz.figures.base.quantiles import in_order
from senet_viz.figures.block.feature_maps import Range

SIDE = 112  # px of a cell's longest side: twice what a page shows
COLUMNS = 8


@dataclass(frozen=True, slots=True, eq=False)
class MapSheet:
    """``cell`` is the (height, width) of each in px; cells stand row by row, ``columns`` to a row.

    ``words`` (k,) say what is no picture, such as "flat 0", and are "" elsewhere.
    """

    png: bytes
    columns: int
    rows: int
    cell: tuple[int, int]
    words: tuple[str, ...]


def map_sheet(maps: Floats, *, low: Range, high: Range, dark: bool) -> MapSheet:
    """Feature maps (k, h, w) in colours from low to high, two numbers or a pair for each map.

    Signals (k, t) are lines from low to high, volumes (k, d, h, w) their middle slices.
    Those that are not finite or the same everywhere are hatched, as in a mosaic.
    """
    lows, highs = np.broadcast_to(low, len(maps)), np.broadcast_to(high, len(maps))
    drawn = [
        map_tile(each, float(a), float(b), side=SIDE)
        for each, a, b in zip(maps, lows, highs, strict=True)
    ]
    height, width = drawn[0][0].shape
    columns = min(COLUMNS, len(maps))
    rows = -(-len(maps) // columns)
    canvas = Canvas(columns * width, rows * height)
    for number, (picture, _) in enumerate(drawn):
        canvas.paste(picture, x=number % columns * width, y=number // columns * height)
    words = tuple(words for _, words in drawn)
    return MapSheet(canvas.png(dark=dark), columns, rows, (height, width), words)


def gate_sheet(gates: Sequence[Array], *, dark: bool) -> MapSheet:
    """A strip of each block's gates (c,), the most open at the left, on the fixed range 0 to 1.

    Blocks differ in channels, so each strip shows 128 quantiles of its gates.
    """
    rows = np.stack([in_order(each) for each in gates])
    known = np.isfinite(rows)
    indices = palette_images.value_indices(np.where(known, rows, 0), 0.0, 1.0)
    indices[~known] = palette_images.HATCH_DARK
    png = palette_images.palette_png(indices, dark=dark)
    return MapSheet(png, 1, len(rows), (1, rows.shape[1]), ("",) * len(rows))
