"""The steps of a block: what is drawn is what was given, and the sentence says it."""

from typing import Any

import numpy as np
import pytest

from senet_viz.analysis.gate_account import UnitAccount
from senet_viz.figures.lesson.placement_diagrams import PLACEMENTS, placements
from senet_viz.figures.lesson.steps import gate_curve, squeezes, units_through
from senet_viz.figures.pictures.two_pictures import moved_gates, rms

Z = np.array([0.5, -1.0, 0.25], np.float32)


def unit(number: int, before: float, value: float) -> UnitAccount:
    return UnitAccount(number, 0.0, np.array([before]), value, 1.0)


def test_squeezes_are_bars_and_the_picked_one_is_marked(make: Any) -> None:
    chart = squeezes(Z, channel=1, dark=False)
    bars, mark = make.sent(chart.figure)["data"]
    np.testing.assert_allclose(bars["y"], Z)
    assert list(bars["customdata"]) == [0, 1, 2]
    assert (list(mark["x"]), list(mark["y"])) == ([1], [-1.0])
    assert len(set(bars["marker"]["color"])) == 2
    assert "3 numbers" in chart.title and chart.title.endswith("1's is -1.000")


def test_units_that_are_off_are_counted(make: Any) -> None:
    given = [unit(0, 1.5, 1.5), unit(1, -0.5, 0.0), unit(2, 0.25, 0.25)]
    chart = units_through(given, non_linearity="relu", dark=True)
    before, after = make.sent(chart.figure)["data"]
    assert list(before["y"]) == [1.5, -0.5, 0.25]
    assert list(after["y"]) == [1.5, 0.0, 0.25]
    assert chart.title == "2 of 3 hidden units are on, the others are off"


@pytest.mark.parametrize(
    ("non_linearity", "said"),
    [
        ("silu", "1 of 2 hidden units have a sum below 0: a silu lets a little of it through"),
        ("none", "All 2 hidden units pass on unchanged: nothing stands between"),
    ],
)
def test_other_non_linearities_are_called_by_name(non_linearity: str, said: str) -> None:
    given = [unit(0, 1.0, 0.73), unit(1, -1.0, -0.27)]
    assert units_through(given, non_linearity=non_linearity, dark=False).title == said


@pytest.mark.parametrize(
    ("kind", "gate"), [("sigmoid", 1 / (1 + np.exp(-2))), ("hardsigmoid", 2 / 6 + 0.5)]
)
def test_the_points_lie_on_the_curve(make: Any, kind: str, gate: float) -> None:
    logits, gates = np.array([2, 0], np.float32), np.array([gate, 0.5], np.float32)
    chart = gate_curve(logits, gates, kind=kind, channel=0, dark=False)
    curve, others, picked = make.sent(chart.figure)["data"]
    for point in (others, picked):
        drawn = np.interp(point["x"], curve["x"], curve["y"])
        np.testing.assert_allclose(point["y"], drawn, atol=1e-3)
    assert list(picked["customdata"]) == [0]
    assert f"enters the {kind} at 2.000 and leaves it as a gate of {gate:.3f}" in chart.title


def test_a_gate_of_unknown_kind_has_no_curve(make: Any) -> None:
    chart = gate_curve(Z, Z, kind="softmax", channel=0, dark=False)
    assert all(trace["mode"] == "markers" for trace in make.sent(chart.figure)["data"])


def test_gates_that_move_are_measured(make: Any) -> None:
    one, two = np.array([0.5, 0.5], np.float32), np.array([0.5, 0.9], np.float32)
    chart = moved_gates(one, two, pictures=(make.hostile, "two"), channel=0, dark=False)
    assert rms(one, two) == pytest.approx(0.4 / np.sqrt(2), abs=1e-6)
    assert "move by 0.283" in chart.title and "channel 1 most: +0.400" in chart.title
    assert "<b>x</b>" not in make.words(chart.figure)
    same = moved_gates(one, one, pictures=("one", "two"), channel=0, dark=False)
    assert "move by 0.000" in same.title


def test_the_papers_placements_are_all_drawn(make: Any) -> None:
    chart = placements(dark=True)
    text = make.words(chart.figure)
    for place in PLACEMENTS:
        assert f"<b>{place.name}</b>, top-1 error {place.top1:.2f}%" in text
    assert text.split("\n").count("SE") == len(PLACEMENTS)
    assert chart.title.startswith("SE-Identity has the lowest top-1 error, 22.20%; SE-POST")
