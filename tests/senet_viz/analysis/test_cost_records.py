"""Prices join what was counted, timed and measured, and leave open what was not."""

import numpy as np
import pytest

from senet_viz.analysis.cost_records import Latency, price_of_removal
from senet_viz.analysis.effects import AccuracyChange, AccuracyEffect, AccuracyEffects
from senet_viz.costs import count_network
from senet_viz.models.residual import build


def latency(first: list[float], second: list[float], **blocks: list[float]) -> Latency:
    return Latency(
        batch=1,
        device="CPU",
        threads=1,
        rounds=len(first),
        first=np.array(first, dtype=np.float64),
        second=np.array(second, dtype=np.float64),
        blocks={name: np.array(values) for name, values in blocks.items()},
    )


def test_the_ratio_is_the_median_of_each_rounds_own() -> None:
    timed = latency([10, 40, 12], [10, 20, 8])
    assert timed.ratio == 1.5
    assert timed.quartiles == (1.25, 1.75)


@pytest.mark.parametrize(
    ("first", "second", "usual"),
    [
        ([10, 40, 12], [10, 20, 8], (12, 8)),
        ([11, 20, 33, 90], [10, 10, 30, 90], (22, 20)),
    ],
    ids=["one in the middle", "two in the middle"],
)
def test_the_times_given_are_those_of_the_middle_rounds(
    first: list[float], second: list[float], usual: tuple[float, float]
) -> None:
    """Medians of each by itself can say the opposite of the ratio."""
    assert latency(first, second).usual == usual


def test_a_price_joins_count_time_and_accuracy() -> None:
    costs = count_network(build("se"), (64, 64))
    first, second = (block.block for block in costs.blocks[:2])
    blocks = {first.name: [1.0, 3.0, 2.0]}
    effects = (
        AccuracyEffect(first, "one", 10, 0, 5),
        AccuracyEffect(first, "usual", 10, 1, 2),
    )
    prices = price_of_removal(
        costs,
        latency=latency([10, 10, 10], [9, 9, 9], **blocks),
        accuracy=AccuracyEffects(10, 8, effects),
    )
    assert prices[0].parameters == 2 * 32 * 4 + 32 + 4
    assert (prices[0].milliseconds, prices[0].share) == (2.0, 0.2)
    assert prices[0].accuracy.change == pytest.approx(-0.1)
    assert prices[1].block.name == second.name
    assert prices[1].milliseconds is prices[1].share is prices[1].accuracy is None


def test_accuracy_after_is_before_with_what_was_won_and_lost() -> None:
    change = AccuracyChange(pictures=20, right=10, won=3, lost=1)
    assert (change.before, change.after) == (0.5, 0.6)
