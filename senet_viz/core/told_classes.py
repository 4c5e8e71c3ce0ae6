"""Where the classes of pictures come from (folder, table, column, field, archive), in words."""

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
    'Classes come from the table val.txt (2 pictures); without a class: 1 picture.'
    """
    ways = [
        tr("{source} ({pictures})", source=_WAYS[each.by](each.detail), pictures=_pictures(number))
        for each, number in told.items()
        if number and each.by in _WAYS
    ]
    without = told.get(NOTHING, 0)
    if not ways:
        return (
            tr(
                "No classes ({pictures}): no folder, column, label file or table names them.",
                pictures=_pictures(without),
            )
            if without
            else ""
        )
    if not without:
        return tr("Classes come from {ways}.", ways="; ".join(ways))
    return tr(
        "Classes come from {ways}; without a class: {pictures}.",
        ways="; ".join(ways),
        pictures=_pictures(without),
    )


def _pictures(number: int) -> str:
    return count(number, "picture")


def told_records(told: Mapping[Told, int]) -> list[dict[str, Any]]:
    """The same for a manifest."""
    return [{"by": t.by, "detail": t.detail, "pictures": number} for t, number in told.items()]


def read_told(records: Iterable[Mapping[str, Any]]) -> dict[Told, int]:
    """What ``told_records`` gave, back from a manifest."""
    pictures: Counter[Told] = Counter()
    for r in records:
        pictures[Told(str(r["by"]), str(r["detail"]))] += int(r["pictures"])
    return dict(pictures)


_WAYS: Final[Mapping[str, Callable[[str], str]]] = {
    "table": lambda name: tr("the table {name}", name=name),
    "field": lambda name: tr("{name} beside the picture", name=name),
    "column": lambda name: tr("the column {name}", name=name),
    "folder": lambda _: tr("the folder around the picture"),
    "folder above": lambda name: tr("the folder above {name}", name=name),
    "archive": lambda _: tr("the name of the tar file"),
    "position": lambda _: tr(
        "the order of the folders by name, since none is named after a class and there are as "
        "many as classes: check that the order is right"
    ),
}
