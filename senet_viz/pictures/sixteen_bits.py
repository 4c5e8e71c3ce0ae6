"""Both bytes of 16-bit colour samples, of which Pillow keeps the upper one."""

import re
import sys
from collections.abc import Callable
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL.ImageFile import ImageFile
from PIL.PngImagePlugin import PngImageFile

Samples = npt.NDArray[np.uint16]
# Pillow's name of the stored order, by the bytes of a pixel in memory.
_ORDERS = {"B": "big", "L": "little", "N": sys.byteorder}


def has_cut_samples(source: ImageFile) -> bool:
    """Whether Pillow would keep one byte only of the samples of this picture."""
    return re.fullmatch("(RGB.?|LA|CMYK);16[BLN]", _stored(source)) is not None


def both_bytes(source: ImageFile, reopen: Callable[[BytesIO], ImageFile], data: bytes) -> Samples:
    """The samples (height, width, bands) of a picture that ``has_cut_samples``, upright.

    ``reopen`` makes a reader of ``data`` like ``source``. Premultiplied colours stay so.
    """
    stored = _stored(source)
    bands = stored[:-4].replace("a", "A")
    if bands == "LA":  # there is no way to ask for its lower bytes: all four, as if they were RGBA
        whole = reopen(BytesIO(data))
        _ask(whole, "RGBA", "RGBA")
        upper, lower = (_values(whole)[..., start::2] for start in (0, 1))
        return _joined(upper, lower)
    first, second = (_decoded(reopen(BytesIO(data)), f"{bands};16{order}") for order in "BL")
    # "B" is told to keep the first of two bytes and "L" the second, whatever the file has.
    big = _ORDERS[stored[-1]] == "big"
    return _joined(first, second) if big else _joined(second, first)


def _stored(source: ImageFile) -> str:
    """How the samples lie in the file, in Pillow's words: "RGB;16B"."""
    arguments = source.tile[0].args if source.tile else ""
    stored = arguments[0] if isinstance(arguments, tuple) else arguments
    return str(stored)


def _decoded(source: ImageFile, stored: str) -> npt.NDArray[np.uint8]:
    _ask(source, source.mode.replace("RGBa", "RGBA"), stored)
    return _values(source)


def _ask(source: ImageFile, mode: str, stored: str) -> None:
    """Have the file's bytes taken for another layout when it is loaded."""
    source._mode = mode
    source.tile = [
        tile._replace(args=(stored, *tile.args[1:]) if isinstance(tile.args, tuple) else stored)
        for tile in source.tile
    ]


def _values(source: ImageFile) -> npt.NDArray[np.uint8]:
    if isinstance(source, PngImageFile):
        source.info.pop("transparency", None)
    source.load()
    return np.asarray(source)


def _joined(upper: npt.NDArray[np.uint8], lower: npt.NDArray[np.uint8]) -> Samples:
    return (upper.astype(np.uint16) << np.uint16(8)) | lower
