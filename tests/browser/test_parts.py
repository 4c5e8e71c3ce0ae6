"""A choice inside a part leaves the rest of the page alone, and the address still follows."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled
from tests.browser.test_linked import has, named

pytestmark = pytest.mark.browser
MARK = "(selector) => { document.querySelector(selector).marked = true; }"
MARKED = "(selector) => document.querySelector(selector).marked === true"
DRAWN = ".st-key-{} .js-plotly-plot"


def test_the_map_stays_and_the_rest_is_of_the_next_block(page: Page) -> None:
    stay = [DRAWN.format(key) for key in ("network_map",)]
    for selector in (*stay, DRAWN.format("histogram")):
        page.evaluate(MARK, selector)
    outline = "() => getComputedStyle(document.querySelector('{}')).strokeWidth"
    bar = ".st-key-network_map .trace:first-child .point:nth-child({}) path"
    assert page.evaluate(outline.format(bar.format(6))) == "2px"
    page.locator(".st-key-block_next button").click()
    has(page, block="layer4.0.se")
    settled(page)
    assert all(page.evaluate(MARKED, selector) for selector in stay)
    assert not page.evaluate(MARKED, DRAWN.format("histogram"))
    assert page.evaluate(outline.format(bar.format(6))) != "2px"
    assert page.evaluate(outline.format(bar.format(7))) == "2px"
    page.get_by_role("button", name="Link to this view").click()
    link = page.get_by_test_id("stPopoverBody").locator("code")
    expect(link).to_contain_text("block=layer4.0.se")
    assert link.inner_text() == page.url


def test_another_channel_leaves_the_block_alone(page: Page) -> None:
    page.get_by_text("What adds up to this gate").click()
    expect(page.locator(DRAWN.format("why"))).to_be_visible()
    settled(page)
    for key in ("histogram", "sorted", "why"):
        page.evaluate(MARK, DRAWN.format(key))
    before = int(named(page)["channel"])
    page.locator('.st-key-channel [data-testid="stNumberInputStepUp"]').click()
    has(page, channel=str(before + 1))
    expect(page.get_by_text(re.compile(rf"^Channel {before + 1} · z"))).to_be_visible()
    settled(page)
    assert page.evaluate(MARKED, DRAWN.format("histogram"))
    assert page.evaluate(MARKED, DRAWN.format("sorted"))
    assert not page.evaluate(MARKED, DRAWN.format("why"))


def test_a_note_about_the_address_goes_when_its_subject_changes_in_a_part(page: Page) -> None:
    page.goto(page.url.replace("layer3.1.se", "layer9.9.se"))
    note = page.get_by_text("names the block layer9.9.se")
    expect(note).to_be_visible()
    settled(page)
    page.locator(".st-key-block_next button").click()
    has(page, block="layer4.0.se")
    expect(note).to_be_hidden()
