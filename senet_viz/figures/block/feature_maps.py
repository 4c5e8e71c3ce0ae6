"""Feature maps as pictures: many as one PNG, one over the photograph, one to read values from.

Feature maps wear cividis from the range the person chose. A map before the gate and the same map
after it are only comparable on one range: take it from the maps before the gate for both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go
from PIL import Image

from senet_viz.core.arrays import Array
from senet_viz.core.errors import BlockError
from senet_viz.core.translation import count, thousands, tr
from senet_viz.figures.base import palette_images, sentences
from senet_viz.figures.base.axes import map_axes
from senet_viz.figures.base.chart import COLOUR_BAR_MARGIN, Chart, colour_bar, draw, finite
from senet_viz.figures.base.formats import hover, listing
from senet_viz.figures.base.line_tiles import map_tile
from senet_viz.figures.base.palette_images import Canvas, Floats, Uniform
from senet_viz.figures.base.theme import GATES, GATES_PALETTE, Palette

Scope = Literal["map", "pair", "block", "fixed", "network"]
Range = float | npt.NDArray[np.float64]
SCALE = 2  # PNG pixels for each pixel of the page: sharp on dense screens
GAP, LINE, LETTERS = 10, 20, 12
TAILS = (0.5, 99.5)


@dataclass(frozen=True, slots=True, eq=False)
class Mosaic:
    """Feature maps as one PNG. ``width`` and ``height`` are those on the page, half the PNG's.

    ``low`` and ``high`` are the range drawn: two numbers, or one pair for each map.
    """

    png: bytes
    width: int
    height: int
    low: Range
    high: Range
    alt: str


def mosaic(
    maps: Floats,
    *,
    captions: Sequence[str],
    low: Range,
    high: Range,
    columns: int,
    tile: int = 112,
    uniform: Uniform = "hatch",
    dark: bool,
) -> Mosaic:
    """What do these channels see? maps (k, h, w), row by row, ``columns`` to a row.

    Signals (k, t) are drawn as lines, low at the bottom, and of volumes (k, d, h, w) the middle
    slice.
    ``tile`` is the longest side of a map on the page, in pixels; each value becomes a square of
    a whole number of PNG pixels. Captions stand under the maps. Maps that are not finite are
    hatched and say so; so are maps that are the same everywhere, unless ``uniform`` is "colour",
    for values such as gates whose range means something whatever the map.
    """
    if len(maps) == 0:
        raise BlockError(tr("there is no feature map to draw: choose at least one channel"))
    if not 2 <= maps.ndim <= 4:
        raise BlockError(
            tr(
                "maps of shape {given} were given; a mosaic draws (k, t), (k, h, w) or "
                "(k, d, h, w)",
                given=maps.shape,
            )
        )
    lows, highs = np.broadcast_to(low, len(maps)), np.broadcast_to(high, len(maps))
    side, columns = tile * SCALE, min(columns, len(maps))
    drawn = [
        map_tile(m, float(a), float(b), side=side, uniform=uniform)
        for m, a, b in zip(maps, lows, highs, strict=True)
    ]
    # A very flat map still leaves room for a word over it.
    height = max(drawn[0][0].shape[0], LINE * SCALE)
    across, down = side + GAP * SCALE, height + (LINE + GAP) * SCALE
    rows = -(-len(maps) // columns)
    margin = 2 * SCALE - GAP * SCALE
    canvas = Canvas(columns * across + margin, rows * down + margin)
    for i, ((picture, words), caption) in enumerate(zip(drawn, captions, strict=True)):
        x, y = i % columns * across + SCALE, i // columns * down + SCALE
        canvas.paste(picture, x=x, y=y, frame=SCALE)
        if words:
            fitting = palette_images.fitted(words, size=LETTERS * SCALE, width=side)
            middle = x + picture.shape[1] // 2
            canvas.label(fitting, x=middle, y=y + height // 2, size=LETTERS * SCALE)
        text = palette_images.fitted(caption, size=LETTERS * SCALE, width=side + GAP)
        canvas.write(text, x=x, y=y + height + 3 * SCALE, size=LETTERS * SCALE)
    return Mosaic(
        png=canvas.png(dark=dark),
        width=canvas.indices.shape[1] // SCALE,
        height=canvas.indices.shape[0] // SCALE,
        low=low,
        high=high,
        alt=_alt(captions, [words for _, words in drawn], columns, range_words(low, high)),
    )


def _alt(captions: Sequence[str], words: Sequence[str], columns: int, reach: str) -> str:
    tiles = [
        tr("{caption} ({words})", caption=c, words=w) if w else c
        for c, w in zip(captions, words, strict=True)
    ]
    return tr(
        "{feature_maps}, {columns} to a row, colours from {reach}: {listing}.",
        feature_maps=count(len(tiles), "feature map"),
        columns=columns,
        reach=reach,
        listing=listing(tiles),
    )


def after_gate(maps: Floats, gates: Floats) -> Floats:
    """Maps (k, *places) times their gates (k,).

    >>> after_gate(np.ones((2, 3)), np.array([0.5, 1.0])).tolist()
    [[0.5, 0.5, 0.5], [1.0, 1.0, 1.0]]
    """
    return np.asarray(maps * gates.reshape(-1, *(1,) * (maps.ndim - 1)))


def colour_range(maps: Floats, *, scope: Scope, block_maps: Floats) -> tuple[Range, Range]:
    """The values that get the first and the last colour.

    maps (k, h, w) are those to be drawn, block_maps (c, h, w) all of the block, both before the
    gate. Every scope but "map" holds 0, to which the gate draws the values, so the range fits the
    maps after the gate too:

    "map": each map from its own lowest to its own highest value: shape is seen, strength is not.
    "pair": the same with 0 held, for a map before and after the gate. Both give arrays (k,).
    "block": from the lowest to the highest value of the block; channels can be compared.
    "fixed": from the block's 0.5th to its 99.5th percentile, so that single peaks do not darken
    everything else; what lies outside gets the first or the last colour.
    "network": as "block", of what is given as ``block_maps``: the ends of all blocks together
    (``ends_of``), so that blocks can be compared.
    """
    if scope in {"map", "pair"}:
        ends = np.array([_ends(finite(m)) for m in maps], dtype=np.float64).reshape(-1, 2)
        low, high = ends[:, 0], ends[:, 1]
        return (low, high) if scope == "map" else (np.minimum(low, 0), np.maximum(high, 0))
    known = finite(block_maps)
    if scope == "fixed" and known.size:
        known = np.percentile(known, TAILS)
    lowest, highest = _ends(known)
    return min(lowest, 0.0), max(highest, 0.0)


def ends_of(blocks: Iterable[Floats]) -> Floats:
    """The lowest and the highest value (b, 2) of the maps of several blocks, each (c, h, w)."""
    return np.array([_ends(finite(maps)) for maps in blocks], dtype=np.float32)


def _ends(known: npt.NDArray[np.float64]) -> tuple[float, float]:
    return (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)


def range_words(low: Range, high: Range) -> str:
    """ "−0.375 to 3.21", or the words for a range of its own for each map."""
    if np.ndim(low) or np.ndim(high):
        return tr("each map's own lowest to its own highest value")
    return tr("{low} to {high}", low=number_words(float(low)), high=number_words(float(high)))


def number_words(value: float) -> str:
    """Three significant figures."""
    return thousands(value) if abs(value) >= 1000 else f"{value:.3g}".replace("-", "−")


def overlay(
    picture: npt.NDArray[np.uint8],
    feature_map: Floats,
    *,
    opacity: float,
    low: float,
    high: float,
    colours: Palette = GATES_PALETTE,
) -> bytes:
    """Where in the picture is the map high? The map over picture (h, w, 3), as a PNG.

    Enlarged smoothly, since its squares would hide the picture. Where the map is not finite the
    picture stays bare.
    """
    size = picture.shape[1], picture.shape[0]
    known = np.isfinite(feature_map)
    values = _enlarged(np.where(known, feature_map, low), size)
    weight = opacity * _enlarged(known, size)[:, :, None]
    shares = np.clip((values - low) / (high - low), 0, 1) if high > low else np.zeros_like(values)
    coloured = colours[(shares * (len(colours) - 1)).round().astype(np.uint8)]
    mixed = (1 - weight) * picture + weight * coloured
    return palette_images.png(Image.fromarray(mixed.round().clip(0, 255).astype(np.uint8)))


def _enlarged(values: npt.NDArray[Any], size: tuple[int, int]) -> npt.NDArray[np.float32]:
    small = Image.fromarray(values.astype(np.float32))
    return np.asarray(small.resize(size, Image.Resampling.BILINEAR))


def single_map(
    feature_map: Floats, *, low: float, high: float, size: int = 336, dark: bool = False
) -> bytes:
    """One map (h, w) large, each value a square; ``size`` is its longest side on the page."""
    picture, words = palette_images.tile(feature_map, low, high, side=size * SCALE)
    canvas = Canvas(picture.shape[1], picture.shape[0])
    canvas.paste(picture, x=0, y=0)
    if words:
        middle = picture.shape[1] // 2, picture.shape[0] // 2
        canvas.label(words, x=middle[0], y=middle[1], size=LETTERS * SCALE)
    return canvas.png(dark=dark)


def focus_map(feature_map: Floats, *, channel: int, low: float, high: float, dark: bool) -> Chart:
    """What is the value at each place of this map (h, w)? Rows count from the top, from 0."""
    values = np.asarray(feature_map, dtype=np.float32)
    title = sentences.peak(values, channel)
    rows, columns = np.indices(values.shape).reshape(2, -1)
    return Chart(
        figure=_focus(values, low, high, dark=dark),
        title=title,
        reads=tr(
            "Each square is one value of the feature map, from {range_words}.",
            range_words=range_words(low, high),
        ),
        caution=tr(
            "A square's receptive field is larger than its share of the picture: what "
            "raised the value may lie beside it."
        ),
        alt=tr(
            "Feature map of {rows} by {columns} values. {title}.",
            rows=values.shape[0],
            columns=values.shape[1],
            title=title,
        ),
        table={"row": rows, "column": columns, "value": values.ravel()},
    )


def _focus(values: Array, low: float, high: float, *, dark: bool) -> go.Figure:
    heat = go.Heatmap(
        z=values,
        colorscale=GATES,
        zmin=low,
        # Plotly draws nothing on a range of zero width.
        zmax=high if high > low else low + 1,
        colorbar=colour_bar(tr("feature value"), dark=dark),
        hovertemplate=hover(
            tr("row {y}, column {x}", y="%{y}", x="%{x}"), tr("value {value}", value="%{z:.3f}")
        ),
    )
    return draw([heat], dark=dark, height=400, top=COLOUR_BAR_MARGIN, **map_axes())
