"""Linear CKA, against the formula written out, and what it must not see."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from senet_viz.analysis.gate_agreement import block_agreement, linear_cka, network_agreement
from senet_viz.core.errors import CaptureError

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.tuples(st.integers(3, 8), st.integers(1, 6), st.integers(1, 6))


def drawn(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).random(shape)


def by_hand(x: np.ndarray, y: np.ndarray) -> float:
    """Kornblith et al. 2019, with loops: HSIC(x, y) / sqrt(HSIC(x, x) HSIC(y, y))."""
    n = len(x)
    centring = np.eye(n) - np.ones((n, n)) / n

    def hsic(a: np.ndarray, b: np.ndarray) -> float:
        k, m = centring @ (a @ a.T) @ centring, centring @ (b @ b.T) @ centring
        return sum(k[i, j] * m[j, i] for i in range(n) for j in range(n)) / (n - 1) ** 2

    return hsic(x, y) / np.sqrt(hsic(x, x) * hsic(y, y))


@given(SEEDS, SIZES)
def test_it_is_the_papers(seed: int, sizes: tuple[int, int, int]) -> None:
    n, c, d = sizes
    x, y = drawn(seed, n, c), drawn(seed + 1, n, d)
    assert linear_cka(x, y) == pytest.approx(by_hand(x, y), abs=1e-9)
    assert linear_cka(x, y) == pytest.approx(linear_cka(y, x), abs=1e-12)
    assert 0 <= linear_cka(x, y) <= 1


@given(SEEDS, SIZES, st.floats(0.01, 100), st.floats(-5, 5))
def test_order_rotation_scale_and_level_of_channels_do_not_count(
    seed: int, sizes: tuple[int, int, int], factor: float, level: float
) -> None:
    n, c, d = sizes
    x, y = drawn(seed, n, c), drawn(seed + 1, n, d)
    turned, _ = np.linalg.qr(drawn(seed + 2, c, c) - 0.5)
    known = linear_cka(x, y)
    assert linear_cka(factor * (x @ turned) + level, y) == pytest.approx(known, abs=1e-7)
    assert linear_cka(x[:, ::-1], y) == pytest.approx(known, abs=1e-9)
    order = np.random.default_rng(seed).permutation(n)
    assert linear_cka(x[order], y[order]) == pytest.approx(known, abs=1e-9)
    assert linear_cka(x, x) == pytest.approx(1)


@given(arrays(np.float32, (4, 3), elements=st.floats(0, 1, width=32)))
def test_gates_that_never_move_agree_with_nothing(gates: np.ndarray) -> None:
    assert np.isnan(linear_cka(np.full((4, 2), 0.5, np.float32), gates))


def test_unrelated_gates_of_many_pictures_hardly_agree() -> None:
    assert linear_cka(drawn(0, 2000, 4), drawn(1, 2000, 4)) < 0.02


def test_every_block_is_held_against_every_other() -> None:
    gates = {name: drawn(seed, 9, 3 + seed) for seed, name in enumerate("abc")}
    found = block_agreement(gates)
    assert found.rows == found.columns_of == ("a", "b", "c") and found.pictures == 9
    np.testing.assert_allclose(np.diag(found.value), 1)
    np.testing.assert_allclose(found.value, found.value.T)
    assert found.value[0, 2] == pytest.approx(linear_cka(gates["a"], gates["c"]))
    other = {"z": drawn(7, 9, 2)}
    across = network_agreement(gates, other)
    assert across.value.shape == (3, 1)
    assert across.columns()["other_block"].tolist() == ["z"] * 3


def test_other_pictures_and_too_few_are_refused() -> None:
    with pytest.raises(CaptureError, match="2 pictures were given"):
        block_agreement({"a": drawn(0, 2, 3)})
    with pytest.raises(CaptureError, match="gates of 8, 9 pictures"):
        network_agreement({"a": drawn(0, 9, 3)}, {"b": drawn(0, 8, 3)})
