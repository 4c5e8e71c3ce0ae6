"""Bytes -> upright RGB picture, or one sentence that says why there is none.

Content decides the format, never the file name; the size is checked before a pixel is decoded.
"""

import hashlib
from dataclasses import dataclass

from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile

from senet_viz.core.errors import ImageError
from senet_viz.core.translation import tr
from senet_viz.pictures.colour_space import in_srgb
from senet_viz.pictures.deep_pictures import deep_png, deep_tiff, other_tiff, tiff_notes
from senet_viz.pictures.file_opening import Opened, check_bytes, open_file, unread
from senet_viz.pictures.file_signatures import ACCEPTED, Reader, recognise
from senet_viz.pictures.frame_count import MAX_FRAMES, count_frames
from senet_viz.pictures.orientation import orientation, turned, turning_note, upright
from senet_viz.pictures.png_repair import mend, only_pixels
from senet_viz.pictures.quiet_pillow import pillow_muted
from senet_viz.pictures.tiff_layout import TiffLayout

__all__ = ["ACCEPTED", "MAX_BYTES", "MAX_PIXELS", "ImageError", "Picture", "decode", "fit", "read"]

MAX_PIXELS = 50_000_000
MAX_BYTES = 400_000_000  # of a file: as many as an uncompressed one of MAX_PIXELS may have
SMALL_SIDE = 64  # pixels; a shorter side below this is remarked on
LONG_SHAPE = 3  # long side / short side; beyond this a centre crop misses most of the picture

Notes = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One picture, ready for a model, and what was done to it on the way.

    ``image`` is upright, mode RGB, without metadata. ``format`` is what the content says, ``size``
    the (width, height) in pixels as stored in the file, before turning. ``notes`` are remarks for
    the person, plain text; ``sha256`` is the hex digest of the bytes.
    """

    image: Image.Image
    format: str
    size: tuple[int, int]
    notes: tuple[str, ...]
    sha256: str


def decode(data: bytes) -> Image.Image:
    """The upright RGB picture in the bytes of a file, at full size; ImageError as in ``read``."""
    return read(data).image


def read(data: bytes) -> Picture:
    """The picture in the bytes of a file, with remarks on what had to be done to it.

    Transparency is laid on white, colours go to sRGB, deep samples to 8 bits, the first frame
    stands for an animation; what is guessed on the way is said to be a guess. Files of more than
    MAX_BYTES or MAX_PIXELS are refused undecoded. Raises ImageError, and nothing else, with one
    sentence: what was given, what is wrong, what works.

    >>> from senet_viz.pictures.samples import load_sample
    >>> read(load_sample("china")).size
    (640, 427)
    """
    check_bytes(data, MAX_BYTES)
    name, reader = recognise(data)
    with pillow_muted:
        try:
            image, size, notes = _read(data, name, reader)
        except ImageError:
            bare = only_pixels(mend(data).data) if name == "PNG" else b""
            if not bare:
                raise
            image, size, notes = _read(bare, name, reader)
            notes = (*notes, tr("parts other than the pixels cannot be read and were left out"))
    remarks = tuple(note for note in (*notes, *_shape_notes(*image.size)) if note)
    return Picture(image, name, size, remarks, hashlib.sha256(data).hexdigest())


def _read(data: bytes, name: str, reader: Reader) -> tuple[Image.Image, tuple[int, int], Notes]:
    """The picture in RGB, its size as stored, and notes, of which some may be empty."""
    opened = open_file(data, name, reader, most_pixels=MAX_PIXELS, most_bytes=MAX_BYTES)
    frames = count_frames(opened.mended.data, reader)
    try:
        image, turning, done = _eight_bits(opened)
        rgb, colours = in_srgb(image)
    except ImageError:
        raise
    except Exception as error:  # so do hostile pixels, palettes and profiles
        raise unread(name, data) or ImageError(
            tr(
                "this {name} file is damaged or incomplete, so copy or download it again",
                name=name,
            )
        ) from error
    notes = (_frames_note(frames), turning, *opened.mended.notes, *done, *colours)
    return rgb, opened.size, notes


def _frames_note(frames: int) -> str:
    if frames <= 1:
        return ""
    if frames <= MAX_FRAMES:
        return tr("only the first of its {frames} frames is used", frames=frames)
    return tr("only the first of more than {max_frames:,} frames is used", max_frames=MAX_FRAMES)


def fit(image: Image.Image, *, longest: int) -> Image.Image:
    """A copy whose longer side is at most ``longest`` pixels; never enlarged.

    >>> fit(Image.new("RGB", (6000, 4000)), longest=600).size
    (600, 400)
    """
    if longest < 1:
        raise ImageError(
            tr("a picture cannot be {longest} pixels long: ask for 1 or more", longest=longest)
        )
    copy = image.copy()
    copy.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return copy


def _eight_bits(opened: Opened) -> tuple[Image.Image, str, Notes]:
    """The picture with samples of 8 bits, upright; a note where it was turned, and others."""
    source, data = opened.source, opened.mended.data
    if opened.layout is not None:
        return _tiff(source, data, opened.layout)
    assert source is not None
    deep = deep_png(source, data) if isinstance(source, PngImageFile) else None
    if deep is None:
        return *upright(source), ()
    image, notes = deep
    image.info["icc_profile"] = source.info.get("icc_profile", b"")
    return *turned(image, orientation(source)), notes


def _tiff(
    source: ImageFile | None, data: bytes, layout: TiffLayout
) -> tuple[Image.Image, str, Notes]:
    notes = tiff_notes(layout)
    if source is None:
        image, ranges = other_tiff(data, layout)
        image, note = turned(image, layout.orientation)
    else:
        assert isinstance(source, TiffImageFile)
        note = turning_note(orientation(source))
        deep = deep_tiff(source, data, layout)
        if deep is None:
            return *upright(source), notes
        image, ranges = deep
    image.info["icc_profile"] = layout.profile
    return image, note, (*notes, *ranges)


def _shape_notes(width: int, height: int) -> tuple[str, str]:
    """What a model with a small square input will make of this shape."""
    short, long, size = min(width, height), max(width, height), f"{width} x {height}"
    small, share = (
        tr("only {size} pixels: enlarged for the model, so without detail", size=size),
        short / long,
    )
    narrow = (
        tr(
            "very wide ({size}): a centre crop sees {value:.2g}% of it",
            size=size,
            value=100 * share,
        )
        if width > height
        else tr(
            "very tall ({size}): a centre crop sees {value:.2g}% of it",
            size=size,
            value=100 * share,
        )
    )
    return small if short < SMALL_SIDE else "", narrow if long > LONG_SHAPE * short else ""
