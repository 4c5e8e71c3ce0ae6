"""A switch of languages in a real browser: the page follows, and what was chosen stays."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled

pytestmark = pytest.mark.browser


def expect_picked(page: Page, words: str) -> None:
    """A run may begin only after the page looked at rest: the value is waited for."""
    expect(page.locator(".st-key-edit_how").get_by_role("combobox")).to_have_value(words)


def press(page: Page, key: str, words: str) -> None:
    page.locator(f".st-key-{key}").get_by_text(words, exact=True).click()
    settled(page)


def test_a_pick_outlasts_a_switch_and_what_is_done_after_it(page: Page, server: str) -> None:
    page.goto(f"{server}/whatif?lang=en")
    settled(page)
    page.locator(".st-key-edit_how").get_by_role("combobox").click()
    page.get_by_role("option", name="0: nothing passes").click()
    settled(page)
    press(page, "language", "中文")
    expect(page.get_by_role("link", name="假设分析")).to_be_visible()
    expect_picked(page, "0：全部阻断")
    press(page, "edit_which", "门控值最高")
    expect_picked(page, "0：全部阻断")
    press(page, "language", "English")
    expect_picked(page, "0: nothing passes")
    assert "/whatif" in page.url
