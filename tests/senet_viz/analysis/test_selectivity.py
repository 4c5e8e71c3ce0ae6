"""Class selectivity of gates, against the formula written out and against chance."""

import numpy as np
import pytest

from senet_viz.analysis.selectivity import gate_selectivity
from senet_viz.core.errors import CaptureError


def test_the_index_is_highest_against_the_mean_of_the_others() -> None:
    rng = np.random.default_rng(0)
    mean = rng.random((6, 20))
    found = gate_selectivity(np.full(6, 9), mean, np.full((6, 20), 0.01))
    for c in range(20):
        best = int(mean[:, c].argmax())
        others = np.delete(mean[:, c], best).mean()
        assert found.index[c] == pytest.approx((mean[best, c] - others) / (mean[best, c] + others))
        assert found.favourite[c] == best
    assert found.quartiles == tuple(np.percentile(found.index, (25, 50, 75)))


def test_ends_of_the_scale() -> None:
    mean = np.array([[0.0, 0.4, 0.0], [0.0, 0.4, 0.0], [0.8, 0.4, 0.0]])
    found = gate_selectivity(np.array([5, 5, 5]), mean, np.zeros((3, 3)))
    np.testing.assert_allclose(found.index, [1, 0, 0])


def test_chance_is_what_shuffled_classes_give() -> None:
    rng = np.random.default_rng(1)
    gates, labels = 0.5 + 0.1 * rng.standard_normal((300, 64)), rng.integers(0, 10, 300)
    groups = [gates[labels == k] for k in range(10)]
    found = gate_selectivity(
        np.array([len(g) for g in groups]),
        np.array([g.mean(axis=0) for g in groups]),
        np.array([g.var(axis=0) for g in groups]),
    )
    assert found.index.mean() == pytest.approx(found.chance, rel=0.15)
    assert found.chance > 0.01


def test_an_empty_class_is_nobodys_favourite() -> None:
    mean = np.array([[0.9], [0.2], [0.4]])
    found = gate_selectivity(np.array([0, 4, 4]), mean, np.zeros((3, 1)))
    assert found.favourite.tolist() == [2]
    assert found.index[0] == pytest.approx(0.2 / 0.6)


def test_one_class_is_refused() -> None:
    with pytest.raises(CaptureError, match="of 1 class"):
        gate_selectivity(np.array([4, 0]), np.zeros((2, 3)), np.zeros((2, 3)))
