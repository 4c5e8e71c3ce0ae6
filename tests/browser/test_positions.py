"""The first screen answers: where the first result of every view stands, before anyone scrolls.

y is in pixels from the window's top, with Streamlit's navigation.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from dashboard.runtime.views import VIEWS
from tests.browser.conftest import settled

pytestmark = pytest.mark.browser
WIDE, WIDER, NARROW = (1440, 900), (1920, 1080), (390, 844)
CHART = '[data-testid="stPlotlyChart"]'
FIRST = {  # where it is no chart, or not the first on the page
    "inspect": "histogram",
    "learn": "lesson_shown",
    "layers": "depth_strips",
    "pictures": "parting",
    "dataset": "dataset_movement",
    "whatif": "change",
    "effects": "effect_gate",
    "stability": "prediction_change",
    "pointwise": "seeds",
    "costs": "cost_parameters",
}
BOX = """(selector) => {
    const box = document.querySelector(selector).getBoundingClientRect();
    const scrolled = document.querySelector('[data-testid="stMain"]').scrollTop;
    return [box.top + scrolled, box.bottom + scrolled];
}"""


def box(page: Page, key: str) -> tuple[float, float]:
    """Where the part with this key begins and ends."""
    top, bottom = page.evaluate(BOX, f".st-key-{key}")
    return top, bottom


@pytest.fixture(scope="module")
def visitor(browser: Browser, server: str) -> Iterator[Page]:
    """One person who goes through all views."""
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    context.set_default_timeout(90_000)
    page = context.new_page()
    page.goto(server)
    settled(page)
    yield page
    context.close()


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_the_first_result_stands_high(visitor: Page, view: object) -> None:
    page = visitor
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.locator(f'[data-testid="stTopNavLink"][href$="/{view.url_path}"]').click()
    first = f".st-key-{FIRST[view.name]}" if view.name in FIRST else CHART
    page.wait_for_selector(first)
    settled(page)
    for width, height in (WIDE, WIDER, NARROW):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        most = 1100 if width == NARROW[0] else 300 if view.name == "inspect" else 450
        assert page.evaluate(BOX, first)[0] <= most, width
        assert box(page, "head_words")[0] <= 70
        if width == NARROW[0] and view.name == "inspect":
            tiles = page.locator(".st-key-maps_enhanced button").all()
            lefts = {round(tile.bounding_box()["x"]) for tile in tiles}
            assert len(lefts) == 2, "two pairs to a row"


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh", "dark")])
def test_inspect_shows_it_all_without_scrolling(
    browser: Browser, server: str, language: str, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": WIDE[0], "height": WIDE[1]}, color_scheme=scheme
    )
    context.set_default_timeout(90_000)
    page = context.new_page()
    page.goto(f"{server}/?lang={language}")
    settled(page)
    tall = {
        key: bottom - top
        for key in ("head_words", "head_row", "head_line")
        for top, bottom in [box(page, key)]
    }
    assert tall["head_words"] <= 24 and tall["head_row"] <= 150 and tall["head_line"] <= 40
    for key in ("histogram", "sorted"):
        top, bottom = box(page, key)
        assert top <= 300 and bottom - top <= 240, key
    for key in ("maps_enhanced", "maps_suppressed"):
        assert page.locator(f".st-key-{key} button").count() == 8
        assert box(page, key)[1] <= 880, key
    context.close()
