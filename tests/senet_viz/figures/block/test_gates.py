"""Histogram, sorted bars and scatter hold the block's own numbers."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from senet_viz.figures.base.theme import DARK, ENHANCED, LIGHT, SUPPRESSED
from senet_viz.figures.block.gates import gate_histogram, sorted_gates, squeeze_against_gate

SIZES = pytest.mark.parametrize("channels", [1, 2, 32, 2048])


# --- histogram ----------------------------------------------------------------------------------


@SIZES
def test_histogram_holds_the_gates_in_channel_order(make: Any, channels: int) -> None:
    gates = make.beta_gates(channels, pictures=3)
    (trace,) = make.sent(gate_histogram(make.activation(gates), image=1, dark=False).figure)["data"]
    assert trace["type"] == "histogram"
    assert trace["x"].dtype == np.float32
    np.testing.assert_array_equal(trace["x"], gates[1])


@pytest.mark.parametrize("bins", [10, 20, 33])
def test_bins_cover_0_to_1_and_hold_both_ends(make: Any, bins: int) -> None:
    chart = gate_histogram(make.activation([[0, 0, 0.5, 1, 1, 1]]), image=0, bins=bins, dark=False)
    edges = chart.figure.data[0].xbins
    assert edges.start == 0
    assert edges.end > 1  # plotly leaves out what lies on the last edge
    assert (edges.end - edges.start) / edges.size == pytest.approx(bins)
    assert edges.end == pytest.approx(1, abs=1e-5)
    counted = chart.table["channels"]
    assert (counted[0], counted[-1], counted.sum()) == (2, 3, 6)
    assert chart.figure.layout.xaxis.range == (-0.01, 1.01)


def test_the_mean_is_a_line_with_its_number(make: Any) -> None:
    chart = gate_histogram(make.activation([[0.2, 0.2, 0.8]]), image=0, dark=False)
    (line,), (words,) = chart.figure.layout.shapes, chart.figure.layout.annotations
    assert line.x0 == line.x1 == pytest.approx(0.4)
    assert words.text == "mean 0.400"


def test_histogram_of_nan_has_no_mean_line(make: Any) -> None:
    chart = gate_histogram(make.activation([[np.nan, np.nan]]), image=0, dark=False)
    assert chart.title == "No gate is a finite number"
    assert not chart.figure.layout.shapes
    assert chart.table["channels"].sum() == 0


def test_histogram_says_what_it_shows(make: Any, columns_agree: Any) -> None:
    chart = gate_histogram(make.activation(make.beta_gates(64)), image=0, dark=False)
    assert chart.title.startswith("One peak: most channels between 0.")
    assert "64 gates of layer1.0.se in 20 bins" in chart.alt
    assert chart.figure.layout.xaxis.title.text == "gate (0 shut, 1 open)"
    assert chart.figure.layout.yaxis.title.text == "channels"
    assert columns_agree(chart.table)


# --- sorted bars --------------------------------------------------------------------------------


def bars(make: Any, chart: Any) -> list[dict[str, Any]]:
    return [t for t in make.sent(chart.figure)["data"] if t["type"] == "bar"]


def areas(make: Any, chart: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What stands for many bars: the areas, and the points."""
    lines = [t for t in make.sent(chart.figure)["data"] if t["type"] == "scatter"]
    return [t for t in lines if t["mode"] == "lines"], [t for t in lines if "customdata" in t]


@SIZES
def test_bars_follow_the_ranking(make: Any, channels: int) -> None:
    seen = make.activation(make.beta_gates(channels, pictures=2))
    ranking = make.ranking(seen, image=1)
    chart = sorted_gates(seen, ranking, usual=None, dark=False)
    gates = seen.excitation[1][ranking.order]
    found = bars(make, chart)
    if not found:
        (whole, enhanced, suppressed), (points,) = areas(make, chart)
        np.testing.assert_array_equal(whole["y"], gates)
        assert [t["x0"] for t in (whole, enhanced, suppressed, points)] == [1, 1, channels - 7, 1]
        np.testing.assert_array_equal(enhanced["y"], gates[:8])
        np.testing.assert_array_equal(suppressed["y"], gates[-8:])
        assert set(points["y"]) == {1}  # one height: the nearest is the one pointed at
        expected = np.stack([ranking.order, gates], axis=1)
        np.testing.assert_array_equal(np.reshape(points["customdata"], (-1, 2)), expected)
    else:
        np.testing.assert_array_equal(np.concatenate([t["y"] for t in found]), gates)
        order = np.concatenate([t["customdata"] for t in found])
        np.testing.assert_array_equal(order, ranking.order)
        ranks = np.arange(1, channels + 1)
        np.testing.assert_array_equal(np.concatenate([t["x"] for t in found]), ranks)


def test_ends_have_their_colours_and_words(make: Any) -> None:
    seen = make.activation(make.beta_gates(32))
    ranking = make.ranking(seen, top=5)
    found = {
        t["marker"]["color"]: t
        for t in bars(make, sorted_gates(seen, ranking, usual=None, dark=True))
    }
    assert set(found) == {ENHANCED, DARK.neutral, SUPPRESSED}
    assert tuple(found[ENHANCED]["customdata"]) == ranking.enhanced
    assert tuple(found[SUPPRESSED]["customdata"][::-1]) == ranking.suppressed
    assert found[ENHANCED]["name"] == "enhanced, first 5"
    assert found[SUPPRESSED]["name"] == "suppressed, last 5"
    assert found[ENHANCED]["showlegend"] and not found[DARK.neutral]["showlegend"]


@pytest.mark.parametrize(("channels", "top", "coloured"), [(1, 1, 0), (5, 8, 2), (6, 3, 3)])
def test_no_channel_is_both_enhanced_and_suppressed(
    make: Any, channels: int, top: int, coloured: int
) -> None:
    seen = make.activation(make.beta_gates(channels))
    found = bars(make, sorted_gates(seen, make.ranking(seen, top=top), usual=None, dark=False))
    counts = {t["marker"]["color"]: len(t["y"]) for t in found}
    assert counts.get(ENHANCED, 0) == counts.get(SUPPRESSED, 0) == coloured
    assert counts.get(LIGHT.neutral, 0) == channels - 2 * coloured


def pieces(path: str, turn: str) -> np.ndarray:
    """The lines of a shape's path as rows of three numbers: where it begins and where it goes."""
    rows = [re.split(f"[,{turn}]", piece) for piece in path.split("M")[1:]]
    return np.array(rows, np.float64)


def usual_marks(make: Any, chart: Any) -> list[dict[str, Any]]:
    shapes = make.sent(chart.figure)["layout"]["shapes"]
    return [shape for shape in shapes if shape["type"] == "path"]


def test_both_ends_are_marked_also_where_gates_are_0(make: Any) -> None:
    seen = make.activation([[0.0] * 8 + [0.9] * 24])
    chart = sorted_gates(seen, make.ranking(seen, top=4), usual=None, dark=False)
    marks = make.sent(chart.figure)["layout"]["shapes"]
    assert [(m["fillcolor"], m["x0"], m["x1"]) for m in marks] == [
        (ENHANCED, 0.5, 4.5),
        (SUPPRESSED, 28.5, 32.5),
    ]
    low = chart.figure.layout.yaxis.range[0]
    assert all(low <= m["y0"] < m["y1"] < 0 for m in marks)


def test_a_usual_gate_that_is_unknown_has_no_mark(make: Any) -> None:
    seen = make.activation([[0.2, 0.9]])
    mean, std = np.array([np.nan, 0.5]), np.array([np.nan, 0.1])
    chart = sorted_gates(seen, make.ranking(seen), usual=(mean, std), dark=False)
    shades, dashes = usual_marks(make, chart)
    assert len(pieces(dashes["path"], "H")) == shades["path"].count("M") == 1
    nothing = np.full(2, np.nan)
    chart = sorted_gates(seen, make.ranking(seen), usual=(nothing, nothing), dark=False)
    assert not usual_marks(make, chart)


@pytest.mark.parametrize("channels", [32, 2048])
def test_usual_gates_stand_over_their_own_channel(make: Any, channels: int) -> None:
    seen = make.activation(make.beta_gates(channels))
    ranking = make.ranking(seen)
    mean, std = make.beta_gates(channels, seed=1)[0], np.full(channels, 0.3)
    chart = sorted_gates(seen, ranking, usual=(mean, std), dark=False)
    *shades, dashes = usual_marks(make, chart)
    rank = np.arange(1, channels + 1)
    across = pieces(dashes["path"], "H")
    np.testing.assert_allclose(across[:, 1], mean[ranking.order], atol=1e-4)
    np.testing.assert_allclose((across[:, 0] + across[:, 2]) / 2, rank, rtol=1e-4)
    (named,) = [t for t in make.sent(chart.figure)["data"] if "usual" in t.get("name", "")]
    assert named["name"].startswith("usual gate") and named["x"] == [None]
    assert len(shades) == (channels == 32)  # thousands of them would be one block
    for shade in shades:
        corners = [re.split("[,VHZ]", piece) for piece in shade["path"].split("M")[1:]]
        left, low, high, right, *_ = np.array([c[:4] for c in corners], np.float64).T
        np.testing.assert_allclose((left + right) / 2, rank)
        expected = np.maximum(mean - std, 0), np.minimum(mean + std, 1)
        np.testing.assert_allclose(low, expected[0][ranking.order], atol=1e-4)
        np.testing.assert_allclose(high, expected[1][ranking.order], atol=1e-4)
        assert shade["layer"] == "below"  # it is the bars that are looked at
    np.testing.assert_array_equal(chart.table["usual_mean"], mean[ranking.order])


def test_two_thousand_channels_stay_light(make: Any) -> None:
    seen = make.activation(make.beta_gates(2048))
    chart = sorted_gates(seen, make.ranking(seen), usual=None, dark=False)
    assert len(chart.figure.to_json()) < 45_000


def test_sorted_says_what_it_shows(make: Any, columns_agree: Any) -> None:
    seen = make.activation([[0.2, 0.93, 0.5]])
    chart = sorted_gates(seen, make.ranking(seen, top=1), usual=None, dark=False)
    assert chart.title == "Most open is channel 1 at 0.930, most shut 0 at 0.200"
    assert "usual" not in chart.table
    assert columns_agree(chart.table)
    relative = replace(make.ranking(seen, top=1), relative=True)
    words = sorted_gates(seen, relative, usual=None, dark=False)
    assert "furthest above its usual gate" in words.title
    assert "usual gate" in words.figure.layout.xaxis.title.text


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0, np.nan])
def test_constant_gates(make: Any, value: float) -> None:
    seen = make.activation([[value] * 16])
    chart = sorted_gates(seen, make.ranking(seen), usual=None, dark=False)
    expected = "No gate is a finite" if np.isnan(value) else f"the same gate, {value:.3f}"
    assert expected in chart.title
    assert chart.figure.layout.yaxis.range == (-0.06, 1.005)


# --- squeeze against gate -----------------------------------------------------------------------


@SIZES
def test_points_are_channels(make: Any, channels: int) -> None:
    seen = make.activation(
        make.beta_gates(channels, pictures=2), squeeze=make.beta_gates(channels, pictures=2, seed=3)
    )
    chart = squeeze_against_gate(seen, image=1, dark=False)
    (points,) = make.sent(chart.figure)["data"]
    np.testing.assert_array_equal(points["x"], seen.squeeze[1])
    np.testing.assert_array_equal(points["y"], seen.excitation[1])
    np.testing.assert_array_equal(points["customdata"], np.arange(channels))
    assert points["x"].dtype == points["y"].dtype == np.float32
    assert chart.figure.layout.yaxis.range == (-0.03, 1.03)


def test_scatter_survives_nan(make: Any) -> None:
    seen = make.activation([[0.5, np.nan, 0.1, 0.9]], squeeze=[[np.inf, 1, 2, 3]])
    chart = squeeze_against_gate(seen, image=0, dark=True)
    assert chart.title == "Too few channels to tell whether squeeze and gate go together"


def test_modes_differ(make: Any) -> None:
    seen = make.activation(make.beta_gates(8))
    for function in (gate_histogram, squeeze_against_gate):
        light, dark = (function(seen, image=0, dark=d).figure.to_json() for d in (False, True))
        assert LIGHT.background in light and LIGHT.background not in dark
        assert DARK.background in dark
