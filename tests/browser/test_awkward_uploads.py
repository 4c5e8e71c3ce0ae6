"""The awkward files through the browser's upload: what their list says, and the app goes on."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled
from tests.senet_viz.test_images_awkward import AWKWARD, REASONS, awkward_rows
from tests.shared_material import needs_shared

pytestmark = pytest.mark.browser
AT_ONCE = 9


def files(expected: str) -> list[Path]:
    assert AWKWARD is not None
    rows = [row for row in awkward_rows() if row["expected"].startswith(expected)]
    return [AWKWARD / row["file"] for row in rows]


def give(page: Page, paths: list[Path]) -> None:
    page.locator('[class*="st-key-uploader_"] input[type="file"]').set_input_files(paths)
    page.wait_for_timeout(1500)
    settled(page)


def forget(page: Page) -> None:
    page.get_by_role("button", name="Forget my pictures").click()
    expect(page.get_by_text("What the model saw: Temple")).to_be_visible()
    settled(page)


@needs_shared("awkward")
def test_pictures_that_can_be_read_are(page: Page) -> None:
    good = files("ok")
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


@needs_shared("awkward")
def test_files_that_cannot_be_read_get_a_sentence_each(page: Page) -> None:
    bad = [path for path in files("error") if path.suffix != ".svg"]
    give(page, bad)
    for path in bad:
        alert = page.get_by_test_id("stAlert").filter(has_text=f"{path.name} was not used")
        expect(alert).to_be_visible()
        assert re.search(REASONS[path.name], alert.inner_text())
    expect(page.get_by_text("What the model saw: Temple")).to_be_visible()
    assert not page.get_by_test_id("stException").count()


@needs_shared("awkward")
@pytest.mark.parametrize("start", ["<b>", "ünï", "xxx"])
def test_names_are_shown_as_they_are(page: Page, start: str) -> None:
    """HTML, Markdown and LaTeX as text; letters of other scripts; a long one shortened."""
    (path,) = (p for p in files("ok") if p.name.startswith(start))
    give(page, [path])
    saw = page.get_by_text(re.compile("^What the model saw: ")).first.inner_text()
    name = saw.removeprefix("What the model saw: ").split(",")[0]
    if start == "xxx":
        assert len(name) < 40 and "…" in name and name.endswith(".jpg")
    else:
        assert name == path.name
    main = page.get_by_test_id("stMain")
    assert not main.locator("b, a[href='u'], .katex").count()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]
