"""Marks on a photograph: boxes with names that read on any picture, and classes as colours.

A class keeps one look whatever the picture: seven colours of Okabe-Ito, and after every seven
classes another texture, so that 21 classes are told apart, and not by colour alone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from senet_viz.figures.base import palette_images
from senet_viz.figures.base.theme import OKABE_ITO, rgb

Pixels = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
Box = tuple[int, int, int, int]

CLASS_COLOURS, UNKNOWN = OKABE_ITO[:7], OKABE_ITO[7]
BLACK, WHITE = (0, 0, 0), (255, 255, 255)
FAINT = 0.3  # what is left of the opacity between the stripes or dots of a texture
ROOM = 30  # lines of letters to a picture's longest side


@dataclass(frozen=True, slots=True)
class Mark:
    """A box in pixels of the drawing (left, top, right, bottom), its class and its words."""

    box: Box
    place: int
    words: str


def class_colour(place: int) -> tuple[int, int, int]:
    """Red, green and blue of a class; grey for what is no class."""
    return rgb(UNKNOWN if place < 0 else CLASS_COLOURS[place % len(CLASS_COLOURS)])


def draw_boxes(picture: Image.Image, marks: Sequence[Mark]) -> int:
    """Draw the marks, the first on top; how many names found no room.

    Lines have a dark rim and names a plate, so both are seen on dark and on bright pictures. A
    name stands over its box, else inside, else under it, and never on another's.
    """
    pen, size = ImageDraw.Draw(picture), max(10, max(picture.size) // ROOM)
    line = max(2, size // 6)
    for mark in reversed(marks):
        _outline(pen, mark.box, class_colour(mark.place), line)
    plates: list[Box] = []
    for mark in marks:
        words = palette_images.fitted(mark.words, size=size, width=picture.width - size)
        plate = _room_for(words, mark.box, size, picture.size, plates)
        if plate is None:
            continue
        plates.append(plate)
        colour = class_colour(mark.place)
        pen.rectangle(_grown(plate, 1), fill=BLACK)
        pen.rectangle(plate, fill=colour)
        middle = (plate[0] + plate[2]) // 2, (plate[1] + plate[3]) // 2
        pen.text(middle, words, fill=_ink_on(colour), font=palette_images.font(size), anchor="mm")
    return len(marks) - len(plates)


def box_swatch(place: int, *, side: int = 32) -> bytes:
    """A small box as ``draw_boxes`` draws those of this class, on no ground, as a PNG."""
    page = Image.new("RGBA", (side, side))
    _outline(ImageDraw.Draw(page), (4, 4, side - 5, side - 5), class_colour(place), side // 8)
    return palette_images.png(page)


def _outline(pen: ImageDraw.ImageDraw, box: Box, colour: tuple[int, int, int], line: int) -> None:
    pen.rectangle(_grown(box, 1), outline=BLACK, width=line + 2)
    pen.rectangle(box, outline=colour, width=line)


def _room_for(
    words: str, box: Box, size: int, page: tuple[int, int], taken: Sequence[Box]
) -> Box | None:
    """Where the name of a box goes; None where every place for it is taken."""
    width = int(palette_images.font(size).getlength(words)) + size // 2
    height = size + size // 3
    left = max(1, min(box[0], page[0] - width - 2))
    for top in (box[1] - height, box[1] + 3, box[3] + 3):
        plate = left, top, left + width, top + height
        if top >= 1 and plate[3] < page[1] and not any(_meet(plate, t) for t in taken):
            return plate
    return None


def _meet(one: Box, other: Box) -> bool:
    across = one[0] <= other[2] + 2 and other[0] <= one[2] + 2
    return across and one[1] <= other[3] + 2 and other[1] <= one[3] + 2


def _grown(box: Box, by: int) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _ink_on(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    """Black or white, whichever has more contrast (relative luminance as in WCAG)."""
    unit = np.array(colour) / 255
    linear = np.where(unit <= 0.04045, unit / 12.92, ((unit + 0.055) / 1.055) ** 2.4)
    return BLACK if float(linear @ [0.2126, 0.7152, 0.0722]) > 0.179 else WHITE


def paint_classes(
    picture: Pixels, places: Places, *, bare: Collection[int], opacity: float
) -> Pixels:
    """picture (h, w, 3) under the colours of its classes, places (h, w).

    The classes in ``bare`` are not painted. Where two classes meet runs a thin dark line.
    """
    pitch = max(6, max(places.shape) // 36)
    mixed = _painted(picture, places, bare=bare, opacity=opacity, pitch=pitch)
    if opacity > 0:
        mixed[_borders(places)] = BLACK
    return mixed


def class_swatch(place: int, *, bare: bool = False, side: int = 32) -> bytes:
    """A square in the class's look, framed, as a PNG; only the frame of a ``bare`` class."""
    page = np.full((side, side, 3), 255, dtype=np.uint8)
    drawn = Image.fromarray(
        _painted(page, np.full((side, side), place), bare=(), opacity=1.0, pitch=side // 2)
    ).convert("RGBA")
    pen, corners = ImageDraw.Draw(drawn), (0, 0, side - 1, side - 1)
    pen.rectangle(corners, outline=rgb(UNKNOWN), fill=(0, 0, 0, 0) if bare else None)
    return palette_images.png(drawn)


def _painted(
    picture: Pixels, places: Places, *, bare: Collection[int], opacity: float, pitch: int
) -> Pixels:
    known = range(-1, int(places.max()) + 1)
    colours = np.array([class_colour(p) for p in known], dtype=np.float32)[places + 1]
    strengths = np.array([_texture(p, pitch) * (p not in bare) for p in known], dtype=np.float32)
    row, column = np.indices(places.shape) % pitch
    weight = opacity * strengths[places + 1, row, column][:, :, None]
    return np.asarray(((1 - weight) * picture + weight * colours).round(), dtype=np.uint8)


def _texture(place: int, pitch: int) -> npt.NDArray[np.float64]:
    """One period (pitch, pitch) of a class's strength: solid, striped or dotted."""
    row, column = np.indices((pitch, pitch))
    kind = max(place, 0) // len(CLASS_COLOURS) % 3
    stripes = (row + column) % pitch < pitch / 2
    dots = np.hypot(row - pitch / 2, column - pitch / 2) < pitch / 3
    return np.where((np.ones_like(stripes), stripes, dots)[kind], 1.0, FAINT)


def _borders(places: Places) -> npt.NDArray[np.bool_]:
    edge = np.zeros(places.shape, dtype=bool)
    edge[:-1] |= places[:-1] != places[1:]
    edge[:, :-1] |= places[:, :-1] != places[:, 1:]
    return edge
