"""``senet-viz models``: list the catalogue, or verify how architectures are read."""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from senet_viz.core.errors import SENetVizError

if TYPE_CHECKING:
    from senet_viz.models.catalogue import ModelEntry
    from senet_viz.verification import Verified

ALL = "all"
TITLES = ("architecture", "blocks", "verified", "declared", "max error", "factor", "px", "seconds")
WIDTHS = (34, 6, 8, 8, 9, 7, 4, 7)


def add(commands: Any) -> None:
    """Describe the subcommand to argparse."""
    parser = commands.add_parser(
        "models",
        help="list the networks with SE blocks, or verify that they are read correctly",
        description="List the networks that load_model takes, or verify how they are read.",
    )
    parser.add_argument("--search", metavar="WORD", help="only names and titles with this word")
    parser.add_argument(
        "--verify",
        nargs="+",
        metavar="NAME",
        help="build these architectures (or: all) without weights and check each block; the exit "
        "status is 1 on any miss",
    )
    file = parser.add_mutually_exclusive_group()
    file.add_argument(
        "--table", type=Path, metavar="FILE", help="with --verify: write a CSV line for each"
    )
    file.add_argument(
        "--resume",
        type=Path,
        metavar="FILE",
        help="the same, but skip what FILE already holds as read correctly",
    )
    parser.set_defaults(run=run, misused=parser.error)


def run(given: argparse.Namespace) -> int:
    """List or verify; 1 where an architecture was missed."""
    if given.verify is None:
        if given.table or given.resume:
            given.misused("--table and --resume go with --verify")
        return _list(given.search)
    if given.search:
        given.misused("--search does not go with --verify")
    return _verify(given.verify, given.table, given.resume)


def _list(word: str | None) -> int:
    from senet_viz.models.catalogue import list_models

    entries = [entry for entry in list_models() if word is None or _matches(entry, word)]
    if not entries:
        raise SENetVizError(
            f"no model has {word!r} in its name or title. `senet-viz models` lists all of them."
        )
    rows = [
        ("name", "title", "blocks", "parameters", "weights", "licence", "top-1"),
        *(_entry_cells(entry) for entry in entries),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print(_aligned(row, widths, left=(0, 1, 4, 5)))
    return 0


def _matches(entry: "ModelEntry", word: str) -> bool:
    return word.lower() in f"{entry.name} {entry.title} {entry.group}".lower()


def _entry_cells(entry: "ModelEntry") -> tuple[str, ...]:
    return (
        entry.name,
        entry.title,
        str(entry.blocks),
        f"{entry.parameters / 1e6:.2f} M",
        "yes" if entry.has_weights else "none",
        entry.licence or "not stated",
        "" if entry.accuracy is None else f"{entry.accuracy:.2%}",
    )


def _verify(names: Sequence[str], table: Path | None, resume: Path | None) -> int:
    from senet_viz.core.progress_line import ProgressLine
    from senet_viz.verification import architectures, verify_each

    if table is not None and table.exists():
        raise SENetVizError(f"{table} exists. Go on with it by --resume {table}, or remove it.")
    everything = ALL in names
    asked = architectures() if everything else tuple(dict.fromkeys(names))
    print(_aligned(TITLES, WIDTHS, left=(0,)))
    answers = []
    with ProgressLine("architectures", total=len(asked)) as line:
        for answer in verify_each(asked, ledger=table or resume):
            answers.append(answer)
            if not everything or answer.verdict != "none":
                line.print(_line(answer))
            line.step()
    print()
    for sentence in _summary(answers):
        print(sentence)
    return int(any(answer.missed for answer in answers))


def _line(answer: "Verified") -> str:
    cells = (
        answer.architecture,
        str(sum(answer.blocks.values())),
        str(answer.verified),
        str(sum(answer.declared.values())),
        f"{answer.relative_error:.1e}" if answer.blocks else "",
        ", ".join(answer.factors),
        str(answer.side or ""),
        f"{answer.seconds:.1f}",
    )
    kinds = "; ".join([*answer.blocks, *(f"declared: {kind}" for kind in answer.declared)])
    words = f"MISSED: {answer.problem}" if answer.missed else kinds or "holds none"
    return f"{_aligned(cells, WIDTHS, left=(0,))}  {words}"


def _summary(answers: Sequence["Verified"]) -> Iterator[str]:
    """The whole run by kind, and in one last sentence."""
    blocks, declared = Counter[str](), Counter[str]()
    for answer in answers:
        blocks.update(answer.blocks)
        declared.update(answer.declared)
    rows = [("kind", "architectures", "modules", "")]
    for kind, count in blocks.most_common():
        holders = sum(kind in answer.blocks for answer in answers)
        rows.append((kind, str(holders), str(count), "SE block"))
    for kind, count in declared.most_common():
        holders = sum(kind in answer.declared for answer in answers)
        rows.append((kind, str(holders), str(count), "declared: not a per-channel gate"))
    if len(rows) > 1:
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        yield from (_aligned(row, widths, left=(0, 3)) for row in rows)
        yield ""
    verdicts = Counter(answer.verdict for answer in answers)
    missed = [answer.architecture for answer in answers if answer.missed]
    yield (
        f"{len(answers)} architectures: {verdicts['verified']} read, {verdicts['declared']} with "
        f"declared attention only, {verdicts['none']} with neither, {verdicts['missed']} missed. "
        f"{sum(answer.verified for answer in answers)} of {blocks.total()} SE blocks verified, max "
        f"error {_largest(a.relative_error for a in answers):.1e}."
    )
    if missed:
        yield f"Missed: {', '.join(missed)}"


def _largest(errors: Iterable[float]) -> float:
    """The largest; a NaN counts as larger than any number."""
    return max(errors, key=lambda error: (isnan(error), error), default=0.0)


def _aligned(cells: Sequence[str], widths: Sequence[int], *, left: Sequence[int]) -> str:
    columns = (
        cell.ljust(width) if place in left else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(columns).rstrip()
