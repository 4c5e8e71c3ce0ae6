"""Moments merge: however the pictures are split, the result is NumPy's over all of them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from senet_viz.analysis.ranking import NEAR
from senet_viz.surveys.moments import Accumulator, grouped, tally


def merged(gates: np.ndarray, labels: np.ndarray, cuts: list[int], classes: int) -> Accumulator:
    running = Accumulator(classes=classes, channels=[gates.shape[1]])
    for part in np.split(np.arange(len(gates)), sorted(cuts)):
        if len(part):
            groups = grouped(labels[part])
            running.merge(groups.classes, groups.count, [tally(gates[part], groups)])
    return running


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    pictures=st.integers(1, 80),
    cuts=st.lists(st.integers(0, 80), max_size=8),
    spread=st.sampled_from([0.0, 1e-4, 0.3]),
)
def test_any_split_into_shards_gives_the_moments_of_all_pictures(
    seed: int, pictures: int, cuts: list[int], spread: float
) -> None:
    draw, classes = np.random.default_rng(seed), 4
    gates = np.clip(draw.random((pictures, 3)) * spread + 0.5 - spread / 2, 0, 1)
    gates = gates.astype(np.float32)
    labels = draw.integers(0, classes - 1, pictures)  # the last class has no picture
    found = merged(gates, labels, cuts, classes).moments("se", 0)
    for k in range(classes):
        rows = gates[labels == k].astype(np.float64)
        assert found.count[k] == len(rows)
        if not len(rows):
            assert np.isnan(found.mean[k]).all() and np.isnan(found.lowest[k]).all()
            continue
        np.testing.assert_allclose(found.mean[k], rows.mean(0), rtol=1e-6)
        np.testing.assert_allclose(found.variance[k], rows.var(0), rtol=1e-6, atol=1e-18)
        np.testing.assert_array_equal(found.lowest[k], rows.min(0))
        np.testing.assert_array_equal(found.highest[k], rows.max(0))
        np.testing.assert_array_equal(found.near_zero[k], (rows < NEAR).sum(0))
        np.testing.assert_array_equal(found.near_one[k], (rows > 1 - NEAR).sum(0))
    every = gates.astype(np.float64)
    np.testing.assert_allclose(found.total.mean[0], every.mean(0), rtol=1e-6)
    np.testing.assert_allclose(found.total.variance[0], every.var(0), rtol=1e-6, atol=1e-18)


def test_gates_that_never_move_have_a_variance_of_exactly_zero() -> None:
    gates = np.full((40, 2), 0.1, np.float32)
    found = merged(gates, np.arange(40) % 3, [7, 20], 3).moments("se", 0)
    assert (found.m2 == 0).all() and (found.total.m2 == 0).all()
