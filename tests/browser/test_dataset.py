"""Data set in a real browser: a survey of a zip shows partial results, is cancelled, and stays."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.services import surveys
from tests.browser.conftest import settled
from tests.dashboard.zips import zipped

pytestmark = pytest.mark.browser
SOON = 60_000  # ms; a busy machine takes its time for the first 256 pictures


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Four thousand small pictures, one class first: more than are through before a cancel."""
    path = tmp_path / "crops.zip"
    path.write_bytes(zipped(20, repeated=100))
    return path


def test_a_survey_is_watched_and_cancelled(page: Page, server: str, archive: Path) -> None:
    page.goto(f"{server}/dataset")
    settled(page)
    page.get_by_text("Start a survey, or open one").click()
    page.locator(f'.st-key-{surveys.ZIP} input[type="file"]').set_input_files(archive)
    expect(page.get_by_text("crops.zip")).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="Start the survey").click()
    expect(page.get_by_text("So far, over")).to_be_visible(timeout=SOON)
    expect(page.locator(".st-key-dataset_partial .bars .point")).to_have_count(8)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled: the results up to that point.")).to_be_visible(timeout=SOON)
    expect(page.get_by_text("So far, over")).to_have_count(0)
    expect(page.get_by_text("pictures of 1 of 2 classes")).to_be_visible()

    page.get_by_text("By class", exact=True).click()
    settled(page)
    profile = page.locator(".st-key-dataset_profile_layer4-1-se")
    profile.scroll_into_view_if_needed()
    expect(profile.locator(".scatterlayer .trace")).to_have_count(3)
    expect(profile.get_by_text("living", exact=True)).to_be_visible()

    page.get_by_text("Channels and pictures", exact=True).click()
    settled(page)
    expect(page.get_by_alt_text("set/living/").first).to_be_visible()


def test_nothing_is_wider_than_a_narrow_window(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(90_000)
    opened = context.new_page()
    opened.goto(f"{server}/dataset")
    settled(opened)
    wide = opened.evaluate(
        "() => document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth"
    )
    assert wide <= 0
    context.close()
