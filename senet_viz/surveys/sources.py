"""Where pictures lie: folders, tar files and Parquet files, here or behind any fsspec address."""

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from senet_viz.core.errors import ImageError
from senet_viz.core.extras import import_extra
from senet_viz.core.translation import tr
from senet_viz.pictures.labelled_folders import PICTURES

TAR, PARQUET, ROOT = ".tar", ".parquet", ""
COMPRESSED = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst")
IMAGE_COLUMNS = ("image", "img", "jpg", "jpeg", "png", "webp", "picture", "bytes", "image_bytes")
LABEL_COLUMNS = ("label", "class", "labels", "cls", "category")
HEADERS_AT_ONCE = 1 << 16  # bytes read ahead from a tar file elsewhere while it is listed


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture of the input and where it is.

    ``name`` is unique in the survey, ``label`` the class as the input writes it ("" for none).
    ``file`` is the tar or Parquet file it is in, relative to the root, and ``offset`` and ``size``
    are bytes of a tar file, or the row and -1 in a Parquet file; a file of its own has ``file``
    "", offset 0 and size -1.
    """

    name: str
    label: str
    file: str
    offset: int
    size: int


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

    def path(self, name: str) -> str:
        return f"{self.root.rstrip('/')}/{name}"


def find_place(images: str) -> Place:
    """The folder or file behind a path or an address such as ``s3://bucket/pictures``.

    Raises an ImageError where there is nothing, or no driver for the address.
    """
    core = import_extra("fsspec.core")
    try:
        fs, path = core.url_to_fs(images)
        exists = fs.exists(path)
        folder = exists and fs.isdir(path)
    except (ImportError, ValueError, OSError) as error:
        raise ImageError(
            tr("{images} cannot be reached: {error}", images=images, error=str(error))
        ) from error
    if not exists:
        raise ImageError(
            tr("{images} is not there. Give a folder, a .tar or a .parquet file", images=images)
        )
    if folder:
        return Place(fs, path, "")
    parent, _, name = path.rstrip("/").rpartition("/")
    if _suffix(name) not in (TAR, PARQUET, *PICTURES):
        raise ImageError(_unknown(images))
    return Place(fs, parent, name)


def entries(place: Place) -> Iterator[Entry]:
    """Every picture of a place, folder by folder and sorted by name, in the order of tar files."""
    files = (place.only,) if place.only else _files(place)
    for file in files:
        suffix = _suffix(file)
        if suffix == TAR:
            yield from _in_tar(place, file)
        elif suffix == PARQUET:
            yield from _in_parquet(place, file)
        elif suffix in PICTURES:
            yield Entry(file, PurePosixPath(file).parent.name, "", 0, -1)
        elif place.only or file.endswith(COMPRESSED):
            raise ImageError(_unknown(file))


def _unknown(file: str) -> str:
    if file.endswith(COMPRESSED):
        return tr(
            "{file} is a compressed tar file, which has no places to go to: unpack it to .tar",
            file=file,
        )
    return tr("{file} is no picture, .tar or .parquet file by its name", file=file)


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _files(place: Place) -> Iterator[str]:
    """Relative paths, one folder at a time, so that a large set is never held in memory."""
    waiting = [place.root]
    while waiting:
        folder = waiting.pop()
        found = place.fs.ls(folder, detail=True)
        folders = [f["name"] for f in found if f["type"] == "directory"]
        names = sorted(f["name"] for f in found if f["type"] != "directory")
        for name in names:
            if name.rstrip("/") != folder.rstrip("/") and not _hidden(name):
                yield name[len(place.root.rstrip("/")) + 1 :]
        waiting += sorted((f for f in folders if not _hidden(f)), reverse=True)


def _hidden(name: str) -> bool:
    last = name.rstrip("/").rpartition("/")[2]
    return last.startswith(".") or last == "__MACOSX"


def _in_tar(place: Place, file: str) -> Iterator[Entry]:
    """Members in their order; ``KEY.cls`` beside ``KEY.jpg`` is its class, as WebDataset has it."""
    options = {"cache_type": "readahead", "block_size": HEADERS_AT_ONCE} if place.remote else {}
    held: tuple[str, list[Entry], str] = ("", [], "")
    try:
        with (
            place.fs.open(place.path(file), "rb", **options) as stream,
            tarfile.open(fileobj=stream, mode="r:") as archive,
        ):
            for member in archive:
                archive.members = []  # type: ignore[attr-defined]  # it would keep all of them
                path = PurePosixPath(member.name)
                if not member.isfile() or _hidden(member.name):
                    continue
                key = str(path.with_name(path.name.partition(".")[0]))
                if key != held[0]:
                    yield from _labelled(*held[1:])
                    held = (key, [], "")
                suffix = path.suffix.lower()
                if suffix in PICTURES:
                    held[1].append(_member(place, file, member, path))
                elif suffix in (".cls", ".txt") and member.size < 1000:
                    content = archive.extractfile(member)
                    text = content.read().decode("utf-8", "replace").strip() if content else ""
                    held = (key, held[1], text) if suffix == ".cls" else held
    except tarfile.TarError as error:
        raise ImageError(
            tr("{file} is damaged or no tar file: {error}", file=file, error=str(error))
        ) from error
    yield from _labelled(*held[1:])


def _member(place: Place, file: str, member: tarfile.TarInfo, path: PurePosixPath) -> Entry:
    name = str(path) if place.only else f"{file}/{path}"
    return Entry(name, path.parent.name, file, member.offset_data, member.size)


def _labelled(waiting: list[Entry], label: str) -> Iterator[Entry]:
    for e in waiting:
        yield Entry(e.name, label or e.label, e.file, e.offset, e.size)


def _in_parquet(place: Place, file: str) -> Iterator[Entry]:
    pa, pq = import_extra("pyarrow"), import_extra("pyarrow.parquet")
    try:
        with place.fs.open(place.path(file), "rb") as stream:
            table = pq.ParquetFile(stream)
            image_column(table.schema_arrow, file)
            column = _label_column(table.schema_arrow)
            words = _class_words(table.schema_arrow, column)
            row = 0
            for group in range(table.num_row_groups):
                count = table.metadata.row_group(group).num_rows
                labels: list[Any] = [""] * count
                if column:
                    labels = table.read_row_group(group, columns=[column])[column].to_pylist()
                for label in labels:
                    text = words.get(label, "" if label is None else str(label))
                    yield Entry(f"{file}/{row}", text, file, row, -1)
                    row += 1
    except pa.ArrowInvalid as error:
        raise ImageError(
            tr("{file} is damaged or no Parquet file: {error}", file=file, error=str(error))
        ) from error


def image_column(schema: Any, file: str) -> str:
    """The path of the column that holds the bytes of pictures; an ImageError without one."""
    kinds = import_extra("pyarrow.types")

    def binary(kind: Any) -> bool:
        return bool(kinds.is_binary(kind) or kinds.is_large_binary(kind))

    known = sorted(schema.names, key=lambda n: n.lower() not in IMAGE_COLUMNS)
    for name in known:
        kind = schema.field(name).type
        if binary(kind):
            return str(name)
        if kinds.is_struct(kind) and kind.get_field_index("bytes") >= 0:
            return f"{name}.bytes"
    raise ImageError(
        tr(
            "{file} has the columns {names}, and none of them holds bytes; a column "
            "'image' of binary, or of a struct with 'bytes', would do",
            file=file,
            names=", ".join(schema.names),
        )
    )


def _label_column(schema: Any) -> str:
    kinds = import_extra("pyarrow.types")
    lower = {name.lower(): name for name in schema.names}
    for name in LABEL_COLUMNS:
        if name in lower and not kinds.is_nested(schema.field(lower[name]).type):
            return str(lower[name])
    return ""


def _class_words(schema: Any, column: str) -> dict[Any, str]:
    """Names of numbered classes, where the file carries them as Hugging Face data sets do."""
    try:
        info = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        return dict(enumerate(info[column]["names"]))
    except (KeyError, TypeError, ValueError):
        return {}
