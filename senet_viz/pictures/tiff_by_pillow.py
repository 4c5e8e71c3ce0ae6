"""The TIFF layouts that Pillow is known to read correctly, and their samples at full depth."""

import sys
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL.TiffImagePlugin import TiffImageFile

from senet_viz.pictures.sixteen_bits import both_bytes, has_cut_samples
from senet_viz.pictures.tiff_layout import (
    CMYK,
    FLOATING,
    GREY,
    JPEG,
    LZW,
    RAW,
    RGB,
    SIGNED,
    UNKNOWN,
    UNSIGNED,
    TiffLayout,
)

_FAX = (2, 3, 4)
_COMPRESSIONS = frozenset({RAW, *_FAX, LZW, 6, JPEG, 8, 32773, 32946, 34925, 50000})


def is_read_by_pillow(layout: TiffLayout) -> bool:
    """Whether Pillow (13.0) gives the right pixels of this layout, or none.

    Some it takes for another: planes of 16 bits, one plane alone, signed bytes, L*a*b* in planes,
    deep samples of the other byte order under a compression.
    """
    odd_file = (layout.large and layout.big_endian) or layout.depth != 1
    odd_plane = layout.apart and layout.bands == 1 and layout.compression == RAW
    if odd_file or odd_plane or layout.compression not in _COMPRESSIONS:
        return False
    if layout.photometric is None:
        return layout.compression in (*_FAX, 6)
    if layout.bits < 8:
        return layout.bands == 1
    if layout.apart and layout.bands > 1:
        return _has_plain_planes(layout)
    return _is_shallow_and_plain(layout) if layout.bits == 8 else _is_deep_and_plain(layout)


def _is_shallow_and_plain(layout: TiffLayout) -> bool:
    unsigned = layout.format in (UNSIGNED, UNKNOWN)
    return unsigned and not (layout.subsampled and layout.compression == RAW)


def _has_plain_planes(layout: TiffLayout) -> bool:
    bands = (layout.photometric, layout.bands, layout.extra)
    known = bands in ((RGB, 3, ()), (RGB, 4, (2,)), (CMYK, 4, ()))
    return known and layout.format == UNSIGNED and layout.bits == 8


def _is_deep_and_plain(layout: TiffLayout) -> bool:
    if layout.first(266, 1) != 1:  # bits in the other order
        return False
    if layout.bits == 16 and layout.format == UNSIGNED:
        return layout.photometric in (*GREY, RGB, CMYK)
    native = layout.compression == RAW or layout.big_endian == (sys.byteorder == "big")
    kinds = ((16, SIGNED), (32, SIGNED), (32, UNSIGNED), (32, FLOATING))
    grey = layout.bands == 1 and layout.photometric in GREY
    return grey and native and (layout.bits, layout.format) in kinds


def deep_values(source: TiffImageFile, data: bytes, layout: TiffLayout) -> npt.NDArray[Any] | None:
    """The samples (height, width, bands) of more than 8 bits, upright; None of 8 bits or fewer."""
    if has_cut_samples(source):
        return both_bytes(source, TiffImageFile, data)
    if source.mode not in ("I", "F") and not source.mode.startswith("I;"):
        return None
    source.load()
    values = np.asarray(source)[..., None]
    wraps = source.mode == "I" and layout.format == UNSIGNED  # Pillow's "I" has a sign
    return values.view(np.uint32) if wraps else values
