"""A figure as it is sent: the same chart, with nothing in it that makes a browser draw it twice."""

import json
import re
from html import unescape
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboard.components.plotly_payload import SHORT, Sent, spec
from senet_viz.figures.base.chart import draw
from tests.dashboard.open_app import numbers, open_app


def chart(values: np.ndarray, *, dark: bool = False, **layout: Any) -> go.Figure:
    return draw([go.Bar(y=values)], dark=dark, height=200, **layout)


@pytest.mark.parametrize("view", ["inspect", "layers"])
def test_no_chart_of_a_page_has_a_template_or_a_short_packed_array(view: str) -> None:
    charts = open_app(view).get("plotly_chart")
    assert len(charts) >= 3
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


NAMES = {
    "English": ("garbage truck", "English springer"),
    "Chinese": ("垃圾车", "英国史宾格犬"),
    "marks": ("&amp;" * 8, "<b>bold</b>"),  # as Plotly is given them
    "endless": ("x" * 500, "y"),
}


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_there_is_room_for_the_names_and_for_the_bars(names: tuple[str, str]) -> None:
    bars = go.Bar(x=[1, 2], y=list(names), orientation="h")
    layout = spec(draw([bars], dark=False, height=200), clicks=False)["layout"]
    letters = max(len(unescape(re.sub("<[^>]*>", "", name))) for name in names)
    assert min(12 * 0.4 * letters, 200) <= layout["margin"]["l"] <= min(12 * letters + 30, 200)


ODD_AXES: dict[str, dict[str, Any]] = {
    "half a range": {"range": [None, 2]},
    "dates": {"range": ["2026-01-01", "2026-02-01"]},
    "an array": {"range": np.array([0, 1]), "tickvals": np.array([0.5])},
    "turned as Plotly likes": {"tickangle": "auto"},
    "no numbers": {"range": [float("nan"), float("inf")]},
    "log": {"type": "log", "range": [-3, 2]},
    "backwards": {"range": [1, 0]},
}


@pytest.mark.parametrize("axis", ODD_AXES.values(), ids=ODD_AXES)
def test_an_axis_that_says_something_odd_is_sent_all_the_same(axis: dict[str, Any]) -> None:
    figure = draw([go.Bar(y=[1, 2])], dark=False, height=200, yaxis=axis)
    margin = spec(figure, clicks=False)["layout"]["margin"]
    assert 8 < margin["l"] < 80


def test_much_text_below_leaves_a_chart_above_it() -> None:
    bars = go.Bar(x=["word " * 60], y=[1])
    upright = {"tickangle": -90}
    figure = draw([bars], dark=False, height=200, xaxis=upright)
    margin = spec(figure, clicks=False)["layout"]["margin"]
    assert 200 - margin["t"] - margin["b"] == 64
