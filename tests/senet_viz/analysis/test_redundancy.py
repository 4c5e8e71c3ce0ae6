"""Channels that never move, and channels that are there twice, against NumPy's own correlation."""

import numpy as np
import pytest

from senet_viz.analysis.redundancy import find_redundancy, still_channels
from senet_viz.core.errors import CaptureError


def gates(n: int = 60) -> np.ndarray:
    """Five channels: a free one, its copy, half of it, a still one, another free one."""
    rng = np.random.default_rng(0)
    free, other = rng.uniform(0.2, 0.8, (2, n))
    return np.stack([free, free, free / 2, np.full(n, 0.3), other], axis=1).astype(np.float32)


def test_copies_and_scaled_copies_are_told_apart() -> None:
    found = find_redundancy(gates())
    pairs = {(p.first, p.second): p for p in found.pairs}
    assert set(pairs) == {(0, 1), (0, 2), (1, 2)}
    assert (found.same, found.together, found.alone) == (1, 3, 2)
    assert pairs[0, 1].same
    assert not pairs[0, 2].same
    assert pairs[0, 2].correlation == pytest.approx(1)
    free = gates()[:, 0].astype(float)
    assert pairs[0, 2].difference == pytest.approx(np.sqrt((free**2).mean()) / 2, rel=1e-5)


def test_correlations_are_those_of_numpy() -> None:
    rng = np.random.default_rng(4)
    common = rng.random((40, 1))
    values = (0.9 * common + 0.1 * rng.random((40, 6))).astype(np.float32)
    expected = np.corrcoef(values.T)
    for pair in find_redundancy(values).pairs:
        assert pair.correlation == pytest.approx(expected[pair.first, pair.second], abs=1e-6)


def test_two_still_channels_have_the_same_gate_and_no_correlation() -> None:
    still = np.full((10, 2), 0.4, np.float32)
    still[0, 1] = 0.401
    found = find_redundancy(still)
    assert found.same == 1
    assert found.together == 0
    assert np.isnan(found.pairs[0].correlation)


def test_directions_are_counted() -> None:
    rng = np.random.default_rng(5)
    few = (0.5 + 0.1 * rng.standard_normal((200, 3)) @ rng.random((3, 12))).astype(np.float32)
    found = find_redundancy(few)
    assert found.directions <= 3
    assert found.explained.sum() == pytest.approx(1)
    assert (np.diff(found.explained) <= 0).all()
    assert find_redundancy(np.full((4, 3), 0.5, np.float32)).directions == 0


def test_never_moving_always_shut_and_always_open() -> None:
    found = still_channels(
        200, np.array([0.009, 0.011, 0.2]), np.array([190, 189, 0]), np.array([0, 0, 200])
    )
    assert found.still.tolist() == [True, False, False]
    assert found.shut.tolist() == [True, False, False]
    assert found.open.tolist() == [False, False, True]
    assert found.counts == (1, 1, 1)


def test_two_pictures_are_refused() -> None:
    with pytest.raises(CaptureError, match="2 pictures"):
        find_redundancy(gates()[:2])
