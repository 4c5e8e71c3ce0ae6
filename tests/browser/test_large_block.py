"""A block of 2,048 channels: areas stand for its bars, and each channel is found all the same."""

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import ROOT, serving, settled

pytestmark = pytest.mark.browser
CHANNELS = """(it) => [...it._fullData.find((trace) => trace.customdata).customdata]
  .map((row) => row[0])"""
PLACE = """(it, [rank, height]) => {
  const {_size: size, xaxis} = it._fullLayout, {x, y} = it.getBoundingClientRect();
  return [x + size.l + xaxis.c2p(rank), y + size.t + (1 - height) * size.h];
}"""


def test_the_channel_pointed_at_is_picked(browser: Browser, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "senet_viz", "app"]
    command += ["--model", "tests.benchmarks.person:se_resnet50", "--port"]
    with serving(command, folder=ROOT, log=tmp_path / "log") as address:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(90_000)
        page = context.new_page()
        page.goto(f"{address}/?block=layer4.1.se")
        settled(page)
        chart = page.locator(".st-key-sorted .js-plotly-plot")
        assert chart.locator("*").count() < 400
        channels = chart.evaluate(CHANNELS)
        for rank, height in ((40, 0.05), (1500, 0.9)):
            chart.scroll_into_view_if_needed()
            x, y = chart.evaluate(PLACE, [rank, height])
            page.mouse.move(x, y)
            page.wait_for_timeout(300)
            page.mouse.click(x, y)
            settled(page)
            picked = int(page.locator(".st-key-channel input").input_value())
            assert abs(channels.index(picked) + 1 - rank) <= 4  # four bars to a pixel
            expect(page.get_by_text(f"Channel {picked} · z")).to_be_visible()
        context.close()
