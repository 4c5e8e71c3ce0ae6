"""images: awkward files are read down to the pixels, or refused in a sentence that says why."""

import numpy as np
import numpy.typing as npt
import pytest

from senet_viz.core.errors import ImageError
from senet_viz.pictures import decoding
from tests.awkward_files import BROKEN, LIKE_NORMAL, READABLE, awkward

REASONS = {
    "truncated_60pct.jpg": "damaged or incomplete",
    "truncated_header_only.jpg": "too short or damaged",
    "bad_crc.png": "damaged",
    "text_renamed.jpg": "text, not a picture",
    "empty.jpg": "empty",
    "picture.svg": "SVG",
    "bomb_30000x30000_1bit.png": "900 megapixels",
    "large_11000x11000_1bit.png": "121 megapixels",
}
NOTES = {
    "animated.gif": "first of its 6 frames",
    "exif_orientation_2.jpg": "turned upright",
    "exif_orientation_6.jpg": "turned upright",
    "png_16bit_gray.png": "16-bit",
    "rgba_transparent.png": "made white",
    "rgba_fully_transparent.png": "all white",
    "tiny_31x20.png": "31 x 20",
    "very_wide_3000x60.jpg": "sees 2% of it",
}


def read(name: str) -> decoding.Picture:
    return decoding.read(awkward(name))


def pixels(name: str) -> npt.NDArray[np.int64]:
    return np.asarray(read(name).image).astype(np.int64)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(ImageError, match=REASONS[name]):
        read(name)


@pytest.mark.parametrize("name", READABLE, ids=lambda name: name[:30])
def test_a_picture_is_read_and_what_was_done_to_it_is_said(name: str) -> None:
    picture = read(name)
    assert picture.image.mode == "RGB"
    assert NOTES.get(name, "") in " ".join(picture.notes)


@pytest.mark.parametrize("name", LIKE_NORMAL)
def test_the_same_photograph_has_the_same_pixels_in_every_form(name: str) -> None:
    own, normal = pixels(name), pixels("normal.jpg")
    assert own.shape == normal.shape
    assert np.abs(own - normal).mean() < 5, "grey levels of 255; palettes and codecs lose up to 4"


def test_awkward_pixels() -> None:
    normal, grey = pixels("normal.jpg"), pixels("gray_L.jpg")
    for name in ("gray_L.jpg", "gray_alpha_LA.png", "png_16bit_gray.png"):
        assert np.ptp(pixels(name), axis=2).max() == 0, f"{name}: the three channels differ"
        assert np.abs(pixels(name) - grey).mean() < 3, f"{name}: not the grey cat"
    for name in ("ycbcr.tif", "photo.bmp", "png_named.jpg"):
        assert np.abs(pixels(name) - normal).mean() < 3, f"{name}: not the cat"
    assert set(np.unique(pixels("bilevel_1bit.png"))) == {0, 255}
    assert pixels("rgba_fully_transparent.png").min() == 255
    flat = pixels("rgba_transparent.png")
    assert flat[0, 0].tolist() == [255, 255, 255]
    assert np.abs(flat - normal)[100:200, 150:300].mean() < 3, "not the cat inside the ellipse"
