"""TIFF files written by hand, in any layout: what they hold is known, and no library is asked."""

import lzma
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[Any]
FORMATS = {"u": 1, "i": 2, "f": 3, "c": 6}
_SIZES = {2: 1, 3: 2, 4: 4, 7: 1, 12: 8, 16: 8}


def packbits(data: bytes) -> bytes:
    """Runs of bytes as they are: packed by the rules, though not shorter."""
    parts = (data[at : at + 128] for at in range(0, len(data), 128))
    return b"".join(bytes([len(part) - 1]) + part for part in parts)


def lzw(data: bytes) -> bytes:
    """Codes of 9 bits, with the table cleared before it needs more."""
    bits = "".join(
        ("100000000" if at % 128 == 0 else "") + f"{byte:09b}" for at, byte in enumerate(data)
    )
    bits += "100000001"
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")


PACKERS: Mapping[int, Callable[[bytes], bytes]] = {
    1: bytes,
    5: lzw,
    8: zlib.compress,
    32773: packbits,
    32946: zlib.compress,
    34925: lzma.compress,
}


def tiff(
    values: Values,
    *,
    photometric: int | None,
    bits: int = 0,
    planes: bool = False,
    tile: int = 0,
    rows: int = 0,
    compression: int = 1,
    predictor: int = 1,
    order: str = "<",
    large: bool = False,
    extra: tuple[int, ...] = (),
    tags: Mapping[int, tuple[int, Any]] | None = None,
) -> bytes:
    """A TIFF of ``values`` (height, width, bands).

    ``bits`` packs whole numbers tighter than their type; ``planes`` stores each band by itself, in
    strips of ``rows`` or tiles of ``tile`` x ``tile`` pixels. ``tags``: (type, value) by number.
    """
    height, width, bands = values.shape
    parts = [values[..., [band]] for band in range(bands)] if planes else [values]
    cut = [piece for part in parts for piece in _cut(part, tile, rows or height)]
    packer = PACKERS.get(compression, bytes)
    packed = [packer(_bytes(piece, bits, predictor, order)) for piece in cut]
    size = bits or values.dtype.itemsize * 8
    entries: dict[int, tuple[int, Any]] = {
        256: (4, width),
        257: (4, height),
        258: (3, (size,) * bands),
        259: (3, compression),
        277: (3, bands),
        284: (3, 2 if planes else 1),
        339: (3, (FORMATS[values.dtype.kind],) * bands),
    }
    if photometric is not None:
        entries[262] = (3, photometric)
    if predictor != 1:
        entries[317] = (3, predictor)
    if extra:
        entries[338] = (3, extra)
    if tile:
        entries |= {322: (4, tile), 323: (4, tile)}
    else:
        entries[278] = (4, rows or height)
    return _file(entries, packed, tags or {}, order=order, large=large, tiled=bool(tile))


def _cut(part: Values, tile: int, rows: int) -> Iterator[Values]:
    height, width = part.shape[:2]
    if not tile:
        yield from (part[top : top + rows] for top in range(0, height, rows))
        return
    wide = np.pad(part, ((0, -height % tile), (0, -width % tile), (0, 0)), mode="edge")
    for top in range(0, height, tile):
        for left in range(0, width, tile):
            yield wide[top : top + tile, left : left + tile]


def _bytes(piece: Values, bits: int, predictor: int, order: str) -> bytes:
    if predictor == 2:
        before = np.concatenate([np.zeros_like(piece[:, :1]), piece[:, :-1]], axis=1)
        piece = piece - before
    if predictor == 3:  # bytes by significance, then differences between neighbours
        big = piece.astype(piece.dtype.newbyteorder(">")).reshape(len(piece), -1)
        planes = big.view(np.uint8).reshape(*big.shape, -1).swapaxes(1, 2).reshape(len(piece), -1)
        stride = piece.shape[2]
        before = np.concatenate([np.zeros_like(planes[:, :stride]), planes[:, :-stride]], axis=1)
        return (planes - before).tobytes()
    if not bits or bits == piece.dtype.itemsize * 8:
        return piece.astype(piece.dtype.newbyteorder(order)).tobytes()
    lines = piece.reshape(len(piece), -1)
    spread = (lines[..., None] >> np.arange(bits - 1, -1, -1)) & 1
    return np.packbits(spread.reshape(len(piece), -1).astype(np.uint8), axis=1).tobytes()


def _file(
    entries: Mapping[int, tuple[int, Any]],
    packed: list[bytes],
    tags: Mapping[int, tuple[int, Any]],
    *,
    order: str,
    large: bool,
    tiled: bool,
) -> bytes:
    """Strips first, then the values too long for the directory, then that."""
    file, width = BytesIO(), "Q" if large else "I"
    file.write(bytes(16 if large else 8))
    places = []
    for part in packed:
        file.write(bytes(-file.tell() % 8))
        places.append(file.tell())
        file.write(part)
    kind = 16 if large else 4
    where = {324 if tiled else 273: (kind, tuple(places))}
    where[325 if tiled else 279] = (kind, tuple(map(len, packed)))
    directory = b""
    everything = {**entries, **where, **tags}
    for tag in sorted(everything):
        kind, value = everything[tag]
        body, count = _value(kind, value, order)
        if len(body) > (8 if large else 4):
            file.write(bytes(-file.tell() % 8))
            body, at = struct.pack(order + width, file.tell()), body
            file.write(at)
        body = body.ljust(8 if large else 4, b"\0")
        directory += struct.pack(f"{order}HH{width}", tag, kind, count) + body
    file.write(bytes(-file.tell() % 8))
    start = file.tell()
    file.write(struct.pack(order + ("Q" if large else "H"), len(everything)))
    file.write(directory + bytes(8 if large else 4))
    file.seek(0)
    mark = b"II" if order == "<" else b"MM"
    if large:
        file.write(mark + struct.pack(order + "HHHQ", 43, 8, 0, start))
    else:
        file.write(mark + struct.pack(order + "HI", 42, start))
    return file.getvalue()


def _value(kind: int, value: Any, order: str) -> tuple[bytes, int]:
    if isinstance(value, bytes):
        return value, len(value)
    numbers = value if isinstance(value, tuple) else (value,)
    form = {3: "H", 4: "I", 12: "d", 16: "Q"}[kind]
    return struct.pack(f"{order}{len(numbers)}{form}", *numbers), len(numbers)
