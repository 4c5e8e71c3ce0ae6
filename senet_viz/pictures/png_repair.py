"""PNG files whose pixels are whole though something beside them is not, made fit for a reader.

Long text and long colour profiles are left out (Pillow refuses the whole file for them), and so is
what has a wrong checksum and says nothing about the pixels. A missing end is put there where all
pixels are. Pixels and what they need (size, palette, transparency) must be as they were written.
"""

import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from senet_viz.core.errors import ImageError
from senet_viz.core.translation import tr
from senet_viz.pictures.png_pixels import count_raw_bytes

SIGNATURE = b"\x89PNG\r\n\x1a\n"
END = bytes.fromhex("00000000 49454e44 ae426082")
MOST_TEXT = 2**20  # bytes unpacked, of all text together; it is read for orientation tags alone
LONG_PROFILE, MOST_PROFILE = 2**20, 16 * 2**20  # the largest in use have about 3 MB
_PIXELS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT"})
_TEXT = frozenset({b"tEXt", b"zTXt", b"iTXt"})


class Chunk(NamedTuple):
    """One chunk: where it begins and ends in the file, and whether its checksum is right."""

    kind: bytes
    start: int
    end: int
    sound: bool

    def body(self, data: bytes) -> bytes:
        return data[self.start + 8 : self.end - 4]


class Mended(NamedTuple):
    """A PNG for a reader, its colour profile where that is too long to be left in it, notes."""

    data: bytes
    profile: bytes
    notes: tuple[str, ...]


def mend(data: bytes) -> Mended:
    """The same picture for a reader: the very bytes where there is nothing to put right.

    Raises an ImageError where pixels are damaged or missing, or where it is Apple's own variant.
    """
    chunks, closed = _chunks(data)
    if any(chunk.kind == b"CgBI" for chunk in chunks[:1]):
        raise ImageError(
            tr(
                "this PNG file is whole, but of the kind that Xcode packs into apps (CgBI), which "
                "is not read: export it again"
            )
        )
    if any(not chunk.sound for chunk in chunks if chunk.kind in _PIXELS):
        raise ImageError(
            tr("this PNG file is damaged: a checksum is wrong, so copy or download it again")
        )
    if not any(chunk.kind == b"IDAT" for chunk in chunks):
        return Mended(data, b"", ())  # a reader says what is wrong with it
    notes = []
    if not closed:
        _check_pixels(data, chunks)
        notes.append(tr("the end of the file is missing, but all of its pixels are there"))
    wrong = sorted({chunk.kind.decode("latin-1") for chunk in chunks if not chunk.sound})
    if wrong:
        kinds = ", ".join(kind if kind.isalnum() else repr(kind) for kind in wrong)
        notes.append(
            tr("a part other than the pixels ({kinds}) is damaged and was left out", kinds=kinds)
        )
    profile = _long_profile(data, chunks)
    sound = [chunk for chunk in _short_text(data, chunks) if chunk.sound]
    if profile:
        sound = [chunk for chunk in sound if chunk.kind != b"iCCP"]
    if closed and len(sound) == len(chunks):
        return Mended(data, b"", tuple(notes))
    return Mended(_joined(data, sound), profile, tuple(notes))


def only_pixels(data: bytes) -> bytes:
    """A PNG without all that is not pixels, or needed for them; b"" where there is nothing else."""
    chunks, _ = _chunks(data)
    pixels = [chunk for chunk in chunks if chunk.kind in _PIXELS]
    return _joined(data, pixels) if len(pixels) < len(chunks) else b""


def _chunks(data: bytes) -> tuple[list[Chunk], bool]:
    """The chunks up to the end, and whether the file says that it ends there."""
    chunks: list[Chunk] = []
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        kind, end = data[at + 4 : at + 8], at + 12 + int.from_bytes(data[at : at + 4], "big")
        if kind == b"IEND":
            return chunks, True
        if end > len(data):
            if kind == b"IDAT":  # cut short; whether all pixels are in it is seen when unpacked
                chunks.append(Chunk(kind, at, len(data) + 4, sound=True))
            break
        written = int.from_bytes(data[end - 4 : end], "big")
        chunks.append(Chunk(kind, at, end, zlib.crc32(data[at + 4 : end - 4]) == written))
        at = end
    return chunks, False


def _check_pixels(data: bytes, chunks: Sequence[Chunk]) -> None:
    """An ImageError unless the pixel data that is there is all of it."""
    header = chunks[0].body(data) if chunks and chunks[0].kind == b"IHDR" else b""
    needed = count_raw_bytes(header)
    pieces = (chunk.body(data) for chunk in chunks if chunk.kind == b"IDAT")
    try:
        whole = 0 < needed <= sum(_unpacked(pieces, needed))
    except zlib.error as error:
        raise ImageError(
            tr("this PNG file is damaged or incomplete, so copy or download it again")
        ) from error
    if not whole:
        raise ImageError(
            tr("this PNG file is incomplete: its end is missing, so copy or download it again")
        )


def _unpacked(pieces: Iterator[bytes], most: int) -> Iterator[int]:
    """How many bytes each step unpacks to, no more than ``most`` in all; none is kept."""
    unpacking, left = zlib.decompressobj(), most
    for piece in pieces:
        waiting = piece
        while waiting and left > 0:
            step = len(unpacking.decompress(waiting, min(left, 2**20)))
            left -= step
            yield step
            waiting = unpacking.unconsumed_tail
    if left > 0:
        yield len(unpacking.flush())


def _short_text(data: bytes, chunks: Sequence[Chunk]) -> Iterator[Chunk]:
    """All chunks, but text only as long as it stays below MOST_TEXT."""
    room = MOST_TEXT
    for chunk in chunks:
        if chunk.kind in _TEXT:
            size = len(_text(chunk, data, room))
            if size >= room:
                continue
            room -= size
        yield chunk


def _text(chunk: Chunk, data: bytes, most: int) -> bytes:
    """The text of a chunk with its keywords, unpacked to ``most`` bytes and no further."""
    body = chunk.body(data)
    _, _, rest = body.partition(b"\0")
    if chunk.kind == b"iTXt" and rest[:1] == b"\1":
        packed = rest[2:].split(b"\0", 2)[-1]
    elif chunk.kind == b"zTXt":
        packed = rest[1:]
    else:
        return body
    return _inflated(packed, most) or body


def _long_profile(data: bytes, chunks: Sequence[Chunk]) -> bytes:
    """A colour profile longer than Pillow takes; b"" where there is none, or it is shorter."""
    for chunk in chunks:
        if chunk.kind == b"iCCP" and chunk.sound:
            unpacked = _inflated(chunk.body(data).partition(b"\0")[2][1:], MOST_PROFILE)
            return unpacked if len(unpacked) >= LONG_PROFILE else b""
    return b""


def _inflated(packed: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""


def _joined(data: bytes, chunks: Sequence[Chunk]) -> bytes:
    """A PNG of these chunks alone, with an end; a last one that was cut short is sealed."""
    parts = [SIGNATURE]
    for chunk in chunks:
        if chunk.end <= len(data):
            parts.append(data[chunk.start : chunk.end])
        else:
            sealed = chunk.kind + chunk.body(data)
            length, checksum = len(sealed) - 4, zlib.crc32(sealed)
            parts.append(length.to_bytes(4, "big") + sealed + checksum.to_bytes(4, "big"))
    return b"".join((*parts, END))
