"""decode: files that people bring, by kind: read as they are meant, or called what they are."""

import re
from collections.abc import Callable

import imagecodecs
import numpy as np
import pytest

from senet_viz.core.errors import ImageError
from senet_viz.pictures import decoding
from tests.kinds_of_pictures import DAMAGED, KINDS, colour, grey
from tests.picture_files import SIGNATURE, chunk, png_of, saved
from tests.tiff_files import tiff

NO_FORMAT = "refused as no known picture format"
Refused = tuple[str, Callable[[], bytes], str]


@pytest.mark.parametrize("name", KINDS, ids=lambda name: f"{name} (was: {KINDS[name].before})")
def test_it_is_read_as_it_is_meant(name: str) -> None:
    row = KINDS[name]
    picture = decoding.read(row.data())
    found = np.asarray(picture.image).astype(float)
    expected = np.broadcast_to(row.expected(), found.shape)
    np.testing.assert_allclose(found, expected, rtol=0, atol=row.within)
    assert re.search(row.notes, " | ".join(picture.notes)), picture.notes


def eight() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return colour().astype(np.uint8)


def xcode_png() -> bytes:
    """Pixels without the frame that zlib puts round them."""
    plain = png_of(eight())
    start, end = plain.index(b"IDAT") - 4, plain.index(b"IEND") - 4
    bare = chunk(b"IDAT", plain[start + 8 : end - 4][2:-4])
    return SIGNATURE + chunk(b"CgBI", bytes(4)) + plain[8:start] + bare + plain[end:]


REFUSED: dict[str, Refused] = {
    "complex numbers": (
        DAMAGED,
        lambda: tiff(colour().astype("c8"), photometric=2),
        "whole, but its kind is not read .3 bands of 64-bit complex numbers, uncompressed",
    ),
    "JPEG 2000 in a TIFF": (
        DAMAGED,
        lambda: tiff(eight(), photometric=2, compression=34712),
        "whole, .*3 bands of 8-bit unsigned integers, JPEG 2000 compression",
    ),
    "a compression that nobody knows": (
        DAMAGED,
        lambda: tiff(eight(), photometric=2, compression=65123),
        "whole, .*65123 compression",
    ),
    "bands of different depth": (
        DAMAGED,
        lambda: tiff(eight(), photometric=2, tags={258: (3, (5, 6, 5))}),
        "whole, .*3 bands of 5/6/5-bit",
    ),
    "six inks": (
        DAMAGED,
        lambda: tiff(np.concatenate([eight()] * 2, axis=-1), photometric=5),
        r"whole, .*6 bands of 8-bit unsigned integers \(inks\)",
    ),
    "four inks that are not CMYK": (
        "colours that it does not have, no word",
        lambda: tiff(
            np.concatenate([eight(), eight()[..., :1]], axis=-1),
            photometric=5,
            tags={332: (3, 2)},
        ),
        "whole, .*inks",
    ),
    "colours of half the width": (
        "scrambled, no word",
        lambda: tiff(eight(), photometric=6, tags={530: (3, (2, 1))}),
        "whole, .*with subsampled chroma",
    ),
    "a volume": (
        "its first plane, no word",
        lambda: tiff(eight(), photometric=2, tags={32997: (4, 4)}),
        "whole, .*a volume 4 pixels deep",
    ),
    "a camera's raw data": (
        DAMAGED,
        lambda: tiff((grey() * 64).astype("u2"), photometric=32803),
        "whole, but has the raw data of a camera .*develop it",
    ),
    "strips beyond the end": (
        DAMAGED,
        lambda: tiff(eight().astype("f4"), photometric=2, tags={279: (4, 10**6)}),
        "damaged or incomplete",
    ),
    "JPEG of 12 bits": (
        DAMAGED,
        lambda: imagecodecs.jpeg_encode((grey()[..., 0] * 16).astype("u2"), bitspersample=12),
        "JPEG file is of a kind that is not read .12 bits, 1 bands",
    ),
    "JPEG-LS": (
        DAMAGED,
        lambda: imagecodecs.jpegls_encode(eight()[..., 0]),
        "JPEG file is of a kind that is not read .JPEG-LS",
    ),
    "BMP with a JPEG inside": (
        DAMAGED,
        lambda: bmp(compression=4),
        "BMP file is of a kind that is not read .Unsupported BMP compression",
    ),
    "PNG of Xcode": (
        "refused as damaged or incomplete",
        xcode_png,
        "PNG file is whole, but of the kind that Xcode packs",
    ),
    "JPEG XL": (
        NO_FORMAT,
        lambda: imagecodecs.jpegxl_encode(eight()),
        "format .*, JPEG XL, is not",
    ),
    "JPEG 2000": (NO_FORMAT, lambda: imagecodecs.jpeg2k_encode(eight()), "JPEG 2000, is not read"),
    "DICOM": (NO_FORMAT, lambda: bytes(128) + b"DICM" + bytes(99), "DICOM, is not read"),
    "a zip": (NO_FORMAT, lambda: b"PK\3\4" + bytes(99), "an archive, .*unpack it"),
    "a film": (NO_FORMAT, lambda: b"\0\0\0\x20ftypisom" + bytes(99), "a film, .*frames as PNG"),
    "pixels that are not all there": (
        "refused as incomplete",
        lambda: png_of(eight())[:-300],
        "PNG file is incomplete: its end is missing",
    ),
    "pixels with a wrong checksum": (
        "refused: a checksum is wrong",
        lambda: png_of(eight())[:-13] + b"x" + png_of(eight())[-12:],
        "damaged: a checksum is wrong",
    ),
}


def bmp(*, compression: int) -> bytes:
    from PIL import Image

    data = bytearray(saved(Image.fromarray(eight()), "BMP"))
    data[30] = compression
    return bytes(data)


@pytest.mark.parametrize("name", REFUSED, ids=lambda name: f"{name} (was: {REFUSED[name][0]})")
def test_it_is_called_what_it_is(name: str) -> None:
    _, data, words = REFUSED[name]
    with pytest.raises(ImageError, match=words) as caught:
        decoding.read(data())
    assert len(str(caught.value)) < 200
    assert ("damaged" in str(caught.value)) == ("damaged" in words)
