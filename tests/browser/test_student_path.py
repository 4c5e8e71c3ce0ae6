"""A student's own photo, the most suppressed channels of the last block, a figure to hand in."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

import senet_viz as sv
from tests.browser.conftest import settled
from tests.browser.test_main_job import click_bar, facts
from tests.dashboard.open_app import captured, photograph

pytestmark = pytest.mark.browser
MOST_ACTIONS, SCREEN = 6, 900  # a click, a key, a choice or a file is one; px
FURTHEST = """() => {
    const main = document.querySelector('[data-testid="stMain"]');
    window.furthest = 0;
    main.addEventListener('scroll', () => {
        window.furthest = Math.max(window.furthest, main.scrollTop);
    });
}"""


def test_it_takes_few_actions_and_one_screen(page: Page, tmp_path: Path) -> None:
    photo = tmp_path / "my cup.jpg"
    photo.write_bytes(photograph())
    page.evaluate(FURTHEST)
    actions = []

    actions.append("choose the photo")
    page.locator('input[type="file"]').set_input_files(photo)
    expect(page.get_by_text("What the model saw: my cup.jpg")).to_be_visible()
    settled(page)

    actions.append("click the last block")
    slots = page.locator(".st-key-network_map .bars .point path")
    click_bar(page, slots.nth(7), height=0.1)
    seen = captured(photo.read_bytes())["layer4.1.se"]
    assert f"mean gate {seen.excitation[0].mean():.3f}" in facts(page)
    lowest = sv.rank_channels(seen, top=8).suppressed
    tiles = page.locator(".st-key-maps_suppressed").get_by_role("button").all_inner_texts()
    assert [int(tile.split()[1]) for tile in tiles] == list(lowest)

    actions.append("open the files")
    page.get_by_role("button", name="Order, colours, files").click()

    actions.append("save the figure")
    with page.expect_download() as saved:
        page.get_by_role("button", name="PNG, most suppressed").click()
    assert saved.value.suggested_filename == "my-cup.jpg-layer4.1.se-most-suppressed-maps.png"
    figure = Image.open(BytesIO(Path(saved.value.path()).read_bytes()))
    assert figure.format == "PNG" and figure.width > 1000

    assert len(actions) <= MOST_ACTIONS
    assert page.evaluate("window.furthest") <= SCREEN
