"""Parts of an input that were not used, counted by reason: files, rows, members, links, columns."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from senet_viz.core.readable_text import readable
from senet_viz.core.translation import ENGLISH, Words, count, speaking, tr

Unit = Literal["file", "row", "link", "folder", "column", "label"]
Reason = Literal[
    "system",
    "hidden",
    "suffix",
    "labels",
    "label alone",
    "mask",
    "other field",
    "archive",
    "compressed",
    "no image column",
    "special",
    "no class",
    "unknown class",
    "twice",
    "larger",
    "unreadable",
    "broken link",
    "circle",
    "outside",
    "closed",
    "empty folder",
    "no file",
    "ambiguous",
    "no bytes",
    "column",
    "further label",
]
# What each reason counts: files, unless it stands here.
UNITS: Final[Mapping[str, Unit]] = {
    "broken link": "link",
    "circle": "link",
    "outside": "link",
    "closed": "folder",
    "empty folder": "folder",
    "no file": "row",
    "ambiguous": "row",
    "no bytes": "row",
    "column": "column",
    "further label": "label",
}
EXAMPLES, DETAILS = 5, 40  # names, and kinds of a reason, that are kept


@dataclass(frozen=True, slots=True)
class LeftOut:
    """So many files, rows, links … left out for one reason.

    ``details`` counts its kinds (suffixes, folders, columns, classes); ``examples`` are some names.
    """

    reason: str
    count: int
    details: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[str, ...] = ()

    @property
    def unit(self) -> Unit:
        """What is counted."""
        return UNITS.get(self.reason, "file")

    @property
    def words(self) -> str:
        """One line, in the language in force.

        >>> LeftOut("suffix", 3, {".txt": 2, ".csv": 1}).words
        '3 files: not a picture in a format that is read (.txt 2, .csv 1)'
        """
        kinds = _kinds(self.details)
        words = tr(
            "{number}: {reason}",
            number=counted(self.unit, self.count),
            reason=_REASONS[self.reason],
        )
        return tr("{what} ({kinds})", what=words, kinds=kinds) if kinds else words

    def record(self) -> dict[str, Any]:
        """The same for a manifest, with its line in English."""
        with speaking(ENGLISH):
            words = str(self.words)
        return {
            "reason": self.reason,
            "unit": self.unit,
            "count": self.count,
            "details": dict(self.details),
            "examples": list(self.examples),
            "words": words,
        }


class Ledger:
    """Counts what is left out, while it is left out."""

    def __init__(self, before: Iterable[LeftOut] = ()) -> None:
        self._counts: dict[str, Counter[str]] = {}
        self._examples: dict[str, list[str]] = {}
        for each in before:
            self._counts[each.reason] = Counter(dict(each.details) or {"": each.count})
            self._examples[each.reason] = list(each.examples)

    def add(self, reason: Reason, name: str, detail: str = "", *, count: int = 1) -> None:
        """So many more for a reason: ``name`` is one of them, ``detail`` their kind."""
        if count < 1:
            return
        counts = self._counts.setdefault(reason, Counter())
        detail = readable(detail)
        counts[detail if detail in counts or len(counts) < DETAILS else "…"] += count
        examples = self._examples.setdefault(reason, [])
        if len(examples) < EXAMPLES:
            examples.append(readable(name))

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Everything so far, a LeftOut for each reason, in the order they came up."""
        return tuple(
            LeftOut(
                reason,
                counts.total(),
                {detail: n for detail, n in counts.most_common() if detail},
                tuple(self._examples[reason]),
            )
            for reason, counts in self._counts.items()
        )


def read_left_out(records: Iterable[Mapping[str, Any]]) -> tuple[LeftOut, ...]:
    """What ``record`` gave, back from a manifest; a reason unknown here is left as it is."""
    return tuple(
        LeftOut(str(r["reason"]), int(r["count"]), dict(r["details"]), tuple(r["examples"]))
        for r in records
        if r["reason"] in _REASONS
    )


def sum_up(left_out: Sequence[LeftOut]) -> str:
    """In one line: how many files, rows … were left out, or that nothing was.

    >>> sum_up([])
    'Nothing was left out.'
    """
    if not left_out:
        return tr("Nothing was left out.")
    units: Counter[Unit] = Counter()
    for each in left_out:
        units[each.unit] += each.count
    what = ", ".join(counted(unit, units[unit]) for unit in get_args(Unit) if units[unit])
    return tr("Left out: {what}.", what=what)


def counted(unit: Unit, number: int) -> str:
    """A number with what it counts."""
    return {
        "file": lambda: count(number, "file"),
        "row": lambda: count(number, "row"),
        "link": lambda: count(number, "link"),
        "folder": lambda: count(number, "folder"),
        "column": lambda: count(number, "column"),
        "label": lambda: count(number, "label"),
    }[unit]()


def _kinds(details: Mapping[str, int]) -> str:
    if len(details) == 1 and next(iter(details.values())) == 1:
        return next(iter(details))
    shown = list(details.items())[:8]
    more = [] if len(details) <= len(shown) else ["…"]
    return ", ".join([*(f"{detail} {n}" for detail, n in shown), *more])


# Each stands behind a count and a colon: "3 files: not a picture in a format that is read".
_REASONS: Final = Words[str](
    {
        "system": lambda: tr("system files or thumbnails"),
        "hidden": lambda: tr("hidden by a name that begins with a dot"),
        "suffix": lambda: tr("not a picture in a format that is read"),
        "labels": lambda: tr("read for the classes, not as a picture"),
        "label alone": lambda: tr("a class without the picture of that name"),
        "mask": lambda: tr("a mask or annotation of the picture beside it"),
        "other field": lambda: tr("a further image of a sample, such as a mask"),
        "archive": lambda: tr("an archive that is not opened here"),
        "compressed": lambda: tr("a compressed tar file, to be unpacked to .tar first"),
        "no image column": lambda: tr("a table without a column of pictures"),
        "special": lambda: tr("not an ordinary file"),
        "no class": lambda: tr("without a class: neither a folder nor a table gives one"),
        "unknown class": lambda: tr("of a class that the network does not have"),
        "twice": lambda: tr("the same name again"),
        "larger": lambda: tr("too large"),
        "unreadable": lambda: tr("cannot be read as a picture"),
        "broken link": lambda: tr("leads nowhere"),
        "circle": lambda: tr("leads back to a folder above it, or through too many links"),
        "outside": lambda: tr("leads out of the folders that may be opened"),
        "closed": lambda: tr("may not be opened"),
        "empty folder": lambda: tr("without a picture"),
        "no file": lambda: tr("names a picture that is not there"),
        "ambiguous": lambda: tr("names several pictures at once"),
        "no bytes": lambda: tr("without a picture"),
        "column": lambda: tr("not used"),
        "further label": lambda: tr("beyond the first of a picture"),
    }
)
