"""All benchmarks, one after another, and their tables in ``RESULTS.md`` beside this file.

    python -m tests.benchmarks [--parts peers cases person sweep survey versions] [--write]

Each part runs in a process of its own, as some tools change PyTorch for all that follows. On an
idle machine of two cores all of it takes about an hour; each part can be run alone
(``python -m tests.benchmarks.peers --help``).
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.result_files import ROOT, checked_out, write

RESULTS = Path(__file__).with_name("RESULTS.md")
TITLES = {
    "peers": "Capture, beside what else is there",
    "cases": "Where the others are wrong",
    "person": "What a person waits for",
    "survey": "Surveys",
    "sweep": "Sweeps over channels",
    "versions": "The four embedded networks",
}
LARGE = ["--model", "seresnet50", "--untrained", "--pictures", "256", "--rounds", "1", "--beside"]
MOBILE = ["--model", "mobilenetv3_large_100", "--untrained", "--pictures", "512", "--rounds", "1"]
RUNS: dict[str, tuple[list[str], ...]] = {"survey": ([], MOBILE, LARGE)}


def lines(part: str) -> Iterator[str]:
    """What one part writes, as it comes; its error where it fails."""
    for options in RUNS.get(part, ([],)):
        command = [sys.executable, "-m", f"tests.benchmarks.{part}", *options]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
            assert run.stdout is not None
            yield from (line.rstrip() for line in run.stdout)
        if run.returncode:
            raise SystemExit(f"{' '.join(command)} failed with status {run.returncode}")
        yield ""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--parts", nargs="+", choices=list(TITLES), default=list(TITLES))
    parser.add_argument("--write", action="store_true", help=f"put the tables into {RESULTS.name}")
    given = parser.parse_args()
    for part in given.parts:
        print(f"\n### {TITLES[part]}\n", flush=True)
        written = []
        for line in lines(part):
            print(line, flush=True)
            written.append(line)
        if given.write:
            write(RESULTS, part, "\n".join(written), commit=checked_out())


if __name__ == "__main__":
    main()
