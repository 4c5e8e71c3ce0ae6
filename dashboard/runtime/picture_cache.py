"""Picture files decoded once, a few at a time: a large one takes half a gigabyte meanwhile."""

from dashboard.runtime.cache import DECODED, keep
from dashboard.runtime.work_queue import DECODING
from senet_viz.pictures import decoding


@keep(DECODED, turns=DECODING)
def picture(sha256: str, _data: bytes) -> decoding.Picture:  # noqa: ARG001 (the cache's key)
    """The picture in ``_data``; an ImageError where there is none."""
    return decoding.read(_data)
