"""Feature maps of signals and volumes: what is drawn is what was given, on one scale."""

from typing import Any

import numpy as np
import pytest
import torch

import senet_viz as sv
from senet_viz.core.errors import BlockError
from senet_viz.figures.block.feature_maps import mosaic
from senet_viz.figures.block.signals_and_volumes import signal_maps, volume_map
from tests.senet_viz.figures.block.test_feature_maps import ramps
from tests.senet_viz.signal_networks import Gated


def test_lines_of_a_captured_signal(columns_agree: Any) -> None:
    (seen,) = sv.capture(Gated(1).eval(), torch.randn(2, 2, 40))
    maps = seen.features[1, [4, 2]]
    chart = signal_maps(maps, channels=[4, 2], dark=False)
    for line, values in zip(chart.figure.data, maps, strict=True):
        np.testing.assert_array_equal(line.y, values)
    row, place = np.unravel_index(maps.argmax(), maps.shape)
    assert chart.title == (
        f"Channel {[4, 2][row]} is the highest, at place {place}: {maps.max():.3f}"
    )
    assert columns_agree(chart.table) and len(chart.table["value"]) == maps.size


def test_slices_of_a_captured_volume(columns_agree: Any) -> None:
    (seen,) = sv.capture(Gated(3).eval(), torch.randn(1, 2, 9, 6, 8))
    values = seen.features[0, 3]
    chart = volume_map(values, channel=3, dark=True)
    slices = chart.figure.data
    assert [each.visible for each in slices] == [number == 3 for number in range(7)]
    for each, drawn in zip(values, slices, strict=True):
        np.testing.assert_array_equal(drawn.z, each)
        assert (drawn.zmin, drawn.zmax) == (values.min(), values.max())
    (slider,) = chart.figure.layout.sliders
    assert slider.active == 3 and slider.steps[5].args[0]["visible"].index(True) == 5
    paper = chart.printed()
    assert not paper.layout.sliders and "slice 3" in paper.data[3].colorbar.title.text
    at = np.ravel_multi_index(
        tuple(chart.table[axis] for axis in ("slice", "row", "column")), values.shape
    )
    np.testing.assert_array_equal(values.ravel()[at], chart.table["value"])
    assert columns_agree(chart.table)


def test_maps_of_other_shapes_are_refused_in_a_sentence() -> None:
    picture = ramps(1, height=3, width=4)[0]
    with pytest.raises(BlockError, match=r"\(3, 4\) were given; this chart draws \(depth, h, w\)"):
        volume_map(picture, channel=0, dark=False)
    with pytest.raises(BlockError, match=r"\(1, 3, 4\) were given"):
        signal_maps(picture[None], channels=[0], dark=False)
    with pytest.raises(BlockError, match=r"a mosaic draws \(k, t\), \(k, h, w\) or"):
        mosaic(picture[0], captions=["a"] * 4, low=0.0, high=1.0, columns=3, dark=False)
    with pytest.raises(BlockError, match="9 maps of 9 channels"):
        signal_maps(np.zeros((9, 4), np.float32), channels=range(9), dark=False)


def test_nothing_finite_is_said() -> None:
    lost = np.full((2, 3, 4), np.nan, np.float32)
    assert "no finite" in volume_map(lost, channel=1, dark=False).title
    assert "None of these" in signal_maps(lost[0], channels=[0, 1, 2], dark=False).title
