"""Pictures out of a zip file from anywhere: nothing leaves its folder, and no bomb goes off."""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from senet_viz.core.errors import ImageError
from senet_viz.core.left_out import Ledger, LeftOut, Reason
from senet_viz.core.translation import tr
from senet_viz.pictures.file_kinds import (
    ARCHIVES,
    is_hidden,
    is_picture_by_content,
    is_picture_by_name,
    kept_by_system,
    may_be_picture,
    suffix_of,
)
from senet_viz.pictures.file_signatures import HEAD
from senet_viz.pictures.label_tables import SUFFIXES, read_table
from senet_viz.pictures.scene_truth import read_coco
from senet_viz.pictures.zip_members import is_link, link_target, read_names

MOST_PICTURES = 20_000
MOST_BYTES = 4 * 2**30  # unpacked, of all pictures together
MOST_FILE = 64 * 2**20
MOST_MEMBERS = 100_000
MOST_TABLE = 8 * 2**20
MOST_LINKS = 5
CHUNK = 2**20
Members = dict[PurePosixPath, zipfile.ZipInfo]


@dataclass(frozen=True, slots=True)
class Unpacked:
    """How many pictures were written, and how many other files of the archive were not.

    ``left_out`` counts those by reason. ``encoding`` is what their names were read in where the
    archive does not say it, "" where it does.
    """

    pictures: int
    skipped: int
    left_out: tuple[LeftOut, ...] = ()
    encoding: str = ""


def unpack_pictures(
    archive: Path | BinaryIO,
    folder: Path,
    *,
    most_pictures: int = MOST_PICTURES,
    most_bytes: int = MOST_BYTES,
) -> Unpacked:
    """Write the pictures of a zip file, tables of their labels and boxes, into ``folder``.

    Files that are pictures by name or content are taken, in their subfolders, and links to them
    inside the archive; hidden files, those of a system and all others are counted. Bytes are
    counted as they are unpacked, whatever the archive says of their number.

    Raises an ImageError where it is no zip file, is damaged or encrypted, holds a name that leads
    out of the folder, no picture, or more than the limits allow. Files already written stay.
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
    ledger = Ledger()
    wanted, tables, encoding = find_in_zip(opened, ledger)
    if not wanted:
        raise ImageError(_no_picture(ledger.left_out))
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
    for place, member in (wanted | tables).items():
        left -= _write(opened, member, folder / place, min(left, MOST_FILE))
    skipped = sum(each.count for each in ledger.left_out)
    return Unpacked(len(wanted), skipped, ledger.left_out, encoding)


def find_in_zip(opened: zipfile.ZipFile, ledger: Ledger) -> tuple[Members, Members, str]:
    """Pictures and tables of labels by their places, and the encoding of their names.

    The rest is counted in ``ledger``. Raises an ImageError where a name leads out of the folder.
    """
    members = [m for m in opened.infolist() if not m.is_dir()]
    names = read_names(members)
    wanted: Members = {}
    tables: Members = {}
    links: Members = {}
    for place, member in zip(names.places, members, strict=True):
        passed = next((part for part in place.parts if kept_by_system(part)), "")
        if passed:
            ledger.add("system", str(place), passed)
        elif any(map(is_hidden, place.parts)) or not place.parts:
            ledger.add("hidden", str(place))
        elif is_link(member):
            links.setdefault(place, member)
        elif place in wanted or place in tables:
            ledger.add("twice", str(place))
        elif _is_picture(opened, member, place):
            wanted[place] = member
        elif _is_table(opened, member, place):
            tables[place] = member
        else:
            suffix = suffix_of(place.name)
            reason: Reason = "archive" if suffix in ARCHIVES else "suffix"
            ledger.add(reason, str(place), suffix or place.name)
    _follow(opened, links, wanted, ledger)
    return wanted, tables, names.encoding


def _follow(opened: zipfile.ZipFile, links: Members, wanted: Members, ledger: Ledger) -> None:
    """Take what links lead to, a picture or a folder of some, inside the archive."""
    under: dict[PurePosixPath, list[PurePosixPath]] = {}
    for place in wanted if links else ():
        for above in (place, *place.parents):
            under.setdefault(above, []).append(place)
    for place, member in links.items():
        target = link_target(opened, member, place)
        for _ in range(MOST_LINKS):  # to links
            if target not in links:
                break
            target = link_target(opened, links[target], target) if target else None
        inside = under.get(target, []) if target and target not in place.parents else []
        if target is None or not inside or len(wanted) > MOST_MEMBERS:
            ledger.add("outside" if target is None else "broken link", str(place))
            continue
        for path in inside:
            wanted.setdefault(place / path.relative_to(target), wanted[path])


def _is_picture(opened: zipfile.ZipFile, member: zipfile.ZipInfo, place: PurePosixPath) -> bool:
    if is_picture_by_name(place.name) or not may_be_picture(place.name):
        return is_picture_by_name(place.name)
    return is_picture_by_content(_read(opened, member, HEAD))


def _is_table(opened: zipfile.ZipFile, member: zipfile.ZipInfo, place: PurePosixPath) -> bool:
    if suffix_of(place.name) not in SUFFIXES or member.file_size > MOST_TABLE:
        return False
    content = _read(opened, member, MOST_TABLE)
    table = read_table(content, place.name)
    return (table is not None and table.names_pictures) or read_coco(content) is not None


def _read(opened: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """The first bytes of a member; none where it is damaged, encrypted or packed in another way."""
    try:
        with opened.open(member) as source:
            return source.read(most)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        return b""


def _no_picture(left_out: tuple[LeftOut, ...]) -> str:
    words = tr(
        "the zip file holds no picture: no file with the suffix of one (.jpg, .png, .webp, …)"
    )
    if not left_out:
        return words
    return tr(
        "{problem}. It holds {what}", problem=words, what="; ".join(e.words for e in left_out)
    )


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
