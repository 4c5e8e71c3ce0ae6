"""The members of a zip file by their true names, and where each may be written."""

import os
import posixpath
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from senet_viz.core.errors import ImageError
from senet_viz.core.readable_text import decode_text
from senet_viz.core.translation import tr

UTF8, UNICODE_PATH = 0x800, 0x7075  # a flag, and the kind of an extra field
LONGEST_LINK: Final = 4096
_DRIVE: Final = re.compile(r"[A-Za-z]:(/|$)")


@dataclass(frozen=True, slots=True)
class Names:
    """The path of each member in the folder it is unpacked to, in the order of the members.

    ``encoding`` is what names were read in that the archive does not mark as UTF-8, "" for none.
    """

    places: tuple[PurePosixPath, ...]
    encoding: str


def read_names(members: Sequence[zipfile.ZipInfo]) -> Names:
    """An ImageError where a name leads out of the folder.

    Archives of Windows and of old programs do not say which encoding their names are in. Python
    takes code page 437, so what those bytes are is found out for all names together.
    """
    raw = {i: _bytes(m) for i, m in enumerate(members) if not m.flag_bits & UTF8}
    names = {i: m.orig_filename for i, m in enumerate(members)}
    encoding = ""
    beyond = {i: data for i, data in raw.items() if not data.isascii()}
    if beyond:
        together = decode_text(b"\n".join(beyond.values()))
        lines = together.text.split("\n") if together else []
        if together and len(lines) == len(beyond):
            encoding = together.encoding
            names |= dict(zip(beyond, lines, strict=True))
    names |= {i: name for i, m in enumerate(members) if (name := _unicode_path(m, raw.get(i)))}
    return Names(tuple(_place(names[i]) for i in range(len(members))), encoding)


def is_link(member: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(member.external_attr >> 16)


def link_target(
    opened: zipfile.ZipFile, member: zipfile.ZipInfo, place: PurePosixPath
) -> PurePosixPath | None:
    """Where a link leads, as a path in the archive; None where it leads out of it."""
    if member.file_size > LONGEST_LINK:
        return None
    with opened.open(member) as source:
        target = source.read(LONGEST_LINK).decode("utf-8", "replace")
    path = posixpath.normpath(f"{place.parent}/{target}")
    return None if target.startswith("/") or path.startswith("..") else PurePosixPath(path)


def _bytes(member: zipfile.ZipInfo) -> bytes:
    try:
        return member.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return b""


def _unicode_path(member: zipfile.ZipInfo, raw: bytes | None) -> str:
    """The name in the extra field that Info-ZIP and WinRAR write beside one in another encoding."""
    extra = member.extra
    while raw and len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        content, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == UNICODE_PATH and len(content) > 5 and content[0] == 1:
            (checked,) = struct.unpack("<L", content[1:5])
            if checked == zlib.crc32(raw):
                return content[5:].decode("utf-8", "replace")
    return ""


def _place(name: str) -> PurePosixPath:
    """The relative path of a member; an ImageError where it leads out of the folder."""
    plain = name.partition("\0")[0].replace("\\", "/")
    place = PurePosixPath(plain)
    drive = _DRIVE.match(plain) or (os.name == "nt" and ":" in plain)
    if place.is_absolute() or ".." in place.parts or drive or "\0" in name:
        raise ImageError(
            tr(
                "the zip file names {name!r}, which leads out of its folder. Nothing of it "
                "was used",
                name=name,
            )
        )
    return place
