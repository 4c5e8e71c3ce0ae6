"""Material that lies in a ``shared`` folder beside the checkout, and never inside it.

``@pytest.mark.outside("photos")`` marks a test that needs ``shared/photos``. It runs where the
folder or file is there; elsewhere it is skipped, and the end of the run says how many were.
"""

from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

MARKER = "outside"
FOLDER = Path(__file__).parents[2] / "shared"


def outside(name: str) -> Path:
    """The folder or file ``name`` beside the checkout; for tests that are marked to need it."""
    return FOLDER / name


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip where something that the test is marked to need is not there."""
    wanted = [name for mark in item.iter_markers(MARKER) for name in mark.args]
    missing = [name for name in wanted if not outside(name).exists()]
    if missing:
        pytest.skip(f"needs shared/{missing[0]} beside the checkout")


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """A line where tests were left out for want of their material."""
    skipped = terminalreporter.stats.get("skipped", [])
    left_out = sum(MARKER in report.keywords for report in skipped)
    if left_out:
        terminalreporter.write_line(
            f"{left_out} tests were left out: they need material from outside the checkout",
            yellow=True,
        )
