"""The pictures of a folder and all below it, each with its class: by table, else by folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from senet_viz.core.left_out import Ledger, Reason
from senet_viz.core.told_classes import Told
from senet_viz.pictures.class_folders import masks, words_in
from senet_viz.pictures.file_kinds import (
    ARCHIVES,
    is_compressed_tar,
    is_picture_by_content,
    is_picture_by_name,
    may_be_picture,
    stem_of,
    suffix_of,
)
from senet_viz.pictures.folder_walk import File, Files, Folder, MayOpen, Walk, anywhere
from senet_viz.pictures.label_tables import MOST_BYTES, SUFFIXES, Table, read_table
from senet_viz.pictures.table_matching import Known, Match, PictureNames, match

MOST_TABLES: Final = 30  # read in one folder
_TELLING: Final = frozenset(
    "label labels class classes annotation annotations train training val valid validation test "
    "metadata meta solution truth groundtruth gt dataset submission".split()
)


@dataclass(frozen=True, slots=True)
class FolderItem:
    """A picture, or a file that holds some, relative to the root.

    ``path`` is as the system has it, ``shown`` readable; ``label`` is its class, "" for none.
    """

    path: str
    shown: str
    label: str
    told: Told
    folder_label: str
    holds_more: bool = False


def every(label: str) -> bool:
    """Any name is a class."""
    return bool(label)


@dataclass
class Search:
    """Looks for pictures in a folder; what it passes over is counted in ``ledger``.

    holders: suffixes of files that hold pictures and are found too. known: what is a class, where
    that is known. numbers: class numbers in a table go before names. read: files that were read for
    the classes. ``folders`` are the classes that folders stand for, also those without a picture,
    and ``unused`` the columns of tables that said nothing.
    """

    files: Files
    ledger: Ledger
    holders: frozenset[str] = frozenset()
    known: Known = every
    numbers: bool = False
    may_open: MayOpen = anywhere
    read: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    unused: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _by_table: dict[str, tuple[str, Told]] = field(default_factory=dict)

    def run(self, real: str) -> Iterator[FolderItem]:
        """Folder by folder, sorted by name; ``real`` is the real path of the root."""
        walk = Walk(self.files, self.ledger, self.may_open)
        for folder in walk.below(walk.root(real)):
            self._read_tables(folder)
            some = False
            for listing in self._in(folder):
                some = True
                yield listing
            if folder.label and (some or (folder.leaf and not folder.files)):
                self.folders.add(folder.label)
            if folder.leaf and not some and folder.path:
                self.ledger.add("empty folder", folder.path, PurePosixPath(folder.path).name)

    def _in(self, folder: Folder) -> Iterator[FolderItem]:
        of_others = _masks(folder.files)
        for file in folder.files:
            path, shown = folder.join(file.name), folder.join_shown(file.shown)
            if file.name in of_others:
                self.ledger.add("mask", path)
            elif self._is_picture(path):
                label, told = self._by_table.pop(path, (folder.label, folder.told))
                yield FolderItem(path, shown, label, told, folder.label)
            elif suffix_of(path) in self.holders and not _between(path):
                yield FolderItem(
                    path, shown, folder.label, folder.told, folder.label, holds_more=True
                )
            else:
                self._leave(path)

    def _is_picture(self, path: str) -> bool:
        if is_picture_by_name(path):
            return True
        if not may_be_picture(path):
            return False
        try:
            return is_picture_by_content(self.files.head(path))
        except OSError:
            return False

    def _leave(self, path: str) -> None:
        suffix = suffix_of(path)
        if path in self.read:
            self.ledger.add("labels", path, PurePosixPath(path).name)
        elif _between(path):
            self.ledger.add("system", path, "cache-*.arrow")
        elif is_compressed_tar(path):
            self.ledger.add("compressed", path)
        elif suffix in ARCHIVES:
            self.ledger.add("archive", path, suffix)
        else:
            self.ledger.add("suffix", path, suffix or PurePosixPath(path).name)

    def _read_tables(self, folder: Folder) -> None:
        """Tables in a folder speak of the pictures in it and below it."""
        tables = {f.name: table for f in _tables(folder.files) if (table := self._table(folder, f))}
        if not tables:
            return
        pictures = dict(self._below(folder))
        names = PictureNames(path[len(folder.path) :].lstrip("/") for path in pictures)
        matches = [
            (name, matched)
            for name, table in tables.items()
            if (matched := match(table, names, self.known, numbers=self.numbers)) is not None
        ]
        self.unused |= {folder.join_shown(t.name): t.columns for t in tables.values() if t.headed}
        matches.sort(key=lambda each: (each[1].submission, -len(each[1].labels), each[0]))
        by_folder = sum(self.known(label) for label in pictures.values())
        for place, (name, matched) in enumerate(matches):
            if not (place and matched.submission) and self._use(
                folder, matched, pictures, by_folder
            ):
                self.read.add(folder.join(name))
                self.unused.pop(folder.join_shown(matched.table), None)
                self._count(matched)

    def _table(self, folder: Folder, file: File) -> Table | None:
        try:
            table = read_table(self.files.read(folder.join(file.name)), file.shown)
        except OSError:
            return None
        return table if table is not None and table.names_pictures else None

    def _below(self, folder: Folder) -> Iterator[tuple[str, str]]:
        """Every picture by name in a folder and below it, with its class by folder."""
        for each in Walk(self.files, Ledger(), self.may_open).below(folder):
            of_others = _masks(each.files)
            for file in each.files:
                if is_picture_by_name(file.name) and file.name not in of_others:
                    yield each.join(file.name), each.label

    def _use(
        self, folder: Folder, matched: Match, pictures: dict[str, str], by_folder: int
    ) -> bool:
        """Take a table's word where it says more than the folders, or where they say nothing."""
        labels = {folder.join(path): label for path, label in matched.labels.items()}
        known = sum(self.known(label) for label in labels.values())
        surely = matched.named and not all(label.isdecimal() for label in labels.values())
        wins = known >= by_folder if surely else known > by_folder
        new = {
            path: (label, Told("table", matched.table))
            for path, label in labels.items()
            if path not in self._by_table and (wins or not self.known(pictures[path]))
        }
        self._by_table |= new
        return bool(new)

    def _count(self, matched: Match) -> None:
        """Rows and columns of a table that were of no use."""
        rows: tuple[tuple[Reason, tuple[str, ...]], ...] = (
            ("no file", matched.nobody),
            ("ambiguous", matched.several),
        )
        for reason, cells in rows:
            for cell in cells:
                self.ledger.add(reason, f"{matched.table}: {cell}", matched.table)
        for column in matched.unused:
            self.ledger.add("column", f"{matched.table}: {column}", column)


def _between(path: str) -> bool:
    """Whether it is what the datasets library keeps of its own steps."""
    name = PurePosixPath(path).name
    return name.startswith("cache-") and suffix_of(name) == ".arrow"


def _masks(files: Sequence[File]) -> set[str]:
    """The names of those files that are masks of another one beside them."""
    pictures = {stem_of(f.name): f.name for f in files if is_picture_by_name(f.name)}
    return {pictures[stem] for stem in masks(pictures)}


def _tables(files: Sequence[File]) -> list[File]:
    """Those that may be tables of labels: not one beside each picture, and not too many."""
    stems = {stem_of(f.name) for f in files if is_picture_by_name(f.name)}
    tables = [
        f
        for f in files
        if suffix_of(f.name) in SUFFIXES and f.size <= MOST_BYTES and stem_of(f.name) not in stems
    ]
    if len(tables) <= MOST_TABLES:
        return tables
    return [f for f in tables if _TELLING & set(words_in(f.name))][:MOST_TABLES]
