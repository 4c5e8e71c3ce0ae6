"""frames: counted to a limit and no further, whatever the file announces."""

import struct
import time
from io import BytesIO

import pytest
from PIL import Image
from PIL.GifImagePlugin import GifImageFile
from PIL.TiffImagePlugin import TiffImageFile

from senet_viz.pictures import decoding
from senet_viz.pictures.frame_count import MAX_FRAMES, count_frames
from tests.picture_files import noise, saved

READERS = {"GIF": GifImageFile, "TIFF": TiffImageFile}


def animation(kind: str, frames: int) -> bytes:
    picture = Image.fromarray(noise())
    turned = [picture.rotate(7 * k) for k in range(1, frames)]
    return saved(picture, kind, save_all=True, append_images=turned)


def pages(count: int) -> bytes:
    """A TIFF of pages that share one pixel."""
    tags = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 1)]
    size = 2 + 12 * (len(tags) + 1) + 4
    file = BytesIO()
    file.write(b"II*\0" + struct.pack("<I", 16) + bytes(8))
    for page in range(count):
        file.write(struct.pack("<H", len(tags) + 1))
        for tag, value in (*tags, (279, 1)):
            file.write(struct.pack("<HHII", tag, 4, 1, value))
        file.write(struct.pack("<I", 16 + (page + 1) * size if page + 1 < count else 0))
    return file.getvalue()


def cels(count: int) -> bytes:
    """A GIF of frames of one pixel."""
    one = saved(Image.new("P", (1, 1)), "GIF")
    start = one.index(b",")
    return one[:start] + one[start:-1] * count + b";"


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("frames", [1, 2, 6])
def test_frames_are_counted_as_pillow_counts(kind: str, frames: int) -> None:
    data = animation(kind, frames)
    assert READERS[kind](BytesIO(data)).n_frames == frames
    assert count_frames(data, READERS[kind]) == frames


@pytest.mark.parametrize(("kind", "make"), [("GIF", cels), ("TIFF", pages)])
def test_the_limit_is_inclusive(kind: str, make: object) -> None:
    assert count_frames(make(MAX_FRAMES), READERS[kind]) == MAX_FRAMES
    assert count_frames(make(MAX_FRAMES + 1), READERS[kind]) == MAX_FRAMES + 1
    assert count_frames(make(3 * MAX_FRAMES), READERS[kind]) == MAX_FRAMES + 1


@pytest.mark.parametrize(("kind", "data"), [("GIF", cels(500_000)), ("TIFF", pages(40_000))])
def test_a_file_of_countless_frames_takes_no_time(kind: str, data: bytes) -> None:
    """Pillow alone counts such a TIFF of 5 MB for a quarter of a minute."""
    before = time.process_time()
    picture = decoding.read(data)
    assert time.process_time() - before < 2
    assert "only the first of more than 1\u202f000 frames is used" in picture.notes


def test_a_file_with_too_many_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = animation("GIF", 2)
    monkeypatch.setattr(decoding, "MAX_BYTES", len(data))
    assert decoding.decode(data).size == (24, 16)
    monkeypatch.setattr(decoding, "MAX_BYTES", len(data) - 1)
    with pytest.raises(decoding.ImageError, match="more than the 0 MB allowed, so make it smaller"):
        decoding.decode(data)
