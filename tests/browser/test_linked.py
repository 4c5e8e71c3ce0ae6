"""What only a browser shows: an address passed on, the map clicked, back, paste, three actions."""

import base64
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

import senet_viz as sv
from tests.browser.conftest import settled
from tests.browser.test_main_job import click_bar, picked_block
from tests.dashboard.open_app import captured, photograph

pytestmark = pytest.mark.browser
MAP = ".st-key-network_map .bars .point path"
PASTE = """(data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const clipboard = new DataTransfer();
    clipboard.items.add(new File([bytes], "image.png", {type: "image/jpeg"}));
    const event = {clipboardData: clipboard, bubbles: true};
    document.body.dispatchEvent(new ClipboardEvent("paste", event));
}"""


def named(page: Page) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(page.url).query).items()}


def has(page: Page, **wanted: str) -> None:
    """Wait until the address names this."""
    for name, value in wanted.items():
        expect(page).to_have_url(re.compile(rf"[?&]{name}={re.escape(value)}(&|$)"))


def test_an_address_passed_on_shows_the_same(page: Page, browser: Browser) -> None:
    page.get_by_role("button", name="Order, colours, files").click()
    page.get_by_text("gate against its usual value").click()
    page.keyboard.press("Escape")
    settled(page)
    click_bar(page, page.locator(MAP).first, height=0.9)
    has(page, block="layer1.0.se", order="unusual")
    page.get_by_role("button", name="Cup of coffee").click()
    has(page, picture="coffee")
    settled(page)
    page.get_by_role("button", name="Link to this view").click()
    link = page.get_by_test_id("stPopoverBody").locator("code").inner_text()
    assert link == page.url
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(90_000)
    other = context.new_page()
    other.goto(link)
    settled(other)
    expect(picked_block(other)).to_have_value("layer1.0.se")
    expect(other.get_by_text("What the model saw: Cup of coffee")).to_be_visible()
    line = re.compile(rf"^Channel {named(page)['channel']} · z")
    expect(other.get_by_text(line)).to_be_visible()
    expect(other.get_by_text("by distance from its usual gate")).to_be_visible()
    assert named(other) == named(page)
    context.close()


def test_another_picture_ends_the_wait_for_an_upload(page: Page, server: str) -> None:
    page.goto(f"{server}/?picture={'ab' * 16}")
    settled(page)
    waiting = page.get_by_text("not here")
    expect(waiting).to_be_visible()
    coffee = page.get_by_role("group", name="Pictures on offer").get_by_title("Cup of coffee")
    expect(coffee).to_have_attribute("aria-pressed", "false")
    coffee.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("What the model saw: Cup of coffee")).to_be_visible()
    expect(waiting).to_have_count(0)
    expect(coffee).to_have_attribute("aria-pressed", "true")
    expect(coffee).to_be_focused()
    has(page, picture="coffee")


def test_a_click_on_the_map_holds_in_another_view_and_back_undoes_it(page: Page) -> None:
    page.get_by_role("link", name="Layers").click()
    settled(page)
    has(page, block="layer3.1.se")
    page.wait_for_timeout(1600)  # what comes sooner is taken for a click that was late
    click_bar(page, page.locator(MAP).nth(7), height=0.9)
    has(page, block="layer4.1.se")
    page.wait_for_timeout(1600)
    page.go_back()
    has(page, block="layer3.1.se")
    settled(page)
    click_bar(page, page.locator(MAP).nth(7), height=0.9)
    has(page, block="layer4.1.se")
    page.get_by_role("link", name="Inspect").click()
    expect(picked_block(page)).to_have_value("layer4.1.se")
    has(page, block="layer4.1.se")


def test_a_pasted_picture_is_looked_at(page: Page) -> None:
    page.evaluate(PASTE, base64.b64encode(photograph()).decode())
    expect(page.get_by_text("What the model saw: image.png")).to_be_visible()
    page.evaluate(PASTE, base64.b64encode(b"no picture").decode())
    expect(page.get_by_text("image.png was not used")).to_be_visible()
    expect(page.get_by_text("What the model saw: image.png")).to_be_visible()


def test_most_suppressed_channels_of_the_last_block_in_three_actions(
    page: Page, tmp_path: Path
) -> None:
    """From the first screen, with a picture of one's own, by somebody who never saw the app."""
    mine, actions = tmp_path / "mine.jpg", 0
    mine.write_bytes(photograph())
    page.locator('[data-testid=stFileUploader] input[type="file"]').set_input_files(mine)
    actions += 1
    expect(page.get_by_text("What the model saw: mine.jpg")).to_be_visible()
    settled(page)
    click_bar(page, page.locator(MAP).nth(7), height=0.9)  # the last on the map
    actions += 1
    expect(picked_block(page)).to_have_value("layer4.1.se")
    page.get_by_text("Most suppressed").first.scroll_into_view_if_needed()
    actions += 1
    seen = captured(mine.read_bytes())["layer4.1.se"]
    lowest = [int(c) for c in sv.rank_channels(seen, top=8).suppressed]
    shown = page.locator(".st-key-maps_suppressed button .label").all_inner_texts()
    assert [int(words.split()[1]) for words in shown] == lowest
    assert actions <= 3
