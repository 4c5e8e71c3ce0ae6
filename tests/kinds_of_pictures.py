"""Picture files that people bring, by kind, with the pixels they stand for.

Each row says what came of its file before its kind was read.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
import pillow_heif
from PIL import Image

from tests.picture_files import chunk, png_of, saved
from tests.tiff_files import tiff

Values = npt.NDArray[Any]
DAMAGED = "refused as too short or damaged"
NODATA = 42113


@cache
def grey() -> Values:
    """Grey levels (64, 80, 1): a slope with a bright square, black and white among them."""
    found = np.add.outer(np.arange(64), np.arange(80)).astype(float)
    found[10:30, 20:50] = 250
    found[0, 0], found[-1, -1] = 0, 255
    return found[..., None]


@cache
def colour() -> Values:
    """Three different grey pictures as red, green and blue (64, 80, 3)."""
    return np.concatenate([grey(), grey()[::-1], grey()[:, ::-1]], axis=-1)


def deep(levels: Values, white: float, kind: str = "u2") -> Values:
    return np.rint(levels * (white / 255)).astype(kind)


def cut(data: bytes, kind: bytes) -> tuple[int, int]:
    """Where the last chunk of this kind begins and ends in a PNG."""
    start = data.rindex(kind) - 4
    return start, start + 12 + int.from_bytes(data[start : start + 4], "big")


def with_holes(levels: Values, hole: float) -> Values:
    """A corner without a value; the others are not black."""
    found = levels * 0.9 + 25
    found[:8, :8] = hole
    return found


def spoilt(data: bytes, kind: bytes) -> bytes:
    """The PNG with one bit of this chunk's checksum turned."""
    _, end = cut(data, kind)
    return data[: end - 1] + bytes([data[end - 1] ^ 1]) + data[end:]


@dataclass(frozen=True)
class Read:
    """A file that is read: ``before`` is what came of it once, ``notes`` what has to be said."""

    before: str
    data: Callable[[], bytes]
    expected: Callable[[], Values]
    notes: str = ""
    within: int = 1


def text(kind: bytes, size: int) -> bytes:
    packed = zlib.compress(bytes([97]) * size)
    return chunk(kind, b"k\0\1\0\0\0" + packed if kind == b"iTXt" else b"k\0\0" + packed)


def eight_bit(extra: bytes = b"") -> bytes:
    return png_of(colour().astype("u1"), extra=extra)


def inks() -> Values:
    """(64, 80, 4) without black."""
    return np.concatenate([255 - colour(), np.zeros_like(grey())], axis=-1)


PLANES = {
    "16 bits, uncompressed": Read(
        "scrambled, no word",
        lambda: tiff(deep(colour(), 65535), photometric=2, planes=True),
        colour,
    ),
    "16 bits, big-endian tiles": Read(
        "scrambled, no word",
        lambda: tiff(deep(colour(), 65535), photometric=2, planes=True, tile=16, order=">"),
        colour,
    ),
    "16 bits, one plane": Read(
        "refused as damaged or incomplete",
        lambda: tiff(deep(grey(), 65535), photometric=1, planes=True),
        grey,
    ),
    "one plane, white is zero": Read(
        "a negative, no word",
        lambda: tiff(deep(255 - grey(), 255, "u1"), photometric=0, planes=True),
        grey,
    ),
    "grey and opacity": Read(
        "refused as damaged or incomplete",
        lambda: tiff(
            np.concatenate([grey(), 0 * grey() + 255], axis=-1).astype("u1"),
            photometric=1,
            extra=(2,),
            planes=True,
        ),
        grey,
    ),
    "four inks of 16 bits": Read(
        "scrambled, no word",
        lambda: tiff(deep(inks(), 65535), photometric=5, planes=True, rows=7),
        colour,
        "CMYK",
    ),
    "signed words, big-endian, deflated": Read(
        "scrambled, no word",
        lambda: tiff(
            deep(grey(), 3000, "i2") - np.int16(900), photometric=1, order=">", compression=8
        ),
        grey,
        "16-bit values -900 to 2100",
    ),
}
POLARITY = {
    "16 bits": Read(
        "a negative, no word",
        lambda: tiff(deep(255 - grey(), 65535), photometric=0),
        grey,
        "white is zero",
    ),
    "float": Read(
        "a negative, no word",
        lambda: tiff(1 - deep(grey(), 1, "f4"), photometric=0),
        lambda: np.rint(grey() / 255) * 255,
        "white is zero",
    ),
    "16 bits, big-endian, LZW": Read(
        DAMAGED,
        lambda: tiff(deep(255 - grey(), 65535), photometric=0, compression=5, order=">"),
        grey,
        "white is zero",
    ),
    "12 bits, packed": Read(
        DAMAGED,
        lambda: tiff(deep(255 - grey(), 4095), photometric=0, bits=12),
        grey,
        "12-bit values 0 to 4095",
    ),
    "signed": Read(
        DAMAGED,
        lambda: tiff(deep(255 - grey(), 20_000, "i2"), photometric=0),
        grey,
        "white is zero",
    ),
}
RANGE = {
    "12 bits in 16, grey PNG": Read(
        "black, 12 of 255",
        lambda: png_of(deep(grey(), 3100)),
        lambda: grey() * 3100 / 4095,
        r"no 16-bit value is above 3.100: .* 12 bits \(a guess\), 0 to 4.095 shown",
    ),
    "10 bits in 16, RGB PNG": Read(
        "black, 3 of 255, no note",
        lambda: png_of(deep(colour(), 1023)),
        colour,
        r"10 bits \(a guess\), 0 to 1.023",
    ),
    "12 bits in 16, grey and opacity, interlaced PNG": Read(
        "white: taken for transparent",
        lambda: png_of(
            deep(np.concatenate([grey(), 0 * grey() + 255], axis=-1), 4095), interlace=True
        ),
        grey,
        r"12 bits \(a guess\)",
    ),
    "14 bits in 16, RGB TIFF": Read(
        "dark, 63 of 255, no note",
        lambda: tiff(deep(colour(), 16383), photometric=2),
        colour,
        r"14 bits \(a guess\)",
    ),
    "8 bits in 16, RGBA PNG": Read(
        "white: taken for transparent",
        lambda: png_of(np.concatenate([colour(), 0 * grey() + 255], axis=-1).astype("u2")),
        colour,
        r"8 bits \(a guess\)",
    ),
    "a heat camera": Read(
        "one grey, 116 to 120 of 255",
        lambda: tiff((grey() * 4 + 29_815).astype("u2"), photometric=1),
        grey,
        r"29.815 to 30.835 shown .* \(a guess\)",
    ),
    "the file says 4095": Read(
        "black, 12 of 255",
        lambda: tiff(deep(grey(), 3000), photometric=1, tags={281: (3, 4095)}),
        lambda: grey() * 3000 / 4095,
        "16-bit values 0 to 4095",
    ),
}
BANDS = {
    "5 bands": Read(
        DAMAGED,
        lambda: tiff(
            np.concatenate([colour(), colour()[..., :2]], axis=-1).astype("u1"), photometric=1
        ),
        colour,
        "of 5 bands",
    ),
    "grey doubles": Read(
        DAMAGED,
        lambda: tiff(grey() / 7 - 12, photometric=1),
        grey,
        "64-bit values -12 to 24.43",
    ),
    "RGB of floats": Read(
        DAMAGED, lambda: tiff((colour() / 255).astype("f4"), photometric=2), colour
    ),
    "RGB of 16 bits tagged grey": Read(
        DAMAGED,
        lambda: tiff(deep(colour(), 65535), photometric=1),
        colour,
        r"tagged as grey, but of 3 bands: .* \(a guess\)",
    ),
    "5 bands, LZW, tiles": Read(
        "first three of five, no note",
        lambda: tiff(
            np.concatenate([colour(), grey(), grey()], axis=-1).astype("u1"),
            photometric=2,
            extra=(0, 0),
            compression=5,
            tile=32,
        ),
        colour,
        "bands 1 to 3 of 5 are shown",
    ),
    "6 bands tagged grey": Read(
        DAMAGED,
        lambda: tiff(np.concatenate([colour()] * 2, axis=-1).astype("u1"), photometric=1),
        colour,
        r"tagged as grey, but of 6 bands: 1 to 3 .* \(a guess\)",
    ),
    "half floats": Read(
        DAMAGED,
        lambda: tiff((colour() / 255).astype("f2"), photometric=2),
        colour,
        "16-bit values 0 to 1 ",
    ),
    "doubles, predictor 3": Read(
        DAMAGED,
        lambda: tiff((colour() / 255).astype("f8"), photometric=2, predictor=3, compression=8),
        colour,
    ),
    "unsigned words of 32 bits": Read(
        "the brighter half darker than black",
        lambda: tiff(deep(grey(), 2**32 - 1, "u4"), photometric=1),
        grey,
        "32-bit values 0 to 4.295e",
    ),
    "signed bytes": Read(
        "the darker half brighter than white",
        lambda: tiff((grey() - 128).astype("i1"), photometric=1),
        grey,
        "8-bit values -128 to 127",
    ),
    "big-endian BigTIFF": Read(
        DAMAGED,
        lambda: tiff(colour().astype("u1"), photometric=2, large=True, order=">"),
        colour,
    ),
    "palette of 16 bits": Read(
        DAMAGED,
        lambda: tiff(
            deep(grey(), 65535),
            photometric=3,
            tags={320: (3, (*range(65536),) * 3)},
        ),
        grey,
    ),
    "opacity multiplied in, 16 bits": Read(
        "right",
        lambda: tiff(
            np.concatenate([deep(colour(), 32767), 0 * deep(grey(), 1) + 32768], axis=-1),
            photometric=2,
            extra=(1,),
        ),
        lambda: (colour() + 255) / 2,
        "transparent parts made white",
    ),
}
BESIDE_PNG = {
    "long text": Read(DAMAGED, lambda: eight_bit(text(b"zTXt", 1_200_000)), colour),
    "long text in any script": Read(DAMAGED, lambda: eight_bit(text(b"iTXt", 1_200_000)), colour),
    "text after the pixels": Read(
        "refused as damaged or incomplete",
        lambda: eight_bit()[:-12] + text(b"zTXt", 2**21) + chunk(b"IEND", b""),
        colour,
    ),
    "many texts": Read(DAMAGED, lambda: eight_bit(text(b"iTXt", 2**20) * 90), colour),
    "a long colour profile": Read(
        DAMAGED, lambda: eight_bit(chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(2**21)))), colour
    ),
    "text with a wrong checksum": Read(
        DAMAGED,
        lambda: spoilt(eight_bit(chunk(b"tEXt", b"k\0words")), b"tEXt"),
        colour,
        r"other than the pixels \(tEXt\) is damaged",
    ),
    "a gamma with a wrong checksum": Read(
        DAMAGED,
        lambda: spoilt(eight_bit(chunk(b"gAMA", bytes(4))), b"gAMA"),
        colour,
        r"other than the pixels \(gAMA\) is damaged",
    ),
    "no end": Read("refused as incomplete", lambda: eight_bit()[:-12], colour, "end of the file"),
    "cut in its last checksum": Read(
        "refused: a checksum is wrong", lambda: eight_bit()[:-14], colour, "end of the file"
    ),
    "cut in the checksum of the pixels": Read(
        "refused as incomplete",
        lambda: png_of(colour().astype("u1"), interlace=True)[:-19],
        colour,
        "end of the file",
    ),
}
MISSING = {
    "floats, with a tag": Read(
        "all but white",
        lambda: tiff(
            with_holes(grey(), -9999).astype("f4"),
            photometric=1,
            tags={NODATA: (2, b"-9999\0")},
        ),
        lambda: scaled(with_holes(grey(), 0)),
        r"1.2% of the values are missing \(-9999\) and are shown black",
    ),
    "signed words, no tag": Read(
        "all but white",
        lambda: tiff(with_holes(grey(), -32768).astype("i2"), photometric=1),
        lambda: scaled(with_holes(grey(), 0)),
        r"-32768 is taken to stand for a missing value \(a guess\)",
        within=2,
    ),
    "the lowest float, no tag": Read(
        "all white",
        lambda: tiff(with_holes(grey(), np.finfo("f4").min).astype("f4"), photometric=1),
        lambda: scaled(with_holes(grey(), 0)),
        r"-3.40282e\+38 is taken to stand",
    ),
    "white is zero, with a tag": Read(
        "all but white",
        lambda: tiff(
            with_holes(255 - grey(), -9999).astype("f4"),
            photometric=0,
            tags={NODATA: (2, b"-9999\0")},
        ),
        lambda: blackened(255 - scaled(with_holes(255 - grey(), 0))),
        r"1.2% of the values are missing \(-9999\)",
    ),
    "RGB of 16 bits, 65535": Read(
        "white holes",
        lambda: tiff(
            with_holes(colour(), 255).clip(0, 255).astype("u2") * np.uint16(257),
            photometric=2,
            tags={NODATA: (2, b"65535 \0")},
        ),
        lambda: blackened(with_holes(colour(), 0).clip(0, 255).astype(int)),
        "are missing",
    ),
    "not a number, doubles": Read(
        DAMAGED,
        lambda: tiff(
            with_holes(grey(), np.nan).astype("f8"), photometric=1, tags={NODATA: (2, b"nan\0")}
        ),
        lambda: scaled(with_holes(grey(), 0)),
    ),
}


def scaled(levels: Values) -> Values:
    """From the lowest but the holes to the highest."""
    there = np.ones(levels.shape, bool)
    there[:8, :8] = False
    low, high = levels[there].min(), levels[there].max()
    return blackened((levels - low) * 255 / (high - low))


def blackened(levels: Values) -> Values:
    found = levels.copy()
    found[:8, :8] = 0
    return found


def heic() -> bytes:
    file = BytesIO()
    image = Image.fromarray(colour().astype("u1")).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    pillow_heif.from_pillow(image).save(file, quality=95, chroma=444, exif=exif.tobytes())
    return file.getvalue()


PHONES = {
    "HEIC": Read("refused: save it as JPEG or PNG", heic, colour, within=40),
    "AVIF": Read(
        "refused: save it as JPEG or PNG",
        lambda: saved(
            Image.fromarray(colour().astype("u1")), "AVIF", quality=95, subsampling="4:4:4"
        ),
        colour,
        within=40,
    ),
}
KINDS = {
    f"{kind}: {name}": row
    for kind, rows in {
        "planes": PLANES,
        "polarity": POLARITY,
        "range": RANGE,
        "bands": BANDS,
        "PNG": BESIDE_PNG,
        "missing": MISSING,
        "phones": PHONES,
    }.items()
    for name, row in rows.items()
}
