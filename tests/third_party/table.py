"""The rows as Markdown, and what they come to."""

import platform
from collections.abc import Iterator, Sequence

import torch

from tests.third_party.judging import Row

_OPENING = """# Networks of other people's packages

Made by `python -m tests.third_party --out assets/docs/third_party.md`;
`tests/third_party/requirements.txt` says what is installed for it, and what could not be. Weights
are random, and nothing that an untrained network has at zero is left there. Inputs are small and
natural: pictures, signals, volumes, words.

How each network is judged. *Gates in the source*: channel gates that run in one pass, counted in
it. *Seen by the watch*: products of feature maps with one number a channel, noted by a watch of
all operations that shares nothing with the library; it cannot see maps of a single place or sums of
products, and it also sees what is no gate of its own map. *Found*: places of gates, where one that
runs several times counts once. *Verified*: calls of gates whose features times factor are the
network's own product. *Compared*: gates whose maps are among those the watch saw, with the *largest
difference* between the two factors. *Override*: whether other gates are in force when they are
told to be, in the eyes of the watch. Outputs are compared to the last bit while recorded and
afterwards. A row is right where all of this is as the source has it, what is said of the gates
and what is declared beside them included.
"""
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
            _OPENING,
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
    wrong = [row for row in rows if row.wrong]
    yield "Not right:" if wrong else "All are right."
    yield ""
    for row in wrong:
        why = row.network.left or "; ".join(row.wrong)
        yield f"- {row.network.package}, {row.network.name}: {why}"
    yield ""
