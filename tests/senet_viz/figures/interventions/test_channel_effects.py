"""Charts of effects draw the numbers they are given, and their sentences follow from them."""

import numpy as np
import pytest

from senet_viz.analysis.effects import AccuracyEffect, AccuracyEffects, BlockEffect, ChannelEffects
from senet_viz.core.records import SEBlock
from senet_viz.figures.interventions.block_effects import accuracy_by_depth, blocks_by_depth
from senet_viz.figures.interventions.channel_effects import (
    effect_against_gate,
    estimate_against_measured,
)

BLOCKS = tuple(
    SEBlock(f"layer{stage}.0.se", stage - 1, "SE", "sigmoid", 8, 2) for stage in (1, 2, 3)
)


def effects(change: np.ndarray, gate: np.ndarray) -> ChannelEffects:
    return ChannelEffects(
        block=BLOCKS[0],
        class_index=3,
        logit=4.0,
        probability=0.8,
        gate=gate.astype(np.float32),
        put=np.zeros(len(gate), np.float32),
        change=change.astype(np.float64),
        estimate=change.astype(np.float64) * 1.1,
        probability_change=change.astype(np.float64) / 10,
    )


@pytest.mark.parametrize("dark", [False, True])
def test_open_gates_of_large_effect_go_together_closely(dark: bool) -> None:
    gate = np.linspace(0.1, 0.9, 20)
    chart = effect_against_gate(effects(-gate, gate), label="dog", put="0", picked=4, dark=dark)
    assert "go together closely (rank correlation 1.00)" in chart.title
    assert "8 of the 8 most open" in chart.title
    points = chart.figure.data[0]
    np.testing.assert_allclose(points.x, gate, rtol=1e-6)
    np.testing.assert_allclose(points.y, -gate)
    assert [s == "triangle-up" for s in points.marker.symbol] == [c >= 12 for c in range(20)]
    assert points.marker.line.width[4] > points.marker.line.width[5]
    assert list(points.customdata) == list(range(20))


def test_the_sentence_says_where_the_lists_disagree() -> None:
    gate = np.linspace(0.1, 0.9, 20)
    chart = effect_against_gate(effects(1 - gate, gate), label="dog", put="0", picked=0, dark=False)
    assert "closely, and the other way round (rank correlation -1.00)" in chart.title
    assert "0 of the 8" in chart.title
    still = effect_against_gate(
        effects(np.zeros(20), gate), label="dog", put="0", picked=0, dark=False
    )
    assert "cannot be ranked" in still.title


def test_the_estimate_is_drawn_against_the_measure() -> None:
    change = np.random.default_rng(0).normal(size=12)
    chart = estimate_against_measured(effects(change, np.linspace(0, 1, 12)), picked=1, dark=False)
    line, points = chart.figure.data
    np.testing.assert_allclose(points.x, change)
    np.testing.assert_allclose(points.y, change * 1.1)
    assert tuple(line.x) == tuple(line.y)
    assert "correlation 1.00" in chart.title


def test_blocks_stand_by_depth_with_one_mark_a_replacement() -> None:
    found = tuple(
        BlockEffect(block, how, -0.1, change, 0.02, spread)
        for block, changes in zip(BLOCKS, ((0.1, 0.0), (-0.4, 0.05), (0.2, -0.1)), strict=True)
        for how, change, spread in zip(("one", "shuffled"), changes, (0.0, 0.03), strict=True)
    )
    chart = blocks_by_depth(found, label="dog", picked="layer2.0.se", dark=False)
    assert "layer2.0.se matters most" in chart.title and "−40.0 points" in chart.title
    one, shuffled = chart.figure.data
    assert (one.name, shuffled.name) == ("gates at 1", "gates shuffled")
    np.testing.assert_allclose(one.y, [10, -40, 20])
    np.testing.assert_allclose(shuffled.error_y.array, [3, 3, 3])
    assert list(one.customdata) == [b.name for b in BLOCKS]
    assert all(a < b for a, b in zip(one.x, shuffled.x, strict=True))
    assert [w > 0 for w in one.marker.line.width] == [False, True, False]


def test_accuracy_is_drawn_with_its_interval() -> None:
    found = AccuracyEffects(
        100,
        80,
        tuple(
            AccuracyEffect(b, "one", 100, won, 9) for b, won in zip(BLOCKS, (9, 3, 5), strict=True)
        ),
    )
    chart = accuracy_by_depth(found, picked="", dark=False)
    assert (
        "most accuracy is lost with gates at 1 in layer2.0.se: −6.0 points of 80.0%" in chart.title
    )
    (marks,) = chart.figure.data
    np.testing.assert_allclose(marks.y, [0, -6, -4])
    np.testing.assert_allclose(marks.error_y.array, [196 * e.standard_error for e in found.effects])
    kept = AccuracyEffects(100, 80, (AccuracyEffect(BLOCKS[0], "one", 100, 2, 2),))
    assert accuracy_by_depth(kept, picked="", dark=False).title.startswith("Nothing done")
