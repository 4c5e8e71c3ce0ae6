"""PNG and TIFF files with more in a sample than 8 bits, or with more bands than colours."""

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile

from senet_viz.core.translation import tr
from senet_viz.pictures.band_colours import coloured
from senet_viz.pictures.sample_range import Samples
from senet_viz.pictures.sixteen_bits import both_bytes, has_cut_samples
from senet_viz.pictures.tiff_bands import Bands, shown_bands
from senet_viz.pictures.tiff_by_pillow import deep_values
from senet_viz.pictures.tiff_by_tifffile import damaged, read_values, unread
from senet_viz.pictures.tiff_layout import PALETTE, TiffLayout

DeepPicture = tuple[Image.Image, tuple[str, ...]]
_BY_COUNT = {2: Bands("L", 1, 1), 3: Bands("RGB", 3), 4: Bands("RGB", 3, 3)}


def deep_png(source: ImageFile, data: bytes) -> DeepPicture | None:
    """A PNG of 16 bits brought to 8, with its opacity, not turned; None for any other."""
    key = source.info.get("transparency")
    if has_cut_samples(source):
        values = both_bytes(source, PngImageFile, data)
        bands = _BY_COUNT[values.shape[-1]]
    elif source.mode == "I" or source.mode.startswith("I;16"):
        source.load()
        bands, values = Bands("L", 1), np.asarray(source)[..., None].astype(np.uint16)
    else:
        return None
    image, notes = coloured(Samples(values, 16), bands)
    if key is not None and bands.opacity is None:
        opaque = (values != np.asarray(key, np.uint16)).any(axis=-1)
        image.putalpha(Image.fromarray(opaque.astype(np.uint8) * np.uint8(255)))
    return image, notes


def bands_of(layout: TiffLayout) -> Bands:
    """What is shown of a TIFF. ImageError where its bands are not understood, or not there."""
    bands = shown_bands(layout)
    if bands is None:
        raise unread(layout) if layout.is_whole else damaged()
    return bands


def deep_tiff(source: TiffImageFile, data: bytes, layout: TiffLayout) -> DeepPicture | None:
    """A TIFF that Pillow reads and would cut to 8 bits, upright; None for any other."""
    values = deep_values(source, data, layout)
    return None if values is None else coloured(_samples(values, layout), bands_of(layout))


def other_tiff(data: bytes, layout: TiffLayout) -> DeepPicture:
    """A TIFF that Pillow does not read, not turned. ImageError where nothing here reads it."""
    if not layout.is_whole:
        raise damaged()
    return coloured(_samples(read_values(data, layout), layout), bands_of(layout))


def tiff_notes(layout: TiffLayout) -> tuple[str, ...]:
    """What its tags say of the picture that is shown, or do not say; ImageError as ``bands_of``."""
    notes = bands_of(layout).notes
    if layout.first(254, 0) & 1:
        copy = tr("the picture shown is marked as a smaller copy of another one in the file")
        return (*notes, copy)
    return notes


def _samples(values: npt.NDArray[Any], layout: TiffLayout) -> Samples:
    return Samples(
        values,
        16 if layout.photometric == PALETTE else layout.bits,
        white_is_zero=layout.photometric == 0,
        missing=layout.missing,
        highest=layout.highest,
    )
