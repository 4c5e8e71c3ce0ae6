"""Principal components of gates, against NumPy's singular value decomposition."""

import numpy as np
import pytest

from senet_viz.analysis.embedding import embed
from senet_viz.core.errors import CaptureError


def test_the_plane_is_that_of_the_singular_vectors() -> None:
    gates = np.random.default_rng(0).random((30, 7)).astype(np.float32) * np.arange(1, 8)
    gates = gates.astype(np.float32)
    moved = gates - gates.mean(axis=0)
    left, values, _ = np.linalg.svd(moved.astype(float), full_matrices=False)
    found = embed(gates)
    np.testing.assert_allclose(np.abs(found.points), np.abs(left[:, :2] * values[:2]), atol=1e-5)
    np.testing.assert_allclose(found.explained, (values**2 / (values**2).sum())[:2], atol=1e-6)


def test_the_plane_never_stretches_a_distance() -> None:
    gates = np.random.default_rng(1).random((12, 5)).astype(np.float32)
    points = embed(gates).points
    for i in range(12):
        for j in range(12):
            whole = np.linalg.norm(gates[i].astype(float) - gates[j])
            assert np.linalg.norm(points[i] - points[j]) <= whole + 1e-9


def test_signs_do_not_depend_on_the_order_of_the_pictures() -> None:
    gates = np.random.default_rng(2).random((20, 6)).astype(np.float32)
    np.testing.assert_allclose(embed(gates[::-1]).points[::-1], embed(gates).points, atol=1e-6)


def test_one_channel_and_no_movement() -> None:
    one = embed(np.array([[0.1], [0.5], [0.9]], np.float32))
    assert one.points.shape == (3, 2)
    assert (one.points[:, 1] == 0).all()
    still = embed(np.full((4, 3), 0.5, np.float32))
    assert not still.explained.any()
    assert not still.points.any()


def test_two_pictures_are_refused() -> None:
    with pytest.raises(CaptureError, match="2 pictures"):
        embed(np.zeros((2, 3), np.float32))
