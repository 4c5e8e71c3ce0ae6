"""The charts of Stability draw the numbers they are given, and their sentences say so."""

from typing import Any

import numpy as np
import pytest

from senet_viz.analysis.stability import Trajectories
from senet_viz.core.records import PerturbationKind, SEBlock
from senet_viz.figures.interventions.perturbation_sweep import (
    class_trajectory,
    gate_trajectories,
    prediction_when_perturbed,
)
from senet_viz.figures.interventions.stability_by_depth import block_stability
from senet_viz.pictures.perturbations import SCALES

STRENGTHS = np.array(SCALES["blur"].sweep)
NAMES = ("layer1.0.se", "layer2.0.se", "layer3.0.se")


def moved(
    gates: Any = None,
    *,
    likeliest: Any = (2,) * 9,
    kind: PerturbationKind = "blur",
    scored: bool = True,
) -> Trajectories:
    """Three blocks of four channels; channel 1 climbs by 0.4 unless gates (9, 4) are given."""
    rising = np.full((9, 4), 0.5) + np.linspace(0, 1, 9)[:, None] * [0.1, 0.4, 0, -0.2]
    values = np.asarray(rising if gates is None else gates, dtype=np.float32)
    return Trajectories(
        kind=kind,
        blocks=tuple(SEBlock(n, i, "test", "sigmoid", 4, 2) for i, n in enumerate(NAMES)),
        strengths=np.array(SCALES[kind].sweep),
        gates=dict.fromkeys(NAMES, values),
        followed=2 if scored else None,
        probability=np.linspace(0.9, 0.1, 9) if scored else None,
        likeliest=np.array(likeliest, dtype=np.int64) if scored else None,
    )


def test_lines_are_the_chosen_channels_and_marks_are_now(make: Any) -> None:
    now = np.array([0.51, 0.62, 0.5, 0.4], dtype=np.float32)
    chart = gate_trajectories(moved(), NAMES[0], (3, 1), strength=1.25, gates=now, dark=False)
    lines = make.sent(chart.figure)["data"]
    assert [t["name"] for t in lines] == ["ch 3", "ch 3", "ch 1", "ch 1"]
    np.testing.assert_allclose(lines[2]["y"], moved().gates[NAMES[0]][:, 1])
    assert lines[3]["x"][0] == 1.25
    assert lines[3]["y"][0] == pytest.approx(0.62)
    assert chart.figure.layout.shapes[0].x0 == 1.25
    assert chart.title == ("Gate 1 of layer1.0.se moves most of these: between 0.500 and 0.900")
    assert chart.table["gate"][:2] == pytest.approx(moved().gates[NAMES[0]][:2, 3])


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_the_axis_holds_every_gate_and_never_magnifies_a_hair(level: float) -> None:
    flat = np.full((9, 4), level, dtype=np.float32)
    chart = gate_trajectories(moved(flat), NAMES[0], (0, 1), strength=0, gates=flat[0], dark=True)
    low, high = chart.figure.layout.yaxis.range
    assert low <= level <= high
    assert high - low >= 0.2
    assert chart.title.startswith("None of these gates of layer1.0.se moves")


def test_the_axis_holds_gates_that_run_from_shut_to_open() -> None:
    wide = np.tile(np.linspace(0, 1, 9)[:, None], (1, 4)).astype(np.float32)
    chart = gate_trajectories(moved(wide), NAMES[0], (0,), strength=0, gates=wide[0], dark=False)
    low, high = chart.figure.layout.yaxis.range
    assert low < 0
    assert high > 1


def test_the_followed_class_is_filled_where_it_is_in_front() -> None:
    chart = class_trajectory(
        moved(likeliest=[2, 2, 2, 0, 0, 0, 1, 1, 2]),
        strength=0.5,
        labels=["cat", "dog", "church"],
        dark=False,
    )
    (line,) = chart.figure.data
    filled, empty = line.marker.color[0], line.marker.color[3]
    assert filled != empty
    assert list(line.marker.color) == [filled] * 3 + [empty] * 5 + [filled]
    assert list(line.text[2:4]) == ["church", "cat"]
    assert chart.title == "church is the likeliest class at 4 of 9 strengths"
    whole = class_trajectory(moved(), strength=0, labels=None, dark=False)
    assert whole.title == "class 2 is the likeliest class at all 9 strengths"


def test_without_class_scores_there_is_no_such_chart() -> None:
    with pytest.raises(ValueError, match="no class scores"):
        class_trajectory(moved(scored=False), strength=0, labels=None, dark=False)


def test_stability_has_a_bar_a_block_and_says_which_is_least(make: Any) -> None:
    ratio = np.array([0.25, 1.5, 0.75])
    chart = block_stability(
        moved(), ratio, selected=NAMES[1], measured="over 10 pictures", dark=False
    )
    (bars,) = make.sent(chart.figure)["data"]
    np.testing.assert_allclose(bars["y"], ratio)
    assert bars["customdata"] == list(NAMES)
    assert bars["marker"]["color"][0] == bars["marker"]["color"][2] != bars["marker"]["color"][1]
    assert chart.title == (
        "Most stable: layer1.0.se, 0.25 times its usual spread; least: layer2.0.se, 1.50 times"
    )
    assert "over 10 pictures" in chart.reads
    assert chart.figure.layout.yaxis.range[1] > 1.5


def test_a_block_that_cannot_be_measured_is_said_to_be_none() -> None:
    chart = block_stability(moved(), np.full(3, np.nan), selected=NAMES[0], measured="", dark=False)
    assert chart.title.startswith("No block's gates differ from picture to picture")
    assert "gates never differ" in chart.figure.data[0].hovertext[0]
    one = block_stability(
        moved(), np.array([np.nan, 2, np.nan]), selected=NAMES[0], measured="", dark=False
    )
    assert one.title == "The gates move by 2.00 times the usual spread in layer2.0.se"


@pytest.mark.parametrize(
    ("after", "title"),
    [
        ([5, 1, 0, 0], "a stays in front: 94% before, 97% after"),
        ([0, 4, 0, 0], "The likeliest class changes from a (94%) to b (95%)"),
        ([4, 0, 0, 0], "a at 95%; nothing is perturbed yet"),
    ],
    ids=["stays", "changes", "as given"],
)
def test_the_prediction_before_and_after(after: list[float], title: str) -> None:
    before = np.array([4, 0, 0, 0] if "nothing" in title else [4, 0.5, 0, 0], dtype=np.float32)
    chart = prediction_when_perturbed(
        before, np.array(after, dtype=np.float32), labels=["a", "b", "c", "d"], dark=False
    )
    assert chart.title == title
    assert chart.table["class"][0] == "a"
    assert chart.figure.data[0].x[0] == pytest.approx(chart.table["before"][0])
    assert chart.figure.data[1].x[0] == pytest.approx(chart.table["after"][0])
    assert len(chart.table["class"]) <= 5
