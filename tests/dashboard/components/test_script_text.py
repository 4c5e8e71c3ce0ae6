"""Copy as code: what goes into a script from outside cannot break out, and nothing runs unasked."""

import ast
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.components import copy_as_code, script_opening
from dashboard.components.script_text import FROM, complete, literal
from dashboard.runtime.offers import OwnFile, sha256
from dashboard.runtime.views import PART
from dashboard.services import networks, plans
from dashboard.services.surveys import Shelved
from dashboard.session import hidden_unit, selection
from dashboard.session.measurement_requests import Sweep
from dashboard.views.pointwise.compute import training
from senet_viz.analysis.effects import AccuracyEffect, AccuracyEffects
from senet_viz.core.asset_folder import ASSETS
from senet_viz.core.errors import WeightsError
from senet_viz.surveys.tables import load_survey
from tests.dashboard.open_app import captured, figure, numbers, open_app, photograph

HOSTILE = [
    'a"); open("pwned", "w"); ("',
    "a'); open('pwned', 'w'); ('",
    "two\nlines\nopen('pwned', 'w')\n",
    'back\\slash\\" + open("pwned", "w").name + "',
    '"""\nopen("pwned", "w")\n"""',
    "# {open('pwned', 'w')}\r\u2028\u202e{0}%s",
]


def script(app: AppTest) -> str:
    app.session_state[copy_as_code.OPEN] = True
    app.run()
    assert not app.exception, app.exception
    (shown,) = app.main.code
    return str(shown.value)


def run(code: str) -> dict[str, Any]:
    made: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(code, "script", "exec"), made)
    return made


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_name_is_only_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = photograph(quality=30)
    offer = selection.Chosen(sha256(data), name, data, name, sha256(data))
    code = complete([f"image = {script_opening.decoded(offer)}"])
    texts = [node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)]
    assert name in texts, "the name is one literal, as it is"
    with pytest.raises(FileNotFoundError):
        run(code)
    (tmp_path / name).write_bytes(data)
    assert run(code)["image"].size == sv.decode(data).size
    assert {path.name for path in tmp_path.iterdir()} == {name}, "nothing else was touched"


def test_an_upload_is_read_and_another_file_of_its_name_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    name, data = 'it\'s "my" cup.jpg', photograph(quality=40)
    app = open_app()
    app.file_uploader[0].upload(name, data, "image/jpeg").run()
    code = script(app)
    (tmp_path / name).write_bytes(data)
    block = app.session_state[selection.BLOCK]
    expected = captured(data)[block].excitation
    np.testing.assert_array_equal(run(code)["capture"][block].excitation, expected)
    (tmp_path / name).write_bytes(photograph(quality=50))
    with pytest.raises(AssertionError, match="is not the file"):
        run(code)


def test_no_folder_is_named_by_an_uploads_name() -> None:
    assert script_opening.file_of("../../etc/passwd") == "passwd"
    assert script_opening.file_of("/") == "picture"


@pytest.mark.parametrize("view", ["inspect", "costs"])
def test_closed_it_makes_no_script(
    view: str, monkeypatch: pytest.MonkeyPatch, unforeseen: list[str]
) -> None:
    def unasked(_: object) -> str:
        raise AssertionError("the script was made")

    monkeypatch.setattr(copy_as_code, "complete", unasked)
    app = open_app(view)
    assert not app.main.code and not unforeseen
    app.session_state[copy_as_code.OPEN] = True
    assert app.run().error and "the script was made" in unforeseen[0]


@pytest.mark.parametrize("view", ["inspect", "learn"])
def test_describing_a_page_chooses_nothing_on_it(view: str) -> None:
    app, keys = open_app(view), (selection.BLOCK, selection.CHANNEL, hidden_unit.UNIT)
    chosen = {key: app.session_state[key] for key in keys if key in app.session_state}
    script(app)
    assert {key: app.session_state[key] for key in keys if key in app.session_state} == chosen


def test_weights_of_ones_own_are_read_from_their_path(tmp_path: Path) -> None:
    file = tmp_path / "my best.safetensors"
    shutil.copy(ASSETS / f"{selection.DEFAULT_MODEL}.safetensors", file)
    own = OwnFile(selection.DEFAULT_MODEL, file.name, networks.sha256(file), file, side=96)
    app = open_app()
    app.session_state["own"] = {own.key: own}
    app.session_state["next_model"] = own.key
    code = script(app)
    made = run(code)
    assert made["net"].preprocess.input_size == (96, 96)
    shown = numbers(figure(app, "histogram")["data"][0]["x"])
    np.testing.assert_allclose(shown, made["gate"], atol=1e-6)
    file.write_bytes((ASSETS / "nosqueeze_resnet18_imagenette.safetensors").read_bytes())
    with pytest.raises((AssertionError, WeightsError)):
        run(code)


def test_the_control_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app("whatif")
    app.segmented_control(key="whatif_control").set_value("weights").run()
    made = run(script(app))
    after = numbers(figure(app, "gates_change")["data"][1]["y"])
    block = app.session_state[selection.BLOCK]
    np.testing.assert_allclose(
        np.sort(after), np.sort(made["capture"][block].excitation[0]), atol=1e-5
    )


def test_two_surveys_and_a_folder_of_ones_own(tmp_path: Path) -> None:
    folder = tmp_path / 'of "mine"'
    shutil.copytree(ASSETS / f"{selection.DEFAULT_MODEL}.survey", folder)
    mine = Shelved(str(folder), load_survey(folder))
    app = open_app("dataset")
    app.session_state["dataset_shelf"] = {mine.key: mine}
    app.session_state["dataset_next"], app.session_state[PART.key] = mine.key, "two"
    made = run(script(app))
    assert made["survey"].folder == folder and made["other"].folder.parent == ASSETS
    table = next(t.value for t in app.dataframe if "1: off its mean" in t.value)
    expected = [100 * split.relative for split in made["splits"].values()]
    np.testing.assert_allclose(table["1: off its mean"], expected)


def test_a_training_is_the_one_watched() -> None:
    app = open_app("pointwise")
    app.session_state["pointwise_section"] = "live"
    app.session_state[training.STEPS] = 10
    app.run()
    app.button(key="watching_train").click().run()
    made = run(script(app))
    shown = numbers(figure(app, "learning_loss")["data"][0]["y"])
    np.testing.assert_allclose(shown[-1], made["moment"].loss, rtol=0.1)
    assert made["moment"].step == 9


def test_every_name_is_where_the_table_says() -> None:
    for name, module in FROM.items():
        run(f"from {module} import {name}")


def test_literals_come_back_as_they_were() -> None:
    for value in (*HOSTILE, "plain", "", 3, 0.25, ["a", 'b"'], ("x", 1)):
        assert ast.literal_eval(literal(value)) == value


def test_what_was_measured_over_a_folder_is_measured_again(tmp_path: Path) -> None:
    for at, (label, sample) in enumerate((("church", "china"), ("gas pump", "coffee"))):
        (tmp_path / label).mkdir()
        (tmp_path / label / f"{at}.jpg").write_bytes(sv.load_sample(sample))
    (tmp_path / "church" / "none.jpg").write_bytes(b"no picture")
    name, block = selection.DEFAULT_MODEL, "layer1.0.se"
    stand_in = AccuracyEffects(
        2, 1, (AccuracyEffect(captured(sv.load_sample("china"))[block].block, "one", 2, 0, 1),)
    )
    app = open_app("effects")
    app.session_state[selection.BLOCK] = block
    app.session_state["effects_pictures"] = Sweep(name, str(tmp_path), 3, stand_in, ())
    made = run(script(app))
    assert made["sweep"].pictures == 2 and made["labelled"].folder == tmp_path
    assert len(made["sweep"].effects) == 3 * 8


def test_a_plan_is_made_again_where_one_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = sv.decode(sv.load_sample("china"))
    for part in range(2):
        image.crop((40 * part, 0, 40 * part + 300, 300)).save(tmp_path / f"{part}.png")
    app = open_app("costs")
    app.session_state[plans._JOB] = plans.Job(
        plans.planning(selection.DEFAULT_MODEL, tmp_path, most=9, survey="", latency=None)
    )
    assert app.session_state[plans._JOB].wait(120)
    app.run()
    monkeypatch.chdir(tmp_path)  # the script saves the network where it runs
    made = run(script(app))
    assert made["plan"].columns()["block"].tolist() == table_of_plan(app)


def table_of_plan(app: AppTest) -> list[str]:
    shown = next(each.value for each in app.dataframe if "Verdict" in each.value.columns)
    return list(shown["Block"])
