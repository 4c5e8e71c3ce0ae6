"""The split of the variance, against sums over single pictures; and what the verdict rests on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from senet_viz.analysis import variance
from senet_viz.analysis.variance import WORDS, rule, split_variance
from senet_viz.core.errors import CaptureError


def moments(gates: np.ndarray, labels: np.ndarray, classes: int) -> tuple[np.ndarray, ...]:
    """count, mean and population variance by class, of gates (n, c)."""
    groups = [gates[labels == k] for k in range(classes)]
    none = np.zeros(gates.shape[1])
    return (
        np.array([len(g) for g in groups]),
        np.array([g.mean(axis=0) if len(g) else none for g in groups]),
        np.array([g.var(axis=0) if len(g) else none for g in groups]),
    )


def drawn(shift: float, *, n: int = 400, k: int = 4, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Gates round 0.5 with a deviation of 0.1, each class moved by ``shift`` or minus it."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, k, n)
    moved = shift * np.where(rng.random((k, 16)) < 0.5, -1, 1)
    return moments(0.5 + 0.1 * rng.standard_normal((n, 16)) + moved[labels], labels, k)


@given(
    arrays(np.float64, (12, 3), elements=st.floats(0, 1)),
    arrays(np.int64, 12, elements=st.integers(0, 4)),
)
@settings(max_examples=60)
def test_between_and_within_are_the_whole_variance(gates: np.ndarray, labels: np.ndarray) -> None:
    split = split_variance(*moments(gates, labels, 5))
    np.testing.assert_allclose(split.total, gates.var(axis=0), atol=1e-12)
    np.testing.assert_allclose(split.mean, gates.mean(axis=0), atol=1e-12)
    by_hand = np.zeros(3)
    for k in set(labels.tolist()):
        own = gates[labels == k]
        by_hand += len(own) * (own.mean(axis=0) - gates.mean(axis=0)) ** 2 / 12
    np.testing.assert_allclose(split.between, by_hand, atol=1e-12)
    assert split.classes == len(set(labels.tolist()))
    assert split.pictures == 12


def test_a_fixed_scale_is_off_by_the_relative_deviation() -> None:
    rng = np.random.default_rng(3)
    gates = 0.4 + 0.05 * rng.standard_normal((500, 8))
    split = split_variance(*moments(gates, np.zeros(500, int), 1))
    off = np.linalg.norm(gates - gates.mean(axis=0)) / np.linalg.norm(gates)
    assert split.relative == pytest.approx(off)
    assert split.block_deviation == pytest.approx(gates.std(axis=0).mean(), rel=0.01)


@pytest.mark.parametrize(
    ("spread", "shift", "verdict"),
    [
        (0.02, 0.0, "fixed scale"),
        (0.035, 0.0, "nearly fixed"),
        (0.1, 0.02, "dynamic within classes"),
        (0.1, 0.3, "dynamic by class"),
    ],
)
def test_the_verdict(spread: float, shift: float, verdict: str) -> None:
    count, mean, var = drawn(shift)
    split = split_variance(count, mean, var * (spread / 0.1) ** 2)
    if not shift:
        split = split_variance(count, 0.5 + (mean - 0.5) * spread / 0.1, var * (spread / 0.1) ** 2)
    assert split.verdict == verdict
    assert split.verdict in WORDS


def test_the_thresholds_are_the_ones_the_rule_states(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "less than 5% of the gate" in rule()
    assert "below 10%" in rule()
    split = split_variance(np.array([1, 1]), np.array([[0.475], [0.525]]), np.zeros((2, 1)))
    assert split.relative == pytest.approx(0.05, rel=0.01)
    assert split.verdict == "fixed scale"
    monkeypatch.setattr(variance, "FIXED", 0.04)
    assert split.verdict == "nearly fixed"


def test_a_share_by_chance_is_corrected() -> None:
    count, mean, var = drawn(0.0, n=40, k=10)
    split = split_variance(count, mean, var)
    assert split.chance == pytest.approx(9 / 39)
    assert split.block_share > 0.15
    assert abs(split.corrected_share) < 0.1


def test_one_picture_a_class_is_not_split() -> None:
    gates = np.array([[0.1], [0.9], [0.5]])
    split = split_variance(np.ones(3, int), gates, np.zeros((3, 1)))
    assert not split.separable
    assert np.isnan(split.share).all()
    assert np.isnan(split.corrected_share)
    assert split.verdict == "dynamic"
    whole = split_variance(np.array([3]), gates.mean(axis=0)[None], gates.var(axis=0)[None])
    assert not whole.separable
    assert whole.verdict == "dynamic"
    np.testing.assert_allclose(whole.total, split.total)


def test_empty_classes_change_nothing_whatever_stands_there() -> None:
    count, mean, var = drawn(0.1)
    more = np.append(count, 0), np.vstack([mean, [[np.nan] * 16]]), np.vstack([var, [[7.0] * 16]])
    np.testing.assert_array_equal(
        split_variance(*more).share, split_variance(count, mean, var).share
    )


def test_a_gate_that_never_moves_has_no_share() -> None:
    split = split_variance(np.array([2, 2]), np.full((2, 1), 0.3), np.zeros((2, 1)))
    assert np.isnan(split.share).all()
    assert np.isnan(split.block_share)
    assert split.verdict == "fixed scale"
    shut = split_variance(np.array([2, 2]), np.zeros((2, 1)), np.zeros((2, 1)))
    assert shut.relative == 0


def test_one_picture_is_refused() -> None:
    with pytest.raises(CaptureError, match="1 picture was given"):
        split_variance(np.array([1, 0]), np.zeros((2, 3)), np.zeros((2, 3)))
