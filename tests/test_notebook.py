"""The notebook runs from its first cell to its last, and results show themselves in it."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

import senet_viz as sv
from senet_viz.core.notebook import MOST_ROWS, html_table
from senet_viz.core.records import SEBlock
from senet_viz.figures.block.gates import gate_histogram
from senet_viz.surveys.tables import shipped_survey
from tests.senet_viz.figures.conftest import HOSTILE, activation, beta_gates

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "assets" / "inspect.ipynb"


@pytest.mark.filterwarnings("ignore")
def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "it is kept without outputs"
    client = NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    shown = [
        output["data"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "execute_result"
    ]
    tables = [data["text/html"] for data in shown if "text/html" in data]
    assert any("layer3.1.se" in table and "verified" in table for table in tables)
    assert any("enhanced" in table and "suppressed" in table for table in tables)
    figures = [data for data in shown if "application/vnd.plotly.v1+json" in data]
    assert len(figures) == 2
    assert (tmp_path / "china.report.html").read_bytes().startswith(b"<!doctype html>")


def test_records_show_themselves_as_small_tables_of_their_numbers() -> None:
    net = sv.load_model("se_resnet18_imagenette")
    seen = sv.capture(net.model, net.preprocess(sv.decode(sv.load_sample("china"))))
    shown = seen._repr_html_()
    assert shown.count("<tr>") == len(seen) + 1
    for each in seen:
        assert f"<td>{each.excitation.mean(dtype=np.float64):.3f}</td>" in shown
        assert each._repr_html_().count("<tr>") == 2
    ranking = sv.rank_channels(seen["layer3.1.se"], top=3)
    rows = ranking._repr_html_()
    assert rows.count("<tr>") == 7
    for channel in (*ranking.enhanced, *ranking.suppressed):
        assert f"<td>{channel}</td><td>{ranking.score[channel]:.3f}</td>" in rows
    assert "SqueezeExcitation" in seen.blocks[0]._repr_html_()
    survey = sv.load_survey(shipped_survey("se_resnet18_imagenette"))
    assert survey._repr_html_().count("<tr>") == len(survey.blocks) + 1
    assert "<td>3925</td>" in survey._repr_html_()


def test_hostile_names_are_escaped_and_long_tables_end() -> None:
    block = SEBlock(HOSTILE, 0, "<script>", "sigmoid", 4, 2)
    assert "<script>" not in block._repr_html_() and "<b>" not in block._repr_html_()
    many = html_table([{"a": i} for i in range(MOST_ROWS + 5)])
    assert many.count("<tr>") == MOST_ROWS + 1 and "and 5 more" in many
    assert html_table([]) == "<table></table>"
    assert "<td>1.0e-08</td><td></td>" in html_table([{"a": 1e-8, "b": None}])


def test_a_chart_shows_its_figure_under_its_sentence_and_its_numbers() -> None:
    seen = activation(beta_gates(32), name=HOSTILE)
    chart = gate_histogram(seen, image=0, dark=True)
    shown = chart._repr_mimebundle_()
    figure = shown["application/vnd.plotly.v1+json"]
    json.dumps(figure)
    assert figure["layout"]["title"]["text"].startswith("<b>")
    assert shown["text/html"].count("<tr>") == 21 and "<b>" not in shown["text/html"]
    assert shown["text/plain"].startswith(chart.title)
