"""A figure as it is sent: the same chart, with nothing in it that makes a browser draw it twice."""

import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboard.sent import SHORT, Sent, spec
from senet_viz.figures.chart import draw
from tests.app.opened import numbers, open_app


def chart(values: np.ndarray, *, dark: bool = False, **layout: Any) -> go.Figure:
    return draw([go.Bar(y=values)], dark=dark, height=200, **layout)


@pytest.mark.parametrize("view", ["inspect", "layers"])
def test_no_chart_of_a_page_has_a_template_or_a_short_packed_array(view: str) -> None:
    charts = open_app(view).get("plotly_chart")
    assert len(charts) >= 4
    for chart in charts:
        sent = json.loads(chart.proto.spec)
        assert "template" not in sent["layout"]
        # A chart without clicks does not fade when one is made, nor holds a finger's swipe.
        clicks = bool(chart.proto.selection_mode)
        assert sent["layout"].get("clickmode") == ("event+select" if clicks else None)
        assert sent["layout"]["dragmode"] == ("pan" if clicks else False)
        assert "datarevision" in sent["layout"]
        assert all(length > SHORT for length in packed(sent["data"]))


def packed(value: Any) -> list[int]:
    """Lengths of the packed arrays of finite numbers in a figure's JSON."""
    if isinstance(value, dict) and "bdata" in value:
        array = numbers(value)
        return [array.size] if np.isfinite(array).all() else []
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [length for each in inside for length in packed(each)]


@pytest.mark.parametrize("dark", [False, True])
def test_what_the_template_says_holds_where_the_figure_says_nothing(*, dark: bool) -> None:
    given = {"title": {"text": "gate"}, "showgrid": True, "tickvals": None}
    figure = chart(np.ones(3, np.float32), dark=dark, xaxis=given, legend={"y": 0.5})
    look = figure.layout.template.layout.to_plotly_json()
    layout = spec(figure, clicks=True)["layout"]
    assert layout["paper_bgcolor"] == look["paper_bgcolor"]
    assert layout["font"] == look["font"]
    assert layout["legend"] == {**look["legend"], "y": 0.5}
    axis = layout["xaxis"]
    assert axis["showgrid"]  # the template says no
    assert axis["title"] == {**look["xaxis"]["title"], "text": "gate"}
    assert axis["tickfont"] == look["xaxis"]["tickfont"]
    assert "tickvals" not in axis
    assert layout["yaxis"] == look["yaxis"]
    (bar,) = spec(figure, clicks=True)["data"]
    assert bar["unselected"] == {"marker": {"opacity": 0.45}}


def test_a_second_axis_looks_like_the_first() -> None:
    figure = chart(np.ones(3, np.float32), xaxis2={"anchor": "y2"})
    layout = spec(figure, clicks=True)["layout"]
    assert layout["xaxis2"] == {**layout["xaxis"], "anchor": "y2"}


@pytest.mark.parametrize("length", [1, SHORT, SHORT + 1])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32])
def test_numbers_arrive_to_the_last_bit(length: int, dtype: type) -> None:
    values = (np.random.default_rng(length).normal(size=length) * 1000).astype(dtype)
    got = json.loads(json.dumps(spec(chart(values), clicks=True)["data"][0]["y"]))
    assert isinstance(got, list) is (length <= SHORT)
    np.testing.assert_array_equal(numbers(got), values)


def test_rows_and_columns_stay_what_they_are() -> None:
    values = np.arange(12, dtype=np.float32).reshape(3, 4)
    figure = draw([go.Heatmap(z=values)], dark=False, height=200)
    np.testing.assert_array_equal(spec(figure, clicks=True)["data"][0]["z"], values)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_stays_packed(odd: float) -> None:
    got = spec(chart(np.array([1, odd, 3], np.float32)), clicks=True)["data"][0]["y"]
    np.testing.assert_array_equal(numbers(got), [1, odd, 3])


def test_the_figure_itself_is_left_as_it_is() -> None:
    figure = chart(np.ones(3, np.float32))
    before = figure.to_json()
    Sent(figure, clicks=True).to_dict()
    assert figure.to_json() == before
