"""Bytes -> upright RGB picture, or one sentence that says why there is none.

Content decides the format, never the file name; the size is checked before a pixel is decoded.
"""

import hashlib
import re
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from threading import Lock

from PIL import ExifTags, Image, ImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from senet_viz.core.errors import ImageError
from senet_viz.core.translation import tr
from senet_viz.pictures.colour_space import in_srgb
from senet_viz.pictures.frame_count import MAX_FRAMES, count_frames

ACCEPTED = tr("JPEG, PNG, WebP, GIF, BMP or TIFF")
MAX_PIXELS = 50_000_000
MAX_BYTES = 400_000_000  # of a file: as many as an uncompressed one of MAX_PIXELS may have
SMALL_SIDE = 64  # pixels; a shorter side below this is remarked on
LONG_SHAPE = 3  # long side / short side; beyond this a centre crop misses most of the picture

Reader = type[ImageFile.ImageFile]
# Readers are called by themselves, not through Image.open: that refuses or warns by a limit that
# is global to the process, and gives no width and height to tell the person.
_READERS: dict[str, tuple[bytes, Reader]] = {
    "JPEG": (rb"\xff\xd8\xff", JpegImageFile),
    "PNG": (rb"\x89PNG\r\n\x1a\n", PngImageFile),
    "WebP": (rb"RIFF....WEBP", WebPImageFile),
    "GIF": (rb"GIF8[79]a", GifImageFile),
    "TIFF": (rb"II[*+]\0|MM\0[*+]", TiffImageFile),
    "BMP": (rb"BM.{12}[\x0c-\x7c]\0\0\0", BmpImageFile),
}
_REFUSED: dict[bytes, Callable[[], str]] = {
    rb".*<svg[\s>]": lambda: tr("this is an SVG drawing, which has no pixels: export it as PNG"),
    rb".{4}ftyp(hei|hev|mif|msf|avi)": lambda: tr(
        "this is a HEIC or AVIF photo: save it as JPEG or PNG"
    ),
    rb"%PDF": lambda: tr("this is a PDF document, not a picture: export the page as PNG"),
    rb"[\t-\r -~\x80-\xf4]+\Z": lambda: tr(
        "this file holds text, not a picture: choose a {accepted} file", accepted=ACCEPTED
    ),
}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


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

    Transparency is laid on white, colours go to sRGB, 16-bit values are divided by 257, the first
    frame stands for an animation. Files of more than MAX_BYTES or MAX_PIXELS are refused
    undecoded. Raises ImageError, and nothing else, with one sentence: what was given, what is
    wrong, what works.

    >>> from senet_viz.pictures.samples import load_sample
    >>> read(load_sample("china")).size
    (640, 427)
    """
    name, reader = _recognised(data)
    with _pillow_muted:
        source, frames = _header(data, name, reader), count_frames(data, reader)
        size = source.size
        try:
            image, turned = _upright(source)
            rgb, notes = in_srgb(image)
        except Exception as error:  # so do hostile pixels, palettes and profiles
            raise ImageError(
                tr(
                    "this {name} file is damaged or incomplete, so copy or download it again",
                    name=name,
                )
            ) from error
    first = _frames_note(frames)
    remarks = tuple(n for n in (first, turned, *notes, *_shape_notes(*rgb.size)) if n)
    return Picture(rgb, name, size, remarks, hashlib.sha256(data).hexdigest())


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


class _Mute:
    """Silences Pillow's warnings, and no others, while at least one thread reads a picture.

    The list of filters belongs to the process, and threads that each save and restore it would
    cross: so the first one in saves it, and the last one out restores it.
    """

    def __init__(self) -> None:
        self._lock, self._readers, self._filters = Lock(), 0, ExitStack()

    def __enter__(self) -> None:
        with self._lock:
            if self._readers == 0:
                self._filters.enter_context(warnings.catch_warnings())
            warnings.filterwarnings("ignore", module=r"PIL\.")
            self._readers += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._readers -= 1
            if self._readers == 0:
                self._filters.close()


_pillow_muted = _Mute()


def _recognised(data: bytes) -> tuple[str, Reader]:
    """Name and reader of the format, from the first bytes."""
    head = data[:1024]
    if len(data) > MAX_BYTES:
        raise ImageError(
            tr(
                "the file has {data:,.0f} MB, more than the {max_bytes:,.0f} MB allowed, "
                "so make it smaller",
                data=len(data) / 1000000.0,
                max_bytes=MAX_BYTES / 1000000.0,
            )
        )
    if not head:
        raise ImageError(
            tr("the file is empty (0 bytes): choose a {accepted} picture", accepted=ACCEPTED)
        )
    for name, (signature, reader) in _READERS.items():
        if re.match(signature, head, re.DOTALL):
            return name, reader
    for signature, advice in _REFUSED.items():
        if re.match(signature, head, re.DOTALL | re.IGNORECASE):
            raise ImageError(advice())
    raise ImageError(
        tr(
            "these {data:,} bytes are no known picture format: save as {accepted}",
            data=len(data),
            accepted=ACCEPTED,
        )
    )


def _header(data: bytes, name: str, reader: Reader) -> ImageFile.ImageFile:
    """The file opened but not decoded, known to be of a size that can be afforded."""
    allowed = MAX_PIXELS / 1e6
    try:
        source = reader(BytesIO(data))
    except Image.DecompressionBombError as error:
        raise ImageError(
            tr(
                "this {name} file has more than the {allowed:g} megapixels allowed, so "
                "make it smaller",
                name=name,
                allowed=allowed,
            )
        ) from error
    except Exception as error:  # hostile headers raise whatever the parser trips over
        raise ImageError(
            tr(
                "this {name} file ({data:,} bytes) is too short or damaged to hold a "
                "picture, so copy or download it again",
                name=name,
                data=len(data),
            )
        ) from error
    width, height = source.size
    if width * height > MAX_PIXELS:
        has = width * height / 1e6
        raise ImageError(
            tr(
                "this {name} file has {width} x {height} pixels ({has:.7g} megapixels), "
                "more than the {allowed:g} megapixels allowed, so make it smaller",
                name=name,
                width=width,
                height=height,
                has=has,
                allowed=allowed,
            )
        )
    if isinstance(source, PngImageFile):
        _check_png(data)
        _mend_key(source)
    return source


def _check_png(data: bytes) -> None:
    """Checksums of the pixel data, which Pillow skips when it decodes."""
    try:
        PngImageFile(BytesIO(data)).verify()
    except SyntaxError as error:
        raise ImageError(
            tr("this PNG file is damaged: a checksum is wrong, so copy or download it again")
        ) from error
    except Exception as error:
        raise ImageError(
            tr("this PNG file is incomplete: its end is missing, so copy or download it again")
        ) from error


def _mend_key(source: PngImageFile) -> None:
    """Pillow (13.0) scales such pixels to 8 bits, but not the one colour that is transparent."""
    key, raw = source.info.get("transparency"), source.tile[0][3]
    if isinstance(key, int) and raw in ("L;2", "L;4"):
        source.info["transparency"] = key * {"L;2": 85, "L;4": 17}[raw]
    elif isinstance(key, tuple) and raw == "RGB;16B":
        source.info["transparency"] = tuple(value >> 8 for value in key)


def _upright(source: ImageFile.ImageFile) -> tuple[Image.Image, str]:
    """The decoded picture as the camera was held, and a note where that changed something."""
    note = tr("turned upright as its orientation tag says")
    if isinstance(source, TiffImageFile):  # turns itself while loading, then forgets it did
        turned = _orientation(source) in _TURNS
        source.load()
        return source, note if turned else ""
    source.load()
    turn = _TURNS.get(_orientation(source))
    return (source, "") if turn is None else (source.transpose(turn), note)


def _orientation(source: ImageFile.ImageFile) -> int:
    try:
        return int(source.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # broken metadata is no reason to refuse the pixels
        return 1


def _shape_notes(width: int, height: int) -> tuple[str, str]:
    """What a model with a small square input will make of this shape."""
    short, long, size = min(width, height), max(width, height), f"{width} x {height}"
    small, seen = (
        tr("only {size} pixels: enlarged for the model, so without detail", size=size),
        short / long,
    )
    narrow = (
        tr("very wide ({size}): a centre crop sees {value:.2g}% of it", size=size, value=100 * seen)
        if width > height
        else tr(
            "very tall ({size}): a centre crop sees {value:.2g}% of it", size=size, value=100 * seen
        )
    )
    return small if short < SMALL_SIDE else "", narrow if long > LONG_SHAPE * short else ""
