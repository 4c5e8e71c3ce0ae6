"""How the classes of pictures were told: by folder, table, column, field or archive; in words."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from senet_viz.core.translation import count, tr


@dataclass(frozen=True, slots=True)
class Told:
    """How the class of a picture was told, and by which folder, field, column or table.

    ``by`` is "table", "field", "column", "folder", "folder above", "archive", "position" or "none".
    """

    by: str
    detail: str = ""


NOTHING: Final = Told("none")


def told_sentence(told: Mapping[Told, int]) -> str:
    """In one sentence; "" for no picture at all.

    >>> told_sentence({Told("table", "val.txt"): 2, NOTHING: 1})
    'Classes: 2 pictures by the table val.txt; 1 picture of no class, as nothing tells one.'
    """
    ways = [
        tr("{pictures} {how}", pictures=count(number, "picture"), how=_how(each))
        for each, number in told.items()
        if number and each.by in _WAYS
    ]
    return tr("Classes: {ways}.", ways="; ".join(ways)) if ways else ""


def told_records(told: Mapping[Told, int]) -> list[dict[str, Any]]:
    """The same for a manifest."""
    return [{"by": t.by, "detail": t.detail, "pictures": number} for t, number in told.items()]


def read_told(records: Iterable[Mapping[str, Any]]) -> dict[Told, int]:
    """What ``told_records`` gave, back from a manifest."""
    found: Counter[Told] = Counter()
    for r in records:
        found[Told(str(r["by"]), str(r["detail"]))] += int(r["pictures"])
    return dict(found)


def _how(told: Told) -> str:
    return _WAYS[told.by](told.detail)


_WAYS: Final[Mapping[str, Callable[[str], str]]] = {
    "table": lambda name: tr("by the table {name}", name=name),
    "field": lambda name: tr("by {name} beside the picture", name=name),
    "column": lambda name: tr("by the column {name}", name=name),
    "folder": lambda _: tr("by the folder around it"),
    "folder above": lambda name: tr("by the folder above {name}", name=name),
    "archive": lambda _: tr("by the name of its tar file"),
    "position": lambda _: tr(
        "by the position of its folder among all, sorted by name: no folder has the name of a "
        "class and there are as many folders as classes, so check that the order is the same"
    ),
    "none": lambda _: tr("of no class, as nothing tells one"),
}
