"""The map of a network: heights and colours to scale, frames, the outline, clicks."""

from typing import Any

import numpy as np
import pytest

from senet_viz.core.errors import BlockError
from senet_viz.figures.base.theme import GATES, LIGHT, shades
from senet_viz.figures.block.network_maps import MapBlock, network_map

FOUR = (
    MapBlock("layer1.0.se", 64, 0.1, 56),
    MapBlock("layer1.1.se", 64, 0.4, 56),
    MapBlock("layer2.0.se", 128, None, 28),
    MapBlock("layer2.1.se", 512, float("nan"), 14),
)


def sent(make: Any, **changed: Any) -> dict[str, Any]:
    given = {"selected": FOUR[1].name, "dark": False, **changed}
    return make.sent(network_map(FOUR, **given).figure)


def test_heights_are_channels_on_one_scale_and_colours_mean_gates(make: Any) -> None:
    _, known, unknown = sent(make)["data"]
    np.testing.assert_allclose(known["y"], [64, 64])
    np.testing.assert_allclose(unknown["y"], [128, 512])
    np.testing.assert_allclose(known["base"] + np.array(known["y"]) / 2, 0)  # about one middle line
    assert known["marker"]["color"] == shades([0.1, 0.4], GATES, low=0, high=1)
    assert unknown["marker"]["color"] == LIGHT.line  # no gate, or one that is no number


def test_every_click_over_the_whole_height_tells_the_block(make: Any) -> None:
    figure = sent(make)
    target = figure["data"][0]
    assert target["customdata"] == [block.name for block in FOUR]
    low, high = figure["layout"]["yaxis"]["range"]
    assert target["base"] == low and target["width"] == 1
    np.testing.assert_allclose(target["base"] + np.array(target["y"]), high, rtol=1e-6)
    assert all(other["hoverinfo"] == "skip" for other in figure["data"][1:])


def test_the_pick_is_outlined_and_stages_are_framed_and_named(make: Any) -> None:
    figure = sent(make)
    *frames, outline = figure["layout"]["shapes"]
    assert len(frames) == 2
    at = np.array(figure["data"][0]["x"])
    assert outline["x0"] < at[1] < outline["x1"] < at[2]
    assert frames[0]["x0"] < at[0] and at[1] < frames[0]["x1"] < frames[1]["x0"] < at[2]
    words = figure["layout"]["xaxis"]["ticktext"]
    assert words == ["layer1<br>56 px", "layer2<br>"]  # not one side for all of the second


def test_words_and_numbers(make: Any) -> None:
    chart = network_map(FOUR, selected="layer2.0.se", dark=True)
    assert (
        chart.title == "4 SE blocks, from 64 channels in layer1.0.se to 512 channels in layer2.1.se"
    )
    assert "Selected: layer2.0.se, 128 channels, mean gate not known" in chart.alt
    assert chart.table["channels"].tolist() == [64, 64, 128, 512]
    assert np.isnan(chart.table["mean"][2:]).all()


def test_names_without_stages_and_markup_are_drawn(make: Any) -> None:
    odd = [MapBlock(f"<b>{i}</b>$x$", 8, 0.5) for i in range(30)]
    figure = make.sent(network_map(odd, selected=odd[0].name, dark=False).figure)
    assert len(figure["layout"]["shapes"]) == 1
    assert "<b>0" not in figure["data"][0]["hovertext"][0].replace("<b>&lt;", "")


def test_a_block_that_is_not_there_is_an_error() -> None:
    with pytest.raises(BlockError, match="gone"):
        network_map(FOUR, selected="gone", dark=False)
