"""Gains on one scale and fixed weights as they are."""

import numpy as np
import pytest

from senet_viz.figures.base.chart import Chart
from senet_viz.figures.baselines.gains import gain_profiles, mixing_heatmap, movement


def profiles(gains: np.ndarray, *, gated: bool = True) -> Chart:
    return gain_profiles(
        gains.astype(np.float32),
        pictures=[f"picture {i}" for i in range(len(gains))],
        what="SE",
        gated=gated,
        reach=(0.0, 1.0),
        dark=False,
    )


def test_lines_hold_the_gains_in_one_order() -> None:
    gains = np.array([[0.2, 0.9, 0.4], [0.4, 0.7, 0.6]])
    chart = profiles(gains)
    for trace, row in zip(chart.figure.data, gains, strict=True):
        assert list(trace.customdata) == [1, 2, 0]
        np.testing.assert_allclose(trace.y, row[[1, 2, 0]], rtol=1e-6)
    assert chart.figure.layout.yaxis.range == (0.0, 1.0)
    assert "0.100 from picture to picture" in chart.title
    assert chart.table["picture"] == ["1: picture 0"] * 3 + ["2: picture 1"] * 3
    np.testing.assert_allclose(chart.table["gain"], gains.ravel(), rtol=1e-6)


def test_movement_leaves_undefined_gains_out() -> None:
    gains = np.array([[0.2, np.nan], [0.4, 0.5]], np.float32)
    assert movement(gains) == pytest.approx(0.1)
    assert np.isnan(movement(np.full((2, 2), np.nan, np.float32)))
    assert profiles(gains).figure.data


def test_mixed_channels_are_not_called_gated() -> None:
    gains = np.array([[0.2, 0.9], [0.4, 0.7]])
    assert "same for every picture" in profiles(gains, gated=False).caution
    assert profiles(gains, gated=True).caution != profiles(gains, gated=False).caution


def test_hostile_titles_are_literal() -> None:
    chart = gain_profiles(
        np.ones((1, 2), np.float32),
        pictures=["<b>$x$</b>"],
        what="SE",
        gated=True,
        reach=(0, 1),
        dark=True,
    )
    assert "<b>" not in chart.figure.data[0].name and "$" not in chart.figure.data[0].name


def test_the_heatmap_is_symmetric_round_zero() -> None:
    matrix = np.array([[1.0, -3.0], [0.5, 2.0]], np.float32)
    chart = mixing_heatmap(matrix, dark=False)
    (heat,) = chart.figure.data
    np.testing.assert_array_equal(heat.z, matrix)
    assert (heat.zmin, heat.zmax) == (-3.0, 3.0)
    assert "The same 4 weights" in chart.title
    assert mixing_heatmap(np.zeros((2, 2), np.float32), dark=False).figure.data[0].zmax == 1.0
