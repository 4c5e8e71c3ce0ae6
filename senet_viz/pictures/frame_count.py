"""How many frames or pages a picture file has, counted no further than MAX_FRAMES.

Pillow counts to the end, which takes minutes where a file of a few megabytes holds a hundred
thousand pages: it looks up each one among all before it.
"""

from collections.abc import Callable
from io import BytesIO

from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.TiffImagePlugin import TiffImageFile

MAX_FRAMES = 1_000
_GIF_TABLE = 0x80  # the flag of a colour table; its length stands in the three lowest bits


def count_frames(data: bytes, reader: Callable[[BytesIO], ImageFile]) -> int:
    """Frames of an animation or pages of a TIFF; MAX_FRAMES + 1 stands for any more than that.

    1 where the ones after the first cannot be counted: they do not spoil the first.

    >>> from senet_viz.pictures.samples import load_sample
    >>> from PIL.JpegImagePlugin import JpegImageFile
    >>> count_frames(load_sample("china"), JpegImageFile)
    1
    """
    try:
        if reader is GifImageFile:
            return _gif_frames(data)
        source = reader(BytesIO(data))
        if isinstance(source, TiffImageFile):
            return _pages(source)
        return min(int(getattr(source, "n_frames", 1)), MAX_FRAMES + 1)
    except Exception:  # whatever a broken directory trips over
        return 1


def _pages(source: TiffImageFile) -> int:
    """One after the other: Pillow (13.0) miscounts when it goes past several at once."""
    for number in range(1, MAX_FRAMES + 1):
        try:
            source.seek(number)
        except EOFError:
            return number
    return MAX_FRAMES + 1


def _gif_frames(data: bytes) -> int:
    """Image blocks, passing over their pixels."""
    at, frames = 13 + _table(data[10]), 0
    while at < len(data) and frames <= MAX_FRAMES:
        kind = data[at]
        if kind == ord("!"):
            at = _past_blocks(data, at + 2)
        elif kind == ord(","):
            frames += 1
            at = _past_blocks(data, at + 11 + _table(data[at + 9]))
        elif kind == ord(";"):
            break
        else:  # padding, which readers pass over
            at += 1
    return max(frames, 1)


def _table(flags: int) -> int:
    """Bytes of the colour table that ``flags`` announce."""
    return 3 << ((flags & 7) + 1) if flags & _GIF_TABLE else 0


def _past_blocks(data: bytes, at: int) -> int:
    """The place after a chain of blocks, each of which begins with its length; 0 ends it."""
    while length := data[at]:
        at += length + 1
    return at + 1
