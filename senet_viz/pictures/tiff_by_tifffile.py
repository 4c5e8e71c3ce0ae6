"""The samples of a TIFF of any other layout by tifffile, or what kind it is that is not read."""

import logging
from importlib.util import find_spec
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL.JpegImagePlugin import JpegImageFile
from PIL.WebPImagePlugin import WebPImageFile

from senet_viz.core.errors import ImageError
from senet_viz.core.extras import import_extra
from senet_viz.core.translation import tr
from senet_viz.pictures.tiff_layout import (
    CAMERA_RAW,
    FLOATING,
    JPEG,
    LZW,
    PALETTE,
    RAW,
    SIGNED,
    UNKNOWN,
    UNSIGNED,
    WEBP,
    TiffLayout,
)

_ALONE = frozenset({RAW, 8, 32773, 32946, 34925})  # what tifffile unpacks by itself
_COMPRESSIONS = _ALONE | {LZW, JPEG, 34887, 50000, WEBP}
_DEPTHS = {
    UNSIGNED: frozenset({*range(1, 17), 24, 32, 64}),
    UNKNOWN: frozenset({8, 16, 32}),
    SIGNED: frozenset({8, 16, 32, 64}),
    FLOATING: frozenset({16, 24, 32, 64}),
}
_PICTURES_INSIDE = {JPEG: JpegImageFile, WEBP: WebPImageFile}
Values = npt.NDArray[Any]
logging.getLogger("tifffile").addHandler(logging.NullHandler())  # what matters is raised


def read_values(data: bytes, layout: TiffLayout) -> Values:
    """The samples (height, width, bands) as stored: not turned, not scaled.

    layout: of a file that is whole, as far as its directory tells.

    Raises an ImageError where the kind is not read, needs a package that is missing, or where the
    samples are damaged.
    """
    if not _is_known(layout):
        raise unread(layout)
    missing = [name for name in _needed(layout) if find_spec(name) is None]
    if missing:
        raise ImageError(
            tr(
                "this TIFF file is whole; its kind ({kind}) needs {packages}: pip install "
                "'senet-viz[tiff]', or save it as PNG",
                kind=layout.described,
                packages=", ".join(missing),
            )
        )
    tifffile = import_extra("tifffile")
    try:
        _check_pictures_inside(data, layout)
        with tifffile.TiffFile(BytesIO(data)) as file:
            stored = file.pages.first.asarray(squeeze=False, maxworkers=1)
        return _arranged(stored, layout)
    except Exception as error:  # whatever a broken strip trips over
        raise damaged() from error


def unread(layout: TiffLayout) -> ImageError:
    """What the file is, for a layout that nothing here reads."""
    if layout.photometric in CAMERA_RAW:
        return ImageError(
            tr(
                "this TIFF file is whole, but has the raw data of a camera ({kind}): develop it "
                "and save it as JPEG or PNG",
                kind=layout.described,
            )
        )
    return ImageError(
        tr(
            "this TIFF file is whole, but its kind is not read ({kind}): save it as PNG, or as "
            "an RGB or grey TIFF",
            kind=layout.described,
        )
    )


def damaged() -> ImageError:
    return ImageError(
        tr(
            "this {name} file is damaged or incomplete, so copy or download it again",
            name="TIFF",
        )
    )


def _is_known(layout: TiffLayout) -> bool:
    return (
        layout.compression in _COMPRESSIONS
        and layout.bits in _DEPTHS.get(layout.format, ())
        and not (layout.compression in _PICTURES_INSIDE and layout.bits != 8)
        and not (layout.subsampled and (layout.compression != JPEG or layout.apart))
        and layout.depth == 1
        and layout.first(317, 1) in (1, 2, 3)
    )


def _needed(layout: TiffLayout) -> tuple[str, ...]:
    easy = layout.compression in _ALONE and layout.bits in (1, 8, 16, 32, 64)
    return ("tifffile",) if easy and layout.first(317, 1) != 3 else ("tifffile", "imagecodecs")


def _check_pictures_inside(data: bytes, layout: TiffLayout) -> None:
    """A strip that is a JPEG of its own may say that it is larger than the strip."""
    reader = _PICTURES_INSIDE.get(layout.compression)
    if reader is not None:
        for place, length in layout.segments:
            with reader(BytesIO(data[place : place + length])) as inside:
                if any(a > b for a, b in zip(inside.size, layout.segment_shape, strict=True)):
                    raise ValueError(inside.size)


def _arranged(stored: Values, layout: TiffLayout) -> Values:
    """From tifffile's (planes, depth, height, width, bands); a ValueError if it is not as said."""
    planes = stored[:, 0]
    values = np.moveaxis(planes[..., 0], 0, -1) if len(planes) > 1 else planes[0]
    width, height = layout.size
    if values.shape != (height, width, layout.bands):
        raise ValueError(values.shape)
    if values.dtype.kind == "b":
        values = values.astype(np.uint8)
    if layout.photometric == PALETTE:
        colours = np.array(layout.tags[320], np.uint16).reshape(3, -1)
        return np.moveaxis(colours[:, values[..., 0]], 0, -1)
    return values
