"""Real picture files, and what a hostile or failing world makes of them."""

from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from random import Random

import numpy as np
import numpy.typing as npt
import pillow_heif
from PIL import Image

from senet_viz.pictures.decoding import decode, fit
from senet_viz.pictures.samples import SAMPLES, load_sample
from tests.picture_files import resealed, saved
from tests.tiff_files import PACKERS, tiff

# What parsers trip over: nothing, everything, the largest and the smallest signed numbers.
STRIKING = tuple(map(bytes.fromhex, ("00", "ff", "7f", "80", "01", "0000", "ffff", "7fff", "8000")))
STRIKING += tuple(map(bytes.fromhex, ("00000000", "ffffffff", "7fffffff", "80000000")))
HEADER = 512  # bytes in which half of all changes fall
FORMATS = ("JPEG", "PNG", "WebP", "GIF", "TIFF", "deep TIFF", "BMP", "AVIF", "HEIC")


@cache
def originals() -> dict[str, tuple[bytes, ...]]:
    """Photographs by format, in the variants that its readers know."""
    photo = fit(decode(load_sample(SAMPLES[0].name)), longest=160)
    small = [fit(decode(load_sample(sample.name)), longest=48) for sample in SAMPLES[:4]]
    grey, palette = photo.convert("L"), photo.convert("P")
    see_through = photo.convert("RGBA")
    see_through.putalpha(grey)
    moving = {"save_all": True, "append_images": small[1:]}
    exif = Image.Exif()
    exif[274] = 6
    packings = ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg")
    return {
        "JPEG": (
            saved(photo, "JPEG"),
            saved(photo, "JPEG", progressive=True, exif=exif, icc_profile=_profile()),
            saved(photo.convert("CMYK"), "JPEG"),
            saved(grey, "JPEG"),
        ),
        "PNG": (
            saved(photo, "PNG"),
            saved(palette, "PNG", transparency=bytes(range(256))),
            saved(grey.convert("I").convert("I;16"), "PNG"),
            saved(see_through, "PNG", icc_profile=_profile()),
            saved(small[0], "PNG", **moving),
        ),
        "WebP": (
            saved(photo, "WEBP"),
            saved(see_through, "WEBP", lossless=True),
            saved(small[0], "WEBP", **moving),
        ),
        "GIF": (saved(palette, "GIF"), saved(small[0], "GIF", **moving)),
        "TIFF": (
            saved(photo, "TIFF"),
            *(saved(photo, "TIFF", compression=packing) for packing in packings),
            saved(grey.convert("F"), "TIFF"),
            saved(small[0], "TIFF", **moving),
        ),
        "deep TIFF": (*_deep(np.asarray(small[0]).astype(np.uint16) * 257),),
        "BMP": (saved(photo, "BMP"), saved(palette, "BMP")),
        "AVIF": (saved(photo, "AVIF"), saved(see_through, "AVIF", quality=30)),
        "HEIC": (*map(_heic, (photo, see_through, grey)),),
    }


def mutated(kind: str, seed: int, changes: int) -> bytes:
    """One of the originals of this format after so many changes, the same for the same seed."""
    draw = Random(seed)
    data = bytearray(draw.choice(originals()[kind]))
    for _ in range(changes):
        draw.choice(CHANGES)(data, draw, kind)
    sealed = kind == "PNG" and draw.random() < 0.7
    return resealed(bytes(data)) if sealed else bytes(data)


def _place(data: bytearray, draw: Random) -> int:
    end = max(1, len(data) if draw.random() < 0.5 else min(HEADER, len(data)))
    return draw.randrange(end)


def _strike(data: bytearray, draw: Random, _kind: str) -> None:
    at, value = _place(data, draw), draw.choice(STRIKING)
    data[at : at + len(value)] = value


def _flip(data: bytearray, draw: Random, _kind: str) -> None:
    if data:
        data[_place(data, draw)] ^= 1 << draw.randrange(8)


def _cut(data: bytearray, draw: Random, _kind: str) -> None:
    del data[_place(data, draw) :]


def _drop(data: bytearray, draw: Random, _kind: str) -> None:
    at = _place(data, draw)
    del data[at : at + draw.randrange(1, 64)]


def _repeat(data: bytearray, draw: Random, _kind: str) -> None:
    at = _place(data, draw)
    part = data[at : at + draw.randrange(1, 256)]
    data[at:at] = part * draw.randrange(1, 20)


def _splice(data: bytearray, draw: Random, kind: str) -> None:
    """The end of another file of the same format, or of any."""
    other = draw.choice(originals()[kind if draw.random() < 0.8 else draw.choice(FORMATS)])
    at = _place(data, draw)
    data[at:] = other[min(at, len(other)) :]


CHANGES: tuple[Callable[[bytearray, Random, str], None], ...] = (
    *(_strike,) * 5,
    *(_flip,) * 5,
    _cut,
    _drop,
    _repeat,
    _splice,
)


def _deep(values: npt.NDArray[np.uint16]) -> Iterator[bytes]:
    """Those that Pillow does not read, in every packing."""
    five = np.concatenate([values, values[..., :2]], axis=-1)
    for compression in PACKERS:
        yield tiff(values, photometric=2, planes=True, rows=16, compression=compression)
        yield tiff(five, photometric=1, tile=16, compression=compression, order=">", large=True)
        yield tiff((values / 65535).astype("f4"), photometric=2, compression=compression)
    yield tiff(values[..., :1] >> 4, photometric=0, bits=12, rows=8)
    yield tiff(values.astype("f8"), photometric=2, predictor=3, compression=8)
    tags = {42113: (2, b"-9999\0"), 274: (3, 6)}
    yield tiff(values[..., :1].astype("i4") - 20_000, photometric=1, tags=tags, order=">")


def _heic(image: Image.Image) -> bytes:
    file = BytesIO()
    pillow_heif.from_pillow(image).save(file, quality=50)
    return file.getvalue()


def _profile() -> bytes:
    from PIL import ImageCms

    file = BytesIO()
    file.write(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    return file.getvalue()
