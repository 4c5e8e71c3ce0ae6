"""What the app says when the world fails it, what it forgets, and names that mean harm."""

import json
import os
import resource
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import timm
import torch
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.testing.v1 import AppTest

from dashboard.runtime import browser_sessions, cache
from dashboard.runtime.offers import sha256
from dashboard.runtime.work_queue import MODELS
from dashboard.services import networks, surveys
from dashboard.session import measurement_requests
from dashboard.views.pointwise.compute import training
from senet_viz.models import embedded
from tests.dashboard.open_app import figure, open_app, opened, photograph, words
from tests.dashboard.shell.test_own_network_dialog import use
from tests.dashboard.views.pointwise.test_beside_se import open_section
from tests.randomise_norms import randomise_norms

EVIL = "<b>bold</b> **loud** $x^2$ [link](javascript:alert(1)) <img src=x onerror=alert(1)>"
SE = "se_resnet18_imagenette"


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """So that files are read again."""
    yield
    for pool in cache.POOLS:
        pool.clear()


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the assets, in their place."""
    copy = tmp_path / "assets"
    shutil.copytree(embedded.ASSETS, copy)
    for pool in cache.POOLS:
        pool.clear()
    monkeypatch.setattr(embedded, "ASSETS", copy)
    return copy


def error(app: AppTest) -> str:
    (shown,) = app.error
    return str(shown.value).replace("\\", "")


def uploaded(app: AppTest, name: str = "mine.jpg", *, quality: int = 90) -> str:
    """Upload a photograph; its sha256."""
    data = photograph(quality=quality)
    uploader = next(u for u in app.get("file_uploader") if u.key.startswith("uploader_"))
    uploader.upload(name, data, "image/jpeg")
    app.run()
    assert not app.exception
    return sha256(data)


def test_a_corrupted_weight_file_is_named(assets: Path) -> None:
    path = assets / f"{SE}.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    assert "is not the file its card describes: its SHA-256 begins" in error(open_app())


def test_a_missing_weight_file_is_named(assets: Path) -> None:
    (assets / f"{SE}.safetensors").unlink()
    assert f"{SE}.safetensors is missing" in error(open_app())


def test_a_broken_card_is_named(assets: Path) -> None:
    (assets / f"{SE}.json").write_text("{")
    networks.entries.clear()
    try:
        assert f"{SE}.json is not a model card" in error(open_app())
    finally:
        networks.entries.clear()


def test_without_reference_statistics_the_page_is_there(assets: Path) -> None:
    (assets / f"{SE}.reference.safetensors").unlink()
    app = open_app()
    assert not app.error and "verified 8/8" in words(app)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow past 100 kB; the system says so at the write, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def own_weights(folder: Path) -> Path:
    own = randomise_norms(timm.create_model("test_efficientnet", num_classes=3)).state_dict()
    torch.save(own, folder / "mine.pth")
    return folder / "mine.pth"


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    checkpoint = own_weights(tmp_path)
    app = open_app().button(key="own_offer").click().run()
    with full_disk():
        use(app, checkpoint)
    assert f"ine.pth could not be kept in {tempfile.gettempdir()} while it was" in error(app)
    use(app, checkpoint)
    assert not app.error and "My file: mine.pth" in " ".join(app.selectbox(key="model").options)


def test_a_path_outside_the_allowed_folders_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint, allowed = own_weights(tmp_path), tmp_path / "allowed"
    allowed.mkdir()
    (allowed / "link.pth").symlink_to(checkpoint)
    monkeypatch.setenv("SENET_VIZ_FOLDERS", str(allowed))
    for path in (checkpoint, allowed / ".." / "mine.pth", allowed / "link.pth", "/etc/passwd"):
        app = open_app().button(key="own_offer").click().run()
        app.segmented_control(key="own_source").set_value("Name its path").run()
        app.text_input(key="own_path").input(str(path))
        assert "is not in a folder that may be opened from the browser" in error(use(app, None))
    shutil.copy(checkpoint, allowed)
    app = open_app().button(key="own_offer").click().run()
    app.segmented_control(key="own_source").set_value("Name its path").run()
    app.text_input(key="own_path").input(str(allowed / "mine.pth"))
    assert not use(app, None).error


FIT = "FormSubmitter:fit_folder-Fit the blocks to these pictures"
UNPOOL = "FormSubmitter:unpooled-Measure the accuracy then"


def fit_folder(folder: str) -> AppTest:
    app = open_section("Fitted to a trained block")
    app.segmented_control(key="fitting_source").set_value("folder").run()
    app.text_input(key=measurement_requests.FOLDER).set_value(folder)
    return app.button(key=FIT).click().run()


def unpool_folder(folder: str) -> AppTest:
    app = open_section("Same weights, no pooling")
    app.text_input(key=measurement_requests.FOLDER).set_value(folder)
    return app.button(key=UNPOOL).click().run()


def train_on_folder(folder: str) -> AppTest:
    app = open_section("Gates while training")
    app.segmented_control(key=training.DATA).set_value("folder").run()
    app.text_input(key=measurement_requests.FOLDER).set_value(folder).run()
    return app.button(key="watching_train").click().run()


def survey_folder(folder: str) -> AppTest:
    app = open_app("dataset")
    app.text_input(key=surveys.FOLDER).input(folder)
    return started(app)


def survey_into(folder: str) -> AppTest:
    app = open_app("dataset")
    app.text_input(key=surveys.FOLDER).input(os.environ["SENET_VIZ_FOLDERS"])
    app.text_input(key=surveys.RESULT).input(folder)
    return started(app)


def open_survey(folder: str) -> AppTest:
    app = open_app("dataset")
    app.text_input(key=surveys.PATH).input(folder)
    return next(b for b in app.button if b.label == "Open it").click().run()


def started(app: AppTest) -> AppTest:
    return next(b for b in app.button if b.label == "Start the survey").click().run()


@pytest.mark.parametrize(
    "use_folder",
    [fit_folder, unpool_folder, train_on_folder, survey_folder, survey_into, open_survey],
)
def test_no_view_opens_a_folder_outside_the_allowed_ones(
    use_folder: Callable[[str], AppTest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside, allowed = tmp_path / "outside", tmp_path / "allowed"
    for folder in (outside / "cup", allowed):
        folder.mkdir(parents=True)
    (outside / "cup" / "one.jpg").write_bytes(photograph(quality=80))
    (allowed / "link").symlink_to(outside)
    monkeypatch.setenv("SENET_VIZ_FOLDERS", str(allowed))
    for path in (outside, allowed / "link"):
        shown = " ".join(str(e.value) for e in use_folder(str(path)).error)
        assert "is not in a folder that may be opened from the browser" in shown.replace("\\", "")
    assert sorted(p.name for p in outside.rglob("*")) == ["cup", "one.jpg"]


def test_forgotten_pictures_are_gone_from_memory() -> None:
    app = open_app()
    key = uploaded(app)
    assert cache.CAPTURES.holds(key) and cache.DECODED.holds(key)
    next(b for b in app.button if b.label == "Forget my pictures").click().run()
    assert not any(pool.holds(key) for pool in cache.POOLS)


def test_the_pictures_of_a_window_that_was_closed_are_gone() -> None:
    """Streamlit clears a session's own caches when its window is closed."""
    app = open_app()
    key = uploaded(app)
    assert cache.CAPTURES.holds(key)
    clear_session_resource_cache("test session id")
    assert not any(pool.holds(key) for pool in cache.POOLS)


def test_what_somebody_else_still_looks_at_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app()
    key = uploaded(app)
    other = browser_sessions._Holding({key})
    monkeypatch.setattr(browser_sessions, "_EVERYBODY", [*browser_sessions._EVERYBODY, other])
    clear_session_resource_cache("test session id")
    assert cache.CAPTURES.holds(key)


def test_whoever_comes_when_the_queue_is_full_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app()
    go, held = threading.Event(), []

    def hold(who: int) -> None:
        with MODELS.turn(who, waiting=lambda _: None):
            held.append(who)
            go.wait(30)

    threads = [threading.Thread(target=hold, args=(who,)) for who in range(MODELS.at_once)]
    for thread in threads:
        thread.start()
    monkeypatch.setattr(MODELS, "most_waiting", 0)
    try:
        uploader = next(u for u in app.get("file_uploader") if u.key.startswith("uploader_"))
        uploader.upload("mine.jpg", photograph(quality=71), "image/jpeg")
        assert "0 people are already waiting for this machine" in error(app.run())
        assert not app.exception
    finally:
        go.set()
        for thread in threads:
            thread.join()
    monkeypatch.undo()
    assert "What the model saw: mine.jpg" in words(app.run())


def test_names_are_shown_as_they_are(tmp_path: Path) -> None:
    """A file and classes named in HTML, Markdown and LaTeX: text, in the page and its charts."""
    app = open_app().button(key="own_offer").click().run()
    use(app, own_weights(tmp_path), labels=json.dumps([EVIL, f"{EVIL}2", f"{EVIL}3"]).encode())
    assert not app.error
    uploaded(app, f"{EVIL[:60]}.jpg".replace("/", "_"))
    for element in (*app.markdown, *app.caption):
        if "bold" in element.value:
            assert r"\<b\>bold" in element.value, element.value
            assert not element.allow_html
    spec = json.dumps(figure(opened(app, "head_more"), "top5"))
    assert "&lt;b&gt;" in spec and "<b>bold" not in spec and "<img" not in spec


def test_weights_that_are_no_numbers_get_a_page(tmp_path: Path) -> None:
    state = timm.create_model("test_efficientnet", num_classes=3).state_dict()
    for value in state.values():
        if value.is_floating_point():
            value.fill_(float("nan"))
    torch.save(state, tmp_path / "nan.pth")
    app = use(open_app().button(key="own_offer").click().run(), tmp_path / "nan.pth")
    assert "NaN or infinite numbers" in words(app)
    for view in ("learn", "layers", "pictures", "whatif", "effects", "stability"):
        app.switch_page(f"views/{view}/page.py").run()
        assert not app.exception, (view, app.exception)
