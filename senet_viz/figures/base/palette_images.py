"""Palette PNGs: shades of cividis for values, a ramp from page to ink for everything else.

One byte a pixel compresses four times better than RGB. Indices 0 to 239 are values from low to
high; 240 to 255 lead from the page's background to its text colour.
"""

from functools import cache
from io import BytesIO
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from senet_viz.figures.base.chart import finite
from senet_viz.figures.base.theme import GATES, Palette, mode, palette

Indices = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.floating]

LEVELS = 240
RAMP = 256 - LEVELS
PAGE = LEVELS
FRAME = HATCH_DARK = LEVELS + 4
HATCH_LIGHT = LEVELS + 2
# The face inside Pillow has little beyond ASCII; any other letter would come out as an empty box.
DRAWABLE = frozenset(map(chr, range(32, 127))) | frozenset("·…±")

Uniform = Literal["hatch", "colour"]


def colours(*, dark: bool) -> Palette:
    """(256, 3): what each index looks like."""
    look = mode(dark)
    ramp = palette((look.background, look.text), steps=RAMP)
    return np.concatenate([palette(GATES, steps=LEVELS), ramp])


def value_indices(values: Floats, low: float, high: float) -> Indices:
    """Finite values as indices 0 to 239, clipped to low and high; all 0 where low equals high."""
    width = high - low
    share = (values - low) / width if width > 0 else np.zeros_like(values)
    indices: Indices = (np.clip(share, 0, 1) * (LEVELS - 1)).round().astype(np.uint8)
    return indices


def tile(
    values: Floats, low: float, high: float, *, side: int, uniform: Uniform = "hatch"
) -> tuple[Indices, str]:
    """One map (h, w) drawn within ``side`` pixels, and the words to print over it ("" if none).

    Enlarged by a whole factor, each value a square; of a map larger than ``side`` every n-th
    value is taken, so that what is drawn was measured. A map with a NaN or an infinity is hatched,
    and one that is the same everywhere unless ``uniform`` says that its colour means something.
    """
    step = -(-max(values.shape) // side)
    values = values[::step, ::step]
    factor = side // max(values.shape)
    shape = values.shape[0] * factor, values.shape[1] * factor
    known = finite(values)
    if known.size < values.size:
        return hatch(*shape), "not finite"
    if uniform == "hatch" and known.min() == known.max():
        return hatch(*shape), f"flat {known[0]:.3g}"
    return value_indices(values, low, high).repeat(factor, axis=0).repeat(factor, axis=1), ""


def hatch(height: int, width: int, *, pitch: int = 12) -> Indices:
    """Diagonal stripes, which no feature map looks like."""
    diagonal = np.add.outer(np.arange(height), np.arange(width)) % pitch
    return np.where(diagonal < pitch // 2, HATCH_DARK, HATCH_LIGHT).astype(np.uint8)


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)


def fitted(text: str, *, size: int, width: int) -> str:
    """``text`` as far as it fits into ``width`` pixels, in letters the font has."""
    drawable = "".join(letter if letter in DRAWABLE else "?" for letter in text)
    if font(size).getlength(drawable) <= width:
        return drawable
    while drawable and font(size).getlength(f"{drawable}…") > width:
        drawable = drawable[:-1]
    return f"{drawable.rstrip()}…"


class Canvas:
    """A page of palette indices to paste tiles and write captions on."""

    def __init__(self, width: int, height: int) -> None:
        self.indices = np.full((height, width), PAGE, dtype=np.uint8)
        self._ink = Image.new("L", (width, height))
        self._pen = ImageDraw.Draw(self._ink)

    def paste(self, drawn: Indices, *, x: int, y: int, frame: int = 0) -> None:
        """The tile with its top left corner at (x, y), a frame of that many pixels round it."""
        height, width = drawn.shape
        self.indices[y - frame : y + height + frame, x - frame : x + width + frame] = FRAME
        self.indices[y : y + height, x : x + width] = drawn

    def write(self, text: str, *, x: int, y: int, size: int) -> None:
        """One line with its top left corner at (x, y)."""
        self._pen.text((x, y), text, fill=255, font=font(size))

    def label(self, text: str, *, x: int, y: int, size: int) -> None:
        """One line centred on (x, y), on a plate of background."""
        half = int(font(size).getlength(text)) // 2 + size // 3
        top, left = max(0, y - size * 2 // 3), max(0, x - half)
        self.indices[top : y + size * 2 // 3, left : x + half] = PAGE
        self._pen.text((x, y), text, fill=255, font=font(size), anchor="mm")

    def png(self, *, dark: bool) -> bytes:
        ink = np.asarray(self._ink, dtype=np.uint16) * (RAMP - 1) // 255
        inked = np.where(ink > 0, LEVELS + ink, self.indices).astype(np.uint8)
        return palette_png(inked, dark=dark)


def palette_png(indices: Indices, *, dark: bool) -> bytes:
    """The indices (height, width) as a PNG of one byte a pixel."""
    picture = Image.fromarray(indices)
    picture.putpalette(colours(dark=dark).tobytes())
    return png(picture)


def png(picture: Image.Image) -> bytes:
    """Without loss; a tenth larger than it could be, and packed in a third of the time."""
    file = BytesIO()
    picture.save(file, format="PNG", compress_level=3)
    return file.getvalue()
