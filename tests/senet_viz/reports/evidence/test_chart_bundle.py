"""Bundles of charts and of surveys: every figure, its numbers, and what it was made from."""

import io
import json

import pyarrow.parquet as pq
import pytest

import senet_viz as sv
from senet_viz.core.errors import SENetVizError
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.sources import Source, made_with
from senet_viz.figures.block.gates import gate_histogram, sorted_gates
from senet_viz.reports import charts_bundled, charts_report, survey_bundled, write_zip
from senet_viz.reports.evidence import read_bundle
from senet_viz.reports.survey_page import survey_charts
from senet_viz.surveys.tables import load_survey, shipped_survey
from tests.senet_viz.figures.capture_records import LAST
from tests.senet_viz.figures.conftest import ranking

OF = Source("<b>net</b>", "layer2.0.se", "cat.jpg")


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chrome")


@pytest.fixture(scope="module")
def charts() -> dict[str, Chart]:
    drawn = {
        "histogram": gate_histogram(LAST, image=0, dark=False),
        "sorted": sorted_gates(LAST, ranking(LAST), usual=None, dark=False),
    }
    return {name: chart.of(OF) for name, chart in drawn.items()}


def test_a_bundle_of_charts_holds_figures_numbers_report_and_manifest(
    charts: dict[str, Chart],
) -> None:
    files = read_bundle(
        write_zip(charts_bundled(charts, title="Gates", tables={"all": LAST.columns()}))
    )
    manifest = json.loads(files["manifest.json"])
    assert [c["name"] for c in manifest["charts"]] == list(charts)
    assert manifest["charts"][0]["network"] == OF.network and manifest["title"] == "Gates"
    for name, chart in charts.items():
        table = pq.read_table(io.BytesIO(files[f"charts/tables/{name}.parquet"]))
        assert table.column_names == list(chart.table)
        assert table.schema.metadata[b"source"].decode() == OF.line
        page = files[f"charts/figures/{name}.html"].decode()
        assert "<b>net" not in page and "layer2.0.se" in page and made_with() in page
    gates = pq.read_table(io.BytesIO(files["charts/tables/all.parquet"]))
    assert gates.num_rows == LAST.excitation.size
    assert files["charts/report.html"] == charts_report(charts, title="Gates")
    assert b"no Chromium" in files["charts/figures/not-printed.txt"]
    with pytest.raises(SENetVizError, match="no chart"):
        list(charts_bundled({}, title="Gates"))


def test_a_report_of_charts_names_what_they_are_of(charts: dict[str, Chart]) -> None:
    page = charts_report(charts, title="<i>Gates</i>").decode()
    assert "<i>Gates" not in page and "<b>net" not in page
    assert page.count("&lt;b&gt;net&lt;/b&gt; · layer2.0.se · cat.jpg") == 1
    for chart in charts.values():
        assert f"<h3>{chart.title}</h3>" in page


def test_evidence_of_a_survey_has_the_figures_of_its_report() -> None:
    survey = load_survey(shipped_survey("se_resnet18_imagenette"))
    files = read_bundle(write_zip(survey_bundled(survey)))
    drawn = survey_charts(survey)
    report = files["survey/report.html"].decode()
    assert len(drawn) > 4
    for name, chart in drawn.items():
        assert f"survey/figures/{name}.json" in files and chart.title in report
        assert chart.source.network == survey.model and "3" in chart.source.picture
    table = pq.read_table(io.BytesIO(files["survey/tables/moments.parquet"]))
    assert table.num_rows == len(sv.reports.to_frame(survey))
    manifest = json.loads(files["manifest.json"])
    assert manifest["weights_sha256"] == survey.weights_sha256
