"""Percentages, names, and what a softmax must survive."""

from typing import Any

import numpy as np
import pytest

from senet_viz.core.errors import SENetVizError
from senet_viz.figures.base.theme import DARK, LIGHT
from senet_viz.figures.block.predictions import top_classes


def row(*scores: float) -> np.ndarray:
    return np.array(scores, dtype=np.float32)


def test_bars_are_the_largest_probabilities_in_order(make: Any) -> None:
    logits = np.random.default_rng(0).normal(size=1000).astype(np.float32) * 4
    chart = top_classes(logits, labels=None, dark=False)
    (bars,) = make.sent(chart.figure)["data"]
    shares = np.exp(logits.astype(float)) / np.exp(logits.astype(float)).sum()
    best = np.argsort(-shares)[:5]
    np.testing.assert_array_equal(bars["customdata"], best)
    np.testing.assert_allclose(bars["x"], shares[best], rtol=1e-5)
    assert bars["orientation"] == "h"
    first, last = chart.figure.layout.yaxis.range
    assert first > last  # the likeliest on top
    assert list(chart.figure.layout.yaxis.ticktext) == [f"class {i}" for i in best]


def test_percent_is_printed_without_decimals(make: Any) -> None:
    scores = np.log([0.9, 0.06, 0.038, 0.002]).astype(np.float32)
    chart = top_classes(scores, labels=list("abcd"), dark=False)
    assert list(chart.figure.data[0].text) == ["90%", "6%", "4%", "<1%"]
    assert chart.title == "Most likely: a (90%)"
    assert chart.alt == "Most likely classes: a 90%, b 6%, c 4%, d <1%."


def test_scores_that_are_no_numbers_are_told() -> None:
    chart = top_classes(row(np.nan, 1), labels=["a", "b"], dark=False)
    assert chart.title == "The class scores are not finite numbers"
    assert list(chart.figure.data[0].text) == ["not finite"] * 2


def test_classes_of_one_name_keep_their_own_bars(make: Any) -> None:
    chart = top_classes(row(3, 2, 1), labels=["crane", "dog", "crane"], dark=False)
    (bars,) = make.sent(chart.figure)["data"]
    np.testing.assert_array_equal(bars["y"], [0, 1, 2])
    assert list(chart.figure.layout.yaxis.ticktext) == ["crane", "dog", "crane"]


def test_long_names_are_short_on_the_axis_and_whole_on_hover() -> None:
    name = "a name that goes on and on and on"
    chart = top_classes(row(1, 0), labels=[name, "b"], dark=False)
    assert len(chart.figure.layout.yaxis.ticktext[0]) == 24
    assert chart.figure.data[0].hovertext[0].startswith(name)


def test_hostile_names_are_shown_literally(make: Any) -> None:
    chart = top_classes(row(1, 0), labels=[make.hostile, "b"], dark=False)
    shown = make.words(chart.figure)
    assert "a&lt;b&gt;x" in shown
    assert "<b>" not in shown and "$" not in shown
    assert chart.table["name"][0] == make.hostile


def test_labels_must_fit() -> None:
    with pytest.raises(SENetVizError, match="2 labels were given for 3 classes"):
        top_classes(row(1, 2, 3), labels=["a", "b"], dark=False)


def test_few_classes_and_undecided_networks(columns_agree: Any) -> None:
    one = top_classes(row(5), labels=["only"], dark=False)
    assert one.title == "Most likely: only (99%)"  # one score is the logit of a yes
    none = top_classes(np.zeros(10, np.float32), labels=None, dark=True)
    assert none.title == "Undecided: class 0 (10%) or class 1 (10%)"
    assert columns_agree(none.table)


def test_modes_differ() -> None:
    light, dark = (top_classes(row(1, 0), labels=None, dark=d).figure for d in (False, True))
    assert light.data[0].marker.color == LIGHT.neutral
    assert dark.data[0].marker.color == DARK.neutral
