"""Pictures in the rows of Parquet and Arrow files, with the classes that other columns name."""

import os
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from senet_viz.core.errors import ImageError
from senet_viz.core.left_out import Ledger
from senet_viz.core.told_classes import NOTHING, Told
from senet_viz.pictures.folder_pictures import FolderItem
from senet_viz.pictures.folder_walk import MayOpen
from senet_viz.pictures.label_values import label_columns, label_text
from senet_viz.surveys.entries import Entry, kept_path
from senet_viz.surveys.row_groups import RowGroups, opened
from senet_viz.surveys.sources import Place
from senet_viz.surveys.table_columns import (
    ImageColumn,
    LabelColumn,
    image_column,
    label_column,
    unused_columns,
)


@dataclass
class TablePictures:
    """Lists the rows of the tables of one input; columns that are not used are counted once.

    ``named`` are the pictures beside a table that it names by their paths.
    """

    place: Place
    ledger: Ledger
    may_open: MayOpen
    named: set[str] = field(default_factory=set)
    _unused: set[str] = field(default_factory=set)

    def entries(self, entry: FolderItem) -> Iterator[Entry]:
        """A picture for each row, or for each picture in a list of a row."""
        with opened(self.place, entry.path) as groups:
            try:
                images = image_column(groups.schema, entry.path)
            except ImageError:
                if self.place.only:
                    raise
                self.ledger.add("no image column", entry.path)
                return
            labels = label_column(groups.schema)
            self._count_unused(groups.schema, images, labels, entry)
            for number, (first, rows) in enumerate(groups):
                told = self._labels(groups, number, rows, labels, entry)
                places = self._places(groups, number, rows, images, entry)
                for row, (label, how, inside) in enumerate(
                    (*one, two) for one, two in zip(told, places, strict=True)
                ):
                    yield from self._of_row(entry, first + row, label, how, inside)

    def _of_row(
        self, entry: FolderItem, row: int, label: str, how: Told, inside: int | str
    ) -> Iterator[Entry]:
        """``inside``: how many pictures a list has, -1 for no list, or a picture's own file."""
        name = f"{entry.shown}/{row}"
        if inside == "":
            self.ledger.add("no file", name)
        elif isinstance(inside, str):
            self.named.add(inside)
            yield Entry(name, label, "", 0, -1, kept_path(inside), how)
        elif inside < 0:
            yield Entry(name, label, entry.path, row, -1, told=how)
        else:
            if not inside:
                self.ledger.add("no bytes", name)
            for place in range(inside):
                yield Entry(f"{name}/{place}", label, entry.path, row, -1 - place, told=how)

    def _count_unused(
        self, schema: Any, images: ImageColumn, labels: LabelColumn | None, entry: FolderItem
    ) -> None:
        used = [images.name, *([labels.name] if labels else [])]
        for column in unused_columns(schema, used):
            if column not in self._unused:
                self._unused.add(column)
                self.ledger.add("column", f"{entry.path}: {column}", column)

    def _labels(
        self,
        groups: RowGroups,
        group: int,
        rows: int,
        labels: LabelColumn | None,
        entry: FolderItem,
    ) -> list[tuple[str, Told]]:
        if labels is None:
            label, told = _of_partition(entry)
            return [(label, told)] * rows
        named = []
        for row, value in enumerate(groups.columns(group, [labels.name])[labels.name].to_pylist()):
            label, more = labels.label(value)
            self.ledger.add("further label", f"{entry.path}: {row}", count=more)
            named.append((label, Told("column", labels.name) if label else NOTHING))
        return named

    def _places(
        self, groups: RowGroups, group: int, rows: int, images: ImageColumn, entry: FolderItem
    ) -> list[int | str]:
        """For each row as ``_of_row`` takes it; bytes are looked at only where they must be."""
        if images.listed:
            cells = groups.columns(group, [images.name])[images.name]
            return [len(cell) if cell.is_valid else 0 for cell in cells]
        if not (images.path and groups.nulls(group, f"{images.name}.bytes")):
            return [-1] * rows
        places: list[int | str] = []
        for cell in groups.columns(group, [images.name])[images.name]:
            path = cell["path"].as_py() if cell.is_valid and not cell["bytes"].is_valid else None
            places.append(self._file(path, entry) if path else -1)
        return places

    def _file(self, path: str, entry: FolderItem) -> str:
        """The picture that a row names by its path, relative to the table or root; "" for none."""
        folder = str(PurePosixPath(entry.path).parent)
        root = self.place.root.rstrip("/")
        inside = path.removeprefix(f"{root}/") if path.startswith(f"{root}/") else path
        for start in (folder, "."):
            relative = posixpath.normpath(posixpath.join(start, inside))
            if relative.startswith(("/", "..")) or not self.place.fs.isfile(
                self.place.path(relative)
            ):
                continue
            if self.place.remote or self.may_open(os.path.realpath(self.place.path(relative))):
                return relative
        return ""


def _of_partition(entry: FolderItem) -> tuple[str, Told]:
    """The class in the name of a folder such as ``label=cat``, as Hive's partitions have it."""
    for part in reversed(PurePosixPath(entry.shown).parts[:-1]):
        key, equals, value = part.partition("=")
        if equals and label_columns([key]):
            return label_text(unquote(value)), Told("folder")
    return "", NOTHING
