"""Inputs that are no pictures, and lines as tiles: what is drawn is what was given."""

import numpy as np
import pytest

from senet_viz.figures.base.line_tiles import FLAT, INK, ZERO, line_tile, map_tile
from senet_viz.figures.base.palette_images import tile
from senet_viz.figures.base.thinning import MOST_PLACES
from senet_viz.figures.block.feature_maps import mosaic
from senet_viz.figures.block.network_inputs import input_picture, network_input
from senet_viz.figures.block.signals_and_volumes import signal_maps, volume_map
from tests.array_networks import heartbeat, scan


def test_a_line_reaches_the_highest_and_the_lowest_value_of_each_column() -> None:
    values = np.zeros(4000, np.float32)
    values[1000], values[3000] = 1.0, -1.0  # one of forty that share a column
    drawn, words = line_tile(values, -1.0, 1.0, side=100)
    height = round(100 * FLAT)
    assert drawn.shape == (height, 100) and not words
    inked = drawn == INK
    assert [column for column in range(100) if inked[0, column]] == [25]
    assert [column for column in range(100) if inked[-1, column]] == [75]
    assert inked[height // 2 - 1 : height // 2 + 1].all(axis=1).any()
    assert (line_tile(np.full(5, 0.5), -1.0, 1.0, side=50)[0] == ZERO).any()
    assert line_tile(np.array([1, np.nan]), 0.0, 1.0, side=50)[1] == "not finite"


def test_a_volume_s_tile_is_its_middle_slice() -> None:
    values = scan()
    drawn, _ = map_tile(values, -3.0, 3.0, side=56)
    np.testing.assert_array_equal(drawn, tile(values[5], -3.0, 3.0, side=56)[0])
    assert mosaic(
        values[None], captions=["a"], low=-3.0, high=3.0, columns=1, dark=False
    ).png.startswith(b"\x89PNG")


def test_the_lines_of_an_input_are_its_channels() -> None:
    chart = network_input(heartbeat(), dark=False)
    assert chart.title.startswith("The input: 12 channels of 300 places, from −1")
    assert len(chart.figure.data) == 8 and "The first 8 of 12 channels" in chart.reads
    for line, values in zip(chart.figure.data, heartbeat(), strict=False):
        np.testing.assert_array_equal(line.y, values)
    assert input_picture(heartbeat()).shape == (224, 224, 3)


def test_a_long_line_is_thinned_and_says_so() -> None:
    values = np.arange(2.5 * MOST_PLACES, dtype=np.float32)[None]
    chart = network_input(values, dark=False)
    (line,) = chart.figure.data
    np.testing.assert_array_equal(line.x, line.y)
    assert len(line.x) <= MOST_PLACES and "one of every 1 × 3 places" in chart.reads


def test_the_slices_of_an_input_are_one_channel_s() -> None:
    both = np.stack([scan(), scan() - 9])
    chart = network_input(both, channel=1, dark=True)
    for drawn, values in zip(chart.figure.data, both[1], strict=True):
        np.testing.assert_array_equal(drawn.z, values)
        assert (drawn.zmin, drawn.zmax) == (both.min(), both.max())


def test_a_channel_after_its_gate_is_on_the_scale_before_it() -> None:
    lead = heartbeat()[:1]
    chart = signal_maps(lead, channels=[4], gates=[0.25], dark=False)
    before, after = chart.figure.data
    np.testing.assert_array_equal(after.y, before.y * np.float32(0.25))
    np.testing.assert_array_equal(chart.table["after"], after.y)
    after = volume_map(scan(), channel=4, gate=0.25, dark=False).figure.data[0]
    np.testing.assert_array_equal(after.z, scan()[0] * np.float32(0.25))
    assert after.zmax == pytest.approx(scan().max())
