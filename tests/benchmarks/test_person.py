"""The benchmark of a person's waits runs; its numbers are for people, never asserted."""

import re
import subprocess
import sys

import pytest

from tests.browser.conftest import ROOT


@pytest.mark.browser
def test_the_benchmark_runs() -> None:
    command = [sys.executable, "-m", "tests.benchmarks.person", "--times", "1"]
    options = ["--networks", "embedded"]
    done = subprocess.run(
        [*command, *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if " ms |" in line]
    kinds = [
        re.sub(r"slowest of them, .*", "slowest of them, …", row.split(" | ")[0]) for row in rows
    ]
    assert kinds == [
        "| opening, to the first chart",
        "| another view, all ten in turn",
        "| the slowest of them, …",
        "| a picture to all charts",
        "| another block",
        "| another channel",
        "| to Pictures with twelve pinned",
        "| an edit of gates to the new prediction",
    ]
