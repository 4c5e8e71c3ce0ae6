"""What was noted in reading the pictures of a data set, counted: a line for each kind of note."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from senet_viz.core.readable_text import readable
from senet_viz.core.translation import ENGLISH, Text, count, speaking, tr


@dataclass(frozen=True, slots=True)
class Remark:
    """A note on so many pictures; ``values`` are those of the first, ``example`` its name."""

    template: str
    values: Mapping[str, str | int | float]
    count: int
    example: str

    @property
    def words(self) -> str:
        """One line, in the language in force.

        >>> Remark("only the first of its {frames} frames is used", {"frames": 5}, 2, "a.gif").words
        '2 pictures, as a.gif: only the first of its 5 frames is used'
        """
        return tr(
            "{pictures}, as {example}: {note}",
            pictures=count(self.count, "picture"),
            example=self.example,
            note=tr(self.template, **self.values),
        )

    def record(self) -> dict[str, Any]:
        """The same for a manifest, with its line in English."""
        with speaking(ENGLISH):
            words = str(self.words)
        return {
            "template": self.template,
            "values": dict(self.values),
            "count": self.count,
            "example": self.example,
            "words": words,
        }


class Remarks:
    """Counts notes while pictures are read."""

    def __init__(self, before: Iterable[Remark] = ()) -> None:
        self._known = {each.template: each for each in before}

    def add(self, name: str, notes: Iterable[str]) -> None:
        """The notes on one picture."""
        for note in notes:
            self.merge([_remark(note, name)])

    def merge(self, others: Iterable[Remark]) -> None:
        """Take in what was noted of further pictures."""
        for new in others:
            old = self._known.get(new.template)
            self._known[new.template] = (
                new
                if old is None
                else Remark(old.template, old.values, old.count + new.count, old.example)
            )

    @property
    def all(self) -> tuple[Remark, ...]:
        """Every kind of note so far, in the order they came up."""
        return tuple(self._known.values())

    def records(self) -> list[dict[str, Any]]:
        """The same for a file."""
        return [each.record() for each in self.all]


def read_remarks(records: Iterable[Mapping[str, Any]]) -> tuple[Remark, ...]:
    """What ``record`` gave, back from a file."""
    return tuple(
        Remark(str(r["template"]), dict(r["values"]), int(r["count"]), str(r["example"]))
        for r in records
    )


def _remark(note: str, name: str) -> Remark:
    if not isinstance(note, Text):
        return Remark("{note}", {"note": str(note)}, 1, readable(name))
    with speaking(ENGLISH):
        values = {
            key: value if isinstance(value, int | float) else str(value)
            for key, value in note.values.items()
        }
    return Remark(note.template, values, 1, readable(name))
