"""A network that takes long to load says so, and one that fails says why; the server lives on."""

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import serving, settled

WAITING = """
import time
from pathlib import Path
import senet_viz as sv

def build():
    while Path({held!r}).exists():
        time.sleep(0.1)
    {end}
"""
ENDS = {
    "loads": "return sv.load_model('se_resnet18_imagenette').model",
    "fails": "raise RuntimeError('the file of my network is on another machine')",
}


@pytest.mark.parametrize("end", list(ENDS))
def test_a_network_that_takes_long(browser: Browser, tmp_path: Path, end: str) -> None:
    held = tmp_path / "held"
    held.touch()
    (tmp_path / "my_network.py").write_text(WAITING.format(held=str(held), end=ENDS[end]))
    command = [str(Path(sys.executable).with_name("senet-viz")), "app"]
    command += ["--model", "my_network:build", "--port"]
    with serving(command, folder=tmp_path, log=tmp_path / "log") as address:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto(address)
        page.get_by_text("Making the network …").wait_for(timeout=60_000)
        assert page.get_by_role("combobox", name="Network").is_visible()  # the way out stays there
        held.unlink()
        if end == "loads":
            settled(page)
            assert page.get_by_text("verified 8/8").count() == 1
        else:
            page.get_by_text("the file of my network is on another machine").wait_for()
            page.get_by_role("combobox", name="Network").click()
            page.get_by_role("option").filter(has_text="SE-ResNet-18 (narrow)").first.click()
            settled(page)
            assert page.get_by_text("verified 8/8").count() == 1
        context.close()
