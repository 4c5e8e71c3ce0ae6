"""The map of a network: fills, whiskers, marks, stages, the outline, clicks."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from senet_viz.core.errors import BlockError
from senet_viz.figures.base.theme import DARK, GATES, LIGHT, shades
from senet_viz.figures.block.map_blocks import GateSpread, MapBlock, gate_spread, map_block
from senet_viz.figures.block.network_maps import network_map

MEANS = (0.1, 0.4, 0.6, 0.9)
NAMES = ("layer1.0.se", "layer1.1.se", "layer2.0.se", "layer2.1.se")


def spread(mean: float, **changed: float) -> GateSpread:
    return replace(GateSpread(mean, mean / 2, (1 + mean) / 2, 0.0, 0.0), **changed)


FOUR = tuple(
    MapBlock(name, channels, 56, 8.0, spread(mean), "verified")
    for name, channels, mean in zip(NAMES, (64, 64, 128, 2048), MEANS, strict=True)
)


def many(blocks: int) -> list[MapBlock]:
    return [
        MapBlock(f"stages.{i // 9}.blocks.{i}.se", 8 + i, spread=spread(i / 200))
        for i in range(blocks)
    ]


def data(make: Any, blocks: Any = FOUR, **given: Any) -> list[dict[str, Any]]:
    return make.sent(network_map(blocks, **{"dark": False, **given}).figure)["data"]


def test_a_slot_is_filled_from_0_to_the_mean_gate_in_height_and_colour(make: Any) -> None:
    _, empty, fill, _, *_ = data(make)
    np.testing.assert_allclose(fill["y"], MEANS, rtol=1e-6)
    assert fill["marker"]["color"] == shades(MEANS, GATES, low=0, high=1)
    np.testing.assert_array_equal(empty["y"], 1)


def test_whiskers_run_from_the_5th_to_the_95th_percentile(make: Any) -> None:
    gates = np.linspace(0, 1, 1001, dtype=np.float32)[None]
    block = map_block(make.activation(gates, name="se"))
    _, _, _, whisker, *_ = data(make, [block])
    ends = [whisker["y"] - whisker["error_y"]["arrayminus"], whisker["y"]]
    np.testing.assert_allclose(ends[0], 0.05, atol=1e-6)
    np.testing.assert_allclose(ends[1] + whisker["error_y"]["array"], 0.95, atol=1e-6)


def test_what_is_known_of_a_block_is_that_of_its_gates(make: Any) -> None:
    gates = [[0.0, 0.01, 0.5, 0.99], [0.2, 0.3, 0.4, 0.5]]
    block = map_block(make.activation(gates, name="se"))
    assert (block.channels, block.side, block.reduction, block.proof) == (4, 7, 1.0, "verified")
    assert block.spread is not None
    assert block.spread.mean == pytest.approx(np.mean(gates))
    assert (block.spread.near_zero, block.spread.near_one) == (0.25, 0.125)
    assert block.spread.is_saturated


def test_no_picture_and_no_finite_gate_leave_the_slot_empty(make: Any) -> None:
    assert gate_spread(np.array([np.nan, np.inf])) is None
    bare = [MapBlock("a", 64), MapBlock("b", 128)]
    chart = network_map(bare, dark=False)
    assert [trace["type"] for trace in data(make, bare)] == ["bar", "bar", "scatter"]
    assert chart.title == "2 SE blocks of 64 to 128 channels"
    assert np.isnan(chart.table["mean"]).all()
    assert "mean gate not known" in network_map(bare, selected="a", dark=False).alt
    half = [FOUR[0], MapBlock("layer1.1.se", 64)]
    np.testing.assert_allclose(data(make, half)[2]["y"], [0.1], rtol=1e-6)


def test_every_click_over_the_whole_height_tells_the_block(make: Any) -> None:
    chart = network_map(FOUR, selected=NAMES[0], dark=False)
    target, *others = make.sent(chart.figure)["data"]
    assert target["type"] == "bar" and target["customdata"] == list(NAMES)
    assert target["width"] >= 1  # no gap between two slots of a stage
    low, high = chart.figure.layout.yaxis.range
    assert target["base"] == low
    np.testing.assert_allclose(target["base"] + target["y"], high, rtol=1e-6)
    assert all(other["hoverinfo"] == "skip" for other in others)
    assert all(other["unselected"]["marker"]["opacity"] == 1 for other in others)


def test_saturated_and_unproved_blocks_are_marked(make: Any) -> None:
    blocks = [
        MapBlock("a", 8, spread=spread(0.5, near_zero=0.06, near_one=0.05), proof="verified"),
        MapBlock("b", 8, spread=spread(0.5, near_zero=0.1), proof="failed"),
        MapBlock("c", 8, spread=spread(0.5), proof="trivial"),
    ]
    marks = [trace for trace in data(make, blocks) if "name" in trace]
    assert {trace["name"]: trace["x"].tolist() for trace in marks} == {
        "saturated": [0],
        "proof verified": [0],
        "proof failed": [1],
        "proof trivial": [2],
    }
    assert len({trace["text"][0] for trace in marks}) == 4


def test_channels_are_numbers_under_few_slots_and_the_width_of_many(make: Any) -> None:
    (numbers,) = (t for t in data(make) if t.get("text", [""])[0] == "64")
    assert numbers["text"] == ["64", "64", "128", "2048"]
    blocks = many(40)
    assert not [t for t in data(make, blocks) if "8" in t.get("text", [])]
    wide = data(make, blocks)[1]["width"]
    assert (np.diff(wide) > 0).all() and 0.3 < wide[0] < wide[-1] <= 1


def test_stages_are_named_as_far_as_there_is_room(make: Any) -> None:
    figure = network_map(FOUR, dark=False).figure
    assert figure.layout.xaxis.ticktext == ("layer1", "layer2")
    first, second = figure.layout.shapes
    at = np.array(make.sent(figure)["data"][0]["x"])
    assert first.x0 < at[0] and at[1] < first.x1 < second.x0 < at[2]
    tight = [MapBlock(f"features.{i // 5}.block.{i}", 8, spread=spread(0.5)) for i in range(60)]
    axes = network_map(tight, dark=False).figure.layout
    assert axes.xaxis.ticktext == tuple(str(i) for i in range(12))
    assert axes.yaxis.ticktext[2] == "features"


@pytest.mark.parametrize("at", range(4))
def test_the_pick_is_outlined(at: int) -> None:
    layout = network_map(FOUR, selected=NAMES[at], dark=True).figure.layout
    outline = layout.shapes[-1]
    position = (0, 1, 2.6, 3.6)[at]
    assert outline.x0 < position < outline.x1 <= outline.x0 + 1
    assert outline.line.color == DARK.accent


def test_hover_has_three_decimals_the_percentiles_and_the_proof(make: Any) -> None:
    block = MapBlock("a", 32, 8, 8.0, spread(0.4703, low=0.1, near_zero=0.031), "failed")
    (hover,) = data(make, [block])[0]["hovertext"]
    for words in ("32 channels · 8 px · reduction 8", "mean gate 0.470", "nine tenths from 0.100"):
        assert words in hover
    assert "near 0: 3%" in hover and "proof failed" in hover


def test_words_and_numbers(columns_agree: Any) -> None:
    chart = network_map(FOUR, selected=NAMES[1], dark=False)
    assert chart.title == "Mean gates run from 0.100 in layer1.0.se to 0.900 in layer2.1.se"
    assert "Selected: layer1.1.se, 64 channels, mean gate 0.400" in chart.alt
    assert "verified for 4 of 4" in chart.alt
    assert chart.table["block"] == list(NAMES)
    np.testing.assert_array_equal(chart.table["mean"], MEANS)
    assert columns_agree(chart.table)


@pytest.mark.parametrize("blocks", [1, 8, 139])
@pytest.mark.parametrize("dark", [False, True])
def test_works_for_few_and_many(make: Any, blocks: int, dark: bool) -> None:
    of = many(blocks)
    chart = network_map(of, selected=of[-1].name, dark=dark)
    target, _, fill, *_ = make.sent(chart.figure)["data"]
    assert len(fill["y"]) == len(target["customdata"]) == blocks
    assert len(chart.figure.to_json()) < 70_000


def test_hostile_names_are_shown_literally_but_clicked_raw(make: Any) -> None:
    chart = network_map([MapBlock(make.hostile, 8)], selected=make.hostile, dark=False)
    assert make.sent(chart.figure)["data"][0]["customdata"] == [make.hostile]
    shown = make.words(chart.figure).replace("<br>", "")
    assert "&lt;b&gt;x&lt;/b&gt; &#36;y^2&#36; &amp;lt;" in shown
    assert "<b>x" not in shown and "$" not in shown and "<extra>" not in shown


def test_modes_differ() -> None:
    light, dark = (network_map(FOUR, dark=d).figure for d in (False, True))
    assert light.data[1].marker.color == LIGHT.surface
    assert dark.data[1].marker.color == DARK.surface


def test_an_unknown_selection_is_told() -> None:
    with pytest.raises(BlockError, match=r"layer1.0.sf.*Did you mean 'layer1.0.se'"):
        network_map(FOUR, selected="layer1.0.sf", dark=False)
    with pytest.raises(BlockError, match="no SE block"):
        network_map([], dark=False)
