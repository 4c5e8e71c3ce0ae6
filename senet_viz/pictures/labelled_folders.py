"""Labelled pictures in a folder of this machine: one subfolder a class, or a CSV."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from senet_viz.core.errors import ImageError
from senet_viz.core.translation import tr

PICTURES = frozenset(
    (
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".jfi", ".pjpeg", ".pjp", ".png", ".apng"),
        *(".webp", ".bmp", ".dib", ".tif", ".tiff", ".gif", ".heic", ".heif", ".hif", ".avif"),
    )
)
FILE, NUMBER, NAME = ("file", "path", "picture"), ("index", "imagenet_index"), ("label", "class")


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Picture files and their class numbers, in an order that mixes the classes.

    ``left_out`` says in sentences what in the folder was not used, and why.
    """

    folder: Path
    files: tuple[Path, ...]
    classes: tuple[int, ...]
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.files)

    def head(self, count: int) -> "LabelledSet":
        return LabelledSet(self.folder, self.files[:count], self.classes[:count], self.left_out)


def find_labelled(folder: Path, labels: Sequence[str]) -> LabelledSet:
    """The labelled pictures in ``folder``, for a network whose classes are ``labels`` (k,).

    Either one subfolder a class, named by the class (``golf ball``, ``golf_ball``), by its number
    (``8``) or by both (``08_golf_ball``), or a CSV with a column ``file`` and a column ``index``
    (class number) or ``label``. A label may be any of the names that stand between commas in the
    network's own. Pictures are shuffled, always in the same way.

    Raises an ImageError where the folder is not there, holds neither, or fits no class.
    """
    if not folder.is_dir():
        raise ImageError(tr("{folder} is not a folder of this machine", folder=folder))
    tables = sorted(folder.glob("*.csv"))
    found = _from_table(tables[0]) if tables else _from_subfolders(folder)
    names = _names(labels)
    pairs: list[tuple[Path, int]] = []
    unknown: dict[str, int] = {}
    for path, label in found:
        number = _class_number(label, names, len(labels))
        if number is None:
            unknown[label] = unknown.get(label, 0) + 1
        else:
            pairs.append((path, number))
    if not pairs:
        raise ImageError(_nothing(folder, unknown, labels))
    order = np.random.default_rng(0).permutation(len(pairs))
    return LabelledSet(
        folder,
        tuple(pairs[i][0] for i in order),
        tuple(pairs[i][1] for i in order),
        tuple(
            tr(
                "{count} of {label!r}: the network has no such class, or several of that name",
                count=count,
                label=label,
            )
            for label, count in unknown.items()
        ),
    )


def _from_table(table: Path) -> Iterator[tuple[Path, str]]:
    try:
        rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ImageError(
            tr("{table} cannot be read as a CSV in UTF-8", table=table.name)
        ) from error
    columns = {c.strip().casefold(): c for c in (rows[0] if rows else {}) if c}
    file = next((columns[c] for c in FILE if c in columns), None)
    label = next((columns[c] for c in (*NUMBER, *NAME) if c in columns), None)
    if file is None or label is None:
        raise ImageError(
            tr(
                "{table} has the columns {value}; it needs 'file', and 'index' (class "
                "number) or 'label'",
                table=table.name,
                value=", ".join(columns) or "none",
            )
        )
    for row in rows:
        path = table.parent / (row[file] or "")
        if path.suffix.lower() in PICTURES and path.is_file():
            yield path, row[label] or ""


def _from_subfolders(folder: Path) -> Iterator[tuple[Path, str]]:
    for subfolder in sorted(p for p in folder.iterdir() if p.is_dir()):
        for path in sorted(subfolder.iterdir()):
            if path.suffix.lower() in PICTURES and path.is_file():
                yield path, subfolder.name


def _names(labels: Sequence[str]) -> dict[str, int | None]:
    """Class number by each way to name it; None where two classes share the name."""
    names: dict[str, int | None] = {}
    for number, label in enumerate(labels):
        for name in {_plain(label), *(_plain(part) for part in label.split(","))}:
            names[name] = None if name in names else number
    return names


def _class_number(label: str, names: dict[str, int | None], count: int) -> int | None:
    plain = _plain(label)
    if plain in names:
        return names[plain]
    numbered = re.fullmatch(r"(\d+)(?: (.+))?", plain)
    if numbered is None:
        return None
    number, name = int(numbered[1]), numbered[2]
    if name is not None:
        return names.get(name)
    return number if number < count else None


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name).strip().casefold()


def _nothing(folder: Path, unknown: dict[str, int], labels: Sequence[str]) -> str:
    if not unknown:
        return tr(
            "{folder} holds no labelled pictures. Make one subfolder for each class, "
            "named by the class or its number, or a CSV with the columns 'file' and "
            "'label'",
            folder=folder,
        )
    some = ", ".join(repr(label) for label in list(unknown)[:3])
    classes = ", ".join(labels[:3]) or tr("no names")
    return tr(
        "none of the labels in {folder} ({some}, …) is a class of this network "
        "({classes}, …); use its names or numbers",
        folder=folder,
        some=some,
        classes=classes,
    )
