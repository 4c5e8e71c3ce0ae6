"""Files decoded once, a few at a time: a large picture takes half a gigabyte meanwhile."""

import numpy as np
import numpy.typing as npt
import PIL.Image
from PIL.Image import Image

from dashboard.runtime.cache import DECODED, keep
from dashboard.runtime.work_queue import DECODING
from senet_viz.core.arrays import Array
from senet_viz.figures.block.network_inputs import input_picture
from senet_viz.pictures import decoding
from senet_viz.pictures.array_files import ArrayFile, is_array, read_array

File = decoding.Picture | ArrayFile


@keep(DECODED, turns=DECODING)
def picture(sha256: str, _data: bytes) -> decoding.Picture:  # noqa: ARG001 (the cache's key)
    """The picture in ``_data``; an ImageError where there is none."""
    return decoding.read(_data)


@keep(DECODED, turns=DECODING)
def array(sha256: str, _data: bytes) -> ArrayFile:  # noqa: ARG001 (the cache's key)
    """The array in a .npy or .npz file; an InputError where there is none."""
    return read_array(_data)


def file(sha256: str, data: bytes) -> File:
    """The picture or the array, whichever it is."""
    return array(sha256, data) if is_array(data) else picture(sha256, data)


def content(sha256: str, data: bytes) -> Image | Array:
    """What the network's preprocessing receives: the picture, or the values."""
    decoded = file(sha256, data)
    return decoded.values if isinstance(decoded, ArrayFile) else decoded.image


@keep(turns=None)
def thumbnail(sha256: str, _data: bytes) -> npt.NDArray[np.uint8]:
    """A small copy (h, w, 3) for the gallery, cut to a square."""
    if is_array(_data):
        return _square(
            PIL.Image.fromarray(input_picture(_with_channels(array(sha256, _data).values)))
        )
    return _square(picture(sha256, _data).image)


def small_square(data: bytes) -> npt.NDArray[np.uint8]:
    """The same of a picture that is looked at once."""
    return _square(decoding.read(data).image)


def _with_channels(values: Array) -> Array:
    """An array as (c, t) or (c, d, h, w), as far as its shape alone tells."""
    bare = values.reshape([n for n in values.shape if n > 1] or [1])
    axes = 1 if bare.ndim < 3 else 3
    return bare.reshape(-1, *bare.shape[-axes:])


def _square(image: Image) -> npt.NDArray[np.uint8]:
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    small = decoding.fit(image.crop((left, top, left + side, top + side)), longest=160)
    return np.asarray(small)
