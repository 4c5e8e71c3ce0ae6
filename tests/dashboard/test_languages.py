"""No text of the app is outside the catalogues, and a switch of languages changes texts alone."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.components.widgets import sentence
from dashboard.runtime import allowed_folders
from dashboard.runtime.views import COMPARED, PART
from dashboard.services import networks, surveys
from dashboard.services.fetches import STARTERS
from dashboard.session import followed, gate_edits, measurement_requests, pinned_pictures, selection
from dashboard.shell import own_network_dialog
from dashboard.views.dataset import classes, literature
from dashboard.views.inspect import branch_energy, gate_account, gate_places
from dashboard.views.pictures import pin_board
from dashboard.views.pointwise import curves
from dashboard.views.pointwise import trained as trained_panel
from senet_viz.analysis.training_runs import read_runs
from senet_viz.core import translation
from senet_viz.core.asset_folder import ASSETS
from senet_viz.figures.base.sources import made_with
from senet_viz.pictures.samples import SAMPLES
from tests.dashboard.language_switch import opened, run, switch
from tests.dashboard.made_up_language import Catalogue
from tests.dashboard.open_app import VIEW_NAMES, open_app
from tests.dashboard.views.dataset.test_page import surveyed
from tests.dashboard.visible_text import texts, words
from tests.dashboard.zips import zipped

NETWORK = "se_resnet18_imagenette"
Known = str | re.Pattern[str]
CHOSEN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("inspect", {}),
    ("inspect", {gate_account.OPEN: True}),
    ("inspect", {"histogram_take": True}),
    (
        "inspect",
        {
            branch_energy.OPEN: True,
            gate_places.OPEN: True,
            "bin": (1, 2),
            selection.SCALE: "map",
            selection.ORDER: "unusual",
        },
    ),
    (
        "inspect",
        {
            selection.SCALE: "pair",
            selection.TOP: 1,
            "why_control": "noise",
            gate_account.OPEN: True,
        },
    ),
    ("learn", {}),
    ("layers", {}),
    ("pictures", {}),
    ("pictures", {pinned_pictures.PINS: []}),
    ("pictures", {COMPARED.key: "networks"}),
    ("dataset", {literature.OPEN: True}),
    ("dataset", {PART.key: "classes"}),
    ("dataset", {PART.key: "channel"}),
    ("dataset", {PART.key: "idle"}),
    ("dataset", {PART.key: "two"}),
    ("whatif", {gate_edits.HOW: "usual", gate_edits.WHICH: "open"}),
    (
        "whatif",
        {gate_edits.HOW: "transplant", gate_edits.WHICH: "numbers", gate_edits.NUMBERS: "3, x"},
    ),
    ("whatif", {gate_edits.HOW: "shuffle", "whatif_control": "weights"}),
    ("whatif", {gate_edits.HOW: "value"}),
    ("effects", {measurement_requests.PUT: "its usual value"}),
    ("stability", {"perturbing_blur": 2.0}),
    ("pointwise", {}),
    ("pointwise", {trained_panel.PART: "curves"}),
    ("pointwise", {curves.CURVES: "long"}),
    ("pointwise", {trained_panel.PART: "stored"}),
    ("pointwise", {"pointwise_section": "fitted"}),
    ("pointwise", {"pointwise_section": "unpooled"}),
    ("pointwise", {"pointwise_section": "gains"}),
    ("pointwise", {"pointwise_section": "live"}),
    ("costs", {}),
    ("inspect", {selection._OWN_OPEN: True, selection.SOURCE: own_network_dialog.NAMED}),
)
STATES = (*CHOSEN, *((name, {}) for name in VIEW_NAMES if name not in dict(CHOSEN)))
PRESSED = ("edit_all_off", "edit_add", "own_use", "watching_train")
STEPS = 10

# Data: not said by the app, so the same in every language.
UNITS = ("px", "MB", "ms", "min", "sha256", "PNG", "SVG", "CSV", "Parquet", "Ctrl")
CODE = ("/path/to/pictures", "/path/to/model_best.safetensors", "senet_viz SqueezeExcitation")
MODULE = re.compile(r"\b(layer\d|conv1|bn1|fc)[\w.]*")  # blocks, stages and units
HASH = re.compile(r"\b[0-9a-f]{8,}")
CELL = re.compile(r"\bch \d+")  # written on pictures, whose font has Latin letters alone
OTHERS_OWN = ("English", "CPU", "bilinear", "ReLU")
SHORTENED = ("SE-Identity", "SE-POST", "SE-ResNet-18 (nar…", "SE-ResNet-18", *STARTERS.values())
FILES = ("JPEG", "PNG", "WebP", "GIF", "BMP", "TIFF", "PDF", made_with())
FORMULA = re.compile(r"\$\$.*?\$\$", re.DOTALL)


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chinese is a language that has a word for everything, and no Latin letters."""
    monkeypatch.setattr(translation, "catalogue", lambda _: Catalogue())


def data() -> list[Known]:
    """Names: of networks, classes, pictures, and what they are licensed under."""
    listed = networks.entries().values()
    known: list[Any] = [entry.title for entry in listed] + [entry.group for entry in listed]
    known += [entry.name for entry in listed] + [str(entry.licence) for entry in listed]
    net, trained = sv.load_model(NETWORK), read_runs(ASSETS / "comparison.json")
    assert net.reference is not None
    known += [*net.labels, net.accuracy_on, net.reference.source]  # a card's own words
    known += [trained.recipe[:1].upper() + trained.recipe[1:], trained.tested_on]
    known += [trained.trained_with]
    for sample in SAMPLES:
        known += [sample.title, sample.title[:20], sample.licence]
    for shelved in surveys.shipped().values():
        known += [shelved.survey.manifest["input"]["description"], *shelved.survey.classes]
    return [*filter(None, known), *UNITS, *CODE, *FILES, *OTHERS_OWN, *SHORTENED, "sigmoid"]


def known_longest_first(*more: Known) -> list[Known]:
    """Data and more; longer names go first, for some are part of others."""
    return sorted(
        [*data(), *more],
        key=lambda name: -len(name if isinstance(name, str) else name.pattern),
    )


def left(text: str, known: list[Known]) -> list[str]:
    """The Latin words in a text that are no data."""
    bare = FORMULA.sub(" ", text).replace("\\", "")
    for name in known:
        bare = bare.replace(name, " ") if isinstance(name, str) else name.sub(" ", bare)
    for names in (MODULE, HASH, CELL):
        bare = names.sub(" ", bare)
    return words(bare)


def pressed(app: AppTest) -> Iterator[AppTest]:
    """The app as it is, and after each of the buttons whose answers have words of their own."""
    yield app
    for key in PRESSED:
        if any(button.key == key for button in app.button):
            if key == "watching_train":
                app.number_input(key="watching_steps").set_value(STEPS)
            app.button(key=key).click()
            yield run(app)


def outside(app: AppTest, known: list[Known]) -> list[str]:
    """Texts with Latin words that are no data."""
    return sorted({text for text in texts(app) if left(text, known)})


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize(("view", "chosen"), STATES)
def test_every_text_is_in_the_catalogues(view: str, chosen: dict[str, Any]) -> None:
    known = known_longest_first()
    for app in pressed(opened(view, "zh", chosen)):
        assert not outside(app, known)


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("part", ["channel", "idle", "two"])
def test_so_are_those_of_a_survey_with_gates(part: str) -> None:
    app = open_app("dataset")
    surveyed(app, zipped(2))
    switch(app, "zh")
    app.session_state[PART.key] = part
    run(app)
    known = known_longest_first("my set", *own_names(app))
    assert not outside(app, known)


def own_names(app: AppTest) -> list[str]:
    """Classes and pictures of the survey that is open."""
    survey = app.session_state[surveys._SHELF][app.session_state[surveys.OPEN]].survey
    return [*survey.classes, *(ref.name for ref in survey.pictures)]


@pytest.mark.usefixtures("made_up")
def test_the_pages_have_names_in_it_and_addresses_that_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[Any] = []
    real: Callable[..., Any] = st.navigation
    monkeypatch.setattr(st, "navigation", lambda p, **more: given.append(p) or real(p, **more))
    opened("inspect", "zh")
    assert not [page.title for page in given[-1] if words(page.title.replace("×", " "))]
    in_chinese = [page.url_path for page in given[-1]]
    opened("inspect", "en")
    assert [page.title for page in given[-1]][:3] == ["Inspect", "Learn", "Layers"]
    assert [page.url_path for page in given[-1]] == in_chinese == ["", *VIEW_NAMES[1:]]


@pytest.mark.parametrize("view", VIEW_NAMES)
def test_a_link_opens_it_in_chinese_and_the_switch_goes_back_to_the_same_english(
    view: str,
) -> None:
    english = texts(opened(view, "en"))
    app = opened(view, "zh")
    shown = texts(app)
    assert sum(bool(re.search("[\u4e00-\u9fff]", text)) for text in shown) > 20
    assert texts(switch(app, "en")) == english


def test_what_is_chosen_stays_in_another_language() -> None:
    app = opened("whatif", "en")
    app.selectbox(key=gate_edits.HOW).set_value("zero")
    app.segmented_control(key=gate_edits.WHICH).set_value("shut")
    app.selectbox(key=followed.CLASS).set_value(3)
    run(app)
    app.number_input(key=gate_edits.COUNT).set_value(7)
    for wanted in ("zh", "en"):
        switch(run(app), wanted)
        with translation.speaking(wanted):
            assert app.selectbox(key=gate_edits.HOW).value == "zero"
            assert app.segmented_control(key=gate_edits.WHICH).value == "shut"
            assert app.selectbox(key=followed.CLASS).value == 3
            assert app.number_input(key=gate_edits.COUNT).value == 7


def test_names_that_nobody_changed_follow_and_given_ones_stay() -> None:
    app = opened("pictures", "en")
    cat, coffee = pinned_pictures.name_key("chelsea"), pinned_pictures.name_key("coffee")
    names(app).text_input(key=coffee).set_value("Espresso")
    run(app)
    switch(app, "zh")
    assert names(app).text_input(key=cat).value == "猫"
    assert app.text_input(key=coffee).value == "Espresso"
    assert names(switch(app, "zh")).text_input(key=cat).value == "猫"
    assert names(switch(app, "en")).text_input(key=cat).value == "Cat"
    assert app.text_input(key=coffee).value == "Espresso"


def names(app: AppTest) -> AppTest:
    """The names and groups of the pinned pictures, opened."""
    app.session_state[pin_board.BOARD] = True
    return run(app)


def test_a_kept_problem_is_said_in_the_language_now_spoken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(selection, "PICTURE_MB", 1)
    app = opened("inspect", "en")
    app.file_uploader(key="uploader_0").upload("large.png", bytes(2**20 + 1))
    problem = run(app).error[0]
    assert problem.proto.title == "large\\.png was not used"
    assert problem.value.startswith("The file has 1 MB, and pictures may have 1 MB")
    problem = switch(app, "zh").error[0]
    assert problem.proto.title == "large\\.png 未使用"
    assert problem.value.startswith("该文件有 1 MB，而图片最多 1 MB")


def test_an_error_made_elsewhere_is_said_in_the_language_now_spoken() -> None:
    with pytest.raises(allowed_folders.PlaceError) as caught:
        allowed_folders.named("a\0b")
    assert sentence(caught.value).startswith("A path cannot contain a zero byte")
    with translation.speaking("zh"):
        assert sentence(caught.value).startswith("路径中不能含有零字节")


def test_axes_are_named_by_codes_that_stay() -> None:
    app = opened("dataset", "zh", {PART.key: "classes"})
    assert app.segmented_control(key=surveys.SPAN).value == "fitted"
    assert set(classes.AXES) == {"0 to 1", "fitted"}
