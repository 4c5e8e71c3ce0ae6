"""images: the awkward files beside the checkout do what their list says, down to the pixels."""

import csv

import numpy as np
import numpy.typing as npt
import pytest

from senet_viz import images
from senet_viz.errors import ImageError
from tests.shared_material import needs_shared, shared

AWKWARD = shared("awkward")
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


def awkward_rows() -> list[dict[str, str]]:
    """The rows of shared/awkward/awkward.csv; none where the folder is not there."""
    if AWKWARD is None:
        return []
    with (AWKWARD / "awkward.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def awkward(name: str) -> images.Picture:
    assert AWKWARD is not None
    return images.read((AWKWARD / name).read_bytes())


@needs_shared("awkward")
@pytest.mark.parametrize("line", awkward_rows(), ids=lambda line: line["file"][:30])
def test_awkward_files_do_as_their_list_says(line: dict[str, str]) -> None:
    name = line["file"]
    if line["expected"] == "error":
        with pytest.raises(ImageError, match=REASONS[name]):
            awkward(name)
        return
    picture = awkward(name)
    assert picture.image.mode == "RGB"
    assert NOTES.get(name, "") in " ".join(picture.notes)
    if any(words in line["expected_detail"] for words in ("like normal.jpg", "same analysis")):
        baseline = awkward("normal.jpg").image
        apart = np.asarray(picture.image).astype(int) - np.asarray(baseline)
        assert picture.image.size == baseline.size
        assert np.abs(apart).mean() < 5, "grey levels of 255; palettes and codecs lose up to 4"


@needs_shared("awkward")
def test_awkward_pixels() -> None:
    def pixels(name: str) -> npt.NDArray[np.int64]:
        return np.asarray(awkward(name).image).astype(np.int64)

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
