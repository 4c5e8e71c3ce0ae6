"""A wheel built from the project works where there is no checkout."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import ROOT, serving, settled

LOOK = """
import senet_viz as sv
from senet_viz.core.asset_folder import ASSETS
net = sv.load_model("se_resnet18_imagenette")
seen = sv.capture(net.model, net.preprocess(sv.decode(sv.load_sample("china"))))
print(sv.__file__, ASSETS, len(seen), all(block.proof == "verified" for block in seen))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the wheel; the packages it needs are this one's."""
    folder = tmp_path_factory.mktemp("wheel")
    wheel = ["wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)]
    _run([sys.executable, "-m", "pip", *wheel], folder)
    _run([sys.executable, "-m", "venv", str(folder / "env")], folder)
    programs = folder / "env" / "bin"
    where = _run([str(programs / "python"), "-c", _PACKAGES], folder)
    # The .pth files over there, with this checkout among them, are not read.
    (Path(where) / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    built = [str(path) for path in folder.glob("*.whl")]
    _run([str(programs / "python"), "-m", "pip", "install", "-q", "--no-deps", *built], folder)
    return programs


_PACKAGES = "import sysconfig; print(sysconfig.get_path('purelib'))"


def test_the_embedded_models_are_inside(installed: Path) -> None:
    said = _run([str(installed / "python"), "-c", LOOK], installed).split()
    package, assets, blocks, verified = said
    assert Path(package).is_relative_to(installed.parent)
    assert Path(assets).is_relative_to(installed.parent)
    assert (blocks, verified) == ("8", "True")


def test_the_app_starts_from_it(installed: Path, browser: Browser, tmp_path: Path) -> None:
    command = [str(installed / "senet-viz"), "app", "--port"]
    with serving(command, folder=tmp_path, log=tmp_path / "log") as address:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto(address)
        settled(page)
        assert page.get_by_text("verified 8/8").count() == 1
        shown = page.get_by_role("group", name="Pictures on offer").locator(
            "[aria-pressed=true] .faces"
        )
        colour = shown.evaluate("it => getComputedStyle(it).outlineColor")
        assert colour == "rgb(168, 50, 110)"  # config.toml's: the settings came along
        context.close()


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
