"""A run over many architectures, kept line by line in a CSV file so that it can be resumed."""

import csv
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path

from senet_viz.core.errors import SENetVizError
from senet_viz.verification.records import Verified
from senet_viz.verification.verifier import verify

_COLUMNS = tuple(field.name for field in fields(Verified))


def _counts(text: str) -> dict[str, int]:
    pairs = (pair.rpartition("=") for pair in text.split(";") if pair)
    return {kind: int(count) for kind, _, count in pairs}


_READ: dict[str, Callable[[str], object]] = {
    "blocks": _counts,
    "verified": int,
    "declared": _counts,
    "relative_error": float,
    "factors": lambda text: tuple(filter(None, text.split(";"))),
    "side": int,
    "seconds": float,
}


def verify_each(names: Iterable[str], *, ledger: Path | None = None) -> Iterator[Verified]:
    """Verify one architecture after the other; ``ledger`` gets a line for each as it is done.

    What the ledger already holds is answered from it, but for misses, which are tried again.
    Raises a SENetVizError for a file that is no such ledger.
    """
    names = tuple(names)
    held = () if ledger is None else read_ledger(ledger)
    known = {v.architecture: v for v in held if not (v.missed and v.architecture in names)}
    if ledger is not None:
        _rewrite(ledger, known.values())
    for name in names:
        if name in known:
            yield known[name]
            continue
        answer = verify(name)
        if ledger is not None:
            _append(ledger, answer)
        yield answer


def read_ledger(path: Path) -> tuple[Verified, ...]:
    """The lines of a ledger; none where there is no file yet. A line cut short is left out.

    >>> read_ledger(Path("no such file.csv"))
    ()
    """
    if not path.exists():
        return ()
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        columns = tuple(rows.fieldnames or _COLUMNS)
        if tuple("factors" if c == "gain" else c for c in columns) != _COLUMNS:
            raise SENetVizError(
                f"{path} is no table of verified architectures: its columns are "
                f"{', '.join(columns)[:200]}. Give one that --table wrote, or a new name."
            )
        return tuple(_verified(row) for row in rows if None not in row.values())


def _verified(row: dict[str, str]) -> Verified:
    """One line; older tables have a number in ``gain`` that the excitation was multiplied by."""
    if (gain := row.pop("gain", None)) is not None:
        row["factors"] = "s" if float(gain) == 1 else f"{float(gain):g}·s"
    values: dict[str, object] = {column: _READ.get(column, str)(row[column]) for column in _COLUMNS}
    return Verified(**values)  # type: ignore[arg-type]


def _rewrite(path: Path, answers: Iterable[Verified]) -> None:
    """Replace the file at once, so that an interrupt loses nothing."""
    draft = path.with_name(f"{path.name}.new")
    with draft.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(_cells(answer) for answer in answers)
    draft.replace(path)


def _append(path: Path, answer: Verified) -> None:
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerow(_cells(answer))
        file.flush()
        os.fsync(file.fileno())


def _cells(answer: Verified) -> list[str]:
    return [_text(getattr(answer, column)) for column in _COLUMNS]


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ";".join(f"{kind}={count}" for kind, count in value.items())
    if isinstance(value, tuple):
        return ";".join(map(str, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)
