"""Charts of costs draw the numbers they are given, and their sentences follow from them."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from senet_viz.analysis.cost_records import (
    BlockCost,
    Latency,
    ModuleCost,
    NetworkCosts,
    PartCost,
    price_of_removal,
)
from senet_viz.core.records import SEBlock
from senet_viz.figures.costs import cost_by_stage, price_by_block, ratios_by_round
from tests.senet_viz.figures.conftest import HOSTILE

LOOK: dict[str, Any] = {"picked": "a.se", "dark": False}


def network(*names: str) -> NetworkCosts:
    cost = [ModuleCost(10_000 * (i + 1), 1_000) for i in range(len(names))]
    total = ModuleCost(1_000_000, 2_000_000)
    stages = [PartCost(f"stage{i}", total, c, 1) for i, c in enumerate(cost)]
    return NetworkCosts(
        input_size=(64, 64),
        total=ModuleCost(1_000_000 * len(names), 2_000_000 * len(names)),
        stages=(PartCost("stem", ModuleCost(0, 5), ModuleCost(0, 0), 0), *stages),
        blocks=tuple(
            BlockCost(SEBlock(n, i, "SE", "sigmoid", 8, 2), f"stage{i}", c, n, total)
            for i, (n, c) in enumerate(zip(names, cost, strict=True))
        ),
    )


@pytest.mark.parametrize("dark", [False, True])
def test_stages_are_stacked(dark: bool) -> None:
    chart = cost_by_stage(network("a.se", "b.se"), what="parameters", dark=dark)
    rest, in_se = chart.figure.data
    np.testing.assert_allclose(in_se.y, [0, 0.01, 0.02])
    np.testing.assert_allclose(rest.y, [0, 0.99, 0.98])
    assert "1.50% of the parameters, 67% of that in stage1" in chart.title
    assert chart.figure.layout.barmode == "stack"


def test_a_network_without_se_says_so() -> None:
    chart = cost_by_stage(network(), what="multiply_adds", dark=False)
    assert chart.title.startswith("No SE block")


def test_prices_stand_by_depth_and_names_are_literal() -> None:
    prices = price_of_removal(network("a.se", HOSTILE))
    chart = price_by_block(prices, picked="a.se", dark=False)
    (bars,) = chart.figure.data
    np.testing.assert_allclose(bars.y, [10, 20])
    assert list(bars.customdata) == ["a.se", HOSTILE]
    assert "<b>" not in bars.hovertext[1]
    assert [w > 0 for w in bars.marker.line.width] == [True, False]
    assert chart.title == f"{HOSTILE} has most to save: 67% of the parameters of all SE blocks"


def test_blocks_of_one_size_share_the_title() -> None:
    prices = price_of_removal(network("a.se", "b.se", "c.se", "d.se"))
    two = price_by_block([prices[0], prices[2], replace(prices[2], block=prices[3].block)], **LOOK)
    assert (
        two.title == "c.se and d.se have most to save: each 43% of the parameters of all SE blocks"
    )
    three = [replace(prices[0], block=price.block) for price in prices[:3]]
    assert price_by_block(three, **LOOK).title.startswith("3 blocks have most to save: each 33% of")


def test_ratios_are_drawn_round_by_round_with_the_claim() -> None:
    first, second = np.array([11.0, 12.0, 13.0]), np.full(3, 10.0)
    timed = Latency(1, "CPU", 1, 5, first, second, {})
    chart = ratios_by_round([timed], other="itself without SE", source=1.018, dark=False)
    marks, none, claim = chart.figure.data
    np.testing.assert_allclose(marks.y, [1.1, 1.2, 1.3])
    assert set(none.y) == {1.0} and set(claim.y) == {1.018}
    assert "1.200 times as long at batch 1" in chart.title
    assert tuple(chart.figure.layout.xaxis.range) == (0.5, 5.5)
