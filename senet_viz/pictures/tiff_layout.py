"""How the pixels of a TIFF lie in it, from its first directory: bands, depth, packing, meaning.

Read by itself, without a pixel: so that a layout which Pillow does not know, or takes for another,
can be told apart from a damaged file.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from senet_viz.core.translation import Words, tr

UNSIGNED, SIGNED, FLOATING, UNKNOWN = 1, 2, 3, 4  # sample formats
GREY, RGB, PALETTE, CMYK, YCBCR, LAB, ICC_LAB = (0, 1), 2, 3, 5, 6, 8, 9  # photometric
CAMERA_RAW = (32803, 34892)
RAW, LZW, JPEG, WEBP = 1, 5, 7, 50001  # compressions
_NUMBERS_OF = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}  # by the type of a tag
_BYTES_OF = (1, 2, 7)
_MOST_TAGS, _MOST_VALUES = 4096, 2**20
# What is read of a directory; any other tag may be as long and as strange as it likes.
_NUMBERED = frozenset(
    {254, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 281, 284, 317, 320, 322, 323, 324}
    | {325, 332, 338, 339, 530, 32997}
)
_LETTERED = frozenset({34675, 42113})
_COMPRESSIONS = {
    2: "CCITT RLE",
    3: "CCITT fax 3",
    4: "CCITT fax 4",
    5: "LZW",
    6: "old-style JPEG",
    7: "JPEG",
    8: "Deflate",
    32773: "PackBits",
    32809: "ThunderScan",
    32946: "Deflate",
    34676: "SGI LogLuv",
    34677: "SGI LogLuv 24",
    34712: "JPEG 2000",
    34713: "Nikon NEF",
    34887: "LERC",
    34892: "JPEG",
    34925: "LZMA",
    50000: "Zstandard",
    50001: "WebP",
    50002: "JPEG XL",
}
_NUMBERS = Words[int](
    {
        UNSIGNED: lambda: tr("unsigned integers"),
        SIGNED: lambda: tr("signed integers"),
        FLOATING: lambda: tr("floating-point numbers"),
        UNKNOWN: lambda: tr("values of no known type"),
        5: lambda: tr("complex numbers"),
        6: lambda: tr("complex numbers"),
    }
)
_MEANINGS = {
    PALETTE: "palette",
    4: "mask",
    CMYK: "inks",
    YCBCR: "YCbCr",
    10: "ITU L*a*b*",
    32803: "camera raw",
    32844: "LogL",
    32845: "LogLuv",
    34892: "camera raw",
    51177: "depth map",
}


class TiffDamageError(Exception):
    """The directory cannot be read."""


@dataclass(frozen=True, eq=False)
class TiffLayout:
    """The first picture of a TIFF, by the tags of its directory.

    ``extra`` says what the bands behind the colours are: 0 nothing in particular, 1 opacity that
    the colours are multiplied by, 2 opacity. ``photometric`` is None where the file does not say.
    """

    tags: Mapping[int, tuple[Any, ...]]
    big_endian: bool
    large: bool  # BigTIFF
    length: int  # bytes of the file

    def first(self, tag: int, default: int) -> int:
        return int(self.tags.get(tag, (default,))[0])

    @property
    def size(self) -> tuple[int, int]:
        return self.first(256, 0), self.first(257, 0)

    @cached_property
    def bands(self) -> int:
        return self.first(277, 3 if self.compression == 6 else 1)

    @cached_property
    def bits(self) -> int:
        """Of a sample; 0 where the bands differ."""
        depths = {*self.tags.get(258, (1,))[: max(1, self.bands)]}
        return int(depths.pop()) if len(depths) == 1 else 0

    @cached_property
    def format(self) -> int:
        """Of a sample; 0 where the bands differ."""
        formats = {*self.tags.get(339, (UNSIGNED,))[: max(1, self.bands)]}
        return int(formats.pop()) if len(formats) == 1 else 0

    @cached_property
    def compression(self) -> int:
        return self.first(259, RAW)

    @cached_property
    def photometric(self) -> int | None:
        return self.first(262, -1) if 262 in self.tags else None

    @cached_property
    def extra(self) -> tuple[int, ...]:
        return self.tags.get(338, ())

    @property
    def apart(self) -> bool:
        """Whether each band is stored by itself."""
        return self.first(284, 1) == 2

    @property
    def depth(self) -> int:
        """In pixels; more than 1 in a volume."""
        return self.first(32997, 1)

    @property
    def tiled(self) -> bool:
        return 324 in self.tags

    @property
    def subsampled(self) -> bool:
        """Whether colour has fewer pixels than brightness."""
        return self.photometric == YCBCR and self.tags.get(530, (2, 2)) != (1, 1)

    @property
    def orientation(self) -> int:
        return self.first(274, 1)

    @property
    def highest(self) -> int | None:
        """The largest value that a sample can have, where the file says so."""
        return self.first(281, 0) or None

    @cached_property
    def missing(self) -> tuple[float, ...]:
        """What stands for no value, as GDAL writes it."""
        try:
            text = bytes(self.tags.get(42113, (b"",))[0]).partition(b"\0")[0].decode("latin-1")
            return (float(text.strip().replace(",", ".")),)
        except ValueError:
            return ()

    @property
    def profile(self) -> bytes:
        return bytes(self.tags.get(34675, (b"",))[0])

    @cached_property
    def segments(self) -> tuple[tuple[int, int], ...]:
        """Place and length in bytes of each strip or tile."""
        places = self.tags.get(324 if self.tiled else 273, ())
        lengths = self.tags.get(325 if self.tiled else 279, (0,) * len(places))
        return tuple(zip(places, lengths, strict=False))

    @cached_property
    def segment_shape(self) -> tuple[int, int]:
        """(width, height) of a strip or tile in pixels."""
        width, height = self.size
        if self.tiled:
            return self.first(322, 0), self.first(323, 0)
        return width, min(self.first(278, height), height)

    @property
    def is_whole(self) -> bool:
        """Whether the file goes on as far as its directory says, with every strip and tile."""
        (width, height), (across, down) = self.size, self.segment_shape
        if min(width, height, across, down) < 1:
            return False
        needed = -(-width // across) * -(-height // down) * (self.bands if self.apart else 1)
        ends = (place + length for place, length in self.segments)
        return len(self.segments) >= needed and all(end <= self.length for end in ends)

    @property
    def unpacked_bytes(self) -> int:
        """Of all bands, or of one strip or tile where that is larger than the picture."""
        (width, height), (across, down) = self.size, self.segment_shape
        pixels = max(width * height, across * down)
        return pixels * self.bands * max(1, self.bits // 8)

    @property
    def described(self) -> str:
        """In words: bands, sample type, packing."""
        bands = (
            tr("1 band of {bits}-bit {numbers}", bits=self.bits, numbers=self._numbers)
            if self.bands == 1
            else tr(
                "{bands} bands of {bits}-bit {numbers}",
                bands=self.bands,
                bits=self.bits or "/".join(map(str, self.tags.get(258, ())[:4])),
                numbers=self._numbers,
            )
        )
        if self.photometric in _MEANINGS:
            bands = tr("{bands} ({meaning})", bands=bands, meaning=_MEANINGS[self.photometric])
        if self.subsampled:
            bands = tr("{bands}, with subsampled chroma", bands=bands)
        if self.depth > 1:
            bands = tr("{bands}, a volume {depth} pixels deep", bands=bands, depth=self.depth)
        if self.apart and self.bands > 1:
            bands = tr("{bands}, in separate planes", bands=bands)
        if self.compression == RAW:
            return tr("{bands}, uncompressed", bands=bands)
        name = _COMPRESSIONS.get(self.compression, str(self.compression))
        return tr("{bands}, {compression} compression", bands=bands, compression=name)

    @property
    def _numbers(self) -> str:
        return _NUMBERS.get(self.format) or tr("values of mixed types")


def read_layout(data: bytes) -> TiffLayout:
    """The layout of the first picture in a file. Raises TiffDamageError."""
    order = "<" if data[:2] == b"II" else ">"
    try:
        (version,) = struct.unpack_from(f"{order}H", data, 2)
        large = version == 43
        (place,) = struct.unpack_from(
            f"{order}Q" if large else f"{order}I", data, 8 if large else 4
        )
        (count,) = struct.unpack_from(f"{order}Q" if large else f"{order}H", data, place)
        start, step = place + (8 if large else 2), 20 if large else 12
        if not 0 < count <= _MOST_TAGS:
            raise TiffDamageError
        tags: dict[int, tuple[Any, ...]] = {}
        for entry in range(start, start + count * step, step):
            (tag,) = struct.unpack_from(f"{order}H", data, entry)
            value = _value(data, tag, entry, order, large=large)
            if value:
                tags.setdefault(tag, value)
    except (struct.error, OverflowError) as error:
        raise TiffDamageError from error
    layout = TiffLayout(tags, order == ">", large, len(data))
    if min(layout.size) < 1 or layout.bands < 1:
        raise TiffDamageError
    return layout


def _value(data: bytes, tag: int, entry: int, order: str, *, large: bool) -> tuple[Any, ...]:
    """Numbers or bytes of a tag; () of one that is not read, or lies beyond the file's end."""
    kind, count = struct.unpack_from(f"{order}H{'Q' if large else 'I'}", data, entry + 2)
    form = _NUMBERS_OF.get(kind, "") if tag in _NUMBERED else ""
    if tag in _LETTERED and kind in _BYTES_OF:
        form = "c"
    if not form or count < 1:
        return ()
    room, place = (8, entry + 12) if large else (4, entry + 8)
    size = struct.calcsize(form) * count
    if size > room:
        (place,) = struct.unpack_from(f"{order}{'Q' if large else 'I'}", data, place)
    if place + size > len(data):
        return ()
    if form == "c":
        return (data[place : place + size],)
    return struct.unpack_from(f"{order}{min(count, _MOST_VALUES)}{form}", data, place)
