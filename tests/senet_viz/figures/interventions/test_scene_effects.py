"""Charts of what becomes of boxes and class maps draw the numbers they are given."""

import numpy as np
import pytest

from senet_viz.analysis.scene_effects import (
    BoxChange,
    MapChange,
    SceneAccuracyEffect,
    SceneAccuracyEffects,
    SceneBlockEffect,
    SceneChannelEffects,
)
from senet_viz.figures.interventions.scene_effects import (
    scene_accuracy_by_depth,
    scene_blocks_by_depth,
    scene_effect_against_gate,
)
from tests.senet_viz.figures.interventions.test_channel_effects import BLOCKS


def boxes(*after: float) -> BoxChange:
    before = np.linspace(0.9, 0.3, len(after), dtype=np.float32)
    return BoxChange(before, np.array(after, np.float32), np.empty(0, np.float32))


def test_a_channels_points_and_the_lowest_score() -> None:
    gate = np.array([0.2, 0.8], np.float32)
    found = SceneChannelEffects(BLOCKS[0], gate, gate * 0, (boxes(0.9, 0.0), boxes(0.4, 0.3)))
    chart = scene_effect_against_gate(found, put="0", picked=0, dark=False)
    np.testing.assert_allclose(chart.figure.data[0].y, [0, -50], atol=1e-5)
    assert chart.title.startswith("Channel 1 matters most here: −50.00")
    every = scene_effect_against_gate(found, put="0", picked=0, dark=False, lowest=0.2)
    np.testing.assert_allclose(every.figure.data[0].y, [-15, -25], atol=1e-5)
    none = scene_effect_against_gate(found, put="0", picked=0, dark=False, lowest=0.95)
    assert none.title == "No box is sure enough, so nothing can be compared"


def test_blocks_by_depth_with_their_spread() -> None:
    changes = [(MapChange(0.2),), (MapChange(0.1), MapChange(0.3))]
    found = [
        SceneBlockEffect(BLOCKS[0], "one", changes[0]),
        SceneBlockEffect(BLOCKS[0], "shuffled", changes[1]),
    ]
    chart = scene_blocks_by_depth(found, picked="", dark=False)
    one, shuffled = chart.figure.data
    assert list(one.y) == [20] and shuffled.y[0] == pytest.approx(20)
    assert shuffled.error_y.array[0] == pytest.approx(10)
    assert "places of another class" in chart.title and "class map's places" in chart.reads


@pytest.mark.parametrize(
    ("measure", "drawn", "words"),
    [(None, -10, "mean change of the scores"), ("mAP", -20, "Lines are 95% intervals")],
)
def test_over_pictures_the_truth_is_drawn_where_it_is_known(
    measure: str | None, drawn: float, words: str
) -> None:
    truth = None if measure is None else -0.2
    effect = SceneAccuracyEffect(BLOCKS[0], "one", 4, -0.1, 0.02, truth)
    found = SceneAccuracyEffects(4, True, (effect,), measure, None if measure is None else 0.4)
    chart = scene_accuracy_by_depth(found, picked="", dark=False)
    assert list(chart.figure.data[0].y) == [drawn] and words in chart.reads
    assert ("mAP as the network is: 40.0%" in chart.reads) == (measure is not None)
