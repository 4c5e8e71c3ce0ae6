"""Awkward files through the browser's upload: read or refused in words, and the app goes on."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.awkward_files import BROKEN, READABLE, awkward
from tests.browser.conftest import settled
from tests.senet_viz.pictures.test_decoding_awkward import REASONS

pytestmark = pytest.mark.browser
AT_ONCE = 9


def written(folder: Path, names: Iterable[str]) -> list[Path]:
    """The files of these names, in ``folder``."""
    for name in names:
        (folder / name).write_bytes(awkward(name))
    return [folder / name for name in names]


def give(page: Page, paths: list[Path]) -> None:
    page.locator('[class*="st-key-uploader_"] input[type="file"]').set_input_files(paths)
    page.wait_for_timeout(1500)
    settled(page)


def forget(page: Page) -> None:
    page.get_by_role("button", name="Forget my pictures").click()
    expect(page.get_by_text("What the model saw: Temple")).to_be_visible()
    settled(page)


def test_pictures_that_can_be_read_are(page: Page, tmp_path: Path) -> None:
    good = written(tmp_path, READABLE)
    for start in range(0, len(good), AT_ONCE):
        part = good[start : start + AT_ONCE]
        give(page, part)
        shown = page.get_by_role("group", name="Pictures on offer").get_by_role("button")
        different = {path.read_bytes() for path in part}
        expect(shown).to_have_count(len(different) + 6)
        expect(page.get_by_text("What the model saw:")).to_be_visible()
        assert not page.get_by_test_id("stException").count()
        assert not page.get_by_text("was not used").count()
        forget(page)


def test_files_that_cannot_be_read_get_a_sentence_each(page: Page, tmp_path: Path) -> None:
    bad = written(tmp_path, BROKEN)
    give(page, bad)
    for path in bad:
        alert = page.get_by_test_id("stAlert").filter(has_text=f"{path.name} was not used")
        expect(alert).to_be_visible()
        assert re.search(REASONS[path.name], alert.inner_text())
    expect(page.get_by_text("What the model saw: Temple")).to_be_visible()
    assert not page.get_by_test_id("stException").count()


def test_names_are_shown_as_they_are(page: Page, tmp_path: Path) -> None:
    """HTML, Markdown and LaTeX as text; letters of other scripts; a long one shortened."""
    for start in ("<b>", "ünï", "xxx"):
        (path,) = written(tmp_path, [name for name in READABLE if name.startswith(start)])
        give(page, [path])
        saw = page.get_by_text(re.compile("^What the model saw: ")).first.inner_text()
        name = saw.removeprefix("What the model saw: ").split(",")[0]
        if start == "xxx":
            assert len(name) < 40 and "…" in name and name.endswith(".jpg")
        else:
            assert name == path.name
        main = page.get_by_test_id("stMain")
        assert not main.locator(".saw *, a[href='u'], .katex").count()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"]
        forget(page)
