"""Channels that separate groups, against an analysis of variance written out."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import senet_viz as sv

GROUPS = ("x", "y", "x", "y", "z")


def eta_squared(gates: np.ndarray, groups: list[str]) -> np.ndarray:
    """Between over between plus within, one channel and one group after another."""
    shares = []
    for column in gates.astype(float).T:
        between = within = 0.0
        for group in set(groups):
            own = [v for v, g in zip(column, groups, strict=True) if g == group]
            between += len(own) * (np.mean(own) - column.mean()) ** 2 / len(column)
            within += sum((v - np.mean(own)) ** 2 for v in own) / len(column)
        shares.append(between / (between + max(within, 1e-4)))
    return np.array(shares)


@given(arrays(np.float32, (5, 4), elements=st.floats(0, 1, width=32)))
@settings(max_examples=40)
def test_the_share_and_the_chance_are_those_of_plain_loops(gates: np.ndarray) -> None:
    found = sv.separate_channels(gates, GROUPS)
    np.testing.assert_allclose(found.share, eta_squared(gates, list(GROUPS)), atol=1e-6)
    assert found.groups == ("x", "y", "z")
    assert found.count.tolist() == [2, 2, 1]
    assert (np.diff(found.share[found.order]) <= 0).all()
    ways = set(permutations(GROUPS))
    best = [eta_squared(gates, list(way)).max() for way in ways]
    at_least = np.mean(np.array(best) >= found.share.max() - 1e-9)
    assert found.regroupings == len(ways) == 30
    assert found.every
    assert found.chance == pytest.approx(at_least, abs=2 / 30)


def test_pictures_without_a_group_change_nothing() -> None:
    gates = np.random.default_rng(1).random((6, 5)).astype(np.float32)
    whole = sv.separate_channels(gates, ["a", "", "b", "a", "b", ""])
    part = sv.separate_channels(gates[[0, 2, 3, 4]], ["a", "b", "a", "b"])
    np.testing.assert_array_equal(whole.share, part.share)
    np.testing.assert_allclose(whole.mean[0], gates[[0, 3]].mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(whole.spread, np.abs(whole.mean[0] - whole.mean[1]))


def test_real_groups_are_told_from_chance_and_chance_is_not() -> None:
    rng = np.random.default_rng(2)
    gates = rng.normal(0.5, 0.05, (12, 64)).astype(np.float32)
    groups = ["a"] * 6 + ["b"] * 6
    assert sv.separate_channels(gates, groups).chance > 0.05
    gates[:6, 9] += 0.4
    found = sv.separate_channels(gates, groups)
    assert found.order[0] == 9
    assert found.chance == pytest.approx(2 / 924)


def test_one_picture_a_group_is_never_better_than_chance() -> None:
    gates = np.array([[0.5, 0.1], [0.5001, 0.9]], np.float32)
    found = sv.separate_channels(gates, ["a", "b"])
    assert found.chance == 1
    assert found.order.tolist() == [1, 0]  # a hair's breadth separates nothing
    assert found.share[0] < 0.01


def test_too_many_regroupings_are_drawn_and_hold_the_one_that_is() -> None:
    gates = np.zeros((12, 2), np.float32)
    gates[:, 0] = np.repeat([0.1, 0.5, 0.9], 4)
    found = sv.separate_channels(gates, [g for g in "abc" for _ in range(4)])
    assert not found.every
    assert found.regroupings == 1000
    assert 0.001 <= found.chance <= 0.01


def test_what_cannot_be_separated_is_explained() -> None:
    gates = np.zeros((2, 2), np.float32)
    with pytest.raises(sv.CaptureError, match="form 1 group"):
        sv.separate_channels(gates, ["a", ""])
    with pytest.raises(sv.CaptureError, match="3 groups were given for 2 pictures"):
        sv.separate_channels(gates, ["a", "b", "c"])
