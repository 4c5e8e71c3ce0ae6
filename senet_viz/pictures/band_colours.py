"""Bands of numbers -> a picture of 8 bits in grey, RGB, CMYK or L*a*b*, with its opacity."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from senet_viz.pictures.sample_range import Samples, parts, to_eight_bits
from senet_viz.pictures.tiff_bands import Bands

Values = npt.NDArray[Any]
Bytes = npt.NDArray[np.uint8]
_BANDS = {"L": 1, "RGB": 3, "CMYK": 4, "YCbCr": 3, "LAB": 3, "ICC LAB": 3}


def coloured(samples: Samples, bands: Bands) -> tuple[Image.Image, tuple[str, ...]]:
    """The picture that the bands of ``samples`` make, and remarks on their range.

    Of mode L, RGB, CMYK, LAB or YCbCr; LA or RGBA with opacity.
    """
    shown = samples.values[..., : _BANDS[bands.colours]]
    if bands.colours in ("LAB", "ICC LAB"):
        return _lab(shown, samples.bits, signed=bands.colours == "LAB"), ()
    if bands.colours in ("CMYK", "YCbCr") and samples.bits == 8:
        return _image(shown.astype(np.uint8), bands.colours), ()
    if bands.opacity is not None and bands.multiplied:
        shown = _divided(shown, samples.values[..., bands.opacity], samples.bits)
    eight_bits = to_eight_bits(replace(samples, values=shown))
    image = _image(eight_bits.values, bands.colours)
    if bands.opacity is not None and image.mode in ("L", "RGB"):
        opacity = _opacity(samples.values[..., bands.opacity], samples.bits, eight_bits.white)
        if opacity is not None:
            image.putalpha(Image.fromarray(opacity))
    return image, eight_bits.notes


def _image(colours: Bytes, mode: str) -> Image.Image:
    if mode == "L":
        return Image.fromarray(np.ascontiguousarray(colours[..., 0]))
    bands = (np.ascontiguousarray(colours[..., band]) for band in range(colours.shape[-1]))
    return Image.merge(mode, [*map(Image.fromarray, bands)])


def _opacity(values: Values, bits: int, white: float) -> Bytes | None:
    """0 to 255; whole numbers by the room that the colours take, floating-point ones from 0 to 1.

    None of signed numbers, which say nothing of where it ends.
    """
    if values.dtype.kind not in "uf":
        return None
    room = 1.0 if values.dtype.kind == "f" else 2.0**bits - 1
    if values.dtype.kind == "u" and 0 < values.max(initial=0) <= white:
        room = white
    out = np.empty(values.shape, np.uint8)
    for part, target in zip(parts(values), parts(out), strict=True):
        with np.errstate(all="ignore"):
            target[:] = np.nan_to_num(part.clip(0, room) * (255 / room) + 0.5, nan=0)
    return out


def _divided(colours: Values, opacity: Values, bits: int) -> Values:
    """Colours as they were before they were multiplied by their opacity; whole ones stay whole."""
    whole = colours.dtype.kind == "u"
    room = 2.0**bits - 1 if whole else 1.0
    out = np.empty(colours.shape, colours.dtype)
    for part, by, target in zip(parts(colours), parts(opacity), parts(out), strict=True):
        with np.errstate(all="ignore"):
            quotient = np.where(by[..., None] > 0, part * (room / by[..., None].astype(float)), 0)
        target[:] = quotient.clip(0, room).round() if whole else quotient
    return out


def _lab(values: Values, bits: int, *, signed: bool) -> Image.Image:
    """As ImageCms wants it: L* times 2.55, and a* and b* 128 higher than they are.

    signed: a* and b* run from -128 to 127, in the two's complement where the type has no sign.
    """
    out = np.empty(values.shape, np.uint8)
    for part, target in zip(parts(values), parts(out), strict=True):
        numbers = part.astype(np.float32)
        if part.dtype.kind == "f":
            numbers *= (2.55, 1, 1)
            numbers += (0, 128, 128)
        else:
            numbers *= (255 / (2**bits - 1), *(2.0 ** (8 - bits),) * 2)
            if signed:
                numbers[..., 1:] = (numbers[..., 1:] + 128) % 256
        with np.errstate(invalid="ignore"):
            target[:] = np.nan_to_num(numbers.round().clip(0, 255))
    return _image(out, "LAB")
