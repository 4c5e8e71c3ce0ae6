"""Whoever has to wait for a turn sees how many people are ahead, and then the page."""

import sys
from pathlib import Path

from playwright.sync_api import Browser

from dashboard.runtime.limits import LIMITS
from tests.browser.conftest import ROOT, serving, settled


def test_the_page_says_who_is_ahead_and_goes_on(browser: Browser, tmp_path: Path) -> None:
    held = tmp_path / "held"
    held.touch()
    command = [sys.executable, "-m", "streamlit", "run", "tests/browser/held_connection.py"]
    command += ["--server.headless=true", "--server.port"]
    settings = {"HELD": str(held), "PYTHONPATH": str(ROOT)}
    log = tmp_path / "log"
    with serving(command, folder=ROOT, log=log, environment=settings) as address:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto(address)
        words = f"Waiting for this machine: {LIMITS.at_once} people are ahead"
        page.get_by_text(words).first.wait_for(timeout=60_000)
        assert page.locator('[data-testid="stPlotlyChart"]').count() == 0
        held.unlink()
        settled(page)
        assert page.get_by_text("Waiting for this machine").count() == 0
        assert page.locator('[data-testid="stException"]').count() == 0
        context.close()
