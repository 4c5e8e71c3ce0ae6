"""Edits of gates in a real browser: the prediction is the library's, and stays with its window."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

import senet_viz as sv
from senet_viz.analysis.numerics import softmax
from senet_viz.figures.base.formats import percent
from tests.browser.conftest import settled
from tests.dashboard.open_app import captured, photograph

pytestmark = pytest.mark.browser

NAME = "se_resnet18_imagenette"
OFF, PARTLY, CHANNELS = "layer3.1.se", "layer2.1.se", "3, 7, 20-31"


@pytest.fixture
def jpeg(tmp_path: Path) -> Path:
    path = tmp_path / "cup.jpg"
    path.write_bytes(photograph())
    return path


def open_with(page: Page, server: str, picture: Path) -> None:
    page.goto(f"{server}/whatif")
    settled(page)
    page.locator('input[type="file"]').set_input_files(picture)
    expect(page.get_by_text(f"What the model saw: {picture.name}")).to_be_visible()
    settled(page)


def choose(page: Page, key: str, option: str) -> None:
    """One option of the list with this key, as a person picks it."""
    box = page.locator(f".st-key-{key}").get_by_role("combobox")
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


def add(page: Page) -> None:
    page.get_by_role("button", name="Add this edit").click()
    settled(page)


def shows_logit(page: Page, value: float) -> None:
    tile = page.get_by_test_id("stMetric").filter(has_text="logit")
    expect(tile.get_by_test_id("stMetricValue")).to_have_text(f"{value:.3f}")


def said(before: np.ndarray, after: np.ndarray) -> str:
    """The words of the prediction's chart for its likeliest class before."""
    best = int(before.argmax())
    name = sv.load_model(NAME).labels[best]
    shares = (percent(softmax(scores)[best]) for scores in (before, after))
    return f"Classes before and after: {name} {' to '.join(shares)}"


def edited(data: bytes) -> sv.Capture:
    """The same two edits by the library, on the same bytes."""
    net = sv.load_model(NAME)
    some = np.full(64, np.nan, np.float32)
    some[[3, 7, *range(20, 32)]] = 0
    with sv.override(net.model, {OFF: 1.0, PARTLY: some}):
        return sv.capture(net.model, net.preprocess(sv.decode(data)))


def test_edits_are_the_librarys_and_no_other_browser_sees_them(
    page: Page, browser: Browser, server: str, jpeg: Path
) -> None:
    data = jpeg.read_bytes()
    before, after = captured(data).logits[0], edited(data).logits[0]
    best = int(before.argmax())
    open_with(page, server, jpeg)
    shows_logit(page, before[best])

    choose(page, "block", OFF)
    add(page)
    choose(page, "block", PARTLY)
    choose(page, "edit_how", "0: nothing passes")
    page.get_by_role("radio", name="by number").click()
    page.get_by_label("Channel numbers").fill(CHANNELS)
    add(page)
    expect(page.get_by_text(f"2. {PARTLY}: channels {CHANNELS} at 0")).to_be_visible()
    assert f"{after[best]:.3f}" != f"{before[best]:.3f}"
    shows_logit(page, after[best])
    expect(page.get_by_role("figure", name=said(before, after))).to_be_visible()

    context = browser.new_context()
    context.set_default_timeout(90_000)
    other = context.new_page()
    open_with(other, server, jpeg)
    shows_logit(other, before[best])
    expect(other.get_by_role("figure", name=said(before, before))).to_be_visible()
    expect(other.get_by_text("No edit is in force")).to_be_visible()
    context.close()

    page.get_by_role("button", name="Reset").click()
    settled(page)
    shows_logit(page, before[best])


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_is_wider_than_the_window(browser: Browser, server: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    context.set_default_timeout(90_000)
    opened = context.new_page()
    opened.goto(f"{server}/whatif")
    settled(opened)
    opened.get_by_role("button", name="All blocks off").click()
    settled(opened)
    expect(opened.get_by_text("1. All 8 blocks")).to_be_visible()
    wide = opened.evaluate(
        "() => document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth"
    )
    assert wide <= 0
    context.close()
