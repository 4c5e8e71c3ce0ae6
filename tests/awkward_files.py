"""Files that people really choose: every kind of picture, broken ones, and names hard to show.

All are made of one photograph, the cat that comes with scikit-image (451 x 300 px, CC0).
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from io import BytesIO

import numpy as np
import pillow_heif
from PIL import Image, ImageCms, ImageDraw

import senet_viz as sv
from tests.picture_files import png, saved
from tests.tiff_files import tiff

ORIENTATION = 0x0112
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'


@cache
def cat() -> Image.Image:
    """The photograph, RGB; do not change it."""
    return sv.decode(sv.load_sample("chelsea"))


@cache
def normal() -> bytes:
    """It as a JPEG."""
    return saved(cat(), "JPEG", quality=90)


@cache
def _png() -> bytes:
    return saved(cat(), "PNG")


def _turned(how: Image.Transpose | None, orientation: int) -> bytes:
    """The pixels stored turned, with the orientation that turns them back."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = cat() if how is None else cat().transpose(how)
    return saved(stored, "JPEG", quality=90, exif=exif)


def _grey_with_alpha() -> bytes:
    grey = cat().convert("L")
    return saved(Image.merge("LA", (grey, Image.new("L", grey.size, 255))), "PNG")


def _deep_grey() -> bytes:
    grey = np.asarray(cat().convert("L")).astype(np.uint16) * 257
    return saved(Image.fromarray(grey), "PNG")


def _transparent(*, ellipse: bool) -> bytes:
    """Alpha 0 everywhere, or outside an ellipse."""
    alpha = Image.new("L", cat().size, 0)
    if ellipse:
        ImageDraw.Draw(alpha).ellipse((20, 20, cat().width - 20, cat().height - 20), fill=255)
    picture = cat().copy()
    picture.putalpha(alpha)
    return saved(picture, "PNG")


def _animated() -> bytes:
    small = np.asarray(cat().resize((226, 150)))
    frames = [Image.fromarray(np.roll(small, 20 * i, axis=1)) for i in range(6)]
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)


def _with_srgb_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(cat(), "JPEG", quality=90, icc_profile=profile)


def _planes() -> bytes:
    """16 bits a sample, each colour by itself."""
    return tiff(np.asarray(cat()).astype(np.uint16) * 257, photometric=2, planes=True, rows=20)


def _heic() -> bytes:
    file = BytesIO()
    pillow_heif.from_pillow(cat()).save(file, quality=90)
    return file.getvalue()


def _resized(width: int, height: int, kind: str) -> bytes:
    return saved(cat().resize((width, height)), kind)


def _wrong_checksum() -> bytes:
    """One byte of the pixel data of a PNG flipped."""
    data = bytearray(_png())
    data[len(data) // 2] ^= 0xFF
    return bytes(data)


def _noise() -> bytes:
    values = np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)
    return saved(Image.fromarray(values), "PNG")


def _huge(side: int) -> bytes:
    """A black-and-white PNG of side x side pixels, with next to nothing behind its header."""
    return png((side, side), bytes(100), depth=1)


READABLE: Mapping[str, Callable[[], bytes]] = {
    "normal.jpg": normal,
    "progressive.JPG": lambda: saved(cat(), "JPEG", quality=90, progressive=True),
    "gray_L.jpg": lambda: saved(cat().convert("L"), "JPEG", quality=90),
    "gray_alpha_LA.png": _grey_with_alpha,
    "ycbcr.tif": lambda: saved(cat().convert("YCbCr"), "TIFF"),
    "exif_orientation_2.jpg": partial(_turned, Image.Transpose.FLIP_LEFT_RIGHT, 2),
    "exif_orientation_6.jpg": partial(_turned, Image.Transpose.ROTATE_90, 6),
    "exif_orientation_0_invalid.jpg": partial(_turned, None, 0),
    "icc_srgb.jpg": _with_srgb_profile,
    "very_wide_3000x60.jpg": partial(_resized, 3000, 60, "JPEG"),
    "tiny_31x20.png": partial(_resized, 31, 20, "PNG"),
    "large_6000x4000.jpg": partial(_resized, 6000, 4000, "JPEG"),
    "png_16bit_gray.png": _deep_grey,
    "rgba_transparent.png": partial(_transparent, ellipse=True),
    "rgba_fully_transparent.png": partial(_transparent, ellipse=False),
    "palette_P.png": lambda: saved(cat().quantize(64), "PNG"),
    "bilevel_1bit.png": lambda: saved(cat().convert("1"), "PNG"),
    "animated.gif": _animated,
    "photo.webp": lambda: saved(cat(), "WEBP", quality=80),
    "photo.bmp": lambda: saved(cat(), "BMP"),
    "png_named.jpg": _png,
    "uniform_black.png": lambda: saved(Image.new("RGB", (300, 300)), "PNG"),
    "noise.png": _noise,
    "saved by Windows.jfif": normal,
    "no suffix": normal,
    "SCAN.TIFF": _planes,
    "phone.HEIC": _heic,
    "phone.avif": lambda: saved(cat(), "AVIF", quality=90),
    "ünïcode name 猫 (1).jpg": normal,
    f"{'x' * 180}.jpg": normal,
    "<b>bold<b> & $x$ [link](u).jpg": normal,
}
BROKEN: Mapping[str, Callable[[], bytes]] = {
    "truncated_60pct.jpg": lambda: normal()[: 6 * len(normal()) // 10],
    "truncated_header_only.jpg": lambda: normal()[:200],
    "bad_crc.png": _wrong_checksum,
    "text_renamed.jpg": lambda: b"These are only words, and no picture.\n" * 30,
    "empty.jpg": bytes,
    "picture.svg": lambda: SVG,
    "bomb_30000x30000_1bit.png": partial(_huge, 30_000),
    "large_11000x11000_1bit.png": partial(_huge, 11_000),
}
# The cat as it is: the same pixels but for what a codec or a palette loses.
LIKE_NORMAL = (
    "normal.jpg",
    "progressive.JPG",
    "exif_orientation_2.jpg",
    "exif_orientation_6.jpg",
    "exif_orientation_0_invalid.jpg",
    "icc_srgb.jpg",
    "ycbcr.tif",
    "palette_P.png",
    "photo.webp",
    "photo.bmp",
    "png_named.jpg",
    "saved by Windows.jfif",
    "SCAN.TIFF",
    "phone.HEIC",
    "phone.avif",
)


@cache
def awkward(name: str) -> bytes:
    """The file of this name."""
    return {**READABLE, **BROKEN}[name]()
