"""What charts and analyses share in numbers, against SciPy and PyTorch."""

import numpy as np
import pytest
import torch
from scipy.special import softmax as scipys
from scipy.stats import spearmanr

from senet_viz.analysis.numerics import hard_sigmoid, rank_correlation
from senet_viz.core.shares import sigmoid, softmax

SCORES = np.random.default_rng(3).normal(scale=4, size=(5, 7)).astype(np.float32)


@pytest.mark.parametrize("shift", [0.0, 1e4, -1e4, 3e38])
def test_softmax_is_stable(shift: float) -> None:
    found = softmax(np.zeros(3, np.float32) + np.float32(shift))
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, 1 / 3)


def test_softmax_of_extremes() -> None:
    np.testing.assert_array_equal(softmax(np.array([0, -np.inf])), [1, 0])
    np.testing.assert_allclose(softmax(np.array([300.0, -300, 0])), [1, 0, 0], atol=1e-100)
    assert np.isnan(softmax(np.array([1, np.nan]))).all()
    assert np.isnan(softmax(np.array([1, np.inf]))).all()


def test_softmax_is_taken_row_by_row() -> None:
    np.testing.assert_allclose(softmax(SCORES), scipys(SCORES.astype(np.float64), axis=1))
    np.testing.assert_array_equal(softmax(SCORES)[2], softmax(SCORES[2]))
    spoilt = SCORES.copy()
    spoilt[0, 0] = np.nan
    np.testing.assert_array_equal(np.isnan(softmax(spoilt)).all(axis=1), [True, *[False] * 4])


def test_sigmoids_are_pytorchs() -> None:
    x = np.array([-800, -3.5, -3, -0.1, 0, 0.1, 2, 3, 3.5, 800])
    np.testing.assert_allclose(sigmoid(x), torch.sigmoid(torch.tensor(x)), atol=1e-15)
    expected = torch.nn.functional.hardsigmoid(torch.tensor(x))
    np.testing.assert_allclose(hard_sigmoid(x), expected, atol=1e-15)


def test_rank_correlation_is_spearmans() -> None:
    first = np.array([0.1, 0.9, 0.4, 0.4, 0.7])
    assert rank_correlation(first, -(first**3)) == pytest.approx(-1.0)
    ranks = np.array([1, 5, 2.5, 2.5, 4])
    other = np.array([2.0, 1.0, 5.0, 3.0, 4.0])
    assert rank_correlation(first, other) == pytest.approx(np.corrcoef(ranks, other)[0, 1])


@pytest.mark.parametrize("seed", range(8))
def test_rank_correlation_is_scipys_with_many_ties(seed: int) -> None:
    draw = np.random.default_rng(seed)
    first = draw.integers(0, 4, 60).astype(np.float32)
    second = (first + draw.integers(-3, 4, 60)).astype(np.float64)
    expected = float(spearmanr(first, second).statistic)
    assert rank_correlation(first, second) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("second", [[1, 1, 1], [1, 2, np.nan], [1, 2, np.inf], [1, 2]], ids=str)
def test_what_cannot_be_ranked_has_no_correlation(second: list[float]) -> None:
    made = np.array(second, np.float64)
    assert rank_correlation(np.arange(len(made), dtype=np.float64), made) is None
