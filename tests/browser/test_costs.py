"""Costs in a real browser: stopped halfway, what was measured stays; nothing overflows."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import settled

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1440, 390])
def test_measuring_can_be_stopped_and_keeps_what_it_has(
    browser: Browser, server: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    context.set_default_timeout(90_000)
    page = context.new_page()
    page.goto(f"{server}/costs")
    settled(page)
    page.get_by_label("Rounds").fill("200")
    page.get_by_label("Rounds").press("Enter")
    settled(page)
    page.get_by_role("button", name="Measure on this machine").click()
    page.get_by_text(re.compile(r"round \d+ of 200")).wait_for()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("of 200, stopped")).to_be_visible()
    settled(page)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    wide = page.evaluate(
        "() => document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth"
    )
    assert wide <= 0
    context.close()
