"""images: whatever the file holds, the pixels come out right, and what was done is told."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from senet_viz.core.errors import ImageError
from senet_viz.pictures import decoding, samples
from tests.picture_files import TORN_EXIF, grey_profile, keyed, noise, row, saved, with_exif

Pixels = npt.NDArray[np.uint8]
PICTURE = Image.fromarray(noise())
WHITE = [255, 255, 255]
CONVERTED = ("CMYK", "YCbCr", "LAB")
SIGNALLING = b"\x01\x00\x80\x7f"  # a float that warns when it is touched
DEEP = b"\x12\x34\x56\x78\x9a\xbc"  # one RGB pixel of 16 bits a channel
TWO = row([0, 1])
TWO.putpalette([1, 2, 3, 9, 8, 7])
UPRIGHT_TO_STORED: dict[int, Callable[[Pixels], Pixels]] = {
    0: lambda upright: upright,
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.swapaxes(0, 1),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: upright[::-1, ::-1].swapaxes(0, 1),
    8: lambda upright: np.rot90(upright, -1),
    99: lambda upright: upright,
}


def assert_row(data: bytes, expected: list[Any], *, within: int = 0) -> None:
    """The one row of pixels is as expected: numbers for grey, triples for RGB."""
    image = decoding.decode(data)
    wanted = [[pixel] * 3 if isinstance(pixel, int) else pixel for pixel in expected]
    assert image.mode == "RGB"
    assert image.size == (len(expected), 1)
    np.testing.assert_allclose(np.asarray(image)[0].astype(int), wanted, rtol=0, atol=within)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", UPRIGHT_TO_STORED)
def test_orientation_is_undone_once(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(UPRIGHT_TO_STORED[orientation](noise())))
    options = {"lossless": True} if kind == "WEBP" else {}
    picture = decoding.read(saved(stored, kind, exif=exif.tobytes(), **options))
    assert np.array_equal(np.asarray(picture.image), noise())
    assert any("upright" in note for note in picture.notes) == (2 <= orientation <= 8)
    again = decoding.decode(saved(picture.image, kind, **options))
    assert np.array_equal(np.asarray(again), noise()), "turned twice"


def test_size_is_that_in_the_file() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = decoding.read(saved(PICTURE, "JPEG", exif=exif.tobytes()))
    assert (picture.size, picture.image.size) == ((24, 16), (16, 24))


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"nonsense",
        TORN_EXIF,
        b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x02x\0\0\0",
    ],
    ids=["empty", "nonsense", "promises too much", "orientation 'x'"],
)
def test_broken_exif_spoils_nothing(exif: bytes) -> None:
    plain = saved(PICTURE, "JPEG")
    assert decoding.decode(with_exif(plain, exif)).tobytes() == decoding.decode(plain).tobytes()


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (row([0, 9, 255]), [0, 9, 255]),
        (row([0, 255]).convert("1"), [0, 255]),
        (TWO, [[1, 2, 3], [9, 8, 7]]),
        (Image.merge("LA", (row([10, 10, 55]), row([255, 0, 51]))), [10, 255, 215]),
        (row([[1, 2, 3, 255], [1, 2, 3, 0], [5, 105, 5, 51]]), [[1, 2, 3], WHITE, [205, 225, 205]]),
        (row([0, 128, 129, 257 * 7, 65535], "<u2"), [0, 0, 1, 7, 255]),
    ],
    ids=["grey", "1-bit", "palette", "grey and alpha", "RGBA", "16-bit"],
)
def test_modes_of_png(image: Image.Image, expected: list[Any]) -> None:
    assert_row(saved(image, "PNG"), expected)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (row([0, 257 * 7, 65535], ">u2"), [0, 7, 255]),
        (row([-100_000, 0, 100_000], "i4"), [0, 128, 255]),
        (row([7, 7], "i4"), [0, 0]),
        (row([0.2, 0.4], "f4"), [51, 102]),
        (row([-1, 0, 3], "f4"), [0, 64, 255]),
        (row([np.nan, np.inf, -np.inf, 0, 4, 10], "f4"), [0, 255, 0, 0, 102, 255]),
        (row([np.nan, np.nan], "f4"), [0, 0]),
        (Image.frombytes("F", (2, 1), SIGNALLING + bytes(4)), [0, 0]),
        (Image.frombytes("CMYK", (2, 1), bytes([0, 255, 255, 0, 0, 0, 0, 255])), [[255, 0, 0], 0]),
        (Image.frombytes("YCbCr", (2, 1), bytes([76, 85, 255, 200, 128, 128])), [[255, 0, 0], 200]),
        (Image.frombytes("LAB", (2, 1), bytes([255, 0, 0, 0, 0, 0])), [255, 0]),
    ],
    ids=["16 big", "32", "flat", "0..1", "float", "holes", "no number", "trap", *CONVERTED],
)
def test_modes_of_tiff(image: Image.Image, expected: list[Any]) -> None:
    assert_row(saved(image, "TIFF"), expected, within=2 if image.mode in CONVERTED else 0)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (saved(TWO, "GIF", transparency=0), [WHITE, [9, 8, 7]]),
        (saved(TWO, "PNG", transparency=b"\x33\xff"), [[204, 204, 205], [9, 8, 7]]),
        (saved(row([[9, 8, 7, 255], [1, 2, 3, 0]]), "WEBP", lossless=True), [[9, 8, 7], WHITE]),
        (keyed(2, b"\x80", depth=1, colour=0, key=b"\0\0"), [255, 255]),
        (keyed(4, b"\x1b", depth=2, colour=0, key=b"\0\2"), [0, 85, 255, 255]),
        (keyed(2, b"\x1f", depth=4, colour=0, key=b"\0\1"), [255, 255]),
        (keyed(2, b"\1\2\3\4\5\6", depth=8, colour=2, key=b"\0\1\0\2\0\3"), [WHITE, [4, 5, 6]]),
        (keyed(2, b"\x12\x34\x80\x80", depth=16, colour=0, key=b"\x12\x34"), [255, 128]),
        (keyed(2, DEEP + b"@\0P\0`\0", depth=16, colour=2, key=DEEP), [WHITE, [64, 80, 96]]),
    ],
    ids=["GIF", "palette", "WebP", "key 1", "key 2", "key 4", "key RGB", "key 16", "key RGB 16"],
)
def test_transparency_is_laid_on_white(data: bytes, expected: list[Any]) -> None:
    assert_row(data, expected)
    assert "transparent parts made white" in decoding.read(data).notes


def test_a_jpeg_for_print_becomes_rgb() -> None:
    ink = Image.new("CMYK", (1, 1), (0, 255, 255, 0))
    data = saved(ink, "JPEG", quality=100)
    assert_row(data, [[255, 0, 0]], within=3)
    assert "print colours (CMYK) turned into RGB" in decoding.read(data).notes


def adobe_rgb_to_srgb(colour: list[int]) -> list[int]:
    """By the published matrices (both D65) and curves, with no colour library."""
    to_xyz = np.array(
        [[0.5767, 0.1856, 0.1882], [0.2973, 0.6274, 0.0753], [0.0270, 0.0707, 0.9913]]
    )
    to_srgb = np.array([[3.240, -1.537, -0.499], [-0.969, 1.876, 0.042], [0.056, -0.204, 1.057]])
    light = (to_srgb @ to_xyz @ (np.asarray(colour) / 255) ** 2.19921875).clip(0, 1)
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return [int(value) for value in (255 * curve).round()]


@pytest.fixture(scope="module")
def adobe_rgb() -> bytes:
    profile = Image.open(BytesIO(samples.load_sample("rocket"))).info["icc_profile"]
    assert b"Adobe RGB (1998)" in profile
    return bytes(profile)


def test_colour_profile_is_applied(adobe_rgb: bytes) -> None:
    colours = [[180, 120, 90], [90, 150, 110], [128, 128, 128]]
    data = saved(row(colours), "PNG", icc_profile=adobe_rgb)
    assert_row(data, [adobe_rgb_to_srgb(colour) for colour in colours], within=1)
    assert "colours converted to sRGB by the profile in the file" in decoding.read(data).notes


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_grey_profile_is_applied(mode: str) -> None:
    linear = saved(row([0, 55, 255]).convert(mode), "PNG", icc_profile=grey_profile(gamma=1))
    assert_row(linear, [0, 128, 255], within=1)  # sRGB writes a light of 55 / 255 as 128


@pytest.mark.parametrize("image", [row([[180, 120, 90]]), row([70]), row([70]).convert("CMYK")])
@pytest.mark.parametrize("cut", [0, 3, 200])
def test_unusable_profile_is_ignored(adobe_rgb: bytes, image: Image.Image, cut: int) -> None:
    fits = image.mode == "RGB"
    profile = adobe_rgb[:cut] if fits else adobe_rgb
    data = saved(image, "TIFF", icc_profile=profile)
    assert decoding.decode(data).tobytes() == image.convert("RGB").tobytes()
    assert not any("profile" in note for note in decoding.read(data).notes)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_first_frame_stands_for_all(kind: str) -> None:
    red, blue = (Image.new("RGB", (80, 80), colour) for colour in ("red", "blue"))
    options = {"lossless": True} if kind == "WEBP" else {}
    data = saved(red, kind, save_all=True, append_images=[blue, red], **options)
    picture = decoding.read(data)
    assert picture.image.getcolors() == [(6400, (255, 0, 0))]
    assert picture.notes == ("only the first of its 3 frames is used",)


@pytest.mark.parametrize("kind", ["GIF", "TIFF"])
def test_a_torn_second_frame_spoils_nothing(kind: str) -> None:
    red, blue = (Image.new("RGB", (80, 80), colour) for colour in ("red", "blue"))
    whole = saved(red, kind, save_all=True, append_images=[blue])
    picture = decoding.read(whole[: len(saved(red, kind)) + 12])
    assert picture.image.getcolors() == [(6400, (255, 0, 0))]
    assert picture.notes == ()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP", "GIF", "BMP", "TIFF"])
def test_content_decides_the_format(kind: str) -> None:
    data = saved(PICTURE, kind.upper())
    picture = decoding.read(data)
    assert picture.format == kind
    assert picture.sha256 == hashlib.sha256(data).hexdigest()
    assert type(picture.image) is Image.Image, "no reader that holds the file"


def test_nothing_of_the_file_is_carried_along(adobe_rgb: bytes) -> None:
    image = decoding.decode(saved(PICTURE, "JPEG", icc_profile=adobe_rgb, comment=b"secret"))
    assert image.info == {}
    assert dict(image.getexif()) == {}


@pytest.mark.parametrize(
    ("size", "notes"),
    [
        ((64, 64), ()),
        ((31, 20), ("only 31 x 20 pixels: enlarged for the model, so without detail",)),
        ((300, 100), ()),
        ((1000, 100), ("very wide (1000 x 100): a centre crop sees 10% of it",)),
        ((64, 6400), ("very tall (64 x 6400): a centre crop sees 1% of it",)),
    ],
)
def test_shape_is_remarked_on(size: tuple[int, int], notes: tuple[str, ...]) -> None:
    assert decoding.read(saved(Image.new("RGB", size), "PNG")).notes == notes


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((600, 400), (300, 200)),
        ((400, 600), (200, 300)),
        ((20, 10), (20, 10)),
        ((3000, 1), (300, 1)),
    ],
)
def test_fit_shrinks_and_never_enlarges(size: tuple[int, int], expected: tuple[int, int]) -> None:
    image = Image.new("RGB", size, "red")
    fitted = decoding.fit(image, longest=300)
    assert fitted.size == expected
    assert fitted.getpixel((0, 0)) == (255, 0, 0)
    assert (image.size, fitted is image) == (size, False), "the given picture was changed"


def test_fit_to_nothing_is_refused() -> None:
    with pytest.raises(ImageError, match="0 pixels"):
        decoding.fit(PICTURE, longest=0)
