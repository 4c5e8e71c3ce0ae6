"""Whoever has to wait for a turn sees how many people are ahead, and then the page."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser

from dashboard.limits import LIMITS
from tests.browser.conftest import ROOT, _wait_until_healthy, settled


def test_the_page_says_who_is_ahead_and_goes_on(browser: Browser, tmp_path: Path) -> None:
    held = tmp_path / "held"
    held.touch()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "tests/browser/held.py"]
    log = (tmp_path / "log").open("w")
    process = subprocess.Popen(
        [*command, f"--server.port={port}", "--server.headless=true"],
        cwd=ROOT,
        stdout=log,
        stderr=log,
        env={**os.environ, "HELD": str(held), "PYTHONPATH": str(ROOT)},
    )
    try:
        _wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", process)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}")
        words = f"Waiting for this machine: {LIMITS.at_once} people are ahead"
        page.get_by_text(words).first.wait_for(timeout=60_000)
        page.screenshot(path=tmp_path / "waiting.png")
        assert page.locator('[data-testid="stPlotlyChart"]').count() == 0
        held.unlink()
        settled(page)
        assert page.get_by_text("Waiting for this machine").count() == 0
        assert page.locator('[data-testid="stException"]').count() == 0
        context.close()
    finally:
        held.unlink(missing_ok=True)
        process.terminate()
        process.wait(20)
        log.close()
    assert "Traceback" not in (tmp_path / "log").read_text()
