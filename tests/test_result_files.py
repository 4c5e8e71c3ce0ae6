"""Tables of measurements go to their places in the files of results."""

import re
from pathlib import Path

import pytest

from tests.benchmarks.__main__ import RESULTS, TITLES
from tests.result_files import inserted, marks, write
from tests.soak.__main__ import PART
from tests.soak.__main__ import RESULTS as UNDER_LOAD

PLACES = [(RESULTS, part) for part in TITLES] + [(UNDER_LOAD, PART)]


@pytest.mark.parametrize(("file", "part"), PLACES, ids=lambda value: str(value).rpartition("/")[2])
def test_every_table_has_its_place_and_says_which_commit_it_is_of(file: Path, part: str) -> None:
    text = file.read_text(encoding="utf-8")
    start, end = marks(part)
    kept = text.partition(start)[2].partition(end)[0]
    assert re.match(r"\nMade with commit [0-9a-f]{7}", kept) and "| " in kept
    changed = inserted(text, part, "| a table |", commit="1234567")
    assert f"{start}\nMade with commit 1234567.\n\n| a table |\n{end}" in changed
    assert inserted(changed, part, "| a table |", commit="1234567") == changed


def test_a_file_without_the_place_is_refused() -> None:
    with pytest.raises(SystemExit, match="no place marked <!-- peers -->"):
        inserted("# Benchmarks", "peers", "", commit="1234567")


def test_a_table_is_written_between_its_marks(tmp_path: Path) -> None:
    file = tmp_path / "RESULTS.md"
    file.write_text("before\n" + "\n".join(marks("peers")) + "\nafter\n")
    write(file, "peers", "| a |", commit="1234567")
    start, end = marks("peers")
    assert file.read_text() == (
        f"before\n{start}\nMade with commit 1234567.\n\n| a |\n{end}\nafter\n"
    )
