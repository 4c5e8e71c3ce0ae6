"""The benchmark of a person's waits runs; its numbers are for people, never asserted."""

import pytest

from tests.benchmarks.person import EMBEDDED, report


@pytest.mark.browser
def test_the_benchmark_runs() -> None:
    rows = [line for line in report(networks=[EMBEDDED], times=2) if " ms |" in line]
    assert [row.split(" | ")[0] for row in rows] == [
        "| opening, to the first chart",
        "| a picture to all charts",
        "| another block",
        "| another channel",
        "| an edit of gates to the new prediction",
    ]
    assert all(" 0 kB" not in row for row in rows)
