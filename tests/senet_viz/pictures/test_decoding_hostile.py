"""images: files that are broken, huge, hostile or no pictures are refused in one clear sentence."""

import subprocess
import sys
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from senet_viz.core.errors import ImageError
from senet_viz.pictures import decoding
from tests.picture_files import (
    TORN_EXIF,
    bombs,
    chunk,
    noise,
    png,
    resealed,
    saved,
    with_exif,
)

PICTURE = Image.fromarray(noise())
JPEG, PNG = saved(PICTURE, "JPEG"), saved(PICTURE, "PNG")
FILES = {
    "JPEG": JPEG,
    "PNG": PNG,
    "WebP": saved(PICTURE, "WEBP", lossless=True),
    "GIF": saved(PICTURE, "GIF"),
    "BMP": saved(PICTURE, "BMP"),
    "TIFF": saved(PICTURE, "TIFF"),
    "TIFF LZW": saved(PICTURE, "TIFF", compression="tiff_lzw"),
}
WITH_TORN_EXIF = with_exif(JPEG, TORN_EXIF)
BAD_CRC = PNG[:-20] + bytes([PNG[-20] ^ 1]) + PNG[-19:]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty .0 bytes.*JPEG, PNG"),
        (b"This is not an image.\n" * 60, "text, not a picture.*JPEG, PNG"),
        ("猫の写真ではありません。".encode() * 99, "text, not a picture"),
        (b"\xef\xbb\xbfname,what\r\n", "text, not a picture"),
        (b"BMW and GIF are words", "text, not a picture"),
        (b"<!DOCTYPE html><p>404</p>", "text, not a picture"),
        (b"<?xml version='1.0'?>\n<svg xmlns='x'/>", "SVG drawing.*export it as PNG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC file .24 bytes. is too short or damaged"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", "AVIF file .24 bytes. is too short or damaged"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "PDF document.*export the page"),
        (b"\x7fELF\2\1\1" + bytes(100), "107 bytes are no known picture format.*JPEG, PNG"),
        (JPEG[:200], r"JPEG file \(200 bytes\) is too short or damaged to hold a picture.*again"),
        (PNG[:33], r"PNG file \(33 bytes\) is too short or damaged to hold a picture.*again"),
        (JPEG[:-50], "JPEG file is damaged or incomplete.*again"),
        (PNG[: len(PNG) * 6 // 10], "PNG file is incomplete.*again"),
        (BAD_CRC, "PNG file is damaged: a checksum is wrong.*again"),
        (png((2, 1), b"\0\0\0\0", colour=3), "PNG file is damaged or incomplete"),  # no palette
    ],
)
def test_the_sentence_fits_the_file(data: bytes, words: str) -> None:
    with pytest.raises(ImageError, match=words) as caught:
        decoding.decode(data)
    assert len(str(caught.value)) < 140
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", FILES)
def test_whole_is_read_and_half_is_refused(name: str) -> None:
    data = FILES[name]
    assert decoding.decode(data).size == (24, 16)
    with pytest.raises(ImageError, match=r"incomplete|too short"):
        decoding.decode(data[: len(data) // 2])


@pytest.mark.parametrize("position", range(41, len(PNG) - 12, 97))
def test_every_flipped_bit_of_a_png_is_noticed(position: int) -> None:
    data = bytearray(PNG)
    data[position] ^= 4
    with pytest.raises(ImageError, match="PNG file"):
        decoding.decode(bytes(data))


@pytest.mark.parametrize("kind", bombs())
def test_bombs_are_refused_unopened(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(self: ImageFile.ImageFile) -> None:
        raise AssertionError("decoded before its size was checked")

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    size = "" if kind == "WebP" else r"30000 x 30000 pixels \(900 megapixels\), "
    with pytest.raises(ImageError, match=f"this {kind} file has {size}more than the 50 megapixels"):
        decoding.decode(bombs()[kind])


def test_the_limit_is_inclusive(monkeypatch: pytest.MonkeyPatch) -> None:
    assert decoding.MAX_PIXELS == 50_000_000
    monkeypatch.setattr(decoding, "MAX_PIXELS", 24 * 16)
    assert decoding.decode(PNG).size == (24, 16)
    monkeypatch.setattr(decoding, "MAX_PIXELS", 24 * 16 - 1)
    with pytest.raises(ImageError, match="24 x 16 pixels"):
        decoding.decode(PNG)


def test_memory_stays_flat_under_a_real_bomb(tmp_path: Path) -> None:
    squeeze = zlib.compressobj(1)
    line = bytes(1 + 11_000 // 8)
    pixels = b"".join(squeeze.compress(line * 1000) for _ in range(11)) + squeeze.flush()
    header = png((11_000, 11_000), b"", depth=1).partition(b"IDAT")[0][:-4]
    (tmp_path / "bomb.png").write_bytes(header + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))
    code = (
        "import pathlib, resource, sys\n"
        "from senet_viz.pictures import decoding\n"
        "data = pathlib.Path(sys.argv[1]).read_bytes()\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak()\n"
        "try: decoding.decode(data)\n"
        "except decoding.ImageError as error: print(peak() - before, error)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "bomb.png")]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    grown, _, message = run.stdout.partition(" ")
    assert "121 megapixels" in message
    assert int(grown) < 20_000, "KiB; decoded it would be 363 MB"


def test_pillow_is_left_as_it_was_and_quiet() -> None:
    noisy = {
        "metadata": WITH_TORN_EXIF,
        "animation": PNG[:33] + chunk(b"acTL", bytes(8)) + PNG[33:],
        "late animation": PNG[:-12] + chunk(b"acTL", bytes(8)) + PNG[-12:],
        "too large": png((11_000, 11_000), bytes(100), depth=1),
    }
    before = list(warnings.filters), Image.MAX_IMAGE_PIXELS
    for data in noisy.values():
        with pytest.warns(), suppress(OSError):  # so Pillow by itself does warn
            Image.open(BytesIO(data)).getexif()
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        for data in noisy.values():
            outcome(data)
    assert [str(warning.message) for warning in heard] == []
    assert (list(warnings.filters), Image.MAX_IMAGE_PIXELS) == before
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_warnings_of_others_are_still_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    def noisy(source: ImageFile.ImageFile) -> tuple[Image.Image, str]:
        warnings.warn("not of Pillow", stacklevel=1)
        return source, ""

    monkeypatch.setattr(decoding, "upright", noisy)
    with pytest.warns(UserWarning, match="not of Pillow"):
        decoding.decode(PNG)


def test_threads_do_not_disturb_each_other() -> None:
    files = [WITH_TORN_EXIF, PNG, FILES["TIFF"], FILES["WebP"], BAD_CRC] * 40
    before = list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(outcome, files))
    assert together == [outcome(data) for data in files]
    assert list(warnings.filters) == before, "a filter was left behind"


def outcome(data: bytes) -> bytes:
    """The pixels, or the sentence; anything else is raised."""
    try:
        image = decoding.decode(data)
    except ImageError as error:
        return str(error).encode()
    assert image.mode == "RGB"
    return image.tobytes()


SMALL = Image.fromarray(noise()[:6, 8:16])
GREY = SMALL.convert("L")
SEEDS = [
    *(saved(SMALL, kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")),
    saved(SMALL, "GIF", save_all=True, append_images=[SMALL.rotate(180)]),
    saved(SMALL.convert("P"), "PNG", transparency=bytes(range(256))),
    saved(SMALL.convert("CMYK"), "JPEG", icc_profile=bytes(200)),
    saved(GREY.convert("I").convert("I;16"), "PNG"),
    saved(GREY.convert("F"), "TIFF"),
]


@settings(max_examples=250)
@given(
    seed=st.sampled_from(SEEDS),
    edits=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6),
    cut=st.one_of(st.none(), st.integers(0, 2000)),
    reseal=st.booleans(),
)
def test_fuzz_mutated_files(
    seed: bytes, edits: list[tuple[int, int]], cut: int | None, reseal: bool
) -> None:
    data = bytearray(seed)
    for place, value in edits:
        data[place % len(data)] = value
    mutated = resealed(bytes(data)) if reseal and seed[1:4] == b"PNG" else bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "MAX_PIXELS", 100_000)  # else an edited size costs seconds
        outcome(mutated[:cut])


@settings(max_examples=200)
@given(head=st.sampled_from([b"", *(seed[:16] for seed in SEEDS)]), tail=st.binary(max_size=300))
def test_fuzz_any_bytes(head: bytes, tail: bytes) -> None:
    outcome(head + tail)
