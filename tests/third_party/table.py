"""The rows as Markdown, and what they come to."""

import platform
from collections.abc import Iterator, Sequence

import torch

from tests.third_party.judging import Row

_HEADS = (
    "package",
    "network",
    "gates in the source",
    "seen by the watch",
    "found",
    "verified",
    "compared",
    "largest difference",
    "override",
    "made as (squeeze, function, factor)",
    "declared beside them",
    "seconds",
    "",
)


def cells(row: Row) -> tuple[str, ...]:
    """One row in words."""
    network = row.network
    return (
        f"{network.package} {row.version}",
        network.name,
        str(network.gates),
        str(row.seen),
        str(row.found),
        str(row.verified),
        str(row.matched),
        f"{row.difference:.1g}" if row.matched else "",
        row.override,
        "; ".join(row.says),
        row.declared,
        f"{row.seconds:.1f}",
        "right" if not row.wrong else "; ".join(row.wrong),
    )


def markdown(rows: Sequence[Row]) -> str:
    """The counts, what is not right, and the table."""
    return "\n".join(
        (
            *_counts(rows),
            "",
            *_left(rows),
            f"| {' | '.join(_HEADS)} |",
            f"|{'---|' * len(_HEADS)}",
            *(f"| {' | '.join(c.replace('|', '/') for c in cells(row))} |" for row in rows),
            "",
        )
    )


def failed(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows that are not right, though nothing says so beforehand."""
    return tuple(row for row in rows if row.wrong and not row.network.left)


def _counts(rows: Sequence[Row]) -> Iterator[str]:
    gates = sum(row.network.gates for row in rows)
    verified = sum(min(row.verified, row.network.gates) for row in rows)
    false = sum(max(0, row.verified - row.network.gates) for row in rows)
    packages = len({row.network.package for row in rows})
    compared = sum(row.matched for row in rows)
    largest = max((row.difference for row in rows), default=0.0)
    yield f"PyTorch {torch.__version__.partition('+')[0]}, Python {platform.python_version()}."
    yield ""
    yield f"- {len(rows)} networks of {packages} packages, {_right(rows)} of them right"
    yield f"- {gates} gates in their sources, {verified} verified, {gates - verified} missed"
    yield f"- {false} verified where there is none"
    yield f"- {compared} factors compared with the watch; the largest difference is {largest:.1g}"


def _right(rows: Sequence[Row]) -> int:
    return sum(not row.wrong for row in rows)


def _left(rows: Sequence[Row]) -> Iterator[str]:
    known = [row for row in rows if row.wrong and row.network.left]
    for row in known:
        yield f"- {row.network.package}, {row.network.name}: {row.network.left}"
    if known:
        yield ""
