"""Picture files made in memory: by Pillow where it can, by hand where it would not."""

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

# Metadata that promises 200 entries of 16 million values each; Pillow warns about it.
TORN_EXIF = b"II*\0\x08\0\0\0\xc8\0" + b"\x12\x01\x03\0\xff\xff\xff\0\0\0\0\x7f" * 3


SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Passes of an interlaced PNG: left, top, step across, step down.
ADAM7 = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)


def noise() -> npt.NDArray[np.uint8]:
    """(16, 24, 3); the left half is red, so no turned or mirrored copy looks like it."""
    values = np.random.default_rng(0).integers(0, 256, (16, 24, 3), np.uint8)
    values[:, :12, 1:] = 0
    return values


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The bytes of the file that Pillow writes."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def row(values: object, dtype: str = "u1") -> Image.Image:
    """One row of pixels: numbers for grey, triples for RGB, fours for RGBA."""
    return Image.fromarray(np.asarray([values], dtype))


def chunk(kind: bytes, body: bytes) -> bytes:
    """One PNG chunk with a right checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    size: tuple[int, int], raw: bytes, *, depth: int = 8, colour: int = 0, extra: bytes = b""
) -> bytes:
    """A PNG of unfiltered rows; colour 0 is grey, 2 RGB, 3 palette; ``extra`` chunks come first."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    return SIGNATURE + header + extra + body


def png_of(values: npt.NDArray[Any], *, interlace: bool = False, extra: bytes = b"") -> bytes:
    """The PNG of samples (height, width, bands) of 8 or 16 bits, its rows interlaced or not."""
    height, width, bands = values.shape
    depth = values.dtype.itemsize * 8
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[bands]
    big = values.astype(values.dtype.newbyteorder(">"))
    steps = ADAM7 if interlace else ((0, 0, 1, 1),)
    passes = [big[top::down, left::across] for left, top, across, down in steps]
    raw = b"".join(b"\0" + row.tobytes() for part in passes if part.size for row in part)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlace))
    body = chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    return SIGNATURE + chunk(b"IHDR", header) + extra + body


def keyed(width: int, values: bytes, *, depth: int, colour: int, key: bytes) -> bytes:
    """A PNG of one row in which one colour is transparent."""
    extra = chunk(b"tRNS", key)
    return png((width, 1), b"\0" + values, depth=depth, colour=colour, extra=extra)


def with_exif(jpeg: bytes, exif: bytes) -> bytes:
    """The JPEG with these bytes as its metadata, whatever they are."""
    segment = b"Exif\0\0" + exif
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def grey_profile(*, gamma: float) -> bytes:
    """An ICC profile of grey values that stand for light ** (1 / gamma)."""
    white = b"XYZ " + struct.pack(">4xiii", 0xF6D6, 0x10000, 0xD32D)
    curve = b"curv" + struct.pack(">4xIHxx", 1, round(256 * gamma))
    tags = struct.pack(">I4sII4sII", 2, b"wtpt", 156, len(white), b"kTRC", 176, len(curve))
    size = struct.pack(">I", 176 + len(curve))
    header = size + bytes(4) + b"\2\x10\0\0" + b"mntrGRAYXYZ " + bytes(12) + b"acsp" + bytes(28)
    illuminant = struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D)
    return (header + illuminant).ljust(128, b"\0") + tags + white + curve


def resealed(data: bytes) -> bytes:
    """A PNG with every checksum made right again, so that damage gets past them."""
    place, parts = 8, [data[:8]]
    while place + 12 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        parts.append(chunk(data[place + 4 : place + 8], data[place + 8 : place + 8 + length]))
        place += 12 + length
    return b"".join(parts)


def bombs() -> dict[str, bytes]:
    """Headers of 30000 x 30000 pixels (16384 x 16384 in WebP), with next to nothing behind."""
    side = 30_000
    lossless = saved(row([0] * 4), "WEBP", lossless=True)[12:]
    frame = bytes(6) + (3).to_bytes(3, "little") + bytes(7) + lossless
    webp = (
        (b"WEBPVP8X" + struct.pack("<I", 10) + b"\2\0\0\0" + b"\xff\x3f\0" * 2)
        + (b"ANIM" + struct.pack("<IIH", 6, 0, 0))
        + (b"ANMF" + struct.pack("<I", len(frame)) + frame)
    )
    jpeg = bytearray(saved(Image.new("RGB", (8, 8)), "JPEG"))
    start = jpeg.index(b"\xff\xc0") + 5
    jpeg[start : start + 4] = struct.pack(">HH", side, side)
    bmp = bytearray(saved(Image.new("RGB", (8, 8)), "BMP"))
    bmp[18:26] = struct.pack("<ii", side, side)
    gif = bytearray(saved(Image.new("P", (8, 8)), "GIF"))
    gif[6:10] = struct.pack("<HH", side, side)
    tiff = bytearray(saved(Image.new("L", (8, 8)), "TIFF"))
    for tag in (256, 257):
        place = tiff.index(struct.pack("<HHI", tag, 4, 1)) + 8
        tiff[place : place + 4] = struct.pack("<I", side)
    return {
        "JPEG": bytes(jpeg),
        "PNG": png((side, side), bytes(100), depth=1),
        "WebP": b"RIFF" + struct.pack("<I", len(webp)) + webp,
        "GIF": bytes(gif),
        "BMP": bytes(bmp),
        "TIFF": bytes(tiff),
    }
