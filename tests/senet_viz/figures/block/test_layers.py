"""All blocks at once, and two blocks side by side."""

from typing import Any

import numpy as np
import pytest

from senet_viz.core.records import Capture
from senet_viz.figures.base.theme import DARK, LIGHT, OKABE_ITO
from senet_viz.figures.block.layers import depth_by_channel, depth_distributions, two_blocks

WIDTHS = (1, 16, 64, 2048)


def capture(*blocks: Any) -> Capture:
    return Capture(tuple(blocks), None, len(blocks[0].excitation), (224, 224))


@pytest.fixture
def network(make: Any) -> Capture:
    return capture(
        *(
            make.activation(make.beta_gates(c, pictures=2, seed=c), name=f"layer{i}.0.se")
            for i, c in enumerate(WIDTHS)
        )
    )


# --- all blocks as a colour map -----------------------------------------------------------------


def test_rows_are_sorted_gates_of_one_picture(make: Any, network: Capture) -> None:
    (heat,) = make.sent(depth_by_channel(network, image=1, dark=False).figure)["data"]
    rows = heat["z"]
    assert rows.dtype == np.float32 and rows.shape == (4, 128)
    assert np.all(np.diff(rows, axis=1) <= 0)
    assert (heat["zmin"], heat["zmax"]) == (0, 1)
    assert heat["y"] == [f"layer{i}.0.se" for i in range(4)]
    for row, seen in zip(rows, network, strict=True):
        gates = np.sort(seen.excitation[1])[::-1]
        np.testing.assert_allclose([row[0], row[-1]], gates[[0, -1]], atol=0.04)
        np.testing.assert_allclose(row.mean(), gates.mean(), atol=0.01)


def test_as_many_channels_as_places_are_shown_as_they_are(make: Any) -> None:
    gates = make.beta_gates(128)
    one = capture(make.activation(gates))
    (heat,) = make.sent(depth_by_channel(one, image=0, dark=False).figure)["data"]
    np.testing.assert_allclose(heat["z"][0], np.sort(gates[0])[::-1], atol=1e-6)


def test_the_first_block_is_at_the_top(network: Capture) -> None:
    axis = depth_by_channel(network, image=0, dark=False).figure.layout.yaxis
    assert axis.autorange == "reversed"
    assert axis.type == "category"  # names may look like numbers


def test_many_blocks_show_few_names(make: Any) -> None:
    many = capture(*(make.activation(make.beta_gates(8), name=f"b.{i}.se") for i in range(139)))
    axis = depth_by_channel(many, image=0, dark=True).figure.layout.yaxis
    assert len(axis.ticktext) == len(axis.tickvals) <= 24
    assert [f"b.{v}" for v in axis.tickvals] == list(axis.ticktext)


def test_colour_map_says_what_it_shows(make: Any, columns_agree: Any) -> None:
    two = capture(
        make.activation([[0.5, 0.5]], name="still"), make.activation([[0.0, 1.0]], name="wide")
    )
    chart = depth_by_channel(two, image=0, dark=False)
    assert (
        chart.title == "wide tells its channels apart most: nine in ten gates from 0.050 to 0.950"
    )
    assert "2 blocks" in chart.alt
    assert columns_agree(chart.table)
    assert chart.table["block"] == ["still"] * 128 + ["wide"] * 128
    assert (chart.table["place"][0], chart.table["gate"][127]) == (0.5 / 128, 0.5)


# --- boxes --------------------------------------------------------------------------------------


def test_boxes_are_percentiles(make: Any, network: Capture, columns_agree: Any) -> None:
    chart = depth_distributions(network, image=1, dark=False)
    box, medians = make.sent(chart.figure)["data"]
    keys = ("lowerfence", "q1", "median", "q3", "upperfence")
    for i, seen in enumerate(network):
        found = [box[k][i] for k in keys]
        expected = np.percentile(seen.excitation[1], (5, 25, 50, 75, 95))
        np.testing.assert_allclose(found, expected, rtol=1e-5)
    np.testing.assert_array_equal(medians["y"], box["median"])
    assert medians["customdata"] == list(network.names)
    assert medians["type"] == "scatter"
    assert chart.figure.layout.yaxis.range == (-0.03, 1.03)
    assert columns_agree(chart.table)
    np.testing.assert_array_equal(chart.table["p50"].astype(np.float32), medians["y"])


def test_boxes_say_what_they_show(network: Capture) -> None:
    chart = depth_distributions(network, image=0, dark=False)
    first, last = (float(np.median(network[i].excitation[0])) for i in (0, -1))
    assert chart.title == (
        f"The median gate goes from {first:.3f} in layer0.0.se to {last:.3f} in layer3.0.se"
    )
    assert "middle half" in chart.figure.data[1].hovertext[0]


# --- two blocks ---------------------------------------------------------------------------------


def test_two_blocks_compare_shares_and_order(make: Any, columns_agree: Any) -> None:
    one = make.activation([[0, 0, 0.5, 1]], name="one")
    two = make.activation(make.beta_gates(128), name="two")
    chart = two_blocks(one, two, image=0, dark=False)
    steps, curve, _, other = make.sent(chart.figure)["data"]
    np.testing.assert_allclose(steps["y"][[0, 10, 19]], [0.5, 0.25, 0.25])
    np.testing.assert_allclose(steps["x"], np.linspace(0, 1, 21), atol=1e-6)
    assert steps["y"][20] == steps["y"][19]
    np.testing.assert_allclose(other["y"], np.sort(two.excitation[0])[::-1], atol=1e-6)
    assert (curve["y"][0], curve["y"][-1]) == (1, 0)
    assert chart.table["block"] == ["1: one"] * 20 + ["2: two"] * 20
    np.testing.assert_allclose(chart.table["share"].reshape(2, 20).sum(1), 1)
    assert columns_agree(chart.table)


def test_two_blocks_differ_in_more_than_colour(make: Any) -> None:
    seen = make.activation(make.beta_gates(8))
    first, _, second, _ = two_blocks(seen, seen, image=0, dark=False).figure.data
    assert (first.line.color, second.line.color) == OKABE_ITO[:2]
    assert first.line.dash != second.line.dash


def test_a_block_beside_itself_is_told_apart_in_the_numbers(make: Any) -> None:
    seen = make.activation(make.beta_gates(8), name="same")
    chart = two_blocks(seen, seen, image=0, dark=False)
    assert set(chart.table["block"]) == {"1: same", "2: same"}
    assert chart.title.startswith("Both blocks have the median gate")


# --- all ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0.0, 1.0, np.nan])
def test_degenerate_gates(make: Any, value: float) -> None:
    flat = make.activation([[value] * 4], name="flat")
    charts = (
        depth_by_channel(capture(flat), image=0, dark=False),
        depth_distributions(capture(flat), image=0, dark=False),
        two_blocks(flat, flat, image=0, dark=False),
    )
    for chart in charts:
        assert ("No gate is a finite number" in chart.title) is bool(np.isnan(value))


def test_one_broken_block_does_not_take_the_others_along(make: Any) -> None:
    both = capture(
        make.activation([[np.nan, np.nan]], name="a"), make.activation([[0.2, 0.4]], name="b")
    )
    assert depth_distributions(both, image=0, dark=False).title == "The median gate of b is 0.300"
    (heat,) = make.sent(depth_by_channel(both, image=0, dark=False).figure)["data"]
    assert np.isnan(heat["z"][0]).all() and np.isfinite(heat["z"][1]).all()


def test_hostile_names_are_shown_literally(make: Any) -> None:
    hostile = make.activation(make.beta_gates(8), name=make.hostile)
    for chart in (
        depth_by_channel(capture(hostile), image=0, dark=False),
        depth_distributions(capture(hostile), image=0, dark=False),
        two_blocks(hostile, hostile, image=0, dark=False),
    ):
        shown = make.words(chart.figure)
        assert "&lt;b&gt;" in shown
        assert "<b>x" not in shown and "$" not in shown and "<extra>" not in shown


def test_modes_differ(make: Any, network: Capture) -> None:
    for function in (depth_by_channel, depth_distributions):
        light, dark = (function(network, image=0, dark=d).figure.to_json() for d in (False, True))
        assert LIGHT.background in light and LIGHT.background not in dark
        assert DARK.background in dark
