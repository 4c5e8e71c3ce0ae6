"""Picture sources: a folder or a file, on this machine or at any fsspec address."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from senet_viz.core.errors import ImageError
from senet_viz.core.extras import import_extra
from senet_viz.core.readable_text import readable
from senet_viz.core.translation import tr
from senet_viz.pictures.file_kinds import (
    PARQUET,
    TABLES,
    TAR,
    is_compressed,
    is_compressed_tar,
    is_picture_by_content,
    is_picture_by_name,
    suffix_of,
)
from senet_viz.pictures.file_signatures import HEAD
from senet_viz.pictures.folder_walk import Files, Kind, LocalFiles, Node

HOLDERS = frozenset((TAR, *TABLES))


@dataclass(frozen=True, slots=True)
class Place:
    """A root in a file system; ``only`` is the one file meant, or "" for the whole folder."""

    fs: Any
    root: str
    only: str

    @property
    def remote(self) -> bool:
        protocol = self.fs.protocol
        return "file" not in ((protocol,) if isinstance(protocol, str) else protocol)

    @property
    def files(self) -> Files:
        """The files of this place, to walk through."""
        return RemoteFiles(self) if self.remote else LocalFiles(Path(self.root))

    def path(self, name: str) -> str:
        return f"{self.root.rstrip('/')}/{name}"


@dataclass(frozen=True, slots=True)
class RemoteFiles:
    """A folder behind an address."""

    place: Place

    def nodes(self, folder: str) -> list[Node]:
        path = self.place.path(folder).rstrip("/") if folder else self.place.root
        listing = self.place.fs.ls(path, detail=True)
        return [
            Node(name, self._kind(f), size=int(f.get("size") or 0))
            for f in listing
            if (name := f["name"].rstrip("/").rpartition("/")[2]) and not _same(f["name"], path)
        ]

    def read(self, path: str) -> bytes:
        return bytes(self.place.fs.cat_file(self.place.path(path)))

    def head(self, path: str) -> bytes:
        return bytes(self.place.fs.cat_file(self.place.path(path), start=0, end=HEAD))

    def _kind(self, entry: dict[str, Any]) -> Kind:
        if entry["type"] in ("directory", "file"):
            return "folder" if entry["type"] == "directory" else "file"
        if self.place.fs.isdir(entry["name"]):  # a link, as SFTP has them
            return "folder"
        return "file" if self.place.fs.isfile(entry["name"]) else "broken"


def _same(one: str, other: str) -> bool:
    """Object stores may list a folder as an empty file inside itself."""
    return one.strip("/") == other.strip("/")


def find_place(images: str) -> Place:
    """The folder or file behind a path or an address such as ``s3://bucket/pictures``.

    Raises an ImageError where there is nothing, or no driver for the address.
    """
    core = import_extra("fsspec.core")
    try:
        if "://" in images:
            fs, path = core.url_to_fs(images)
        else:  # "::", which fsspec takes for a chain of addresses, may stand in a path
            fs, path = import_extra("fsspec").filesystem("file"), images
        exists = fs.exists(path)
        folder = exists and fs.isdir(path)
    except (ImportError, ValueError, OSError) as error:
        raise ImageError(
            tr("{images} cannot be reached: {error}", images=readable(images), error=str(error))
        ) from error
    if not exists:
        raise ImageError(
            tr(
                "{images} is not there. Give a folder, a .tar or a .parquet file",
                images=readable(images),
            )
        )
    if folder:
        return Place(fs, path, "")
    parent, _, name = path.rstrip("/").rpartition("/")
    place = Place(fs, parent or "/", name)
    _require_known(place)
    return place


def _require_known(place: Place) -> None:
    """An ImageError where the one file meant is neither a picture nor holds some."""
    name = place.only
    head = place.files.head(name)
    if suffix_of(name) == TAR or is_compressed_tar(name):
        require_plain(head, name)
    elif suffix_of(name) not in TABLES and not (
        is_picture_by_name(name) or is_picture_by_content(head)
    ):
        raise ImageError(
            tr("{file} is a zip file: unpack it and give its folder", file=readable(name))
            if head.startswith(b"PK\x03\x04")
            else tr(
                "{file} is no picture, .tar, .parquet or .arrow file by its name",
                file=readable(name),
            )
        )


def require_plain(head: bytes, name: str) -> None:
    """An ImageError where a tar file is compressed as a whole, whatever it is called."""
    if is_compressed(head) or is_compressed_tar(name):
        raise ImageError(
            tr(
                "{file} is a compressed tar file, in which pictures cannot be located: decompress"
                " it to .tar",
                file=readable(name),
            )
        )


def is_parquet(name: str) -> bool:
    return suffix_of(name) in PARQUET
