"""decode without tifffile, imagecodecs or pillow-heif: its sentence names what reads the file."""

import sys
from collections.abc import Callable

import numpy as np
import pytest
from PIL import features

from senet_viz.core.errors import ImageError
from senet_viz.pictures import decoding
from tests.kinds_of_pictures import colour, deep, grey, heic
from tests.picture_files import saved
from tests.tiff_files import tiff

PLANES = tiff(deep(colour(), 65535), photometric=2, planes=True)
PACKED = tiff(deep(colour(), 65535), photometric=2, planes=True, compression=5)
NEEDED = {
    "planes": (
        PLANES,
        ("tifffile",),
        r"whole; its kind \(3 bands of 16-bit unsigned integers, in separate planes, "
        r"uncompressed\) needs tifffile: pip install 'senet-viz\[tiff\]', or save it as PNG",
    ),
    "LZW": (PACKED, ("imagecodecs",), r"LZW compression\) needs imagecodecs: pip install"),
    "both": (PACKED, ("tifffile", "imagecodecs"), "needs tifffile, imagecodecs: pip install"),
    "HEIC": (
        heic(),
        ("pillow_heif",),
        r"a HEIC photo needs pillow-heif: pip install 'senet-viz\[heic\]', or save it as JPEG",
    ),
}


@pytest.mark.parametrize("name", NEEDED)
def test_what_reads_it_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data, missing, words = NEEDED[name]
    assert decoding.decode(data).size == (80, 64)
    for package in missing:
        monkeypatch.setitem(sys.modules, package, None)  # as Python marks what cannot be imported
    with pytest.raises(ImageError, match=words) as caught:
        decoding.decode(data)
    assert len(str(caught.value)) < 200


def test_an_avif_photo_needs_a_pillow_that_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    data = saved(Image.fromarray(colour().astype(np.uint8)), "AVIF")
    monkeypatch.setattr(features, "check", lambda _: False)
    with pytest.raises(ImageError, match=r"AVIF photo, .* pip install -U pillow"):
        decoding.decode(data)


@pytest.mark.parametrize(
    "data",
    [
        lambda: tiff(colour().astype("u1"), photometric=2, compression=5, tile=16),
        lambda: tiff(deep(colour(), 65535), photometric=2, compression=8, order=">"),
        lambda: tiff(deep(255 - colour()[..., :1], 65535), photometric=0),
    ],
    ids=["8 bits", "16 bits", "white is zero"],
)
def test_what_pillow_reads_rightly_needs_no_other(
    data: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("tifffile", "imagecodecs"):
        monkeypatch.setitem(sys.modules, package, None)
    found = np.asarray(decoding.decode(data())).astype(int)
    np.testing.assert_allclose(found[..., 0], grey()[..., 0], rtol=0, atol=1)


def test_a_damaged_file_of_such_a_kind_is_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody installs a package for a file that it cannot read either."""
    monkeypatch.setitem(sys.modules, "tifffile", None)
    short = tiff(deep(colour(), 65535), photometric=2, planes=True, tags={273: (4, (8, 9, 10**7))})
    with pytest.raises(ImageError, match="damaged or incomplete"):
        decoding.decode(short)
