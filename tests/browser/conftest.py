"""A live server and a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.served_app import wait_until_healthy

ROOT = Path(__file__).parents[2]
expect.set_options(timeout=60_000)  # the machine may be busy
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """``streamlit run dashboard/app.py`` as a person starts it; its address."""
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py"]
    command += ["--server.headless=true", "--server.port"]
    with serving(command, folder=ROOT, log=tmp_path_factory.mktemp("server") / "log") as address:
        yield address


@contextmanager
def serving(
    command: list[str], *, folder: Path, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[str]:
    """``command`` and a free port in ``folder`` until the end of the block; its address.

    Fails where it does not answer or has written a traceback.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("w") as written:
        process = subprocess.Popen(
            [*command, str(port)],
            cwd=folder,
            stdout=written,
            stderr=written,
            env={**os.environ, **(environment or {})},
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_healthy(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(20)
        said = log.read_text()
        assert "Traceback" not in said, said


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield opened
        opened.close()


def chromium() -> str:
    """Where Debian's Chromium is."""
    path = shutil.which("chromium")
    assert path, "the browser tests need Chromium: apt-get install chromium"
    return path


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser, 1440 x 900, that has the app's files after the first page."""
    opened = browser.new_context(viewport={"width": 1440, "height": 900})
    opened.set_default_timeout(90_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, server: str) -> Iterator[Page]:
    """The app, opened and at rest in a tab of its own, which is a session of its own."""
    opened = context.new_page()
    opened.goto(server)
    settled(opened)
    yield opened
    opened.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    opened.close()


REST = """() => {
    const rest = document.querySelector('[data-test-script-state="notRunning"]');
    if (!rest) delete window.restingSince;
    else window.restingSince ??= performance.now();
    return rest && performance.now() - window.restingSince > 400;
}"""


def settled(page: Page) -> None:
    """Wait until charts are there and nothing has run for 400 ms: a click's run begins late."""
    page.wait_for_selector('[data-testid="stPlotlyChart"] .main-svg')
    page.evaluate("() => { delete window.restingSince; }")
    page.wait_for_function(REST)
