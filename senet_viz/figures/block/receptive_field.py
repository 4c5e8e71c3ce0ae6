"""What a place of a feature map sees of the picture, drawn on it and in words."""

from PIL import Image, ImageDraw

from senet_viz.analysis.receptive_fields import ReceptiveField
from senet_viz.core.errors import BlockError
from senet_viz.core.translation import count, tr
from senet_viz.figures.base import palette_images
from senet_viz.figures.base.formats import percent
from senet_viz.figures.block.scene_marks import Pixels


def field_picture(pixels: Pixels, field: ReceptiveField, place: tuple[int, ...]) -> bytes:
    """The picture (h, w, 3) darkened outside the field of one place, as a PNG.

    Raises a BlockError where the block has no such place, or is of no picture.
    """
    if len(place) != 2 or not all(0 <= i < n for i, n in zip(place, field.places, strict=False)):
        raise BlockError(
            tr(
                "{block} has places {places}; asked for was {place}",
                block=field.block.name,
                places=field.places,
                place=place,
            )
        )
    rows, columns = field.of(place)
    outside = (pixels * 0.35).astype(pixels.dtype)
    outside[rows, columns] = pixels[rows, columns]
    drawn = Image.fromarray(outside)
    pen = ImageDraw.Draw(drawn)
    corners = (columns.start, rows.start, columns.stop - 1, rows.stop - 1)
    if corners[2] > corners[0] and corners[3] > corners[1]:
        pen.rectangle(corners, outline=(255, 255, 255), width=max(1, len(pixels) // 160))
    return palette_images.png(drawn)


def field_sentence(field: ReceptiveField, place: tuple[int, ...]) -> str:
    """How much of the picture a place sees by strides and kernels, and what gates add to it."""
    size = " × ".join(map(str, field.size))
    numbers: dict[str, object] = {
        "row": place[0],
        "column": place[-1],
        "size": size,
        "share": percent(field.share(place)),
    }
    if not field.gates_before:
        return tr(
            "Row {row}, column {column} sees {size} pixels by strides and kernels, {share} of the "
            "picture; no SE block comes before this one",
            **numbers,
        )
    return tr(
        "Row {row}, column {column} sees {size} pixels by strides and kernels, {share} of the "
        "picture; through the {blocks} before this one it depends on the whole picture",
        **numbers,
        blocks=count(field.gates_before, "SE block"),
    )
