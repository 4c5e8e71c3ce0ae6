"""The soak at full size, and a short table: ``python -m tests.soak [fuzz|memory|people ...]``."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.result_files import checked_out, write
from tests.soak.fuzz import fuzz
from tests.soak.memory import memory
from tests.soak.people import people
from tests.soak.table import Finding, markdown

RESULTS, PART = Path(__file__).with_name("RESULTS.md"), "soak"
PARTS: dict[str, Callable[[], list[Finding]]] = {"fuzz": fuzz, "memory": memory, "people": people}


def main() -> int:
    """Run the parts named, or all; 1 where a promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all where none is named")
    parser.add_argument("--out", type=Path, default=Path("build/soak.md"), help="of the table")
    parser.add_argument("--write", action="store_true", help=f"put the table into {RESULTS.name}")
    given = parser.parse_args()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    findings: list[Finding] = []
    for name in given.parts or PARTS:
        start = time.monotonic()
        try:
            findings += PARTS[name]()
        except Exception as error:  # the other parts are worth their hours all the same
            print(error, file=sys.stderr)
            said = (str(error).strip().splitlines() or [type(error).__name__])[-1][:160]
            findings.append(Finding(name, "the whole part", said, "runs to its end", False))
        print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr)
        given.out.write_text(markdown(findings), encoding="utf-8")
    if given.write:
        write(RESULTS, PART, markdown(findings), commit=checked_out())
    print(markdown(findings))
    return 0 if all(finding.held for finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
