"""What can be taken away: the numbers of a chart, evidence and reports, the same as elsewhere."""

import io
import json
from hashlib import sha256

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.components import exports
from dashboard.session import chart_sources
from senet_viz.reports import picture_report
from senet_viz.reports.evidence import bundled, read_bundle, write_zip
from senet_viz.reports.inspection import Settings, inspect_file
from tests.dashboard.open_app import open_app, opened, photograph

NAME = "se_resnet18_imagenette"


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chrome")


def downloads(app: AppTest) -> dict[str, str]:
    return {b.proto.id.rpartition("-")[2]: b.label for b in app.get("download_button")}


def test_the_numbers_of_a_chart_are_one_click_away_and_cost_nothing_before() -> None:
    app = open_app()
    tables = len(app.dataframe)
    assert not [key for key in downloads(app) if key.startswith("histogram_")]
    opened(app, "histogram_take")
    assert len(app.dataframe) == tables + 1
    net = sv.load_model(NAME)
    gates = sv.capture(net.model, net.preprocess(sv.decode(sv.load_sample("china"))))
    counts, _ = np.histogram(gates["layer3.1.se"].excitation[0], bins=20, range=(0, 1))
    shown = next(d.value for d in app.dataframe if "Channels" in d.value)
    assert shown["Channels"].tolist() == counts.tolist()
    found = {key for key in downloads(app) if key.startswith("histogram_")}
    assert found == {"histogram_csv", "histogram_parquet"}
    assert [c.value.count("no Chromium or Chrome") for c in app.caption if "camera" in c.value] == [
        1
    ]


@pytest.mark.parametrize("view", ["layers", "pictures", "dataset", "costs"])
def test_every_chart_offers_its_numbers(view: str) -> None:
    app = open_app(view)
    keys = [c.proto.id.split("-", 2)[2] for c in app.get("plotly_chart")]
    assert keys
    for key in keys[:4]:
        before = len(app.dataframe)
        opened(app, f"{key}_take")
        assert len(app.dataframe) == before + 1, key


def test_evidence_and_report_are_the_librarys_for_the_same_picture() -> None:
    app = open_app()
    data = photograph()
    app.file_uploader[0].upload("<b>cup</b>.jpg", data, "image/jpeg").run()
    opened(app, "take_picture")
    assert not [k for k in downloads(app) if k.startswith("take_")]
    made = taken(app, "bundle")
    inspection = inspect_file(sv.load_model(NAME), data, name="<b>cup</b>.jpg")
    settings = Settings(blocks=("layer3.1.se",))
    files = read_bundle(made)
    own = read_bundle(write_zip(bundled([inspection], settings, report=picture_report)))
    assert files.keys() == own.keys()
    assert not [name for name in own if files[name] != own[name]]
    with np.load(io.BytesIO(files["01-b-cup-b/arrays/gates.npz"])) as arrays:
        gate = inspection.capture["layer3.1.se"].excitation
        assert arrays["excitation/layer3.1.se"].tobytes() == gate.tobytes()
    report = taken(app, "report")
    assert sha256(report).digest() == sha256(picture_report(inspection, settings)).digest()
    assert b"<b>cup" not in report and b"&lt;b&gt;cup" in report


@pytest.mark.parametrize(
    ("view", "section", "kind", "said"),
    [
        ("pictures", "take_pictures", "comparison", "6 pictures in SE-ResNet-18"),
        ("dataset", "take_survey", "survey", "se_resnet18_imagenette over 3\u202f925 pictures"),
    ],
)
def test_reports_of_pictures_and_of_a_survey(view: str, section: str, kind: str, said: str) -> None:
    app = opened(open_app(view), section)
    report = taken(app, kind)
    assert report.startswith(b"<!doctype html>") and len(report) < 5_000_000
    assert said in report.decode()


@pytest.mark.parametrize(
    ("view", "section", "kind", "member"),
    [
        ("pictures", "take_pictures", "comparison_bundle", "charts/tables/gates.parquet"),
        ("dataset", "take_survey", "survey_bundle", "survey/tables/moments.parquet"),
        ("layers", "take_page", "page_bundle", "charts/report.html"),
        ("costs", "take_page", "page_bundle", "charts/report.html"),
    ],
)
def test_every_view_gives_evidence_with_the_charts_it_shows(
    view: str, section: str, kind: str, member: str
) -> None:
    app = opened(open_app(view), section)
    files = read_bundle(taken(app, kind))
    assert member in files
    charts = json.loads(files["manifest.json"])["charts"]
    assert charts and all(chart["network"] for chart in charts)
    if kind != "survey_bundle":
        assert {c["title"] for c in charts} == {
            c.title for c in app.session_state[chart_sources.SHOWN].values()
        }


def taken(app: AppTest, kind: str) -> bytes:
    """Click to make it; what the download then holds."""
    app.button(key=f"make_{kind}").click().run()
    assert not app.exception, app.exception
    assert f"take_{kind}_file" in downloads(app)
    return exports.file_of(app.session_state["take_made"][kind], lambda _: b"made again", None)
