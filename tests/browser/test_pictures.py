"""Pictures in a real browser: an upload is pinned, named, grouped and compared by clicking."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import senet_viz as sv
from dashboard.runtime.offers import sha256
from dashboard.session.pinned_pictures import group_key, name_key
from senet_viz.figures.base.formats import gate
from tests.browser.conftest import settled
from tests.dashboard.open_app import captured, photograph

pytestmark = pytest.mark.browser


@pytest.fixture
def jpeg(tmp_path: Path) -> Path:
    path = tmp_path / "my cup.jpg"
    path.write_bytes(photograph())
    return path


def test_an_upload_is_pinned_and_compared(page: Page, server: str, jpeg: Path) -> None:
    page.goto(f"{server}/pictures")
    settled(page)
    page.locator('input[type="file"]').set_input_files(jpeg)
    expect(page.get_by_text("7 pictures in 2 groups")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Pin, name, group").click()
    key = sha256(jpeg.read_bytes())
    for box, words in ((group_key(key), "drinks"), (name_key(key), "*Mug*")):
        field = page.locator(f".st-key-{box} input")
        field.fill(words)
        field.press("Enter")
        settled(page)
    expect(page.get_by_text("7 pictures in 3 groups")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".pinned_legend").get_by_text("*Mug*")).to_be_visible()

    chart = page.locator(".st-key-channel_pictures")
    bars = chart.locator(".bars .point")
    expect(bars).to_have_count(7)
    channel = int(page.locator(".st-key-channel input").input_value())
    own = captured(jpeg.read_bytes())["layer3.1.se"].excitation[0]
    expect(chart.get_by_text(gate(own[channel]))).to_be_visible()

    apart = page.locator(".st-key-difference .bars .point").first
    apart.scroll_into_view_if_needed()
    apart.click(force=True)
    settled(page)
    # The picture shown, which is the upload, is the first of the two; the cat is of another group.
    cat = captured(sv.load_sample("chelsea"))["layer3.1.se"].excitation[0]
    widest = int(np.argmax(own.astype(np.float64) - cat))
    expect(page.locator(".st-key-channel input")).to_have_value(str(widest))

    matrix = page.locator(".st-key-alike .heatmaplayer image")
    matrix.evaluate("it => it.scrollIntoView({block: 'center'})")  # clear of the top bar
    box = matrix.bounding_box()
    assert box
    coffee, rocket = 3, 4
    across, down = (rocket + 0.5) / 7, (coffee + 0.5) / 7
    page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
    settled(page)
    expect(page.get_by_text("more for Coffee than for Rocket")).to_be_visible()


def test_a_point_of_a_line_that_is_not_drawn_is_clicked_all_the_same(
    page: Page, server: str
) -> None:
    page.goto(f"{server}/pictures")
    settled(page)
    lines = page.locator(".st-key-profiles .js-plotly-plot")
    lines.scroll_into_view_if_needed()
    at = 7  # of 128 on each of six lines, of which every second has a mark
    assert lines.locator(".scatterlayer .point").count() <= 400
    x, y, channel = lines.evaluate(
        """(it, at) => {
          const {_size: size, xaxis, yaxis} = it._fullLayout, line = it._fullData[3];
          const {x, y} = it.getBoundingClientRect();
          const [left, top] = [size.l + xaxis.c2p(at + 1), size.t + yaxis.c2p(line.y[at])];
          return [x + left, y + top, line.customdata[at]];
        }""",
        at,
    )
    page.mouse.move(x, y)
    page.wait_for_timeout(300)
    page.mouse.click(x, y)
    expect(page.locator(".st-key-channel input")).to_have_value(str(channel))
