"""Your own network in the app: a file, a factory, and the sentences for what does not fit."""

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from streamlit import config
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.session import selection
from senet_viz.costs import fold_constant_gates, measure_profile
from senet_viz.models import save_network
from senet_viz.models.network import Network
from senet_viz.models.own_network import load_checkpoint
from tests.dashboard.language_switch import switch
from tests.dashboard.open_app import APP, figure, numbers, open_app, opened, words
from tests.randomise_norms import randomise_norms

SMALL = "test_efficientnet"
NAMES = ["fish", "dog", "church"]


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A training checkpoint of three classes with a running average."""
    own = randomise_norms(timm.create_model(SMALL, num_classes=3)).state_dict()
    torch.save({"model": {k: v * 0 for k, v in own.items()}, "ema": own}, tmp_path / "mine.pth")
    return tmp_path / "mine.pth"


@pytest.fixture
def app() -> AppTest:
    return open_app().button(key="own_offer").click().run()


def use(
    app: AppTest, file: Path | None, *, architecture: str | None = SMALL, labels: bytes = b""
) -> AppTest:
    """Fill in the dialog and press its button."""
    if architecture:
        app.selectbox(key="own_architecture").select(architecture)
    if file:
        app.file_uploader(key="own_weights").upload(file.name, file.read_bytes(), "")
    if labels:
        app.file_uploader(key="own_labels").upload("names.json", labels, "application/json")
    app.run()  # as in a browser, where the button waits for the upload
    app.button(key="own_use").click().run()
    assert not app.exception, app.exception
    return app


def answer(app: AppTest) -> str:
    """The one sentence shown as an error, while the page behind it is still there."""
    (error,) = app.error
    assert "verified 8/8" in words(app)
    assert app.selectbox(key="model").value == "se_resnet18_imagenette"
    return str(error.value).replace("\\", "")


def open_with(model: str) -> AppTest:
    """The app of a browser that asks for this network from the start."""
    app = AppTest.from_file(str(APP), default_timeout=120)
    app.session_state["model"] = model
    app.run()
    assert not app.exception
    return app


def gates(data: bytes, net: Network) -> np.ndarray:
    seen = sv.capture(net.model, net.preprocess(sv.decode(data)))
    return seen[seen.names[-1]].excitation[0]


def test_a_saved_network_says_itself_what_it_is(
    app: AppTest, checkpoint: Path, tmp_path: Path
) -> None:
    net = load_checkpoint(SMALL, checkpoint, labels=NAMES)
    profile = measure_profile(net.model, [torch.randn(2, 3, 160, 160)])
    first, second = profile
    done = fold_constant_gates(net.model, profile, blocks=[first])
    small, folds = replace(net, model=done.model), [fold.saved for fold in done.folds]
    save_network(small, tmp_path / "small.safetensors", folded=folds)
    use(app, tmp_path / "small.safetensors", architecture=None)
    assert not app.error, app.error
    assert app.session_state["model"].startswith("own:")
    assert app.session_state["block"] == second
    assert f"1 SE block folded away: {first}" in words(app)


def test_its_title_is_in_the_language_of_the_page(app: AppTest, checkpoint: Path) -> None:
    use(app, checkpoint)

    def heads() -> str:
        return "".join(element.proto.body for element in app.get("html"))

    assert f'<b title="{SMALL} (timm), weights from mine.pth">' in heads()
    switch(app, "zh")
    assert f'<b title="{SMALL} (timm)，权重来自 mine.pth">' in heads()


def test_a_file_becomes_a_network_like_any_other(app: AppTest, checkpoint: Path) -> None:
    before = set(Path(tempfile.gettempdir()).glob("senet_viz_*"))
    use(app, checkpoint, labels=json.dumps(NAMES).encode())
    key = app.selectbox(key="model").value
    assert key.startswith("own:") and not app.error
    assert f"My file: mine.pth on {SMALL}" in app.selectbox(key="model").options
    shown = words(app)
    assert "verified 2/2" in shown and "EMA, under ema) is used" in shown
    net = load_checkpoint(SMALL, checkpoint, labels=NAMES)
    app.selectbox(key="block").select(app.selectbox(key="block").options[-1]).run()
    expected = gates(sv.load_sample("china"), net)
    np.testing.assert_allclose(
        numbers(figure(app, "histogram")["data"][0]["x"]), expected, atol=1e-6
    )
    assert any(name in json.dumps(figure(opened(app, "head_more"), "top5")) for name in NAMES)
    assert set(Path(tempfile.gettempdir()).glob("senet_viz_*")) == before, "a file was left behind"
    app.switch_page("views/layers/page.py").run()
    assert not app.exception and "2 SE blocks" in words(app)
    app.button(key="own_forget").click().run()
    assert app.selectbox(key="model").value == "se_resnet18_imagenette"
    assert not any("My file" in option for option in app.selectbox(key="model").options)


def test_another_session_does_not_see_it(app: AppTest, checkpoint: Path) -> None:
    use(app, checkpoint)
    other = open_with(app.selectbox(key="model").value)
    assert not any("My file" in option for option in other.selectbox(key="model").options)
    assert other.selectbox(key="model").value == "se_resnet18_imagenette"


def test_a_path_on_this_machine(app: AppTest, checkpoint: Path) -> None:
    app.segmented_control(key="own_source").set_value("Name its path").run()
    app.text_input(key="own_path").input(str(checkpoint))
    use(app, None)
    assert f"My file: mine.pth on {SMALL}" in app.selectbox(key="model").options
    assert "verified 2/2" in words(app)


def test_no_path_is_read_where_other_machines_are_served(
    checkpoint: Path,
) -> None:
    before = config.get_option("server.address")
    config.set_option("server.address", "0.0.0.0")
    try:
        app = open_app().button(key="own_offer").click().run()
        assert "Name its path" not in app.segmented_control(key="own_source").options
        app.session_state["own_path"] = str(checkpoint)
        app.session_state["own_source"] = "Name its path"
        app.button(key="own_offer").click().run()
        assert app.button(key="own_use").disabled
    finally:
        config.set_option("server.address", before)


def test_the_preprocessing_chosen_is_the_one_used(app: AppTest, checkpoint: Path) -> None:
    app.number_input(key="own_side").set_value(96)
    app.text_input(key="own_mean").input("0.5")
    app.text_input(key="own_std").input("0.25, 0.25 0.25")
    use(app, checkpoint)
    shown = words(opened(app, "head_more"))
    assert "96 × 96 px" in shown and "mean 0.5 and deviation 0.25" in shown


def test_the_wrong_architecture_is_answered_in_words(app: AppTest, checkpoint: Path) -> None:
    message = answer(use(app, checkpoint, architecture="test_byobnet"))
    for part in ("The file mine.pth does not fit ByobNet", "missing (", "unknown to the network ("):
        assert part in message
    assert tempfile.gettempdir() not in message


def test_tensors_of_another_shape_are_named(app: AppTest, tmp_path: Path) -> None:
    own = timm.create_model(SMALL).state_dict()
    own["conv_stem.weight"] = torch.zeros(3, 3)
    torch.save(own, tmp_path / "mine.pth")
    message = answer(use(app, tmp_path / "mine.pth"))
    assert "1 of another shape (conv_stem.weight is (3, 3), not (" in message


class Hostile:
    """Unpickling it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_a_file_that_would_run_code_is_refused_by_name(app: AppTest, tmp_path: Path) -> None:
    torch.save({"state_dict": Hostile(tmp_path / "made")}, tmp_path / "mine.pth")
    message = answer(use(app, tmp_path / "mine.pth"))
    assert f"reading it would run {os.name}.mkdir, which is refused" in message
    assert not (tmp_path / "made").exists()


def _no_architecture(app: AppTest, checkpoint: Path) -> AppTest:
    torch.save({"conv.weight": torch.ones(3)}, checkpoint)
    return use(app, checkpoint, architecture=None)


def _too_few_names(app: AppTest, checkpoint: Path) -> AppTest:
    return use(app, checkpoint, labels=b'["fish", "dog"]')


def _bad_names(app: AppTest, checkpoint: Path) -> AppTest:
    return use(app, checkpoint, labels=b'["fish", ')


def _bad_mean(app: AppTest, checkpoint: Path) -> AppTest:
    app.text_input(key="own_mean").input("half")
    return use(app, checkpoint)


def _bad_deviation(app: AppTest, checkpoint: Path) -> AppTest:
    app.text_input(key="own_std").input("0.2 0.2")
    return use(app, checkpoint)


def _no_path(app: AppTest, checkpoint: Path) -> AppTest:
    return use(app.segmented_control(key="own_source").set_value("Name its path").run(), None)


def _no_such_path(app: AppTest, checkpoint: Path) -> AppTest:
    app.segmented_control(key="own_source").set_value("Name its path").run()
    app.text_input(key="own_path").input(f"{tempfile.gettempdir()}/no/such/file.pth")
    return use(app, None)


def test_nothing_can_be_used_before_a_file_is_there(app: AppTest, checkpoint: Path) -> None:
    assert app.button(key="own_use").disabled
    app.file_uploader(key="own_weights").upload("mine.pth", checkpoint.read_bytes(), "").run()
    assert not app.button(key="own_use").disabled


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (_no_path, "No path was given"),
        (_no_architecture, "No architecture was chosen"),
        (_too_few_names, "2 class names were given, and the network tells 3"),
        (_bad_names, "names.json is not JSON"),
        (_bad_mean, "The mean was given as 'half'. Give three numbers"),
        (_bad_deviation, "Give three numbers above 0"),
        (
            _no_such_path,
            f"There is no file {tempfile.gettempdir()}/no/such/file.pth on this machine",
        ),
    ],
)
def test_mistakes_get_a_sentence_and_the_page_stays(
    app: AppTest, checkpoint: Path, mistake: Callable[[AppTest, Path], AppTest], message: str
) -> None:
    assert message in answer(mistake(app, checkpoint))


def test_the_newest_files_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "MOST_OWN", 1)
    app = open_app()
    for number in range(2):
        path = tmp_path / f"file{number}.pth"
        torch.save(timm.create_model(SMALL, num_classes=number + 2).state_dict(), path)
        use(app.button(key="own_offer").click().run(), path)
    options = [o for o in app.selectbox(key="model").options if o.startswith("My file")]
    assert options == [f"My file: file1.pth on {SMALL}"]


FACTORY = """
import timm
from tests.randomise_norms import randomise_norms

def small():
    return randomise_norms(timm.create_model("test_efficientnet"))

def plain():
    return timm.create_model("resnet10t")
"""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "zoo_of_the_app.py").write_text(FACTORY)
    monkeypatch.syspath_prepend(tmp_path)
    return "zoo_of_the_app"


def test_a_factory_is_offered_and_chosen_for_everybody(
    made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENET_VIZ_FACTORY", f"{made}:small")
    for app in (open_app(), open_app()):
        assert app.selectbox(key="model").value == "factory"
        assert app.selectbox(key="model").options[0] == f"From {made}:small"
        assert "verified 2/2" in words(app) and "224 × 224 px" in words(app)
    app.selectbox(key="model").select("se_resnet18_imagenette").run()
    assert "verified 8/8" in words(app)


@pytest.mark.parametrize(
    ("function", "message"), [("large", "has no large"), ("plain", "has no SE block")]
)
def test_a_factory_that_fails_leaves_the_app_usable(
    made: str, monkeypatch: pytest.MonkeyPatch, function: str, message: str
) -> None:
    monkeypatch.setenv("SENET_VIZ_FACTORY", f"{made}:{function}")
    app = open_app()
    (error,) = app.error
    assert message in error.value.replace("\\", "") and not app.info
    app.selectbox(key="model").select("se_resnet18_imagenette").run()
    assert not app.error and "verified 8/8" in words(app)


def test_without_a_factory_its_name_means_nothing() -> None:
    app = open_with("factory")
    assert app.selectbox(key="model").value == "se_resnet18_imagenette"
