"""Every figure of captures draws any numbers: NaN, infinite, flat, huge, of one channel."""

from dataclasses import replace

import numpy as np
import pytest

from senet_viz.figures.block.feature_maps import colour_range, mosaic, overlay, single_map
from tests.senet_viz.figures.capture_cases import CASES
from tests.senet_viz.figures.every_chart import drawn
from tests.senet_viz.figures.odd_records import AnyNumbers, Usual

# NumPy's warnings are about numbers that are none, and those are what is drawn here.
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
SEEDS = range(25)


@pytest.mark.parametrize("name", CASES)
def test_a_chart_of_captures(name: str) -> None:
    for seed in SEEDS:
        drawn(CASES[name](AnyNumbers.of(seed)))


@pytest.mark.parametrize("scope", ["map", "pair", "block"])
@pytest.mark.parametrize("seed", SEEDS)
def test_feature_maps(seed: int, scope: str) -> None:
    maps = AnyNumbers.of(seed).gates(3, 4, 5)
    low, high = colour_range(maps[:2], scope=scope, block_maps=maps)
    tiles = mosaic(maps[:2], captions=["a", "b"], low=low, high=high, columns=2, dark=False)
    assert tiles.png[:4] == b"\x89PNG"
    one_low, one_high = float(np.ravel(low)[0]), float(np.ravel(high)[0])
    assert single_map(maps[0], low=one_low, high=one_high)[:4] == b"\x89PNG"
    picture = np.zeros((8, 8, 3), np.uint8)
    assert overlay(picture, maps[0], opacity=0.5, low=one_low, high=one_high)[:4] == b"\x89PNG"


def test_the_property_can_fail() -> None:
    """A title that prints what is no number is caught."""
    chart = CASES["gates.gate_histogram"](Usual())
    with pytest.raises(AssertionError):
        drawn(replace(chart, title="The mean is nan"))
