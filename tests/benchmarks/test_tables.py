"""The tables go to their places in the README."""

import pytest

from tests.benchmarks.__main__ import README, TITLES, inserted


def test_every_part_has_its_place_in_the_readme() -> None:
    text = README.read_text()
    for part in TITLES:
        changed = inserted(text, part, "| a table |")
        assert f"<!-- benchmark {part} -->\n| a table |\n<!-- end of {part} -->" in changed
        assert inserted(changed, part, "| a table |") == changed


def test_a_readme_without_the_place_is_refused() -> None:
    with pytest.raises(SystemExit, match="no place marked <!-- benchmark peers -->"):
        inserted("# senet_viz", "peers", "")
