"""Rows of a table -> pictures: which column names them, which their class, and what is left."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from senet_viz.core.readable_text import composed, readable
from senet_viz.pictures.class_folders import is_holder, part_of
from senet_viz.pictures.label_tables import Table
from senet_viz.pictures.label_values import NUMBERS, file_columns, label_columns, label_text

Known = Callable[[str], bool]
_SOME: Final = 200  # rows that the column of files is chosen by
_WNID: Final = re.compile(r"(n\d{8})\b.*", re.DOTALL)


class PictureNames:
    """Pictures by every way in which a table may name them: path, name, with a suffix or without.

    Whether letters are large or small, and how accents and separators are written, is no matter.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._found: dict[str, list[str]] = {}
        for path in paths:
            plain = PurePosixPath(_plain(path))
            for key in {str(plain), str(plain.with_suffix("")), plain.name, plain.stem}:
                self._found.setdefault(key, []).append(path)

    def find(self, named: str, part: str) -> list[str]:
        """The paths that may be meant; of pictures of a data set's ``part`` only, "" for any."""
        parts = PurePosixPath(_plain(named)).parts
        for start in range(len(parts)):
            key = "/".join(parts[start:])
            paths = [
                path
                for path in self._found.get(key, ())
                if _of_part(path, part) and _agree(path, parts, start)
            ]
            exact = [path for path in paths if path.endswith(PurePosixPath(named).name)]
            if paths:
                return exact if len(exact) == 1 else paths
        return []


def _plain(name: str) -> str:
    name = composed(readable(name)).casefold().replace("\\", "/").strip()
    return name.removeprefix("./").lstrip("/")


def _agree(path: str, named: Sequence[str], start: int) -> bool:
    """Whether the folders before what is the same are on one side only, or only hold pictures.

    ``data/train/cat/1.jpg`` may be ``cat/1.jpg`` here, but ``cat/1.jpg`` is not ``dog/1.jpg``.
    """
    more, less = PurePosixPath(_plain(path)).parts[: start - len(named) or None], named[:start]
    return not more or not less or all(map(is_holder, (*more, *less)))


def _of_part(path: str, part: str) -> bool:
    """Whether a table of this part may mean a picture: "train" names none of the test set."""
    own = next((p for p in map(part_of, PurePosixPath(path).parts[:-1]) if p), "")
    return not part or not own or own == part


@dataclass(frozen=True, slots=True)
class Match:
    """What a table says of pictures: class by path, and rows of which that cannot be said.

    ``named``: the column of classes is called as labels are, and is not just the other one.
    ``nobody`` are rows whose picture is not there, ``several`` those that name more than one.
    """

    table: str
    named: bool
    labels: Mapping[str, str]
    nobody: tuple[str, ...]
    several: tuple[str, ...]
    unused: tuple[str, ...]

    @property
    def submission(self) -> bool:
        """Whether it is the form that answers are to be given in, and not the answers."""
        return "submission" in self.table.casefold()


def match(
    table: Table, names: PictureNames, known: Known, *, numbers: bool = False
) -> Match | None:
    """The pictures of a table and their classes; None where it names none, or no class.

    known: whether something is a class. Of several columns of labels the one wins that names most.
    numbers: a column of class numbers goes first.
    """
    part = part_of(PurePosixPath(table.name).stem)
    files = _file_column(table, names, part)
    if files is None:
        return None
    matches = [names.find(cell, part) if cell else [] for cell in table.column(files)]
    best, most = None, 0
    for labels in _label_columns(table, files, NUMBERS if numbers else ()):
        count = sum(len(f) == 1 and known(v) for f, v in zip(matches, labels.values, strict=True))
        if count > most:
            best, most = labels, count
    if best is None:
        return None
    values, used = best.values, {files, *best.columns}
    rows = list(zip(table.column(files), matches, values, strict=True))
    return Match(
        table.name,
        best.named,
        {paths[0]: value for _, paths, value in rows if len(paths) == 1 and value},
        tuple(cell for cell, paths, _ in rows if not paths),
        tuple(cell for cell, paths, _ in rows if len(paths) > 1),
        tuple(c for c in table.columns if c not in used) if table.headed else (),
    )


def _file_column(table: Table, names: PictureNames, part: str) -> str | None:
    """The column that names pictures which are there: by its name, else by its content."""

    def there(column: str) -> int:
        cells = table.column(column)
        step = max(1, len(cells) // _SOME)
        return sum(bool(cell and names.find(cell, part)) for cell in cells[::step])

    named = next((c for c in file_columns(table.columns) if there(c)), None)
    if named is not None:
        return named
    best = max(table.columns, key=there)
    return best if there(best) else None


@dataclass(frozen=True, slots=True)
class Labels:
    """The class of each row, from which columns, and whether those are called as labels are."""

    columns: tuple[str, ...]
    named: bool
    values: list[str]


def _label_columns(table: Table, files: str, first: Sequence[str]) -> Iterable[Labels]:
    """Every way to take the classes from the columns that do not name the pictures."""
    columns = tuple(c for c in table.columns if c != files)
    called = label_columns(columns, first=first) if table.headed else []
    for column in called:
        yield Labels((column,), True, _classes(table.column(column)))
    if called:
        return
    if one_hot := _one_hot(table, columns):
        yield Labels(columns, True, one_hot)
    elif len(columns) == 1:
        yield Labels(columns, False, _classes(table.column(columns[0])))
    elif not table.headed and table.columns.index(files) == 0:
        values = _classes(table.column(columns[0]))
        if not all(value.isdecimal() for value in values if value):  # those are coordinates
            yield Labels(columns[:1], False, values)


def _classes(cells: Iterable[str]) -> list[str]:
    """ImageNet's solution files have boxes behind the class."""
    return [
        m[1] if (m := _WNID.fullmatch(cell)) is not None else label_text(cell) for cell in cells
    ]


def _one_hot(table: Table, columns: Sequence[str]) -> list[str]:
    """The name of the one column that is 1, for each row; nothing where it is not always one."""
    if len(columns) < 2 or not table.headed:
        return []
    places = [table.columns.index(c) for c in columns]
    values = []
    for row in table.rows:
        cells = [row[at] for at in places]
        ones = [c for c, cell in zip(columns, cells, strict=True) if cell in ("1", "1.0")]
        if len(ones) != 1 or any(cell not in ("0", "1", "0.0", "1.0") for cell in cells):
            return []
        values.append(ones[0])
    return values
