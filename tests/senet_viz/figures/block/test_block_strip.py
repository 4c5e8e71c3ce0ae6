"""The strip of blocks: heights, colours, marks, clicks."""

from typing import Any

import numpy as np
import pytest

from senet_viz.core.errors import BlockError
from senet_viz.figures.base.theme import DARK, GATES, LIGHT, shades
from senet_viz.figures.block.strip_chart import block_strip

MEANS = (0.1, 0.4, 0.6, 0.9)
NAMES = ("layer1.0.se", "layer1.1.se", "layer2.0.se", "layer2.1.se")


@pytest.fixture
def four(make: Any) -> list[Any]:
    return [make.summary(n, mean=m) for n, m in zip(NAMES, MEANS, strict=True)]


def traces(make: Any, chart: Any) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The click targets, the fills, the whiskers."""
    data = make.sent(chart.figure)["data"]
    return data[0], data[2], data[3]


def test_fill_is_the_mean_in_height_and_colour(make: Any, four: list[Any]) -> None:
    _, fill, _ = traces(make, block_strip(four, selected=NAMES[0], dark=False))
    np.testing.assert_allclose(fill["y"], MEANS, rtol=1e-6)
    assert fill["marker"]["color"] == shades(MEANS, GATES, low=0, high=1)
    assert fill["type"] == "bar"


def test_every_click_tells_the_block(make: Any, four: list[Any]) -> None:
    chart = block_strip(four, selected=NAMES[0], dark=False)
    target, *others = make.sent(chart.figure)["data"]
    assert target["type"] == "bar"
    assert target["customdata"] == list(NAMES)
    assert target["width"] >= 1  # no gap between two tiles of a stage
    low, high = chart.figure.layout.yaxis.range
    assert target["base"] == low
    np.testing.assert_allclose(target["base"] + target["y"], high, rtol=1e-6)
    assert all(other["hoverinfo"] == "skip" for other in others)


def test_whiskers_are_one_standard_deviation_within_the_range(make: Any) -> None:
    two = [make.summary("a", mean=0.5, std=0.2), make.summary("b", mean=0.95, std=0.2)]
    _, _, whisker = traces(make, block_strip(two, selected="a", dark=False))
    np.testing.assert_allclose(whisker["error_y"]["array"], [0.2, 0.05], rtol=1e-5)
    np.testing.assert_allclose(whisker["error_y"]["arrayminus"], [0.2, 0.2], rtol=1e-5)


def test_saturated_and_unproved_blocks_are_marked_in_words(make: Any) -> None:
    blocks = [
        make.summary("a", near_zero=0.06, near_one=0.05),
        make.summary("b", near_zero=0.1, proof="failed", relative_error=0.3),
        make.summary("c", proof="trivial"),
    ]
    data = make.sent(block_strip(blocks, selected="a", dark=False).figure)["data"]
    marks = {trace["name"]: trace["x"].tolist() for trace in data if "name" in trace}
    assert marks == {
        "saturated": [0],
        "proof verified": [0],
        "proof failed": [1],
        "proof trivial": [2],
    }
    symbols = {trace["marker"]["symbol"] for trace in data if "name" in trace}
    assert len(symbols) == 4


def test_hover_has_three_decimals_and_the_proof(make: Any) -> None:
    block = make.summary("a", mean=0.4703, std=0.1, near_zero=0.031, proof="failed")
    target, *_ = traces(make, block_strip([block], selected="a", dark=False))
    (hover,) = target["hovertext"]
    for words in ("mean gate 0.470 ± 0.100", "near 0: 3%", "proof failed", "reduction 8"):
        assert words in hover


@pytest.mark.parametrize("at", range(4))
def test_the_selected_block_is_outlined_and_named(make: Any, four: list[Any], at: int) -> None:
    layout = block_strip(four, selected=NAMES[at], dark=True).figure.layout
    (outline,), (name,) = layout.shapes, layout.annotations
    position = (0, 1, 2.6, 3.6)[at]
    assert outline.x0 < position < outline.x1
    assert outline.x1 - outline.x0 < 1
    assert outline.line.color == DARK.accent
    assert name.text == NAMES[at]
    assert name.x == pytest.approx(position)


def test_title_names_the_ends(four: list[Any]) -> None:
    title = block_strip(four, selected=NAMES[1], dark=False).title
    assert title == "Mean gates run from 0.100 in layer1.0.se to 0.900 in layer2.1.se"


def test_alt_and_table_have_the_numbers(make: Any, four: list[Any], columns_agree: Any) -> None:
    chart = block_strip(four, selected=NAMES[1], dark=False)
    assert "Selected: layer1.1.se, mean gate 0.400 ± 0.100" in chart.alt
    assert "verified for 4 of 4" in chart.alt
    assert chart.table["block"] == list(NAMES)
    np.testing.assert_array_equal(chart.table["mean"], MEANS)
    assert columns_agree(chart.table)


@pytest.mark.parametrize("blocks", [1, 8, 139])
@pytest.mark.parametrize("dark", [False, True])
def test_works_for_few_and_many(make: Any, blocks: int, dark: bool) -> None:
    many = [make.summary(f"stages.{i // 9}.blocks.{i}.se", mean=i / 139) for i in range(blocks)]
    chart = block_strip(many, selected=many[-1].block.name, dark=dark)
    target, fill, _ = traces(make, chart)
    assert len(fill["y"]) == len(target["customdata"]) == blocks
    assert len(chart.figure.to_json()) < 70_000


def test_hostile_names_are_shown_literally_but_clicked_raw(make: Any) -> None:
    chart = block_strip([make.summary(make.hostile)], selected=make.hostile, dark=False)
    target, *_ = traces(make, chart)
    assert target["customdata"] == [make.hostile]
    shown = make.words(chart.figure).replace("<br>", "")
    assert "&lt;b&gt;x&lt;/b&gt; &#36;y^2&#36; &amp;lt;" in shown
    assert "<b>x" not in shown and "$" not in shown and "<extra>" not in shown


def test_modes_differ(four: list[Any]) -> None:
    light, dark = (block_strip(four, selected=NAMES[0], dark=d).figure for d in (False, True))
    assert light.data[1].marker.color == LIGHT.surface
    assert dark.data[1].marker.color == DARK.surface


@pytest.mark.parametrize("mean", [0.0, 1.0, float("nan")])
def test_extreme_means(make: Any, mean: float) -> None:
    chart = block_strip([make.summary("a", mean=mean, std=0.0)], selected="a", dark=False)
    words = "not a finite" if np.isnan(mean) else f"{mean:.3f}"
    assert ("No gate is a finite number" if np.isnan(mean) else words) in chart.title


def test_nothing_fades_when_a_tile_is_clicked(make: Any, four: list[Any]) -> None:
    _, *others = make.sent(block_strip(four, selected=NAMES[0], dark=False).figure)["data"]
    assert all(other["unselected"]["marker"]["opacity"] == 1 for other in others)


def test_an_unknown_selection_is_told(four: list[Any]) -> None:
    with pytest.raises(BlockError, match=r"layer1.0.sf.*Did you mean 'layer1.0.se'"):
        block_strip(four, selected="layer1.0.sf", dark=False)
    with pytest.raises(BlockError, match="no SE block"):
        block_strip([], selected="a", dark=False)
