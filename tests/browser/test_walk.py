"""Every view, in both languages and both themes, at three widths: nothing wrong to be found.

What is too wide depends on the language and not on colours, contrast on colours and not on words:
each language is looked at in all widths, and the dark theme once.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, WebSocket

from dashboard.runtime.views import VIEWS
from tests.browser.conftest import settled

pytestmark = pytest.mark.browser

WIDTHS = (2560, 1440, 390)
THEMES = {"en": ("light", "dark"), "zh": ("light",)}
HERE = {"127.0.0.1", "localhost"}


class Watched:
    """A page, and all that it complained of or asked elsewhere."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.asked = {"http": 0, "ws": 0}
        page.on("console", self._console)
        page.on("pageerror", self._raised)
        page.on("request", self._request)
        page.on("websocket", self._socket)

    def _console(self, message: ConsoleMessage) -> None:
        # Streamlit's own way: a page looks for its server beside itself first, then above.
        looking = "/_stcore/" in message.location.get("url", "") and "404" in message.text
        if message.type == "error" and not looking:
            self.complaints.append(f"console: {message.text} {message.location}")

    def _raised(self, error: Exception) -> None:
        self.complaints.append(f"page: {error}")

    def _request(self, made: Request) -> None:
        self._ask(made.url)

    def _socket(self, made: WebSocket) -> None:
        self._ask(made.url)

    def _ask(self, url: str) -> None:
        """Data and blobs stay in the page."""
        asked = urlsplit(url)
        if asked.scheme in self.asked:
            self.asked[asked.scheme] += 1
        if asked.scheme not in ("data", "blob") and asked.hostname not in HERE:
            self.complaints.append(f"asked {url}")


@pytest.fixture(scope="module")
def watched(browser: Browser, server: str) -> Iterator[Watched]:
    """One visitor for the whole walk."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(90_000)
    found = Watched(context.new_page())
    found.page.goto(server)
    settled(found.page)
    yield found
    context.close()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("view", [view.url_path for view in VIEWS])
def test_a_view(watched: Watched, server: str, view: str, language: str) -> None:
    page = watched.page
    watched.complaints.clear()
    watched.asked.update(http=0, ws=0)
    page.goto(f"{server}/{view}?lang={language}")
    settled(page)
    assert page.locator("html").get_attribute("lang") is not None
    assert (page.get_by_text("检视").count() > 0) == (language == "zh")
    assert page.get_by_test_id("stException").count() == 0
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert stays_wider(page) == [], width
    page.set_viewport_size({"width": 1440, "height": 900})
    for theme in THEMES[language]:
        page.emulate_media(color_scheme=theme)
        page.wait_for_timeout(200)
        settled(page)
        assert serious(page) == [], theme
    page.emulate_media(color_scheme="light")
    assert watched.complaints == []
    assert watched.asked["http"] > 2 and watched.asked["ws"]


def stays_wider(page: Page) -> list[str]:
    """What stands out when charts have had three seconds to be drawn again."""
    found: list[str] = []
    for _ in range(20):
        page.wait_for_timeout(150)
        found = wider_than_the_window(page)
        if not found:
            break
    return found


def wider_than_the_window(page: Page) -> list[str]:
    """Parts of the page that stand out of it to the right, and are not to be scrolled to."""
    found: list[str] = page.evaluate(
        """() => {
          const main = document.querySelector('[data-testid="stMain"]');
          if (main.scrollWidth <= main.clientWidth + 1) return [];
          return [...main.querySelectorAll('*')]
            .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 3).map((e) => `${e.tagName} ${e.className} ${e.dataset.testid ?? ''}`);
        }"""
    )
    return found


def serious(page: Page) -> list[str]:
    """What axe-core calls serious or critical."""
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]}"
        for rule in found.response["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"][:2]
    ]
