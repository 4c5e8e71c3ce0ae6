"""Pictures out of a zip file from anywhere: nothing leaves its folder, and no bomb goes off."""

import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from senet_viz.core.errors import ImageError
from senet_viz.core.translation import tr
from senet_viz.pictures.labelled_folders import PICTURES

MOST_PICTURES = 20_000
MOST_BYTES = 4 * 2**30  # unpacked, of all pictures together
MOST_FILE = 64 * 2**20
MOST_MEMBERS = 100_000
CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class Unpacked:
    """How many pictures were written, and how many other files of the archive were not."""

    pictures: int
    skipped: int


def unpack_pictures(
    archive: Path | BinaryIO,
    folder: Path,
    *,
    most_pictures: int = MOST_PICTURES,
    most_bytes: int = MOST_BYTES,
) -> Unpacked:
    """Write the pictures of a zip file into ``folder``, in their subfolders.

    Only files with the suffix of a picture are taken; links, hidden files and all others are
    skipped. Bytes are counted as they are unpacked, whatever the archive says of their number.

    Raises an ImageError where it is no zip file, is damaged or encrypted, holds a name that leads
    out of the folder, no picture, or more than the limits allow. What was written by then stays.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            return _unpack(opened, folder, most_pictures, most_bytes)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ImageError(
            tr("it is no zip file, or a damaged one ({error}). Zip it again", error=str(error))
        ) from error
    except (NotImplementedError, RuntimeError) as error:
        raise ImageError(
            tr(
                "the zip file cannot be read ({error}). Use deflate without a password",
                error=str(error),
            )
        ) from error
    except (OSError, ValueError) as error:
        raise ImageError(
            tr("the zip file cannot be unpacked: {error}", error=str(error))
        ) from error


def _unpack(opened: zipfile.ZipFile, folder: Path, most_pictures: int, most_bytes: int) -> Unpacked:
    members = [m for m in opened.infolist() if not m.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise ImageError(
            tr(
                "the zip file has {members:,} files; at most {most_members:,} go",
                members=len(members),
                most_members=MOST_MEMBERS,
            )
        )
    wanted: dict[PurePosixPath, zipfile.ZipInfo] = {}
    for member in members:
        place = _place(member.filename)
        if _is_picture(member, place):
            wanted.setdefault(place, member)
    if not wanted:
        raise ImageError(
            tr(
                "the zip file holds no picture: no file with the suffix of one (.jpg, "
                ".png, .webp, …)"
            )
        )
    if len(wanted) > most_pictures:
        raise ImageError(
            tr(
                "the zip file has {wanted:,} pictures; at most {most_pictures:,} go. "
                "Survey a folder of this machine instead, or make a smaller zip",
                wanted=len(wanted),
                most_pictures=most_pictures,
            )
        )
    left = most_bytes
    for place, member in wanted.items():
        left -= _write(opened, member, folder / place, min(left, MOST_FILE))
    return Unpacked(len(wanted), len(members) - len(wanted))


def _place(name: str) -> PurePosixPath:
    """The relative path of a member; an ImageError where it leads out of the folder."""
    place = PurePosixPath(name.replace("\\", "/"))
    if place.is_absolute() or ".." in place.parts or ":" in name.partition("/")[0] or "\0" in name:
        raise ImageError(
            tr(
                "the zip file names {name!r}, which leads out of its folder. Nothing of it "
                "was used",
                name=name,
            )
        )
    return place


def _is_picture(member: zipfile.ZipInfo, place: PurePosixPath) -> bool:
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in place.parts)
    link = stat.S_ISLNK(member.external_attr >> 16)
    return place.suffix.lower() in PICTURES and not hidden and not link


def _write(opened: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, most: int) -> int:
    """The bytes written; an ImageError as soon as there are more than ``most``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with opened.open(member) as source, path.open("xb") as file:
        while part := source.read(CHUNK):
            written += len(part)
            if written > most:
                raise ImageError(
                    tr(
                        "the zip file unpacks to more than is allowed (at {filename!r}). Survey a "
                        "folder of this machine instead, or make a smaller zip",
                        filename=member.filename,
                    )
                )
            file.write(part)
    return written
