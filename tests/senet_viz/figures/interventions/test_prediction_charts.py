"""Before and after: the numbers drawn are those given, and the sentence says what they show."""

from typing import Any

import numpy as np
import pytest

from senet_viz.core.errors import SENetVizError
from senet_viz.core.records import Capture
from senet_viz.core.shares import softmax
from senet_viz.figures.interventions.gate_movement import gates_before_after, gates_moved_by_depth
from senet_viz.figures.interventions.prediction_charts import prediction_change

NAMES = ("layer1.0.se", "layer2.0.se", "layer3.0.se", "layer3.1.se")


def scores(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_the_likeliest_of_either_are_paired(make: Any, columns_agree: Any) -> None:
    rng = np.random.default_rng(0)
    before, after = (rng.normal(size=1000).astype(np.float32) * 4 for _ in range(2))
    chart = prediction_change(before, after, labels=None, dark=False)
    first, second = make.sent(chart.figure)["data"]
    shown = first["customdata"]
    best = [set(np.argsort(-s)[:5].tolist()) for s in (before, after)]
    assert set(shown.tolist()) == best[0] | best[1]
    assert shown[:5].tolist() == np.argsort(-before)[:5].tolist()
    np.testing.assert_array_equal(second["customdata"], shown)
    np.testing.assert_allclose(first["x"], softmax(before)[shown], rtol=1e-5)
    np.testing.assert_allclose(second["x"], softmax(after)[shown], rtol=1e-5)
    change = (after - before)[shown]
    assert [text.split(", ")[1] for text in second["text"]] == [
        f"{c:+.2f}".replace("-0.00", "+0.00").replace("-", "−") for c in change
    ]
    np.testing.assert_allclose(chart.table["logit_change"], change, rtol=1e-5)
    assert columns_agree(chart.table)


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        ((2, 0, 0), (3, 0, 0), "The prediction stays cat: 79% before, 91% after"),
        ((2, 0, 0), (0, 2, 0), "The prediction changes from cat (79%) to dog (79%)"),
        ((2, 0, 0), (np.nan, 2, 0), "The class scores are not finite numbers"),
    ],
    ids=["stays", "changes", "not finite"],
)
def test_the_sentence_says_what_became_of_it(before: Any, after: Any, title: str) -> None:
    chart = prediction_change(
        scores(*before), scores(*after), labels=["cat", "dog", "eel"], dark=True
    )
    assert chart.title == title
    assert "cat 79% to" in chart.alt


def test_a_change_that_rounds_to_nothing_has_no_minus(make: Any) -> None:
    chart = prediction_change(scores(1, 2), scores(0.999, 2.5), labels=None, dark=False)
    assert list(chart.figure.data[1].text) == ["82%, +0.50", "18%, +0.00"]


def test_scores_of_another_size_are_refused() -> None:
    with pytest.raises(SENetVizError, match="3 scores before, 2 after and no labels"):
        prediction_change(scores(1, 2, 3), scores(1, 2), labels=None, dark=False)
    with pytest.raises(SENetVizError, match="1 labels"):
        prediction_change(scores(1, 2), scores(1, 2), labels=["a"], dark=False)


def test_hostile_class_names_are_shown_letter_by_letter(make: Any) -> None:
    chart = prediction_change(scores(1, 0), scores(0, 1), labels=[make.hostile, "b"], dark=False)
    assert "<b>" not in make.words(chart.figure).replace("<br>", "")


def test_gates_stand_in_the_order_they_had_before(make: Any, columns_agree: Any) -> None:
    own = np.array([[0.2, 0.9, 0.5]])
    before, after = make.activation(own), make.activation([[1.0, 0.9, 0.0]])
    chart = gates_before_after(before, after, dark=False)
    bars, dots = make.sent(chart.figure)["data"]
    assert bars["customdata"].tolist() == dots["customdata"].tolist() == [1, 2, 0]
    np.testing.assert_allclose(bars["y"], [0.9, 0.5, 0.2], rtol=1e-6)
    np.testing.assert_allclose(dots["y"], [0.9, 0.0, 1.0], rtol=1e-6)
    assert chart.title == "2 gates of 3 in layer1.0.se moved: mean 0.533 before, 0.633 after"
    assert gates_before_after(before, before, dark=True).title.endswith("are as before")
    assert columns_agree(chart.table)


def test_2048_channels_are_drawn(make: Any) -> None:
    before, after = (make.activation(make.beta_gates(2048, seed=s)) for s in (0, 1))
    chart = gates_before_after(before, after, dark=False)
    assert len(chart.figure.data[1].y) == 2048
    assert len(chart.figure.to_json()) < 200_000


def captured(make: Any, *rows: Any) -> Capture:
    blocks = tuple(make.activation([row], name=n) for n, row in zip(NAMES, rows, strict=False))
    return Capture(blocks, None, 1, (8, 8))


def test_movement_is_of_the_gates_left_alone(make: Any, columns_agree: Any) -> None:
    before = captured(make, [0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [0.5, 0.5])
    after = captured(make, [0.5, 0.5], [1.0, 1.0], [0.0, 0.6], [0.4, 0.7])
    edited = {NAMES[1]: np.ones(2, np.float32), NAMES[2]: np.array([0, np.nan], np.float32)}
    chart = gates_moved_by_depth(before, after, edited=edited, dark=False)
    bars, marks = make.sent(chart.figure)["data"]
    assert bars["customdata"] == [NAMES[0], NAMES[2], NAMES[3]]
    np.testing.assert_allclose(bars["y"], [0, 0.1, 0.15], atol=1e-6)
    assert marks["customdata"] == [NAMES[1], NAMES[2]]
    assert "all channels edited" in marks["hovertext"][0]
    assert "some channels edited" in marks["hovertext"][1]
    assert chart.title == (
        "Of the gates left alone, those of layer3.1.se moved most: by 0.150 on average"
    )
    np.testing.assert_allclose(chart.table["largest_change"], [0, np.nan, 0.1, 0.2], atol=1e-6)
    assert columns_agree(chart.table)


def test_nothing_moved_and_nothing_left_are_said(make: Any) -> None:
    before = captured(make, [0.5], [0.4])
    assert gates_moved_by_depth(
        before, captured(make, [0.5], [0.4 + 1e-6]), edited={}, dark=False
    ).figure.layout.yaxis.range == pytest.approx((0, 1.15e-3))
    still = gates_moved_by_depth(before, before, edited={}, dark=True)
    assert still.title == "No gate that was left to the network moved"
    ones = dict.fromkeys(NAMES[:2], np.ones(1, np.float32))
    assert gates_moved_by_depth(
        before, captured(make, [1], [1]), edited=ones, dark=False
    ).title == ("Every gate is edited, so none could follow")
