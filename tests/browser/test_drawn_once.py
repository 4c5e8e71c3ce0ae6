"""Every chart of a view is drawn once, and Plotly has nothing to say about any.

What its labels need is found before it is sent: otherwise Plotly draws it, finds that the labels do
not fit, and draws all of it again. The second time takes as long as the first.
"""

from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from dashboard.runtime.views import VIEWS
from tests.browser.conftest import settled

pytestmark = pytest.mark.browser
COUNT = """
window.drawn = [];
Object.defineProperty(HTMLElement.prototype, "_ev", {configurable: true, set(events) {
  Object.defineProperty(this, "_ev", {value: events, writable: true, configurable: true});
  const key = [...this.closest('[class*="st-key-"]').classList].find((c) => c.startsWith("st-key"));
  events.on("plotly_beforeplot", () => { window.drawn.push(key); });
}});
"""


@pytest.fixture(params=["en", "zh"])
def said(
    request: pytest.FixtureRequest, browser: Browser, server: str
) -> Iterator[tuple[Page, list[str]]]:
    """The app in one language, and all that its console says."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(90_000)
    page, lines = context.new_page(), []
    page.on("console", lambda message: lines.append(f"{message.type}: {message.text}"))
    page.add_init_script(COUNT)
    page.goto(f"{server}/?lang={request.param}")
    settled(page)
    yield page, lines
    context.close()


def test_every_chart_is_drawn_once(said: tuple[Page, list[str]]) -> None:
    page, lines = said
    for view in (*VIEWS[1:], VIEWS[0]):
        page.evaluate("window.drawn = []")
        address = view.url_path
        page.locator(f'[data-testid="stTopNavLink"][href$="/{address}"]').click()
        page.wait_for_url(f"**/{address}?*")
        settled(page)
        drawn = Counter(page.evaluate("window.drawn"))
        assert drawn, view.name
        assert set(drawn.values()) == {1}, (view.name, drawn)
    assert [line for line in lines if "WARN" in line or line.startswith("error")] == []
