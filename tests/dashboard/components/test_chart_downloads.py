"""Saving charts, alone and as panels: each says what it is of, whatever the view."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import panels
from dashboard.session import chart_sources
from senet_viz.core.translation import speaking, tr
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.sheets import MOST_COLUMNS
from senet_viz.figures.base.sources import Source
from senet_viz.figures.block.gates import gate_histogram
from tests.dashboard.open_app import open_app, opened
from tests.senet_viz.figures.capture_records import LAST

BLOCK = "layer3.1.se"


@pytest.fixture(autouse=True)
def browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One is there, and nothing here starts it."""
    program = tmp_path / "chrome"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("BROWSER_PATH", str(program))


def downloads(app: AppTest) -> set[str]:
    return {b.proto.id.rpartition("-")[2] for b in app.get("download_button")}


def shown(app: AppTest) -> dict[str, Chart]:
    charts: dict[str, Chart] = app.session_state[chart_sources.SHOWN]
    return charts


@pytest.mark.parametrize(
    ("view", "picture"),
    [("inspect", "china"), ("pictures", "6 pictures"), ("dataset", "pictures"), ("costs", "")],
)
def test_every_chart_of_a_view_says_what_it_is_of(view: str, picture: str) -> None:
    app = open_app(view)
    charts = {key: c for key, c in shown(app).items() if key != "network_map"}
    assert charts
    for key, chart in charts.items():
        source = chart.source
        assert "resnet18" in re.sub("[-_ ]", "", source.network.lower()), key
        assert picture in source.picture.lower(), key
        assert source.block == BLOCK or key == "top5", key  # a prediction is of no block
        assert chart.source.file_name(chart.title, "pdf").endswith(".pdf")


def test_save_offers_three_files_in_two_widths_and_the_next_chart_begins_with_the_same() -> None:
    app = opened(open_app(), "histogram_take")
    assert {"histogram_png", "histogram_svg", "histogram_pdf"} <= downloads(app)
    assert "sorted_pdf" not in downloads(app)
    assert any(shown(app)["histogram"].source.line == c.value for c in app.caption)
    app.session_state["histogram_paper_width"] = 85
    app.toggle(key="histogram_paper_headline").set_value(False).run()
    opened(app, "sorted_take")
    assert not app.toggle(key="sorted_paper_headline").value


def test_panels_hold_the_charts_of_a_page_and_those_kept_of_another() -> None:
    app = open_app()
    assert "panels_pdf" not in downloads(app)
    opened(app, panels.OPEN)
    here = [key for key in shown(app) if key != "network_map"]
    assert app.multiselect(key=panels.CHOSEN).value == here
    assert {"panels_png", "panels_svg", "panels_pdf"} <= downloads(app)
    app.multiselect(key=panels.CHOSEN).set_value(here[:1]).run()
    app.button(key="panels_keep").click().run()
    kept = app.session_state[panels.CHARTS]
    assert [chart.title for chart in kept.values()] == [shown(app)[here[0]].title]
    app = app.switch_page("views/layers/page.py").run()
    opened(app, panels.OPEN)
    chosen = app.multiselect(key=panels.CHOSEN).value
    assert chosen[0] == next(iter(kept)) and len(chosen) > 1
    app.button(key="panels_drop").click().run()
    assert next(iter(kept)) not in app.multiselect(key=panels.CHOSEN).value


def test_a_figure_of_panels_is_named_after_what_they_have_in_common() -> None:
    chart = gate_histogram(LAST, image=0, dark=False)
    sources = Source("a", "b1", "p"), Source("a", "", "p"), Source("c", "b1", "q")
    name = panels._file_name([chart.of(s) for s in sources], "3 panels", "pdf", otherwise="x")
    assert name.startswith("a-c_b1_3-panels_senet_viz")
    one = panels._file_name([chart.of(sources[0])], "1 panels", "svg", otherwise="x")
    assert one == sources[0].file_name("1 panels", "svg")


def test_a_narrow_figure_has_as_many_columns_as_can_be_read() -> None:
    app = opened(open_app(), panels.OPEN)
    assert app.session_state[panels.COLUMNS] == 2
    app.session_state["panels_paper_width"] = 85
    app.run()
    assert not app.exception and app.session_state[panels.COLUMNS] == MOST_COLUMNS[85] == 1


def test_a_picture_is_named_in_the_language_of_the_page() -> None:
    with speaking("zh"):
        title = tr("Flower")
    chart_sources.say("network", title)
    signed = chart_sources.signed(gate_histogram(LAST, image=0, dark=False), "gates")
    assert title == "花" and signed.source.picture == "Flower"
