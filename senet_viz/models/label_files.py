"""Class names in a file of a person's own, in the order of a network's outputs."""

import ast
import csv
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from senet_viz.core.errors import WeightsError
from senet_viz.core.readable_text import decode_text
from senet_viz.core.translation import tr
from senet_viz.models.wording import one_line, with_article
from senet_viz.pictures.label_values import plain_name

# What holds the names in a configuration or a saved ImageFolder.
HOLDERS: Final = (
    "id2label",
    "label2id",
    "class_to_idx",
    "idx_to_class",
    "label_names",
    "class_names",
    "names",
    "labels",
    "classes",
    "categories",
)
NUMBERS: Final = frozenset(
    "index idx id number no label_id class_id class_index class_idx label_idx target "
    "imagenet_index category_id 序号 编号".split()
)
NAMES: Final = (
    "name",
    "label_name",
    "class_name",
    "label",
    "class",
    "title",
    "english",
    "category",
    "display_name",
    "names",
    "labels",
    "classes",
    "名称",
    "类别",
    "类名",
    "标签",
)
_WNID: Final = re.compile(r"(n\d{8})[\s:,;|]+(\S.*)")
_NUMBER_FIRST: Final = re.compile(r"(\d+)(?:\s*[:,;=|)]\s*|\.\s+|\s+-\s+|\s+)(\S.*)")
_NUMBER_LAST: Final = re.compile(r"(.*\S?)(?:\s*[:,;=|]\s*|\s+)(\d+)")


def read_labels(data: bytes, name: str) -> tuple[str, ...]:
    """The class names in a text, table, JSON or Python file with this ``name``, in class order.

    Takes one name a line, with a number before or behind it or none; a table with columns such as
    ``index`` and ``name``; a list of names; an object from class number to name, ImageNet's
    ``{"0": ["n01440764", "tench"]}`` and Python's ``{0: 'tench'}`` included, or from name to
    number, as ImageFolder's ``class_to_idx``; numbers begin at 0 or at 1. The text may be in any
    encoding. Raises a WeightsError for anything else.

    >>> read_labels(b"cat\\ndog\\n", "names.txt")
    ('cat', 'dog')
    >>> read_labels(b'{"1": "dog", "0": ["n02121808", "cat"]}', "names.json")
    ('cat', 'dog')
    >>> read_labels("index,name\\n1,狗\\n0,猫\\n".encode("gbk"), "names.csv")
    ('猫', '狗')
    """
    decoded = decode_text(data)
    if decoded is None:
        raise _no_labels(name, tr("is not text"))
    text = decoded.text.strip("\ufeff\x1a \t\r\n")
    if not text:
        raise _no_labels(name, tr("is empty"))
    if name.lower().endswith(".json") or text[0] in "[{":
        return tuple(_label(value, name) for value in _in_order(_content(text, name), name))
    return _of_lines([line.strip() for line in text.splitlines() if line.strip()], name)


def _content(text: str, name: str) -> Any:
    """What JSON or a Python literal says; nothing in it is run."""
    try:
        return json.loads(text)
    except ValueError as error:
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            pass
        raise _no_labels(name, tr("is not JSON ({reason})", reason=one_line(error))) from error


def _in_order(content: Any, name: str) -> list[Any]:
    if isinstance(content, Mapping):
        held = next((content[k] for k in HOLDERS if isinstance(content.get(k), list | dict)), None)
        return _numbered(content, name) if held is None else _in_order(held, name)
    if not isinstance(content, list | tuple):
        raise _no_labels(name, tr("holds {kind}", kind=with_article(type(content).__name__)))
    if content and all(isinstance(item, Mapping) for item in content):
        return _of_records(content, name)
    return list(content)


def _numbered(content: Mapping[Any, Any], name: str) -> list[Any]:
    """The names by their numbers, whichever of the two are the keys."""
    if all(isinstance(n, int) and not isinstance(n, bool) for n in content.values()):
        in_order = _by_number([(n, str(label)) for label, n in content.items()])
        if in_order is not None:
            return in_order
    pairs = [(int(k), v) for k, v in content.items() if str(k).isdecimal()]
    in_order = _by_number(pairs) if len(pairs) == len(content) else None
    if in_order is None:
        expected = {str(i) for i in range(len(content))}
        raise _no_labels(
            name,
            tr(
                "has {entries} entries that are not numbered 0 to {last}: {odd!r}",
                entries=len(content),
                last=len(content) - 1,
                odd=next(key for key in content if str(key) not in expected),
            ),
        )
    return in_order


def _by_number(pairs: Sequence[tuple[int, Any]]) -> list[Any] | None:
    """The values in the order of their numbers; None where those are not 0, 1, … or 1, 2, …."""
    numbers = sorted(number for number, _ in pairs)
    if not pairs or numbers not in (list(range(len(pairs))), list(range(1, len(pairs) + 1))):
        return None
    return [value for _, value in sorted(pairs, key=lambda pair: pair[0])]


def _of_records(records: Sequence[Mapping[Any, Any]], name: str) -> list[Any]:
    """Objects with a name each, and a number where they have one."""
    rows = [{plain_name(str(k)): v for k, v in record.items()} for record in records]
    key = next((k for k in NAMES if all(k in row for row in rows)), None)
    if key is None:
        raise _no_labels(name, tr("holds objects without a name"))
    number = next((k for k in NUMBERS if all(isinstance(r.get(k), int) for r in rows)), None)
    in_order = _by_number([(row[number], row[key]) for row in rows]) if number else None
    return in_order or [row[key] for row in rows]


def _of_lines(lines: list[str], name: str) -> tuple[str, ...]:
    if (from_table := _of_table(lines)) is not None:
        return from_table
    if lines[0].rstrip(":").casefold() in (*NAMES, "class names") and len(lines) > 1:
        lines = lines[1:]
    for pattern, number, label in ((_NUMBER_FIRST, 1, 2), (_NUMBER_LAST, 2, 1)):
        matches = [pattern.fullmatch(line) for line in lines]
        pairs = [
            (int(m[number]), _unquoted(m[label])) for m in matches if m is not None and m[label]
        ]
        if len(pairs) < len(lines) or len({label for _, label in pairs}) < len(pairs):
            continue
        if (in_order := _by_number(pairs)) is not None:
            return tuple(map(_without_wnid(in_order), in_order))
        numbers = [n for n, _ in pairs]
        if number == 1 and len(pairs) > 1 and numbers[0] in (0, 1) and numbers == sorted(numbers):
            gap = next(i for i, n in enumerate(numbers, start=numbers[0]) if n != i)
            raise _no_labels(name, tr("is numbered by line, but line {line} is not", line=gap + 1))
    return tuple(map(_without_wnid(lines), lines))


def _of_table(lines: list[str]) -> tuple[str, ...] | None:
    """The names of a table with a line of titles; None where there is no such line."""
    for separator in ",\t;|":
        rows = list(csv.reader(lines, delimiter=separator, skipinitialspace=True))
        titles = [plain_name(cell) for cell in rows[0]]
        key = next((titles.index(t) for t in NAMES if t in titles), None)
        if len(titles) < 2 or key is None or any(len(row) < len(titles) for row in rows[1:]):
            continue
        others = [i for i, title in enumerate(titles) if title in NUMBERS and i != key]
        names = [row[key].strip() for row in rows[1:]]
        for at in others:
            if all(row[at].strip().isdecimal() for row in rows[1:]):
                pairs = [(int(row[at]), label) for row, label in zip(rows[1:], names, strict=True)]
                if (in_order := _by_number(pairs)) is not None:
                    return tuple(in_order)
        return tuple(names) if names and len(titles) > 1 else None
    return None


def _without_wnid(lines: Sequence[str]) -> Any:
    """Names behind ImageNet's numbers, where every line has one: a function for each line."""
    if all(_WNID.fullmatch(line) for line in lines):
        return lambda line: _unquoted(_WNID.sub(r"\2", line))
    return lambda line: line


def _unquoted(text: str) -> str:
    """Without the quotes and the comma that a table or a program has around it."""
    text = text.strip().rstrip(",").strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def _label(value: Any, name: str) -> str:
    last = value[-1] if isinstance(value, list | tuple) and value else value
    if not isinstance(last, str):
        raise _no_labels(name, tr("has {last!r:.60} in the place of a name", last=last))
    return last


def _no_labels(name: str, problem: str) -> WeightsError:
    return WeightsError(
        tr(
            "{name} {problem}. Give the class names as one name a line, a JSON list of names, or a "
            "JSON object from class number to name (or to a list that ends in the name, as in "
            "{example}).",
            name=name,
            problem=problem,
            example='{"0": ["n01440764", "tench"]}',
        )
    )
