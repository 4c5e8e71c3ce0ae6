"""Labelled pictures in a folder of this machine: one subfolder a class, or a table of labels."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from senet_viz.core.errors import ImageError, InputError
from senet_viz.core.left_out import Ledger, LeftOut
from senet_viz.core.readable_text import readable
from senet_viz.core.told_classes import Told, told_sentence
from senet_viz.core.translation import tr
from senet_viz.pictures.class_names import ClassNames, read_class_numbers
from senet_viz.pictures.folder_pictures import FolderItem, Search
from senet_viz.pictures.folder_walk import LocalFiles, MayOpen, anywhere

CLASS_NUMBERS = "class_to_idx.json"
MOST_LABELS = 20  # that are named one by one where the network does not have them


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Picture files and their class numbers, in an order that mixes the classes.

    ``counted`` is what in the folder was not used, by reason, and empty where nothing was left
    out; ``told_by`` counts the pictures by how their class was told.
    """

    folder: Path
    files: tuple[Path, ...]
    classes: tuple[int, ...]
    counted: tuple[LeftOut, ...] = ()
    told_by: tuple[tuple[Told, int], ...] = ()

    def __len__(self) -> int:
        return len(self.files)

    @property
    def left_out(self) -> tuple[str, ...]:
        """What was not used, in sentences: for each reason, and for each unknown class."""
        return tuple(_sentences(self.counted))

    @property
    def told(self) -> str:
        """How the classes were told, in a sentence; "" where no picture has one."""
        return told_sentence(dict(self.told_by))

    def head(self, count: int) -> "LabelledSet":
        return replace(self, files=self.files[:count], classes=self.classes[:count])


def find_labelled(
    folder: Path, labels: Sequence[str], *, may_open: MayOpen = anywhere
) -> LabelledSet:
    """The labelled pictures in ``folder``, for a network whose classes are ``labels`` (k,).

    Either one subfolder a class, named by the class (``golf ball``, ``golf_ball``), by its number
    (``8``) or by both (``08_golf_ball``), or a table (CSV, TSV, text, JSON, in any encoding) with
    a column that names the pictures and a column ``index`` (class number) or ``label``. A label
    may be any of the names that stand between commas in the network's own. Folders that only hold
    pictures (``images``, ``train``) are no classes. Where no folder has the name of a class and
    there are as many folders as classes, they are taken in the order of their names, or in that
    of a ``class_to_idx.json``. Links are followed where ``may_open`` says so of their real path.
    Pictures are shuffled, always in the same way.

    Raises an ImageError where the folder is not there, holds neither, or fits no class.
    """
    if not folder.is_dir():
        raise ImageError(tr("{folder} is not a folder of this machine", folder=_shown(folder)))
    names, ledger = ClassNames(labels), Ledger()
    numbers = _class_numbers(folder, len(labels))

    def number(label: str) -> int | None:
        return numbers.get(label, names.number(label)) if label else None

    search = Search(
        LocalFiles(folder),
        ledger,
        known=lambda label: number(label) is not None,
        numbers=True,
        may_open=may_open,
        read={CLASS_NUMBERS} if numbers else set(),
    )
    listing = _run(search, folder)
    chosen = _numbered(listing, number)
    if not chosen.pairs and (placed := names.by_position(search.folders)):
        chosen = _numbered(listing, placed.get, told=Told("position"))
    for label, paths in chosen.unknown.items():
        ledger.add("unknown class" if label else "no class", paths[0], label, count=len(paths))
    if not chosen.pairs:
        raise ImageError(_nothing(folder, chosen.unknown, labels, search))
    order = np.random.default_rng(0).permutation(len(chosen.pairs))
    return LabelledSet(
        folder,
        tuple(folder / chosen.pairs[i][0] for i in order),
        tuple(chosen.pairs[i][1] for i in order),
        ledger.left_out,
        tuple(chosen.told.items()),
    )


@dataclass(frozen=True, slots=True)
class FolderPictures:
    """The pictures of a folder with the names of their classes, "" for none; and what is none."""

    files: tuple[Path, ...]
    labels: tuple[str, ...]
    counted: tuple[LeftOut, ...]
    told_by: tuple[tuple[Told, int], ...]


def find_pictures(folder: Path, *, may_open: MayOpen = anywhere) -> FolderPictures:
    """Every picture file in a folder and below it, sorted by name folder by folder.

    Raises an InputError where the folder is not there.
    """
    if not folder.is_dir():
        raise InputError(tr("{folder} is not a folder of this machine", folder=_shown(folder)))
    ledger = Ledger()
    listing = _run(Search(LocalFiles(folder), ledger, may_open=may_open), folder)
    return FolderPictures(
        tuple(folder / each.path for each in listing),
        tuple(each.label for each in listing),
        ledger.left_out,
        tuple(Counter(each.told for each in listing).items()),
    )


def _run(search: Search, folder: Path) -> list[FolderItem]:
    try:
        return list(search.run(os.path.realpath(folder)))
    except OSError as error:
        raise ImageError(
            tr(
                "{folder} may not be opened ({why}). Give a folder that you may read",
                folder=_shown(folder),
                why=error.strerror or type(error).__name__,
            )
        ) from error


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Paths with class numbers, how those were told, and the paths of labels that are no class."""

    pairs: list[tuple[str, int]]
    told: Counter[Told]
    unknown: dict[str, list[str]]


def _numbered(
    listing: Sequence[FolderItem], number: Callable[[str], int | None], told: Told | None = None
) -> _Chosen:
    chosen = _Chosen([], Counter(), {})
    for each in listing:
        for label, way in ((each.label, each.told), (each.folder_label, Told("folder"))):
            place = number(label)
            if place is not None:
                chosen.pairs.append((each.path, place))
                chosen.told[told or way] += 1
                break
        else:
            chosen.unknown.setdefault(each.label, []).append(each.path)
    return chosen


def _class_numbers(folder: Path, count: int) -> Mapping[str, int]:
    try:
        return read_class_numbers((folder / CLASS_NUMBERS).read_bytes(), count)
    except OSError:
        return {}


def _sentences(left_out: Sequence[LeftOut]) -> Iterator[str]:
    for each in left_out:
        if each.reason != "unknown class":
            yield each.words
            continue
        for label, count in list(each.details.items())[:MOST_LABELS]:
            yield tr(
                "{count} of {label!r}: the network has no such class, or several of that name",
                count=count,
                label=label,
            )
        if rest := sum(list(each.details.values())[MOST_LABELS:]):
            yield tr("{count} of further labels that are no class of the network", count=rest)


def _nothing(
    folder: Path, unknown: Mapping[str, Sequence[str]], labels: Sequence[str], search: Search
) -> str:
    """Why no picture has a class: what was found, and what was looked for."""
    reasons: list[str] = [
        tr(
            "{table} has the columns {columns}: none of them names pictures that are here, or none "
            "their class; 'file', and 'index' (class number) or 'label', would do",
            table=table,
            columns=", ".join(columns),
        )
        for table, columns in list(search.unused.items())[:3]
    ]
    named = [label for label in unknown if label]
    if named:
        reasons.insert(0, _no_class(folder, named, labels, len(search.folders)))
    elif not reasons:
        reasons = [
            tr(
                "{folder} holds no labelled pictures. Make one subfolder for each class, "
                "named by the class or its number, or a CSV with the columns 'file' and "
                "'label'",
                folder=_shown(folder),
            )
        ]
    return ". ".join(reasons)


def _no_class(folder: Path, named: Sequence[str], labels: Sequence[str], folders: int) -> str:
    some = ", ".join(repr(label) for label in named[:3])
    classes = ", ".join(labels[:3]) or tr("no names")
    words = tr(
        "none of the labels in {folder} ({some}, …) is a class of this network "
        "({classes}, …); use its names or numbers",
        folder=_shown(folder),
        some=some,
        classes=classes,
    )
    if folders < 2 or folders == len(labels):
        return words
    return tr(
        "{problem}. By position they cannot be told either: there are {folders} class folders and "
        "{labels} classes",
        problem=words,
        folders=folders,
        labels=len(labels),
    )


def _shown(folder: Path) -> str:
    return readable(str(folder))
