"""A researcher's own pictures in two networks: class profiles as one figure, and a pandas table."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import timm
import torch
from safetensors.torch import save_file
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.components import panels
from dashboard.runtime.views import PART
from dashboard.services import surveys
from dashboard.session import chart_sources, selection
from dashboard.views.dataset import survey_form
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.table_files import parquet_file
from tests.dashboard.open_app import figure, numbers, open_app, opened
from tests.dashboard.views.dataset.survey_run import run_survey
from tests.dashboard.zips import crops
from tests.randomise_norms import randomise_norms

MOST_ACTIONS = 14  # a click, a key, a choice or a file is one
FIRST, SECOND = "se_resnet18_imagenette", "test_byobnet"


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of twelve pictures of two classes; the second network's weights are here too."""
    for number, (name, data) in enumerate(crops(6)):
        (tmp_path / "set" / name).mkdir(parents=True, exist_ok=True)
        (tmp_path / "set" / name / f"{number}.jpg").write_bytes(data)
    torch.manual_seed(0)
    model = randomise_norms(timm.create_model(SECOND))
    (tmp_path / "weights").mkdir()
    save_file(model.state_dict(), tmp_path / "weights" / f"{SECOND}.safetensors")
    monkeypatch.setenv("SENET_VIZ_WEIGHTS", str(tmp_path / "weights"))
    program = tmp_path / "chrome"  # one is there, and nothing here starts it
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("BROWSER_PATH", str(program))
    return tmp_path / "set"


def downloads(app: AppTest) -> set[str]:
    return {b.proto.id.rpartition("-")[2] for b in app.get("download_button")}


def test_six_panels_of_two_networks_and_a_table_take_few_actions(pictures: Path) -> None:
    app = open_app()
    actions = []

    actions.append("choose the first network")
    app.sidebar.selectbox(key=selection.MODEL).select(FIRST).run()
    actions.append("go to Data set")
    app = app.switch_page("views/dataset/page.py").run()
    actions.append("open the form")
    opened(app, survey_form.BEGIN)
    actions.append("name the folder")
    app.text_input(key=surveys.FOLDER).input(str(pictures))
    actions.append("start the survey")
    run_survey(app)

    actions.append("choose the second network")
    app.sidebar.selectbox(key=selection.MODEL).select(SECOND).run()
    actions.append("open the form again, where the folder stands still")
    opened(app, survey_form.BEGIN)
    assert app.text_input(key=surveys.FOLDER).value == str(pictures)
    actions.append("start the survey")
    run_survey(app)

    actions.append("look at it by class")
    app.segmented_control(key=PART.key).set_value("classes").run()
    actions.append("set the first network's survey beside it")
    first, second = surveys_of(app)
    app.selectbox(key=surveys.BESIDE).select(first).run()
    assert not app.exception, app.exception
    actions.append("open the figure of panels")
    opened(app, panels.OPEN)
    chosen = app.multiselect(key=panels.CHOSEN).value
    charts: dict[str, Chart] = app.session_state[chart_sources.SHOWN]
    six = [charts[key] for key in chosen]
    assert [chart.source.network for chart in six] == [SECOND, FIRST] * 3
    assert app.session_state[panels.COLUMNS] == 2
    actions.append("save it as a PDF")
    assert "panels_pdf" in downloads(app)
    actions.append("save its numbers for pandas")
    assert "panels_parquet" in downloads(app)
    frame = pd.read_parquet(BytesIO(parquet_file(sv.figures.panel_table(six))))

    assert len(actions) <= MOST_ACTIONS
    app.session_state[surveys.SECOND] = first
    app.session_state[panels.OPEN] = False
    app.segmented_control(key=PART.key).set_value("two").run()
    assert not app.exception, app.exception
    agreed = numbers(figure(app, "dataset_agreement")["data"][0]["z"])
    both = (sv.load_survey(second), sv.load_survey(first))
    np.testing.assert_allclose(agreed, sv.analysis.survey_agreement(*both).value, atol=1e-6)
    check(frame, {SECOND: second, FIRST: first})


def surveys_of(app: AppTest) -> tuple[str, str]:
    """The keys of the two surveys run here, the older first."""
    older, newer = app.session_state["dataset_shelf"]
    assert app.session_state[surveys.OPEN] == newer
    return older, newer


def check(frame: pd.DataFrame, folders: dict[str, str]) -> None:
    """A row for each panel, class and channel, with the numbers of the surveys on disk."""
    assert frame["panel"].unique().tolist() == [1, 2, 3, 4, 5, 6]
    assert set(frame["class"]) == {"1: living", "2: made"}
    for (network, block), rows in frame.groupby(["panel_network", "panel_block"]):
        survey = sv.load_survey(folders[network])
        made = rows[rows["class"] == "2: made"]
        number = survey.classes.index("made")
        expected = survey[block].mean[number, made["channel"].to_numpy()]
        np.testing.assert_allclose(made["mean"], expected)
    shape = frame.groupby("panel_network")["panel_block"].nunique()
    assert shape.to_dict() == {SECOND: 3, FIRST: 3}
