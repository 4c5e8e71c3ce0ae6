"""Gains in one chart, pixels' gates round a gate, gates by step."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from senet_viz.analysis.training_steps import Moment
from senet_viz.figures.baselines.gains import movement
from senet_viz.figures.baselines.pixel_gate_maps import pixel_gates
from senet_viz.figures.baselines.training_steps import (
    gates_by_step,
    learning_by_step,
    spread_by_step,
)
from senet_viz.figures.baselines.treatments import MOST_CHANNELS, Treatment, gains_in_one

Agree = Callable[[dict[str, Any]], bool]


def test_moving_and_still_treatments_are_told_apart(columns_agree: Agree) -> None:
    moving = np.array([[0.2, 0.9, 0.4], [0.4, 0.7, 0.6]], np.float32)
    still = np.tile(moving.mean(0), (2, 1))
    other = moving[:, ::-1].copy()
    rows = [
        Treatment("SE", moving),
        Treatment("fixed <b>scale</b>", still),
        Treatment("another network", other, "another"),
    ]
    chart = gains_in_one(rows, pictures=["one", "two"], block="layer1.0.se", dark=False)
    assert "SE moves by 0.100 from picture to picture in layer1.0.se" in chart.title
    assert chart.title.endswith("what does not move: fixed <b>scale</b>")
    assert len(chart.figure.data) == 6
    for trace, (row, picture) in zip(
        chart.figure.data, ((r, p) for r in rows for p in (0, 1)), strict=True
    ):
        expected = [1, 2, 0] if row.group == "" else [1, 0, 2]
        assert list(trace.customdata) == expected
        np.testing.assert_allclose(trace.y, row.gains[picture][expected], rtol=1e-6)
    assert {t.yaxis for t in chart.figure.data} == {"y", "y2", "y3"}
    domains = [chart.figure.layout[f"yaxis{n}"].domain for n in ("", "2", "3")]
    assert all(lower[1] < upper[0] for upper, lower in pairwise(domains))
    notes = [note.text for note in chart.figure.layout.annotations]
    assert "moves by 0.100" in notes[0] and "moves by 0.000" in notes[1]
    assert "<b>scale" not in notes[1]
    assert columns_agree(chart.table)
    np.testing.assert_allclose(chart.table["variance"][:3], moving.var(0), rtol=1e-5)


def test_very_many_channels_are_thinned_out_and_undefined_gains_left_out() -> None:
    gains = np.random.default_rng(0).random((2, 1000)).astype(np.float32)
    gains[0, 3] = np.nan
    chart = gains_in_one([Treatment("SE", gains)], pictures=["a", "b"], block="x", dark=True)
    assert len(chart.figure.data[0].y) == MOST_CHANNELS
    assert f"{movement(gains):.3f}" in chart.title
    none = Treatment("SE", np.full((2, 4), np.nan, np.float32))
    chart = gains_in_one([none], pictures=["a", "b"], block="x", dark=True)
    assert chart.title == "No gain of x is defined"


def test_the_band_holds_nine_in_ten_pixels(columns_agree: Agree) -> None:
    gates = np.random.default_rng(0).random((3, 5, 4)).astype(np.float32)
    excitation = np.array([0.2, 0.8, 0.5], np.float32)
    chart = pixel_gates(excitation, gates, block="b", dark=False)
    band, middle, own = chart.figure.data
    np.testing.assert_allclose(own.y, [0.8, 0.5, 0.2], rtol=1e-6)
    flat = gates.reshape(3, -1)[[1, 2, 0]]
    np.testing.assert_allclose(band.y[:3], np.quantile(flat, 0.95, axis=1), rtol=1e-5)
    np.testing.assert_allclose(band.y[3:], np.quantile(flat, 0.05, axis=1)[::-1], rtol=1e-5)
    np.testing.assert_allclose(middle.y, np.median(flat, axis=1), rtol=1e-5)
    shift = float((flat.mean(1) - excitation[[1, 2, 0]]).mean())
    assert f"spread by {flat.std(1).mean():.3f}" in chart.title
    assert f"{abs(shift):.3f} {'higher' if shift > 0 else 'lower'}" in chart.title
    assert columns_agree(chart.table)


def moment(step: int, width: float) -> Moment:
    row = np.array([0.5 - width, 0.5 - width / 2, 0.5, 0.5 + width / 2, 0.5 + width])
    gates = np.stack([row, 0.5 + (row - 0.5) / 2]).astype(np.float32)
    return Moment(step, 2.0 - step / 10, step / 20, ("layer1.0.se", "layer2.0.se"), gates)


@pytest.mark.parametrize("dark", [False, True])
def test_gates_leave_the_place_where_they_began(dark: bool, columns_agree: Agree) -> None:
    moments = [moment(0, 0.0), moment(5, 0.1), moment(10, 0.3)]
    chart = spread_by_step(moments, dark=dark)
    first, second = chart.figure.data
    np.testing.assert_allclose(first.y, [0, 0.2, 0.6], atol=1e-6)
    np.testing.assert_allclose(second.y, [0, 0.1, 0.3], atol=1e-6)
    assert "After 10 steps the gates of layer1 are 0.600 apart, those of layer2 0.300" in (
        chart.title
    )
    chart = gates_by_step(moments, "layer2.0.se", dark=dark)
    np.testing.assert_allclose(chart.figure.data[0].y[:3], [0.5, 0.55, 0.65], rtol=1e-6)
    assert "between 0.350 and 0.650 after 10 steps; they began at 0.500" in chart.title
    low, high = chart.figure.layout.yaxis.range
    assert 0 <= low < 0.35 and 0.65 < high <= 1
    loss, right = learning_by_step(moments, dark=dark).figure.data
    np.testing.assert_allclose(loss.y, [2, 1.5, 1], rtol=1e-6)
    np.testing.assert_allclose(right.y, [0, 0.25, 0.5], rtol=1e-6)
    assert all(
        columns_agree(c.table)
        for c in (
            spread_by_step(moments, dark=dark),
            gates_by_step(moments, "layer1.0.se", dark=dark),
        )
    )
