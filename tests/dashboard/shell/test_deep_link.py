"""The address of every view: opened it restores what was looked at, whatever it holds."""

import hashlib
import json
import shutil
from pathlib import Path
from urllib.parse import urlencode

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.runtime import language_choice
from dashboard.runtime.offers import OwnFile
from dashboard.runtime.views import VIEWS
from dashboard.services import networks, surveys
from dashboard.session import link_notes, pinned_pictures, selection
from dashboard.shell import linked_state
from senet_viz.core.asset_folder import ASSETS
from senet_viz.models.weight_files import file_sha256
from senet_viz.surveys.tables import load_survey
from tests.dashboard.open_app import APP, photograph, show, started, words


def opened(view: str = "inspect", **address: str) -> AppTest:
    """The app as someone opens it who was given this address."""
    app = AppTest.from_file(str(APP), default_timeout=120)
    for name, value in address.items():
        app.query_params[name] = value
    started(app, view)
    assert not app.exception, app.exception
    return app


def in_address(app: AppTest) -> dict[str, str]:
    given = app.query_params.items()
    return {name: value if isinstance(value, str) else value[-1] for name, value in given}


CHOICES: list[tuple[str, dict[str, str]]] = [
    (
        "inspect",
        {"maps": "5", "opacity": "0.3", "score": "0.7", "mask": "0.2", "unit": "3"}
        | {"control": "noise", "open": "take,code,panels,why", "module": "layer1.0.conv1"},
    ),
    (
        "inspect",
        {"explained": "channels", "less": "china", "over": "0.4", "class": "3", "cover": "blur"}
        | {"row": "2", "column": "1", "open": "squeeze,places,field"},
    ),
    ("learn", {"step": "expand", "unit": "5", "with": "rocket"}),
    ("layers", {"second": "layer1.0.se", "open": "take", "module": "layer1.0.conv1"}),
    (
        "pictures",
        {"compare": "pictures", "with": "rocket", "curves": "group", "drawn": "sampled"}
        | {"by": "number", "axis": "fitted", "measure": "cosine", "more": "layer1.0.se,layer4.0.se"}
        | {"pins": "coffee,rocket,astronaut", "open": "numbers"},
    ),
    (
        "pictures",
        {
            "compare": "networks",
            "other": "mobilenetv3_small_100",
            "other_trained": "0",
            "weights": "",
        },
    ),
    (
        "dataset",
        {"part": "classes", "survey": "se_resnet18_imagenette.survey", "classes": "7,2"}
        | {"blocks": "layer4.0.se,layer1.1.se", "drawn": "all", "by": "open", "axis": "0 to 1"}
        | {"bands": "0", "open": "take,papers"},
    ),
    (
        "dataset",
        {"part": "channel", "dot": "12", "crop": "account", "second": "", "beside_survey": ""}
        | {"slice": ""},
    ),
    (
        "whatif",
        {"class": "4", "against": "6", "control": "weights", "open": "code"}
        | {"edits": "value:layer1.1.se:3,7,20-31:0.25;one:layer4.0.se+;zero:!layer2.0.se;usual:*"}
        | {"beside": "1"},
    ),
    (
        "effects",
        {"class": "3", "put": "its usual value", "control": "noise", "run": "1", "score": "0.3"}
        | {"against": "5", "true": "2", "open": "rankings"},
    ),
    (
        "stability",
        {"shift": "0.1", "crop": "0.8", "blur": "1.5", "brightness": "1.2", "contrast": "0.6"}
        | {"jpeg": "30", "along": "crop", "channels": "4,0", "control": "noise"}
        | {"attack": "pgd", "levels": "2"},
    ),
    (
        "pointwise",
        {"section": "trained", "trained": "stored", "runs": "long", "place": "layer2.1"}
        | {"gains": "coffee,china", "fitted_to": "folder", "open": "recipe"},
    ),
    ("pointwise", {"section": "unpooled", "rows": "7"}),
    ("pointwise", {"section": "live", "begin": "drawn", "on": "zip", "steps": "60"}),
    ("costs", {"open": "numbers,ratio"}),
]


def test_every_choice_that_an_address_names_is_tried() -> None:
    tried = {(view, name) for view, named in CHOICES for name in named}
    common = {linked.parameter for linked in linked_state.ANYWHERE}
    every = {
        (view.name, linked.parameter)
        for view in VIEWS
        for linked in linked_state.choices(view)
        if linked.parameter not in common
    }
    assert every - tried == set()


@pytest.mark.parametrize(("view", "chosen"), CHOICES)
def test_an_address_opens_what_it_names(view: str, chosen: dict[str, str]) -> None:
    named = {"picture": "coffee", "block": "layer2.1.se", "channel": "7", "order": "unusual"}
    named |= {name: value for name, value in chosen.items() if value}
    app = opened(view, **named, scale="fixed", lang="zh", model="se_resnet18_imagenette")
    assert app.session_state[selection.MODEL] == "se_resnet18_imagenette"
    assert app.session_state[selection.PICTURE] == "coffee"
    assert app.session_state[selection.BLOCK] == "layer2.1.se"
    assert app.session_state[selection.CHANNEL] == 7
    assert app.session_state[selection.ORDER] == "unusual"
    assert app.session_state[selection.SCALE] == "fixed"
    assert app.session_state[language_choice.LANGUAGE] == "zh"
    assert not app.info or all("地址" not in each.value for each in app.info)
    said = in_address(app)
    assert {**said, **named, "scale": "fixed", "lang": "zh"} == said


def test_what_is_chosen_is_in_the_address_and_opens_again() -> None:
    app = opened()
    assert in_address(app)["picture"] == "china"
    app.selectbox(key=selection.BLOCK).select("layer1.1.se").run()
    app.number_input(key=selection.CHANNEL).set_value(5).run()
    app.segmented_control(key=selection.ORDER).set_value("unusual").run()
    app.switch_page("views/pointwise/page.py").run()
    app.segmented_control(key="pointwise_section").set_value("unpooled").run()
    again = opened("pointwise", **in_address(app))
    for key in (
        selection.MODEL,
        selection.BLOCK,
        selection.CHANNEL,
        selection.ORDER,
        "pointwise_section",
    ):
        assert again.session_state[key] == app.session_state[key], key
    assert again.session_state[selection.BLOCK] == "layer1.1.se"
    again.switch_page("views/inspect/page.py").run()
    assert again.segmented_control(key=selection.ORDER).value == "unusual"
    assert "section" not in in_address(again)  # that is of another view


def test_pinned_pictures_are_in_the_address() -> None:
    app = opened("pictures", pins="rocket,coffee,0123456789abcdef")
    assert app.session_state[pinned_pictures.PINS] == ["rocket", "coffee"]
    assert "pins 1 picture that are not on offer" in words(app)
    assert in_address(app)["pins"] == "rocket,coffee"


def test_an_upload_that_is_not_here_is_named_awaited_and_recognised() -> None:
    data = photograph()
    sha = hashlib.sha256(data).hexdigest()
    app = opened(picture=sha[:16], block="layer2.0.se")
    assert f"an upload that is not here (sha256 {sha[:16]}…)" in words(app)
    assert app.session_state[selection.BLOCK] == "layer2.0.se"
    assert "What the model saw: Temple" in words(app)
    assert in_address(app)["picture"] == sha[:16]  # kept, for whoever reloads or passes it on
    uploader = app.sidebar.file_uploader[0]
    uploader.upload("wanted.jpg", data, "image/jpeg").upload(
        "another.jpg", photograph(quality=70), "image/jpeg"
    ).run()
    assert "What the model saw: wanted.jpg" in words(app)
    assert "not here" not in words(app)
    assert in_address(app)["picture"] == sha[:16]
    uploader = app.sidebar.file_uploader[0]  # it came, and nothing is awaited any more
    uploader.upload("next.jpg", photograph(quality=50), "image/jpeg").run()
    assert "What the model saw: next.jpg" in words(app)


HOSTILE = {
    "markup": "<script>alert(1)</script>**b**$x$",
    "long": "x" * 5_000,
    "empty": "",
    "numbers": "-1e999",
    "digits of no decimal": "²³",
    "a path": "../../etc/passwd",
    "a hash": "0" * 64,
    "an own file": "own:" + "0" * 64,
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("view", ["inspect", "pictures", "dataset", "costs"])
def test_bad_values_fall_back_with_a_note(view: str, kind: str) -> None:
    names = (*asked_names(), "embed_options", "nothing")
    app = opened(view, **dict.fromkeys(names, HOSTILE[kind]))
    assert not app.error
    assert app.session_state[selection.MODEL] == "se_resnet18_imagenette"
    said = in_address(app)
    awaited = HOSTILE[kind][:20] if kind == "an own file" else "se_resnet18_imagenette"
    assert said["model"] == awaited and said["lang"] == "en"
    assert len(app.info) < 13  # however many parameters there are
    if kind not in ("empty", "a hash"):
        assert said["picture"] == "china"
    if kind != "empty":
        assert any("The address" in each.value for each in app.info)
        assert max(len(each.value) for each in app.info) < 600
    if view == "inspect":
        assert said["block"] == "layer3.1.se"
        app.run()
        assert not app.exception


def asked_names() -> tuple[str, ...]:
    from dashboard.shell import deep_link

    return tuple(deep_link.NAMES)


def test_a_channel_past_the_block_says_which_is_shown_instead() -> None:
    app = opened(block="layer1.0.se", channel="500")
    assert "channel 500, and this block has 32 channels" in words(app)
    assert app.session_state[selection.CHANNEL] in range(32)
    app.number_input(key=selection.CHANNEL).set_value(3).run()
    assert "channel 500" not in words(app)  # its subject was changed


def test_a_late_rerun_with_the_address_before_changes_nothing() -> None:
    """A click made before the browser had heard of the last address."""
    app = opened()
    before = in_address(app)
    app.selectbox(key=selection.BLOCK).select("layer1.1.se").run()
    for name, value in before.items():
        app.query_params[name] = value
    app.run()
    assert app.session_state[selection.BLOCK] == "layer1.1.se"
    assert in_address(app)["block"] == "layer1.1.se"


def test_the_browser_going_back_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened()
    before = in_address(app)
    app.selectbox(key=selection.BLOCK).select("layer1.1.se").run()
    show(app, "coffee")
    app.session_state["address_at"] = -10.0
    for name, value in before.items():
        app.query_params[name] = value
    app.run()
    assert app.session_state[selection.BLOCK] == before["block"]
    assert app.session_state[selection.PICTURE] == before["picture"]
    assert in_address(app) == before


def test_a_hash_has_sixteen_digits_or_more() -> None:
    assert link_notes.is_hash("0123456789abcdef") and link_notes.is_hash("a" * 64)
    assert not any(map(link_notes.is_hash, ("0123456789abcde", "a" * 65, "g" * 16, "A" * 16, "")))


def test_more_edits_than_fit_are_counted_in_the_address_and_on_the_page() -> None:
    steps = [f"value:layer1.1.se:{n % 32}:{n / 100:g}" for n in range(1, 91)]
    app = opened("whatif", edits=";".join(steps))
    assert len(gate_edits_of(app)) == 90
    said = in_address(app)
    kept = said["edits"].split(";")
    assert kept == steps[: len(kept)] and int(said["left_out"]) == 90 - len(kept) > 0
    assert 1900 < len(urlencode(said)) < 2000
    app.run()
    assert f"no room for {said['left_out']} edits" in words(app)
    again = opened("whatif", **said)
    assert f"{said['left_out']} choices had no room in the address" in words(again)
    assert len(gate_edits_of(again)) == len(kept)


def gate_edits_of(app: AppTest) -> tuple[object, ...]:
    found = app.session_state["edit_histories"][selection.DEFAULT_MODEL].present
    assert isinstance(found, tuple)
    return found


def test_edits_that_mean_nothing_here_are_counted() -> None:
    app = opened("whatif", edits="one:layer1.1.se;one:no.such.block;value:*::7;x" + ";" * 9)
    assert len(gate_edits_of(app)) == 1
    assert "12 edits of the address could not be read" in words(app)


def test_a_link_fetches_no_weights() -> None:
    name = "mobilenetv3_small_100"
    assert networks.needs_download(name)
    app = opened("layers", model=name, block="blocks.1.0.se")
    assert app.session_state[selection.TRAINED] is False
    assert "a link fetches nothing" in words(app)
    said = in_address(app)
    assert (said["weights"], said["block"]) == ("random", app.session_state[selection.BLOCK])


def test_a_network_of_ones_own_is_awaited_and_recognised() -> None:
    file = ASSETS / "se_resnet18_imagenette.safetensors"
    own = OwnFile(selection.DEFAULT_MODEL, file.name, file_sha256(file), file, title="Mine")
    asked = {"block": "layer1.0.se", "edits": "zero:layer1.0.se:3"}
    app = opened("whatif", model=own.key[:20], **asked)
    assert "a network file of one's own that is not here" in words(app)
    assert in_address(app)["model"] == own.key[:20]
    assert in_address(app)["edits"] == asked["edits"]
    app.selectbox(key=selection.BLOCK).select("layer4.1.se")
    app.session_state["own"], app.session_state["next_model"] = {own.key: own}, own.key
    app.run()
    assert app.session_state[selection.BLOCK] == "layer1.0.se"
    assert app.session_state["edit_histories"][own.key].present[0][0].channels == (3,)
    assert "not here" not in words(app)
    assert in_address(app)["model"] == own.key[:20]


def test_a_survey_of_ones_own_is_awaited_and_recognised(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(ASSETS / "se_resnet18_imagenette.survey", folder)
    manifest = folder / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf8"))
    told["input"]["listing_sha256"] = "0" * 64
    manifest.write_text(json.dumps(told), encoding="utf8")
    mine = surveys.Shelved("mine", load_survey(folder))
    elsewhere = surveys.Shelved("elsewhere", load_survey(folder))
    assert mine.fingerprint == elsewhere.fingerprint != mine.identity
    asked = {"survey": mine.fingerprint[:16], "part": "classes", "classes": "8,1"}
    app = opened("dataset", **asked)
    assert f"a survey that is not here ({asked['survey']})" in words(app)
    assert in_address(app)["survey"] == asked["survey"]
    assert app.session_state[surveys.CLASSES] == [0, 1, 2, 3]
    app.session_state["dataset_shelf"] = {"elsewhere": elsewhere}
    app.run()
    assert app.session_state[surveys.OPEN] == "elsewhere"
    assert app.session_state[surveys.CLASSES] == [8, 1]
    assert "not here" not in words(app)
    assert {**in_address(app), **asked} == in_address(app)
