"""What the soak found, as a short Markdown table."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was done how often, what came out, and what was promised."""

    part: str
    what: str
    measured: str
    promised: str
    held: bool


def markdown(findings: Iterable[Finding]) -> str:
    """The table, and on what machine under what load it was made.

    >>> print(markdown([Finding("fuzz", "1 file", "0 s", "5 s", True)]).splitlines()[2])
    | fuzz | 1 file | 0 s | 5 s | yes |
    """
    lines = ["| part | what | measured | promised | held |", "|---|---|---|---|---|"]
    for f in findings:
        held = "yes" if f.held else "**NO**"
        lines.append(f"| {f.part} | {f.what} | {f.measured} | {f.promised} | {held} |")
    load = os.getloadavg()[0]
    machine = f"{os.cpu_count()} CPU cores, Python {platform.python_version()}"
    return "\n".join([*lines, "", f"{machine}, load average at the end {load:.1f}."]) + "\n"
