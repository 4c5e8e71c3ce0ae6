"""The main job in a real browser: upload, click, read, and the numbers are the library's."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

import senet_viz as sv
from tests.browser.conftest import settled
from tests.dashboard.open_app import captured, photograph

pytestmark = pytest.mark.browser


def facts(page: Page) -> str:
    """The line of the picked block."""
    return page.locator(".st-key-head_line .facts").inner_text()


def picked_block(page: Page) -> Locator:
    return page.locator(".st-key-block").get_by_role("combobox")


def upload(page: Page, path: Path) -> None:
    page.locator('input[type="file"]').set_input_files(path)
    expect(page.get_by_text(f"What the model saw: {path.name}")).to_be_visible()
    settled(page)


@pytest.fixture
def jpeg(tmp_path: Path) -> Path:
    path = tmp_path / "cup.jpg"
    path.write_bytes(photograph())
    return path


def test_upload_read_click_switch(page: Page, jpeg: Path) -> None:
    before = facts(page)
    upload(page, jpeg)
    seen = captured(jpeg.read_bytes())
    gate = seen["layer3.1.se"].excitation[0]
    assert f"mean gate {gate.mean():.3f} · " in facts(page) != before
    ends = f"most open ch {gate.argmax()} · most shut ch {gate.argmin()} · "
    assert ends in facts(page)
    ends = f"channel {gate.argmax()} at {gate.max():.3f}, most shut {gate.argmin()} at"
    expect(page.get_by_text(f"{ends} {gate.min():.3f}")).to_be_visible()
    expect(page.get_by_text("verified 8/8")).to_be_visible()

    click_tallest_bin(page)
    counts, edges = np.histogram(gate, bins=20, range=(0, 1))
    fullest = int(counts.argmax())
    expect(page.get_by_text(f"{counts[fullest]} channels with gates from")).to_be_visible()
    buttons = page.locator(".st-key-bin_channels button")
    shown = [re.match(r"ch (\d+) · ([\d.]+)", b) for b in buttons.all_inner_texts()]
    assert shown and all(shown)
    for match in shown:
        assert f"{gate[int(match[1])]:.3f}" == match[2]
        assert edges[fullest] - 5e-4 <= float(match[2]) <= edges[fullest + 1] + 5e-4

    channel = int(shown[0][1])
    buttons.first.click()
    settled(page)
    line = page.get_by_text(re.compile(rf"^Channel {channel} · z"))
    text = line.inner_text()
    assert f"gate {gate[channel]:.3f}" in text
    squeeze = f"{seen['layer3.1.se'].squeeze[0, channel]:.3f}".replace("-", "\N{MINUS SIGN}")
    assert f"z {squeeze} · " in text

    page.get_by_role("button", name="Previous block").click()
    settled(page)
    other = seen["layer3.0.se"].excitation[0]
    expect(picked_block(page)).to_have_value("layer3.0.se")
    assert f"mean gate {other.mean():.3f}" in facts(page)


def click_bar(page: Page, bar: Locator, *, height: float = 0.6) -> None:
    """A real mouse click inside a bar, ``height`` of the way down."""
    bar.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box = bar.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * height)
    settled(page)


def click_tallest_bin(page: Page) -> None:
    bars = page.locator(".st-key-histogram .bars .point path").all()
    click_bar(page, max(bars, key=lambda b: (b.bounding_box() or {"height": 0})["height"]))


def test_clicking_a_channels_bar_picks_the_channel(page: Page) -> None:
    seen = captured(sv.load_sample("china"))["layer3.1.se"]
    bars = page.locator(".st-key-sorted .bars .point path")
    click_bar(page, bars.nth(100))
    channel = int(sv.rank_channels(seen).order[100])
    expect(page.get_by_text(re.compile(rf"^Channel {channel} · z"))).to_be_visible()


def test_clicking_a_slot_of_the_network_picks_the_block(page: Page, jpeg: Path) -> None:
    upload(page, jpeg)
    click_bar(page, page.locator(".st-key-network_map .bars .point path").first, height=0.1)
    expect(picked_block(page)).to_have_value("layer1.0.se")
    gate = captured(jpeg.read_bytes())["layer1.0.se"].excitation[0]
    assert f"mean gate {gate.mean():.3f}" in facts(page)


def test_a_tile_picks_its_channel_by_mouse_and_by_key(page: Page) -> None:
    """Of maps; and arrow keys walk along the blocks, but not while a field has the focus."""
    seen = captured(sv.load_sample("china"))["layer3.1.se"]
    ranking = sv.rank_channels(seen, top=8)
    tiles = page.locator(".st-key-maps_suppressed").get_by_role("button")
    expect(tiles).to_have_count(8)
    second, third = ranking.suppressed[1:3]
    name = f"ch {second} · {seen.excitation[0, second]:.3f}: its map before and after the gate"
    tile = page.get_by_role("button", name=name)
    expect(tile).to_have_attribute("aria-pressed", "false")
    tile.click()
    expect(page.get_by_text(re.compile(f"^Channel {second} · z"))).to_be_visible()
    expect(tile).to_have_attribute("aria-pressed", "true")
    tiles.nth(2).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(f"^Channel {third} · z"))).to_be_visible()
    settled(page)
    page.keyboard.press("ArrowRight")
    expect(picked_block(page)).to_have_value("layer4.0.se")
    settled(page)
    channel = page.locator(".st-key-channel input")
    channel.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(600)
    settled(page)
    expect(picked_block(page)).to_have_value("layer4.0.se")


def test_two_browsers_do_not_see_each_other(page: Page, jpeg: Path, server: str) -> None:
    upload(page, jpeg)
    context = page.context.browser.new_context()
    other = context.new_page()
    other.goto(server)
    settled(other)
    expect(other.get_by_text("What the model saw: Temple")).to_be_visible()
    assert not other.get_by_text("cup.jpg").count()
    context.close()


def test_a_broken_file_gets_one_sentence_and_the_page_stays(page: Page, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(photograph()[:4000])
    page.locator('input[type="file"]').set_input_files(broken)
    expect(page.get_by_text("broken.jpg was not used")).to_be_visible()
    expect(page.get_by_text("What the model saw: Temple")).to_be_visible()
    assert not page.get_by_test_id("stException").count()
