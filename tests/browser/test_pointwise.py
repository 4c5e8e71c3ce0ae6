"""SE and 1x1 convolution in a real browser: a training stopped halfway stays; nothing overflows."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import settled

pytestmark = pytest.mark.browser


def choose(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).click()


def overflow(page: Page) -> int:
    return page.evaluate(
        "() => document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth"
    )


@pytest.mark.parametrize("width", [1440, 390])
def test_sections_open_by_themselves_and_a_training_can_be_stopped(
    browser: Browser, server: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    context.set_default_timeout(90_000)
    page = context.new_page()
    page.goto(f"{server}/pointwise")
    settled(page)
    expect(page.get_by_text("Trained in its place: four networks")).to_be_visible()
    assert overflow(page) <= 0

    choose(page, "Fitted to a trained block")
    expect(page.get_by_text("each map is fitted to 5 of them")).to_be_visible()
    settled(page)
    expect(page.get_by_text("four networks trained separately")).to_have_count(0)
    assert overflow(page) <= 0

    choose(page, "Gates while training")
    steps = page.get_by_label("Steps", exact=True)
    steps.fill("1000")
    steps.press("Enter")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text(re.compile(r"Step \d+ of 1000")).wait_for()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile(r"Stopped after \d+ of 1000 steps"))).to_be_visible()
    settled(page)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    assert overflow(page) <= 0
    context.close()
