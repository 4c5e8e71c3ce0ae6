"""The charts of Data set draw the numbers they are given, and their sentences say so."""

from typing import Any

import numpy as np
import pytest

from senet_viz.analysis.embedding import embed
from senet_viz.analysis.redundancy import find_redundancy, still_channels
from senet_viz.analysis.selectivity import gate_selectivity
from senet_viz.analysis.survey_records import Moments
from senet_viz.analysis.variance import VarianceSplit, split_variance
from senet_viz.figures.base.series import Series
from senet_viz.figures.surveys.class_gates import gate_by_class
from senet_viz.figures.surveys.class_profiles import class_profile
from senet_viz.figures.surveys.embedding import picture_plane
from senet_viz.figures.surveys.idle_channels import idle_by_depth
from senet_viz.figures.surveys.redundancy import directions
from senet_viz.figures.surveys.selectivity import selectivity_by_depth
from senet_viz.figures.surveys.two_surveys import mean_against_mean, surveys_by_depth
from senet_viz.figures.surveys.variance import channel_split, off_mean_by_depth, share_by_depth
from tests.senet_viz.figures.conftest import HOSTILE
from tests.senet_viz.made_moments import moments_of

NAMES = ("layer1.0.se", "layer2.0.se", "layer3.0.se")
LABELS = [k % 3 for k in range(60)]


def gates(spread: float, shift: float = 0.0, *, channels: int = 6, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    moved = shift * np.array(LABELS)[:, None] * np.linspace(0, 1, channels)
    return np.clip(0.5 + spread * rng.standard_normal((60, channels)) + moved, 0, 1)


def moments(spread: float = 0.05, shift: float = 0.1, **more: Any) -> Moments:
    return moments_of(gates(spread, shift, **more), LABELS, classes=4)


def split(each: Moments) -> VarianceSplit:
    return split_variance(each.count, each.mean, each.variance)


def splits() -> dict[str, VarianceSplit]:
    """A fixed block, one that moves within classes, one that moves with them."""
    kinds = ((0.01, 0.0), (0.1, 0.0), (0.05, 0.2))
    return {name: split(moments(*kind)) for name, kind in zip(NAMES, kinds, strict=True)}


def test_movement_has_a_bar_a_block_and_both_thresholds(make: Any) -> None:
    chart = off_mean_by_depth(splits(), selected=NAMES[1], dark=False)
    bars, fixed, nearly = make.sent(chart.figure)["data"]
    want = [100 * s.relative for s in splits().values()]
    np.testing.assert_allclose(bars["y"], want, rtol=1e-5)
    assert (set(fixed["y"]), set(nearly["y"])) == ({5.0}, {10.0})
    assert chart.title.startswith("layer1.0.se acts as a fixed scale")
    assert "less than 5% of the gate" in chart.reads
    assert list(chart.table["verdict"]) == [s.verdict for s in splits().values()]


def test_movement_without_a_fixed_block() -> None:
    some = {name: s for name, s in splits().items() if name != NAMES[0]}
    chart = off_mean_by_depth(some, selected=NAMES[1], dark=True)
    assert chart.title.startswith("No block is anywhere near a fixed scale")


def test_shares_add_up_and_chance_is_drawn(make: Any) -> None:
    chart = share_by_depth(splits(), selected=NAMES[2], dark=False)
    between, within = make.sent(chart.figure)["data"]
    np.testing.assert_allclose(np.add(between["y"], within["y"]), 100, rtol=1e-5)
    np.testing.assert_allclose(between["y"], [100 * s.block_share for s in splits().values()])
    assert chart.figure.layout.shapes[0].y0 == pytest.approx(100 * 2 / 59)
    assert "most in layer3.0.se" in chart.title


def test_a_block_that_never_moves_has_no_bar(make: Any) -> None:
    still = {**splits(), NAMES[0]: split(moments_of(np.full((60, 6), 0.5), LABELS, classes=3))}
    between, within = make.sent(share_by_depth(still, selected=NAMES[0], dark=False).figure)["data"]
    assert between["y"][0] == within["y"][0] == 0


def test_channels_are_drawn_by_share_or_by_mean(make: Any) -> None:
    each = splits()[NAMES[2]]
    chart = channel_split(NAMES[2], each, picked=5, dark=False)
    (points,) = make.sent(chart.figure)["data"]
    np.testing.assert_allclose(points["x"], each.deviation, rtol=1e-5)
    np.testing.assert_allclose(points["y"], 100 * each.share, rtol=1e-5)
    assert f"channel {int(np.argmax(each.share))} goes with the class most" in chart.title
    alone = split(moments_of(gates(0.1), range(60), classes=60))
    (points,) = make.sent(channel_split("b", alone, picked=0, dark=False).figure)["data"]
    np.testing.assert_allclose(points["y"], alone.mean, rtol=1e-5)


def test_selectivity_is_drawn_with_its_chance(make: Any) -> None:
    found = {
        name: gate_selectivity(m.count, m.mean, m.variance)
        for name, m in ((NAMES[0], moments(0.05, 0.0)), (NAMES[1], moments(0.02, 0.2)))
    }
    chart = selectivity_by_depth(found, selected=NAMES[0], dark=False)
    points, luck = make.sent(chart.figure)["data"]
    np.testing.assert_allclose(points["y"], [s.quartiles[1] for s in found.values()], rtol=1e-5)
    np.testing.assert_allclose(luck["y"], [s.chance for s in found.values()], rtol=1e-5)
    assert "most in layer2.0.se" in chart.title
    nothing = selectivity_by_depth({NAMES[0]: found[NAMES[0]]}, selected=NAMES[0], dark=False)
    assert "no more than chance" in nothing.title


def test_profiles_draw_means_bands_and_the_reference(make: Any) -> None:
    each = moments()
    classes = [(0, Series("one", 0)), (2, Series(HOSTILE, 2)), (3, Series("empty", 3))]
    chart = class_profile(each, classes[:2], channels=[4, 0], ordered="by number", dark=False)
    reference, band, line, _, other = make.sent(chart.figure)["data"]
    np.testing.assert_allclose(reference["y"], each.mean[:3, [4, 0]].mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(line["y"], each.mean[0, [4, 0]], rtol=1e-5)
    np.testing.assert_allclose(other["y"], each.mean[2, [4, 0]], rtol=1e-5)
    high = each.mean[0] + np.sqrt(each.variance[0])
    np.testing.assert_allclose(band["y"][:2], np.clip(high, 0, 1)[[4, 0]], rtol=1e-5)
    assert list(line["customdata"]) == [4, 0]
    assert "<b>" not in make.words(chart.figure)
    assert "pictures of one class spread by" in chart.title
    alone = moments_of(gates(0.1), range(60), classes=60)
    single = class_profile(alone, classes, channels=[0], ordered="", dark=False)
    assert len(single.figure.data) == 4
    assert "one picture each" in single.title
    none = class_profile(each, classes[2:], channels=[0], ordered="", dark=False)
    assert "none of the chosen classes has a picture" in none.title


def test_a_gate_by_class_is_sorted_and_names_its_ends(make: Any) -> None:
    each = moments(0.02, 0.2)
    chart = gate_by_class(each, 5, ["a", "b", "c", "empty"], dark=False)
    means = make.sent(chart.figure)["data"][1]
    np.testing.assert_allclose(means["x"], each.mean[[2, 1, 0], 5], rtol=1e-5)
    assert chart.table["class"] == ["c", "b", "a"]
    assert "most open for c" in chart.title
    assert "most shut for a" in chart.title
    many = moments_of(gates(0.1), range(60), classes=60)
    chart = gate_by_class(many, 0, [f"class {k}" for k in range(60)], dark=False)
    drawn = make.sent(chart.figure)["data"][1]["x"]
    order = np.sort(many.mean[:, 0])[::-1]
    np.testing.assert_allclose(drawn, [*order[:6], *order[-6:]], rtol=1e-5)


def test_idle_channels_are_counted_by_kind(make: Any) -> None:
    one = still_channels(10, np.array([0.0, 0.2]), np.array([10, 0]), np.array([0, 0]))
    two = still_channels(10, np.array([0.0, 0.0]), np.array([0, 0]), np.array([10, 0]))
    chart = idle_by_depth({NAMES[0]: one, NAMES[1]: two}, selected=NAMES[0], dark=False)
    still, shut, opened = make.sent(chart.figure)["data"]
    assert (list(still["y"]), list(shut["y"]), list(opened["y"])) == ([50, 100], [50, 0], [0, 50])
    assert chart.title.startswith("3 of 4 channels never move, most in layer2.0.se (100%)")
    assert "1 always shut, 1 always open" in chart.title


def test_directions_climb_to_what_they_explain(make: Any) -> None:
    found = find_redundancy(gates(0.1).astype(np.float32))
    chart = directions("b", found, dark=False)
    (line,) = make.sent(chart.figure)["data"]
    np.testing.assert_allclose(line["y"], 100 * np.cumsum(found.explained), rtol=1e-5)
    assert f"move in {found.directions} directions" in chart.title
    still = find_redundancy(np.full((5, 6), 0.5, np.float32))
    assert "do not move" in directions("b", still, dark=False).title


def test_every_picture_is_a_point_in_its_class(make: Any) -> None:
    found = embed(gates(0.1).astype(np.float32))
    pictures = [(f"{HOSTILE}{i}", LABELS[i]) for i in range(60)]
    chart = picture_plane("b", found, pictures, {1: Series("one", 1)}, dark=False)
    others, one = make.sent(chart.figure)["data"]
    at = np.flatnonzero(np.array(LABELS) == 1)
    np.testing.assert_allclose(one["x"], found.points[at, 0], rtol=1e-5)
    assert list(one["customdata"]) == at.tolist()
    assert len(others["x"]) == 40
    assert "<b>" not in make.words(chart.figure)


def test_two_surveys_of_other_depths_share_one_axis(make: Any) -> None:
    both = splits(), {"x": splits()[NAMES[0]]}
    pair = Series("survey 1", 0), Series("survey 2", 5)
    chart = surveys_by_depth(both, pair, selected=NAMES[1], dark=False)
    above, below, second, _ = make.sent(chart.figure)["data"]
    np.testing.assert_allclose(above["y"], [100 * s.relative for s in both[0].values()], rtol=1e-5)
    np.testing.assert_allclose(
        below["y"], [100 * s.block_share for s in both[0].values()], rtol=1e-5
    )
    np.testing.assert_allclose(second["x"], [0.5])
    assert second["customdata"] == [NAMES[1]]
    assert chart.title == ("1 of 3 blocks act as a fixed scale in survey 1, 1 of 1 in survey 2")


def test_mean_gates_that_shifted_are_named(make: Any) -> None:
    pair, one = (Series("a", 0), Series("b", 5)), np.array([0.2, 0.5])
    chart = mean_against_mean("b", (one, one + np.array([0, 0.25])), pair, dark=False)
    assert chart.title.endswith("most in channel 1 (+0.250)")
    (points,) = make.sent(chart.figure)["data"]
    np.testing.assert_allclose(points["y"], [0.2, 0.75])
    assert "same mean gates" in mean_against_mean("b", (one, one), pair, dark=False).title
