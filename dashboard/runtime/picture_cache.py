"""Picture files decoded once, a few at a time: a large one takes half a gigabyte meanwhile."""

import numpy as np
import numpy.typing as npt
from PIL.Image import Image

from dashboard.runtime.cache import DECODED, keep
from dashboard.runtime.work_queue import DECODING
from senet_viz.pictures import decoding


@keep(DECODED, turns=DECODING)
def picture(sha256: str, _data: bytes) -> decoding.Picture:  # noqa: ARG001 (the cache's key)
    """The picture in ``_data``; an ImageError where there is none."""
    return decoding.read(_data)


@keep(turns=None)
def thumbnail(sha256: str, _data: bytes) -> npt.NDArray[np.uint8]:
    """A small copy (h, w, 3) for the gallery, cut to a square."""
    return _square(picture(sha256, _data).image)


def small_square(data: bytes) -> npt.NDArray[np.uint8]:
    """The same of a picture that is looked at once."""
    return _square(decoding.read(data).image)


def _square(image: Image) -> npt.NDArray[np.uint8]:
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    small = decoding.fit(image.crop((left, top, left + side, top + side)), longest=160)
    return np.asarray(small)
