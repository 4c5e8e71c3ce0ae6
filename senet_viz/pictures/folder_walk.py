"""A folder and all below it, one folder at a time: links are followed, and nothing goes unsaid.

What a system keeps for itself, hidden files and masks are counted in a ledger and passed over.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal, Protocol

from senet_viz.core.left_out import Ledger, Reason
from senet_viz.core.readable_text import readable_together
from senet_viz.core.told_classes import NOTHING, Told
from senet_viz.pictures.class_folders import holders, mask_folders
from senet_viz.pictures.file_kinds import is_hidden, kept_by_system
from senet_viz.pictures.file_signatures import HEAD

MOST_LINKS = 3  # to folders, on one path: more would be a maze of links into one another
Kind = Literal["file", "folder", "special", "broken"]


@dataclass(frozen=True, slots=True)
class Node:
    """One name in a folder; ``real`` is where it leads if it is a link, ``size`` bytes or -1."""

    name: str
    kind: Kind
    real: str = ""
    size: int = -1


class Files(Protocol):
    """Where files lie, by paths relative to a root, with ``/`` and "" for the root itself."""

    def nodes(self, folder: str) -> list[Node]:
        """What is in a folder; an OSError where it may not be opened."""

    def read(self, path: str) -> bytes:
        """All of a file."""

    def head(self, path: str) -> bytes:
        """Its first HEAD bytes; an OSError where it cannot be read."""


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """A folder of this machine."""

    root: Path

    def nodes(self, folder: str) -> list[Node]:
        with os.scandir(self.root / folder) as entries:
            return [_node(entry) for entry in entries]

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def head(self, path: str) -> bytes:
        with (self.root / path).open("rb") as file:
            return file.read(HEAD)


def _node(entry: "os.DirEntry[str]") -> Node:
    real = os.path.realpath(entry.path) if entry.is_symlink() else ""
    try:
        if entry.is_dir():
            return Node(entry.name, "folder", real)
        if entry.is_file():
            return Node(entry.name, "file", real, entry.stat().st_size)
        return Node(entry.name, "special" if Path(entry.path).exists() else "broken", real)
    except OSError:  # a link into itself
        return Node(entry.name, "broken", real)


@dataclass(frozen=True, slots=True)
class File:
    """One file of a folder, by its name there, and ``shown`` with letters that can be written."""

    name: str
    shown: str
    size: int


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder that was walked into, with its files in order.

    ``path`` is as the system has it and ``shown`` readable, both relative to the root; ``label``
    is the class of its pictures by the folders, and ``told`` how that was told. ``leaf``: no
    folder below it was walked into.
    """

    path: str
    shown: str
    label: str
    told: Told
    files: tuple[File, ...] = ()
    leaf: bool = True
    above: tuple[str, ...] = field(default=(), repr=False)  # real paths, its own the last

    def join(self, name: str) -> str:
        return f"{self.path}/{name}" if self.path else name

    def join_shown(self, name: str) -> str:
        return f"{self.shown}/{name}" if self.shown else name


MayOpen = Callable[[str], bool]


def anywhere(_: str) -> bool:
    """Links may lead anywhere."""
    return True


@dataclass(frozen=True, slots=True)
class Walk:
    """How folders are walked: where, what is counted, and which links may be followed."""

    files: Files
    ledger: Ledger
    may_open: MayOpen = anywhere

    def root(self, real: str = "/") -> Folder:
        return Folder("", "", "", NOTHING, above=(real,))

    def below(self, start: Folder) -> Iterator[Folder]:
        """``start`` and every folder below it, each before those in it, sorted by name."""
        waiting = [start]
        while waiting:
            here = waiting.pop()
            try:
                nodes = sorted(self.files.nodes(here.path), key=lambda node: node.name)
            except OSError as error:
                if not here.path:
                    raise
                self.ledger.add("closed", here.path, error.strerror or type(error).__name__)
                continue
            shown = _shown(nodes)
            allowed = [node for node in nodes if self._taken(here, node)]
            folders = list(self._folders(here, allowed, shown))
            files = tuple(File(n.name, shown[n.name], n.size) for n in allowed if n.kind == "file")
            yield Folder(
                here.path, here.shown, here.label, here.told, files, not folders, here.above
            )
            waiting += reversed(folders)

    def _taken(self, here: Folder, node: Node) -> bool:
        """Whether a name is looked at further; counted if it is not."""
        name, path = node.name, here.join(node.name)
        if node.kind == "folder" and (kept_by_system(name) or is_hidden(name)):
            reason: Reason = "system" if kept_by_system(name) else "hidden"
            self.ledger.add(reason, path, name, count=self._count(path, node))
        elif kept_by_system(name):
            self.ledger.add("system", path, name)
        elif is_hidden(name):
            self.ledger.add("hidden", path)
        elif node.kind == "broken":
            self.ledger.add("broken link", path)
        elif node.kind == "special":
            self.ledger.add("special", path)
        elif node.real and not self.may_open(node.real):
            self.ledger.add("outside", path)
        else:
            return True
        return False

    def _folders(
        self, here: Folder, nodes: Sequence[Node], shown: dict[str, str]
    ) -> Iterator[Folder]:
        names = [node.name for node in nodes if node.kind == "folder"]
        only_hold, of_masks = holders(names), mask_folders(names)
        for node in nodes:
            if node.kind != "folder":
                continue
            name, path = node.name, here.join(node.name)
            if name in of_masks:
                self.ledger.add("mask", path, name, count=self._count(path, node))
                continue
            real = node.real or f"{here.above[-1].rstrip('/')}/{name}"
            if not self._new(real, here):
                self.ledger.add("circle", path)
                continue
            label, told = shown[name], Told("folder")
            if name in only_hold:
                label = here.label
                told = Told("folder above", shown[name]) if label else NOTHING
            above = (*here.above, real)
            yield Folder(path, here.join_shown(shown[name]), label, told, above=above)

    def _new(self, real: str, here: Folder) -> bool:
        """Whether a folder is none of those above it, and not behind many links."""
        links = sum(
            not below.startswith(f"{above.rstrip('/')}/")
            for above, below in zip(here.above, here.above[1:], strict=False)
        )
        return real not in here.above and links < MOST_LINKS

    def _count(self, path: str, node: Node) -> int:
        """The files in a folder that is passed over, and below it; links count as one."""
        if node.real:
            return 1
        try:
            inside = self.files.nodes(path)
        except OSError:
            return 1
        return sum(
            self._count(f"{path}/{each.name}", each) if each.kind == "folder" else 1
            for each in inside
        )


def _shown(nodes: Sequence[Node]) -> dict[str, str]:
    """Names that can be written, each another: of two that look alike the second is numbered."""
    name_of: dict[str, str] = {}
    names = [node.name for node in nodes]
    taken = set(names)
    for name, plain in zip(names, readable_together(names), strict=True):
        shown, number = plain, 1
        while shown != name and shown in taken:
            number += 1
            path = PurePosixPath(plain)
            shown = f"{path.stem} ({number}){path.suffix}"
        taken.add(shown)
        name_of[name] = shown
    return name_of
