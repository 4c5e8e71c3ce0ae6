"""The charts of Pictures draw the numbers they are given, and their sentences say so."""

from typing import Any

import numpy as np
import pytest

import senet_viz as sv
from senet_viz.figures.base.series import Series
from senet_viz.figures.base.theme import DIFFERENCE, OKABE_ITO, shades
from senet_viz.figures.pictures.channel_bars import channel_by_picture
from senet_viz.figures.pictures.distance_by_depth import parting_by_depth
from senet_viz.figures.pictures.profile_charts import gate_difference, gate_profiles
from senet_viz.figures.pictures.separation import separating_channels
from senet_viz.figures.pictures.similarity import cosine_matrix, distance_matrix
from senet_viz.figures.pictures.two_networks import networks_by_depth

GATES = np.array([[0.1, 0.5, 0.9], [0.2, 0.5, 0.3], [0.9, 0.6, 0.3]], np.float32)
SERIES = (Series("Temple", 0), Series("Cat", 1), Series("Cup", 9))
GROUPS = ("made", "living", "made")


def compared(make: Any, *, groups: tuple[str, ...] = GROUPS) -> sv.PictureComparison:
    halved = 0.5 * GATES
    blocks = (make.activation(GATES, name="l1.0.se"), make.activation(halved, name="l2.0.se"))
    return sv.compare_pictures([sv.Capture(blocks, None, 3, (8, 8))], groups=groups)


def test_sixteen_places_have_sixteen_looks() -> None:
    looks = {(s.colour, s.line["dash"], s.symbol) for s in (Series("", i) for i in range(16))}
    assert len(looks) == 16
    assert SERIES[2].colour == OKABE_ITO[1]


def test_profiles_share_one_order_and_one_scale(make: Any, columns_agree: Any) -> None:
    usual = np.array([0.4, 0.4, 0.4], np.float32)
    chart = gate_profiles(
        "se", GATES, SERIES, channels=[2, 0, 1], ordered="so", usual=usual, dark=False
    )
    lines = make.sent(chart.figure)["data"]
    assert [t["name"] for t in lines] == ["usual gate", "Temple", "Cat", "Cup"]
    for row, line in zip(GATES, lines[1:], strict=True):
        np.testing.assert_allclose(line["y"], row[[2, 0, 1]])
        assert line["customdata"].tolist() == [2, 0, 1]
    assert [t["line"]["color"] for t in lines[1:]] == [s.colour for s in SERIES]
    low, high = chart.figure.layout.yaxis.range
    assert low <= 0 and high >= 1
    assert chart.title == (
        "se differs most in channel 0: 0.100 for Temple, 0.900 for Cup; half of its channels "
        "differ by 0.600 or less"
    )
    assert columns_agree(chart.table)
    fitted = gate_profiles(
        "se", GATES, SERIES, channels=[0], ordered="so", span=(0.4, 0.5), dark=True
    )
    assert fitted.figure.layout.yaxis.range[0] == pytest.approx(0.39)


def test_channels_by_number_have_their_numbers_on_the_axis() -> None:
    some = list(range(3, 100, 4))
    gates = np.tile(np.linspace(0.2, 0.8, 100, dtype=np.float32), (3, 1))
    axis = gate_profiles(
        "se", gates, SERIES, channels=some, ordered="by number", dark=False
    ).figure.layout.xaxis
    assert [str(some[place - 1]) for place in axis.tickvals] == list(axis.ticktext)
    assert (axis.ticktext[0], axis.ticktext[-1]) == ("3", "99")
    ranked = gate_profiles("se", gates, SERIES, channels=some[::-1], ordered="so", dark=False)
    assert ranked.figure.layout.xaxis.ticktext is None


def test_difference_is_the_first_less_the_second_around_zero(make: Any) -> None:
    chart = gate_difference("se", GATES[:2], SERIES[:2], reach=0.8, dark=False)
    (bars,) = make.sent(chart.figure)["data"]
    np.testing.assert_allclose(bars["y"], [0.6, 0, -0.1], atol=1e-6)
    np.testing.assert_allclose(bars["customdata"], [2, 1, 0])
    apart = np.sort(GATES[0].astype(np.float64) - GATES[1])[::-1]
    assert bars["marker"]["color"] == shades(apart, DIFFERENCE, low=-0.8, high=0.8)
    assert "channel 2 by +0.600, channel 0 by −0.100" in chart.title
    same = gate_difference("se", GATES[[0, 0]], SERIES[:2], reach=0.0, dark=True)
    assert same.title == "se gives Temple and Cat the same gates"
    assert same.figure.layout.yaxis.range[1] > 0


def test_one_channel_has_a_bar_a_picture(make: Any) -> None:
    chart = channel_by_picture("se", 2, GATES[:, 2], SERIES, usual=(0.5, 0.1), dark=False)
    (bars,) = make.sent(chart.figure)["data"]
    np.testing.assert_allclose(bars["x"], GATES[:, 2])
    assert bars["marker"]["color"] == [s.colour for s in SERIES]
    band = chart.figure.layout.shapes[0]
    assert (band.x0, band.x1) == pytest.approx((0.4, 0.6))
    assert chart.title.startswith("Channel 2 is most open for Temple (0.900)")


def test_distances_by_depth_of_the_pair_and_the_groups(make: Any, columns_agree: Any) -> None:
    found, usual = compared(make), np.array([0.1, 0.2])
    chart = parting_by_depth(found, SERIES, (0, 1), usual=usual, selected="l2.0.se", dark=False)
    lines = {t["name"]: t for t in make.sent(chart.figure)["data"]}
    assert list(lines) == [
        "between groups",
        "within groups",
        "Temple and Cat",
        "two reference pictures",
    ]
    np.testing.assert_allclose(lines["between groups"]["y"], found.between, rtol=1e-6)
    np.testing.assert_allclose(lines["within groups"]["y"], found.within, rtol=1e-6)
    np.testing.assert_allclose(lines["Temple and Cat"]["y"], found.distance[:, 0, 1], rtol=1e-6)
    np.testing.assert_allclose(lines["two reference pictures"]["y"], usual)
    assert lines["Temple and Cat"]["customdata"] == ["l1.0.se", "l2.0.se"]
    assert chart.title.startswith("Nowhere do the groups differ much more")
    assert columns_agree(chart.table)
    apart = parting_by_depth(
        compared(make, groups=("a", "a", "b")),
        SERIES,
        (0, 2),
        usual=None,
        selected="l1.0.se",
        dark=True,
    )
    assert apart.title.startswith("The groups part most in l1.0.se: ")
    alone = parting_by_depth(
        compared(make, groups=("", "", "")),
        SERIES,
        (0, 2),
        usual=None,
        selected="l1.0.se",
        dark=True,
    )
    assert "furthest apart in l1.0.se" in alone.title
    assert [t.name for t in alone.figure.data] == ["all pairs", "Temple and Cup"]


def test_matrices_hold_every_pair_and_tell_which_cell_was_clicked(make: Any) -> None:
    distance = compared(make).of("l1.0.se")
    chart = distance_matrix("se", distance, SERIES, reach=0.7, dark=False)
    heat, cells = make.sent(chart.figure)["data"]
    np.testing.assert_allclose(heat["z"], distance, rtol=1e-6)
    assert (heat["zmin"], heat["zmax"]) == (0, 0.7)
    assert cells["customdata"][5] == "1,2"
    assert (cells["x"][5], cells["y"][5]) == (2, 1)
    assert "Temple and Cat most alike (0.351 apart), Temple and Cup least (0.580)" in chart.title
    cosine = np.array([[1, 0.5, -0.2], [0.5, 1, np.nan], [-0.2, np.nan, np.nan]])
    chart = cosine_matrix("se", cosine, SERIES, centre="the usual", dark=True)
    assert "Temple and Cat most alike (cosine 0.50), of Temple and Cup least (-0.20)" in chart.title


def test_separating_channels_are_in_order_with_their_pictures(make: Any) -> None:
    found = sv.separate_channels(GATES, GROUPS)
    pictures = list(zip(SERIES, GROUPS, strict=True))
    groups = (Series("made", 0), Series("living", 1))
    chart = separating_channels("se", found, GATES, pictures, groups, dark=False)
    made, mean, living, _ = make.sent(chart.figure)["data"]
    np.testing.assert_allclose(made["x"], GATES[[0, 2]][:, found.order].ravel())
    assert made["customdata"].tolist() == [*found.order, *found.order]
    np.testing.assert_allclose(mean["x"], found.mean[0][found.order], rtol=1e-6)
    np.testing.assert_allclose(living["x"], GATES[1][found.order])
    assert chart.title.startswith("No better than chance with so few pictures: channel ")
    assert "3 ways to deal" in chart.reads
    single = sv.separate_channels(GATES[:2], GROUPS[:2])
    chart = separating_channels("se", single, GATES[:2], pictures[:2], groups, dark=True)
    assert "No group holds two pictures" in chart.reads


def test_networks_are_aligned_by_relative_depth(make: Any, columns_agree: Any) -> None:
    first = [make.summary(f"a.{i}", mean=0.1 * i, near_zero=0.1, near_one=0.2) for i in range(4)]
    second = [make.summary(f"b.{i}", mean=0.5) for i in range(2)]
    series = (Series("One", 0), Series("Two", 1))
    chart = networks_by_depth((first, second), series, selected=1, dark=False)
    traces = make.sent(chart.figure)["data"]
    assert len(traces) == 6
    np.testing.assert_allclose(traces[0]["x"], [0.125, 0.375, 0.625, 0.875])
    np.testing.assert_allclose(traces[0]["y"], [0, 0.1, 0.2, 0.3], atol=1e-7)
    np.testing.assert_allclose(traces[2]["y"], [0.3] * 4, rtol=1e-6)
    assert traces[3]["customdata"] == ["a.0", "a.2"]
    assert chart.figure.layout.shapes[0].x0 == 0.375
    assert chart.title == "The mean gates differ most 12% of the way in: 0.500 in Two, 0.000 in One"
    assert columns_agree(chart.table)


def test_hostile_names_are_shown_letter_by_letter(make: Any) -> None:
    hostile = tuple(Series(make.hostile, i) for i in range(3))
    chart = gate_profiles("se", GATES, hostile, channels=[0], ordered="so", dark=False)
    assert "<b>" not in make.words(chart.figure)
    chart = distance_matrix("se", np.zeros((3, 3)), hostile, reach=1, dark=False)
    assert "<b>" not in make.words(chart.figure)
