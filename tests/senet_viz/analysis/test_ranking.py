"""Ranking and summaries against numbers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import senet_viz as sv
from senet_viz.analysis.ranking import gate_entropy
from senet_viz.core.gate_reference import GateReference


def activation(gates: object, *, name: str = "se", scale: float = 1.0) -> sv.BlockActivation:
    array = np.atleast_2d(np.asarray(gates, np.float32))
    channels = array.shape[1]
    return sv.BlockActivation(
        block=sv.SEBlock(name, 0, "test", "sigmoid", channels, 1),
        squeeze=np.zeros_like(array),
        hidden=None,
        excitation=array,
        features=None,
        places=(1, 1),
        error=0.0,
        output_scale=scale,
    )


def captured(*activations: sv.BlockActivation) -> sv.Capture:
    return sv.Capture(activations, None, len(activations[0].excitation), (8, 8))


def test_ranking_is_by_gate_and_stable() -> None:
    ranking = sv.rank_channels(activation([0.5, 0.9, 0.1, 0.5, 0.2]), top=2)
    assert ranking.order.tolist() == [1, 0, 3, 4, 2]
    assert ranking.enhanced == (1, 0)
    assert ranking.suppressed == (2, 4)
    assert [ranking.rank(c) for c in range(5)] == [2, 1, 5, 3, 4]
    assert not ranking.relative


def test_relative_ranking_asks_what_is_usual_for_the_channel() -> None:
    gates = activation([0.30, 0.90, 0.50])
    usual = (np.array([0.28, 0.95, 0.20], np.float32), np.array([0.1, 0.01, 0.1], np.float32))
    ranking = sv.rank_channels(gates, usual=usual, top=1)
    np.testing.assert_allclose(ranking.score, [0.2, -5.0, 3.0], rtol=1e-5)
    assert ranking.enhanced == (2,) and ranking.suppressed == (1,)


def test_a_channel_that_never_moves_gives_no_infinite_score() -> None:
    usual = (np.array([0.5], np.float32), np.array([0.0], np.float32))
    assert sv.rank_channels(activation([0.6]), usual=usual).score[0] == pytest.approx(100, rel=1e-4)


@pytest.mark.parametrize("image", [-1, 1, 9])
def test_a_picture_that_is_not_there_is_explained(image: int) -> None:
    with pytest.raises(sv.BlockError, match=rf"no picture {image}: the capture holds 1"):
        sv.rank_channels(activation([0.5]), image=image)


def test_a_reference_of_another_network_is_refused() -> None:
    with pytest.raises(sv.BlockError, match=r"shape \(2,\).*3 channels"):
        sv.rank_channels(activation([0.1, 0.2, 0.3]), usual=(np.zeros(2), np.zeros(2)))


@given(arrays(np.float32, st.integers(1, 40), elements=st.floats(0, 1, width=32)))
def test_every_channel_is_ranked_once(gates: np.ndarray) -> None:
    ranking = sv.rank_channels(activation(gates), top=3)
    assert sorted(ranking.order) == list(range(len(gates)))
    assert (np.diff(gates[ranking.order]) <= 0).all()
    assert len(ranking.enhanced) == len(ranking.suppressed) == min(3, len(gates))


def test_a_summary_counts_what_it_says() -> None:
    gates = np.array([[0.0, 0.04, 0.5, 0.96, 1.0, 0.5], [0.0, 0.04, 0.5, 0.96, 1.0, 0.9]])
    (one,) = sv.summarize(captured(activation(gates)))
    assert one.near_zero == pytest.approx(4 / 12) and one.near_one == pytest.approx(4 / 12)
    assert one.exactly_zero == pytest.approx(2 / 12) and one.exactly_one == pytest.approx(2 / 12)
    assert one.constant == pytest.approx(5 / 6)
    assert one.mean == pytest.approx(gates.mean(), rel=1e-6)
    assert one.std == pytest.approx(gates.std(), rel=1e-6)
    assert (one.minimum, one.maximum) == (0.0, 1.0)
    assert one.proof == "verified"


def test_near_means_below_005_and_above_095() -> None:
    (one,) = sv.summarize(captured(activation([0.049, 0.051, 0.5, 0.949, 0.951])))
    assert (one.near_zero, one.near_one) == (pytest.approx(0.2), pytest.approx(0.2))


def test_one_picture_tells_nothing_about_constancy_unless_there_is_a_reference() -> None:
    seen = captured(activation([0.1, 0.2], name="a"))
    assert sv.summarize(seen)[0].constant is None
    mean = {"a": np.array([[0.1, 0.2], [0.1, 0.6]], np.float32)}
    reference = GateReference(
        "two classes", ("x", "y"), np.array([5, 5]), mean, {"a": np.zeros((2, 2), np.float32)}
    )
    assert sv.summarize(seen, reference=reference)[0].constant == 0.5


def test_entropy_of_known_histograms() -> None:
    assert gate_entropy(np.full((1, 9), 0.5, np.float32)) == 0
    assert gate_entropy(np.array([[0.1, 0.9]], np.float32)) == pytest.approx(1.0)
    even = (np.arange(20, dtype=np.float32) + 0.5)[None] / 20
    assert gate_entropy(even) == pytest.approx(np.log2(20))


def test_the_usual_gate_pools_classes_exactly() -> None:
    rng = np.random.default_rng(0)
    groups = [rng.random((n, 4)) for n in (3, 11)]
    reference = GateReference(
        "made here",
        ("x", "y"),
        np.array([3, 11]),
        {"se": np.stack([g.mean(0) for g in groups]).astype(np.float32)},
        {"se": np.stack([g.var(0) for g in groups]).astype(np.float32)},
    )
    mean, deviation = reference.usual("se")
    everything = np.concatenate(groups)
    np.testing.assert_allclose(mean, everything.mean(0), rtol=1e-5)
    np.testing.assert_allclose(deviation, everything.std(0), rtol=1e-5)
    with pytest.raises(sv.BlockError, match="Did you mean 'se'"):
        reference.usual("ze")
