"""Tests that need material from outside the checkout: skipped without it, and counted."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONFTEST = """
from tests import outside
from tests.outside import pytest_runtest_setup, pytest_terminal_summary

outside.FOLDER = outside.Path(__file__).parent / "shared"
"""
TESTS = """
import pytest

@pytest.mark.outside("photos")
def test_with_photos(): ...

@pytest.mark.outside("photos")
@pytest.mark.outside("weights/net.pth")
def test_with_photos_and_weights(): ...

@pytest.mark.skip(reason="for another reason")
def test_skipped(): ...
"""


@pytest.mark.parametrize(
    ("there", "workers", "left_out", "passed"), [((), "1", 2, 0), (("photos",), "0", 1, 1)]
)
def test_what_was_left_out_is_counted_at_the_end(
    tmp_path: Path, workers: str, there: tuple[str, ...], left_out: int, passed: int
) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_made_up.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    outside(name): needs it\n")
    for name in there:
        (tmp_path / "shared" / name).mkdir(parents=True)
    command = [sys.executable, "-m", "pytest", str(tmp_path), "-n", workers, "--strict-markers"]
    done = subprocess.run(
        [*command, "--rootdir", str(tmp_path), "-p", "no:cacheprovider"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    line = f"{left_out} tests were left out: they need material from outside the checkout"
    assert line in done.stdout, done.stdout + done.stderr
    assert f"{left_out + 1} skipped" in done.stdout
    assert (f"{passed} passed" in done.stdout) == bool(passed)
    assert done.returncode in (0, 5)
