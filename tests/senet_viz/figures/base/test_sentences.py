"""The sentences are true of the numbers."""

from dataclasses import replace
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from senet_viz.figures.base import sentences

NORMAL = np.array([NormalDist().inv_cdf((i + 0.5) / 100) for i in range(100)])


def f32(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_most_is_the_narrowest_two_thirds() -> None:
    gates = f32(0.01, 0.30, 0.31, 0.35, 0.40, 0.99)
    assert sentences.shape(gates) == "Most channels sit between 0.300 and 0.400"


@pytest.mark.parametrize(
    ("gates", "said"),
    [
        (np.repeat([0.0, 0.5, 1.0], [30, 8, 40]), "U-shaped: 30 of 78 below 0.05, 40 above 0.95"),
        (np.repeat([0.01, 0.6], [40, 10]), "Shut: 40 of 50 channels below 0.05"),
        (np.repeat([0.99, 0.6], [40, 10]), "Open: 40 of 50 channels above 0.95"),
        (np.linspace(0.02, 0.98, 97), "Flat: spread evenly from 0.068 to 0.932"),
        (0.5 + 0.1 * NORMAL, "One peak: most channels between 0.407 and 0.597"),
        (np.r_[0.3 + 0.04 * NORMAL, 0.8 + 0.04 * NORMAL], "2 peaks, near 0.30 and 0.80"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_shape_that_is_there_is_said(gates: np.ndarray, said: str) -> None:
    assert sentences.shape(gates.astype(np.float32)) == said


@pytest.mark.parametrize(
    ("gates", "said"),
    [
        (f32(0.734), "The only channel's gate is 0.734"),
        (f32(1, 1, 1), "All 3 channels have the same gate, 1.000"),
        (f32(0, 0, 0, 0.9), "Most channels sit at 0.000"),
        (f32(np.nan, 0.5, 0.5), "All 2 channels have the same gate, 0.500; 1 of 3 are not finite"),
        (f32(np.nan), sentences.no_gate()),
        (f32(np.inf, -np.inf), sentences.no_gate()),
    ],
)
def test_most_of_odd_gates(gates: np.ndarray, said: str) -> None:
    assert sentences.shape(gates) == said


def test_most_holds_two_thirds_of_any_gates() -> None:
    rng = np.random.default_rng(0)
    for channels in (2, 3, 17, 256):
        gates = rng.beta(0.4, 0.4, channels).astype(np.float32)
        low, high = sentences.most(np.sort(gates).astype(np.float64))
        assert np.mean((gates >= low) & (gates <= high)) >= 2 / 3


def test_means_of_one_and_of_equal_blocks() -> None:
    lost = float("nan")
    assert sentences.means(["a"], [0.5]) == "The block's mean gate is 0.500"
    assert sentences.means(["a", "a"], [0.5, 0.5]) == "Every block's mean gate is 0.500"
    assert sentences.means(["b"], [lost]) == sentences.no_gate()
    assert sentences.means(["b", "a", "c"], [lost, 0.5, 0.7]).endswith("0.700 in c")


def test_ends_of_a_relative_ranking(make: Any) -> None:
    gates = f32(0.5, 0.5, 0.5)
    ranking = replace(make.ranking(make.activation([gates])), relative=True)
    assert "furthest above its usual gate at 0.500" in sentences.ends(gates, ranking)


def test_relation_goes_by_rank() -> None:
    z = f32(1, 2, 3, 4, 1000)
    assert "more open (rank correlation 1.00)" in sentences.relation(z, f32(0.1, 0.2, 0.3, 0.4, 1))
    assert "more shut (rank correlation -1.00)" in sentences.relation(z, f32(1, 0.9, 0.5, 0.1, 0))
    assert "says little" in sentences.relation(z, f32(0.5, 0.1, 0.9, 0.2, 0.5))


def test_relation_shares_ranks_among_equals() -> None:
    # Spearman with mean ranks: x ranks 1.5 1.5 3 4, y ranks 1 2 3 4.
    said = sentences.relation(f32(0, 0, 1, 2), f32(0.1, 0.2, 0.3, 0.4))
    assert "rank correlation 0.95" in said


def test_relation_without_spread() -> None:
    z = f32(1, 2, 3)
    assert sentences.relation(z, f32(1, 1, 1)) == "The gate is the same for every channel"
    assert sentences.relation(f32(0, 0, 0), z) == "The squeeze is the same for every channel"


def test_widest_and_drift() -> None:
    low, high = np.array([0.1, 0.0, np.nan]), np.array([0.2, 0.9, np.nan])
    assert (
        sentences.widest("abc", low, high)
        == "b tells its channels apart most: nine in ten gates from 0.000 to 0.900"
    )
    assert sentences.widest("abc", high, high).startswith("No block tells its channels apart")
    assert sentences.widest("c", low[2:], high[2:]) == sentences.no_gate()
    assert sentences.drift("abc", low) == "The median gate goes from 0.100 in a to 0.000 in b"
    assert sentences.drift("a", low[:1]) == "The median gate of a is 0.100"
    assert sentences.drift("c", low[2:]) == sentences.no_gate()


def test_compared_names_the_more_open_first() -> None:
    said = sentences.compared(("a", "b"), (f32(0.1, 0.3), f32(0.8)))
    assert said == "b is more open than a: median gate 0.800 against 0.200"
    same = sentences.compared(("a", "b"), (f32(0.5), f32(0.5, 0.5)))
    assert same == "Both blocks have the median gate 0.500"
    assert sentences.compared(("a", "b"), (f32(np.nan), f32(1))) == sentences.no_gate()


def test_peak() -> None:
    values = np.zeros((3, 4), dtype=np.float32)
    assert sentences.peak(values, 7) == "Channel 7 is flat: 0.000 everywhere"
    values[2, 1] = 2.31
    values[0, 0] = np.nan
    assert sentences.peak(values, 7) == "Channel 7 is highest at row 2, column 1: 2.310"
    assert sentences.peak(values * np.nan, 7) == "Channel 7 has no finite value"


def test_verdict() -> None:
    sure, unsure = np.array([0.97, 0.02]), np.array([0.4, 0.3])
    assert sentences.verdict(sure, "ab", ["97%", "2%"]) == "Most likely: a (97%)"
    assert sentences.verdict(unsure, "ab", ["40%", "30%"]) == "Undecided: a (40%) or b (30%)"
    assert "not finite" in sentences.verdict(sure * np.nan, "ab", ["", ""])
