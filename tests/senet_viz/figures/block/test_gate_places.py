"""The map of what each place adds: its numbers are the account's, its colours even round 0."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import senet_viz as sv
from senet_viz.analysis.gate_places import GatePlaces, Of
from senet_viz.analysis.place_deletion import PlaceDeletion
from senet_viz.core.records import SEBlock
from senet_viz.figures.base.theme import DIFFERENCE, rgb
from senet_viz.figures.block.gate_places import places_map, places_overlay
from senet_viz.figures.block.place_deletion import deletion_curve

BLOCK = SEBlock("a.se", 0, "ours", "sigmoid", 8, 2)


def account(values: object) -> GatePlaces:
    map_ = np.array(values, np.float64)
    logit = 0.5 + float(map_.sum())
    return GatePlaces(BLOCK, "channel", 3, 0, 0.5, map_, logit, 0.0, False)


def test_the_table_and_the_sentence_give_the_sum() -> None:
    chart = places_map(account([[1.0, -2.0], [0.25, 0.0]]), dark=False)
    assert chart.table["adds"] == pytest.approx([1.0, -2.0, 0.25, 0.0])
    assert chart.title == "Places add +1.25 and take −2 with a constant of 0.5: logit −0.25"
    heat = chart.figure.data[0]
    assert (heat.zmin, heat.zmax) == (-2.0, 2.0)
    assert "−0.25" in chart.alt and "not what the class depends on" in chart.caution


@pytest.mark.parametrize(
    ("of", "less", "said", "read"),
    [
        ("unit", False, "sum that enters the unit −0.25", "switches the hidden unit on"),
        ("channels", False, "mean logit −0.25", "cancels out"),
        ("channel", True, "difference of the logit −0.25", "less what the same place adds"),
    ],
)
def test_what_it_adds_up_to_is_named(of: Of, less: bool, said: str, read: str) -> None:
    explained = replace(account([[1.0, -2.0], [0.25, 0.0]]), of=of, less=less)
    chart = places_map(explained, dark=False)
    assert chart.title.endswith(said) and read in chart.reads


def test_each_of_two_poolings_has_a_map_on_one_scale_and_its_sum() -> None:
    maps = np.array([[[1.0, 2.0], [0.0, 0.0]], [[0.0, 0.5], [0.0, -3.0]]])
    explained = replace(account(maps.sum(0)), pools=("mean", "max"), by_pool=maps)
    charts = [places_map(explained, dark=False, pool=pool) for pool in (None, 0, 1)]
    assert {chart.figure.data[0].zmax for chart in charts} == {3.0}
    assert charts[1].title == "Places add +3 through the mean"
    assert charts[2].title == "Places add −2.5 through the maximum"
    assert charts[2].table["adds"] == pytest.approx([0.0, 0.5, 0.0, -3.0])


def test_nothing_is_the_middle_colour_and_the_ends_are_those_of_the_scale() -> None:
    flat = np.zeros((8, 8))
    flat[:, :4] = 1.0
    flat[:4, 4:] = -1.0
    png = places_overlay(np.zeros((8, 8, 3), np.uint8), account(flat), opacity=1.0)
    seen = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    assert tuple(seen[7, 0]) == rgb(DIFFERENCE[-1])
    assert tuple(seen[0, 7]) == rgb(DIFFERENCE[0])
    assert np.abs(seen[7, 7].astype(int) - rgb(DIFFERENCE[5])).max() <= 2


def test_signals_and_empty_accounts() -> None:
    with pytest.raises(sv.BlockError, match="drawn are those of pictures"):
        places_map(account([1.0, 2.0]), dark=False)
    assert places_map(account(np.zeros((2, 2))), dark=True).figure.data[0].zmax == 1


def deletion(fall: float, others: float) -> PlaceDeletion:
    shares = np.array([0.1, 0.5])
    return PlaceDeletion(
        BLOCK, 3, "blur", "block", 1.0, shares, np.full(2, fall), np.full((20, 2), others)
    )


@pytest.mark.parametrize(
    ("fall", "others", "said"),
    [
        (0.5, 0.1, "Mean fall +0.450, random places +0.090; 0 of 20 random sets fall as far"),
        (0.1, 0.5, "No better than random: mean fall +0.090, random places +0.450, and 20 of 20"),
        (0.0, 0.0, "Nothing moves this gate here: the logit stays the same"),
    ],
)
def test_a_deletion_curve_says_whether_it_is_better_than_random(
    fall: float, others: float, said: str
) -> None:
    chart = deletion_curve(deletion(fall, others), dark=False)
    assert chart.title.startswith(said) and "tests the account itself" in chart.reads
    assert chart.table["fall"].tolist() == [fall, fall]
