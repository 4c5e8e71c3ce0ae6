"""Networks of other people's packages, one after another, and a table of them.

    python -m tests.third_party [--only WORD ...] [--out FILE]

``requirements.txt`` beside this file says what has to be installed, and how. Ends with status 1
where a network is not right that is not known to be wrong.
"""

import argparse
import warnings
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

from tests.third_party import catalogue
from tests.third_party.judging import Row, judge
from tests.third_party.network import Network
from tests.third_party.table import cells, failed, markdown


def version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"


def run(networks: Sequence[Network]) -> list[Row]:
    """Judge each, and print it as it comes."""
    rows = []
    for network in networks:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows.append(judge(network, version_of(network.package)))
        print(" | ".join(cells(rows[-1])), flush=True)
    return rows


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="+", help="words, one of which a package or network holds")
    parser.add_argument("--out", type=Path, help="where to write the table, as Markdown")
    given = parser.parse_args()
    torch.set_num_threads(1)
    rows = run([n for n in catalogue.NETWORKS if _asked_for(n, given.only)])
    if given.out is not None:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(markdown(rows), encoding="utf8")
    for row in failed(rows):
        print(f"{row.network.package}, {row.network.name}: {'; '.join(row.wrong)}")
    return 1 if failed(rows) else 0


def _asked_for(network: Network, words: Sequence[str] | None) -> bool:
    said = f"{network.package} {network.name}".casefold()
    return words is None or any(word.casefold() in said for word in words)


if __name__ == "__main__":
    raise SystemExit(main())
