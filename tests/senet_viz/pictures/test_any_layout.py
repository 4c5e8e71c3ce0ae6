"""decode: whatever way the same pixels lie in a file, they come out the same."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from senet_viz.core.errors import ImageError
from senet_viz.pictures import decoding
from tests.picture_files import chunk, png_of
from tests.tiff_files import PACKERS, tiff

Values = npt.NDArray[Any]
MODES = {"grey": 1, "grey and opacity": 2, "RGB": 3, "RGBA": 4, "CMYK": 4, "L*a*b*": 3, "five": 5}
PHOTOMETRIC = {"RGB": 2, "RGBA": 2, "five": 2, "CMYK": 5, "L*a*b*": 8}
EXTRA = {"grey and opacity": (2,), "RGBA": (2,), "five": (0, 0)}
DEPTHS = ("1", "2", "4", "8", "12 packed", "16", "12 in 16", "32", "int8", "int16", "int32")
DEPTHS += ("half", "float", "float of any range", "double")
WHOLE = ("8", "16")  # of colours that are more than brightness


@dataclass(frozen=True)
class Kind:
    """One way to store a picture."""

    mode: str
    depth: str
    layout: str
    compression: int
    negative: bool
    order: str
    large: bool

    def file(self, levels: Values) -> bytes:
        """The TIFF of grey levels (height, width, bands) from 0 to 255."""
        values, bits = stored(levels, self.depth, negative=self.negative)
        if (self.mode, self.depth) == ("L*a*b*", "16"):  # whole steps of a* and b* are 256 apart
            values = (levels * (257, 256, 256)).astype("u2")
        return tiff(
            values,
            photometric=PHOTOMETRIC.get(self.mode, 0 if self.negative else 1),
            bits=bits,
            extra=EXTRA.get(self.mode, ()),
            planes=self.layout.startswith("planes"),
            tile=16 if self.layout.endswith("tiles") else 0,
            rows=3 if self.layout.endswith("strips") else 0,
            predictor=2 if self.layout == "differences" and values.dtype.kind != "f" else 1,
            compression=self.compression,
            order=self.order,
            large=self.large,
        )


def stored(levels: Values, depth: str, *, negative: bool) -> tuple[Values, int]:
    """Levels as the numbers that stand for them, and the bits of each where it is packed."""
    share = levels / 255
    if negative:  # opacity is not
        share[..., 0] = 1 - share[..., 0]
    if depth.isdigit() or depth == "12 packed":
        bits = int(depth.removesuffix(" packed"))
        kind = "u1" if bits <= 8 else "u2" if bits <= 16 else "u4"
        return np.rint(share * (2.0**bits - 1)).astype(kind), 0 if bits in (8, 16, 32) else bits
    if depth == "12 in 16":
        return np.rint(share * 4095).astype("u2"), 0
    if depth.startswith("int"):
        room = 2.0 ** (int(depth[3:]) - 1)
        return np.rint((share * 2 - 1) * (room - 1)).astype(f"i{int(depth[3:]) // 8}"), 0
    if depth == "float of any range":
        return (share * 730 - 210).astype("f4"), 0
    return share.astype({"half": "f2", "float": "f4", "double": "f8"}[depth]), 0


@st.composite
def kinds(draw: st.DrawFn) -> Kind:
    mode = draw(st.sampled_from([*MODES]))
    colourful = mode in ("CMYK", "L*a*b*")
    deep = [d for d in DEPTHS if d not in ("1", "2", "4", "12 packed")]
    depth = draw(st.sampled_from(WHOLE if colourful else DEPTHS if mode == "grey" else deep))
    layouts = ["strips", "tiles", "planes in strips", "planes in tiles"]
    compression = draw(st.sampled_from([*PACKERS]))
    if compression in (5, 8, 32946) and depth in deep:
        layouts.append("differences")
    return Kind(
        mode,
        depth,
        draw(st.sampled_from(layouts)),
        compression,
        mode.startswith("grey") and draw(st.booleans()),
        draw(st.sampled_from("<>")),
        draw(st.booleans()),
    )


def levels_of(mode: str, seed: int, width: int, height: int) -> Values:
    """Grey levels (height, width, bands) with black and white among them; opacity is whole."""
    found = np.random.default_rng(seed).integers(0, 256, (height, width, MODES[mode]))
    found[0, :2] = [[0], [255]]
    if mode in ("grey and opacity", "RGBA"):
        found[..., -1] = 255
    return found


def seen(mode: str, levels: Values) -> Values:
    """The RGB of grey levels, by Pillow's own conversions of 8 bits."""
    if mode.startswith("grey"):
        return levels[..., :1].repeat(3, axis=-1)
    if mode not in ("CMYK", "L*a*b*"):
        return levels[..., :3]
    name = "LAB" if mode == "L*a*b*" else mode  # whose bytes have a sign, for TIFF and Pillow alike
    size = (levels.shape[1], levels.shape[0])
    image = Image.frombytes(name, size, levels.astype(np.uint8).tobytes())
    return np.asarray(image.convert("RGB")).astype(int)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=kinds(),
    seed=st.integers(0, 2**31),
    width=st.integers(2, 40),
    height=st.integers(1, 40),
)
def test_a_tiff_of_any_layout_has_the_pixels_that_were_stored(
    kind: Kind, seed: int, width: int, height: int
) -> None:
    levels = levels_of(kind.mode, seed, width, height)
    if kind.depth in ("1", "2", "4"):  # no more levels than it can store
        most = 2 ** int(kind.depth) - 1
        levels = np.rint(levels / 255 * most) * 255 / most
    picture = decoding.read(kind.file(levels))
    found = np.asarray(picture.image).astype(int)
    np.testing.assert_allclose(found, seen(kind.mode, levels), rtol=0, atol=2)


@settings(max_examples=120)
@given(
    bands=st.integers(1, 4),
    bits=st.sampled_from([8, 16]),
    used=st.sampled_from([8, 10, 12, 14, 16]),
    interlace=st.booleans(),
    seed=st.integers(0, 2**31),
    size=st.tuples(st.integers(1, 24), st.integers(2, 24)),
)
def test_a_png_of_any_depth_has_the_pixels_that_were_stored(
    bands: int, bits: int, used: int, interlace: bool, seed: int, size: tuple[int, int]
) -> None:
    """Also where it says 16 bits and uses fewer, which is guessed and said."""
    levels = np.random.default_rng(seed).integers(0, 256, (*size, bands))
    levels[0, :2] = [[0], [255]]
    if bands in (2, 4):
        levels[..., -1] = 255
    white = 2 ** min(bits, used) - 1
    values = np.rint(levels * (white / 255)).astype(f"u{bits // 8}")
    picture = decoding.read(png_of(values, interlace=interlace))
    shown = levels[..., :3] if bands > 2 else levels[..., :1].repeat(3, axis=-1)
    np.testing.assert_allclose(np.asarray(picture.image).astype(int), shown, rtol=0, atol=1)
    assert any("a guess" in note for note in picture.notes) == (used < bits)


@settings(max_examples=150)
@given(
    bands=st.integers(1, 4),
    bits=st.sampled_from([8, 16]),
    interlace=st.booleans(),
    keep=st.floats(0, 1),
    beside=st.sampled_from([b"tEXt", b"zTXt", b"gAMA", b"iTXt", b"prVt"]),
    flip=st.booleans(),
)
def test_a_png_is_read_as_long_as_all_its_pixels_are_there(
    bands: int, bits: int, interlace: bool, keep: float, beside: bytes, flip: bool
) -> None:
    """Cut anywhere, and with any part beside the pixels spoilt: the same pixels, or a sentence."""
    values = np.random.default_rng(1).integers(0, 2**bits, (7, 9, bands)).astype(f"u{bits // 8}")
    part = bytearray(chunk(beside, b"k\0words\0\0\0"))
    part[-1] ^= flip
    whole = png_of(values, interlace=interlace, extra=bytes(part))
    pixels = decoding.decode(png_of(values, interlace=interlace)).tobytes()
    end = whole.index(b"IEND") - 8  # of the packed pixels, their own checksum included
    cut = whole[: round(keep * len(whole))]
    try:
        assert decoding.decode(cut).tobytes() == pixels
        assert len(cut) > end - 6
    except ImageError:
        assert len(cut) < end
