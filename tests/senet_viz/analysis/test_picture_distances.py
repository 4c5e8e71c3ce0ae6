"""Distances, cosines and depths of pictures, against loops over plain NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import senet_viz as sv
from senet_viz.analysis.picture_distances import (
    cosines,
    counterpart,
    distances,
    relative_depth,
    usual_distance,
)
from tests.senet_viz.analysis.test_ranking import activation, captured

GATES = arrays(
    np.float32,
    st.tuples(st.integers(2, 6), st.integers(1, 9)),
    elements=st.floats(0, 1, width=32),
)


@given(GATES)
def test_distance_is_the_root_mean_square_difference(gates: np.ndarray) -> None:
    found = distances(gates)
    for i, a in enumerate(gates.astype(float)):
        for j, b in enumerate(gates.astype(float)):
            assert found[i, j] == pytest.approx(np.sqrt(np.mean((a - b) ** 2)), abs=1e-9)
    assert found.max() <= 1
    np.testing.assert_array_equal(found, found.T)


@given(GATES)
def test_cosine_is_that_of_the_deviations(gates: np.ndarray) -> None:
    centre = np.full(gates.shape[1], 0.5, np.float32)
    found, moved = cosines(gates, centre=centre), gates.astype(float) - 0.5
    for i, a in enumerate(moved):
        for j, b in enumerate(moved):
            lengths = np.linalg.norm(a) * np.linalg.norm(b)
            if np.isfinite(found[i, j]):
                assert found[i, j] == pytest.approx(a @ b / lengths, abs=1e-6)
            else:
                assert min(np.linalg.norm(a), np.linalg.norm(b)) < 1e-5


def test_the_usual_gates_have_no_direction() -> None:
    gates = np.array([[0.5, 0.5], [0.6, 0.4]], np.float32)
    found = cosines(gates, centre=np.array([0.5, 0.5], np.float32))
    assert np.isnan(found[0]).all()
    assert found[1, 1] == pytest.approx(1)


def test_the_usual_distance_is_what_random_pairs_differ_by() -> None:
    rng = np.random.default_rng(0)
    deviation = np.array([0.02, 0.1, 0.3], np.float32)
    a, b = rng.normal(0, deviation, (2, 40000, 3))
    assert usual_distance(deviation) == pytest.approx(np.sqrt(((a - b) ** 2).mean()), rel=0.02)


def test_pictures_are_compared_block_by_block_and_group_by_group() -> None:
    one = captured(
        activation([[0.1, 0.1], [0.1, 0.3], [0.9, 0.9]], name="a"),
        activation([[0.5], [0.5], [0.5]], name="b"),
    )
    two = captured(activation([[0.9, 0.7]], name="a"), activation([[0.9]], name="b"))
    found = sv.compare_pictures([one, two], groups=["x", "x", "y", ""])
    assert found.names == ("a", "b")
    d = distances(np.array([[0.1, 0.1], [0.1, 0.3], [0.9, 0.9], [0.9, 0.7]], np.float32))
    np.testing.assert_allclose(found.of("a"), d)
    assert found.between is not None and found.within is not None
    assert found.between[0] == pytest.approx((d[0, 2] + d[1, 2]) / 2)
    assert found.within[0] == pytest.approx(d[0, 1])
    assert found.overall[0] == pytest.approx(d[np.triu_indices(4, 1)].mean())
    assert found.overall[1] == pytest.approx(0.2)
    with pytest.raises(ValueError, match="read-only"):
        found.gates["a"][0, 0] = 1
    with pytest.raises(sv.BlockError, match="Did you mean"):
        found.of("c")


def test_without_groups_there_is_no_between_and_no_within() -> None:
    pictures = captured(activation([[0.1], [0.2]]))
    found = sv.compare_pictures([pictures])
    assert found.groups == ("", "")
    assert found.between is None and found.within is None
    alone = sv.compare_pictures([pictures], groups=["x", "y"])
    assert alone.between is not None and alone.within is None


def test_what_cannot_be_compared_is_explained() -> None:
    one = captured(activation([[0.1]], name="a"))
    with pytest.raises(sv.CaptureError, match="at least two"):
        sv.compare_pictures([one])
    with pytest.raises(sv.CaptureError, match="1 groups were given for 2 pictures"):
        sv.compare_pictures([one, one], groups=["x"])
    for other in (activation([[0.1]], name="b"), activation([[0.1, 0.2]], name="a")):
        with pytest.raises(sv.BlockError, match="different networks"):
            sv.compare_pictures([one, captured(other)])


def test_real_pictures_keep_the_gates_the_library_captured() -> None:
    net = sv.load_model("se_resnet18_imagenette")
    pictures = [sv.decode(sv.load_sample(name)) for name in ("china", "chelsea")]
    seen = [sv.capture(net.model, net.preprocess(p), features="none") for p in pictures]
    found = sv.compare_pictures(seen)
    apart = seen[0]["layer2.0.se"].excitation[0] - seen[1]["layer2.0.se"].excitation[0]
    assert found.of("layer2.0.se")[0, 1] == pytest.approx(np.sqrt((apart**2).mean()), rel=1e-5)


@given(st.integers(1, 60), st.integers(1, 60))
def test_the_counterpart_is_the_nearest_in_depth(of: int, among: int) -> None:
    own, other = relative_depth(of), relative_depth(among)
    assert own[0] > 0 and own[-1] < 1
    for i in range(of):
        best = min(abs(float(d) - float(own[i])) for d in other)
        found = counterpart(i, of=of, among=among)
        assert abs(float(other[found]) - float(own[i])) == pytest.approx(best, abs=1e-12)
    assert [counterpart(i, of=of, among=of) for i in range(of)] == list(range(of))
