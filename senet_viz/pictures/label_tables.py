"""Tables of labels beside pictures: CSV, TSV, text, JSON and JSON lines, in any encoding."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from senet_viz.core.readable_text import decode_text
from senet_viz.pictures.file_kinds import PICTURES, is_picture_by_name, suffix_of
from senet_viz.pictures.label_values import file_columns, label_columns

SUFFIXES: Final = frozenset((".csv", ".tsv", ".txt", ".json", ".jsonl"))
MOST_BYTES: Final = 64 << 20
_SUFFIXES = "|".join(sorted((s[1:] for s in PICTURES), key=len, reverse=True))
_PICTURE_FIRST: Final = re.compile(rf"(.+?\.(?:{_SUFFIXES}))[\s,;|]+(\S.*)", re.IGNORECASE)
_SOME: Final = 200  # rows that a guess is made from


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text, each as long as ``columns``; ``headed``: the file itself names the columns."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    headed: bool

    @property
    def names_pictures(self) -> bool:
        """Whether it may speak of pictures: by a column's name, or by what stands in one."""
        if self.headed and file_columns(self.columns):
            return True
        some = self.rows[:_SOME]
        columns = list(zip(*some, strict=True))
        if any(sum(map(is_picture_by_name, c)) > len(some) / 2 for c in columns):
            return True
        return suffix_of(self.name) in (".csv", ".tsv")

    def column(self, name: str) -> list[str]:
        at = self.columns.index(name)
        return [row[at] for row in self.rows]


def read_table(data: bytes, name: str) -> Table | None:
    """The table in a file of this ``name``; None where it is none of two columns or more.

    >>> read_table(b"id;breed\\n1;pug\\n", "train.csv")
    Table(name='train.csv', columns=('id', 'breed'), rows=(('1', 'pug'),), headed=True)
    >>> read_table(b"val_0.JPEG\\tn03444034\\t0\\n", "val_annotations.txt").rows
    (('val_0.JPEG', 'n03444034', '0'),)
    """
    decoded = decode_text(data)
    if decoded is None or not decoded.text.strip():
        return None
    if suffix_of(name) in (".json", ".jsonl"):
        return _of_records(_records(decoded.text, name), name)
    return _of_lines(decoded.text.splitlines(), name)


def _of_lines(lines: Sequence[str], name: str) -> Table | None:
    lines = [line for line in lines if line.strip()]
    rows = _split(lines)
    if not rows:
        return None
    width = Counter(map(len, rows[:_SOME])).most_common(1)[0][0]
    if width < 2:
        return None
    first = rows[0]
    headed = len(first) == width and _is_header(first)
    columns = tuple(c.strip() for c in first) if headed else tuple(map(str, range(1, width + 1)))
    if len(set(columns)) < width:
        return None
    cells = ((*row, *[""] * width)[:width] for row in (rows[1:] if headed else rows))
    return Table(name, columns, tuple(tuple(c.strip() for c in row) for row in cells), headed)


def _split(lines: Sequence[str]) -> list[list[str]]:
    """Cells by the separator that gives the most even rows; else a picture's name and the rest."""
    best: list[list[str]] = []
    evenness = 0.0
    for separator in ",\t;|":
        some = list(islice(_cells(lines, separator), _SOME))
        widths = Counter(map(len, some))
        width, rows = widths.most_common(1)[0] if widths else (1, 0)
        if width > 1 and rows / len(some) > evenness:
            best, evenness = list(_cells(lines, separator)), rows / len(some)
    if evenness > 0.9:
        return best
    pairs = [m.groups() for line in lines if (m := _PICTURE_FIRST.fullmatch(line.strip()))]
    if pairs and len(pairs) >= 0.9 * len(lines):
        return [[picture, rest] for picture, rest in pairs]
    words = [line.split() for line in lines]
    return best or (words if len(set(map(len, words))) == 1 else [])


def _cells(lines: Sequence[str], separator: str) -> Iterable[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=separator, skipinitialspace=True)
    except csv.Error:  # a quote that is never closed, a cell of megabytes
        return


def _is_header(cells: Sequence[str]) -> bool:
    if file_columns(cells) or label_columns(cells, first=("index", "imagenet_index")):
        return True
    words = all(c.strip() and not re.fullmatch(r"[-+.\d]*", c.strip()) for c in cells)
    return words and not any(map(is_picture_by_name, cells))


def _records(text: str, name: str) -> list[Mapping[str, Any]]:
    """Objects with a name and a label each, from the shapes that such files have."""
    try:
        if suffix_of(name) == ".jsonl":
            content: Any = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            content = json.loads(text)
    except ValueError:
        return []
    if isinstance(content, dict) and isinstance(content.get("labels"), list | dict):
        content = content["labels"]  # as StyleGAN's dataset.json has them
    if isinstance(content, dict):
        return [
            {"file": key, **(value if isinstance(value, dict) else {"label": value})}
            for key, value in content.items()
        ]
    if not isinstance(content, list):
        return []
    return [
        item if isinstance(item, dict) else {"file": item[0], "label": item[1]}
        for item in content
        if isinstance(item, dict) or (isinstance(item, list) and len(item) == 2)
    ]


def _of_records(records: Sequence[Mapping[str, Any]], name: str) -> Table | None:
    columns = tuple(dict.fromkeys(str(key) for record in records for key in record))
    if len(columns) < 2:
        return None
    rows = tuple(tuple(_text(record.get(c)) for c in columns) for record in records)
    return Table(name, columns, rows, headed=True)


def _text(value: Any) -> str:
    """A cell; of a list the first, for a picture has one class."""
    if isinstance(value, list) and value:
        return _text(value[0])
    return "" if value is None or isinstance(value, list | dict) else str(value)
