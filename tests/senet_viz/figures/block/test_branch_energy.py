"""The charts of branch and shortcut draw the shares they are given."""

from typing import Any

import numpy as np
import pytest

import senet_viz as sv
from senet_viz.analysis.branch_energy import Meeting
from senet_viz.figures.base.theme import GATES_PALETTE
from senet_viz.figures.block.branch_energy import energy_by_depth, energy_overlay, energy_sentence


def meeting(name: str, share: float | None) -> Meeting:
    """A branch with this share of the energy at each of 2 x 2 places; None: not added."""
    block = sv.SEBlock(name, 0, "test", "sigmoid", 4, 2)
    if share is None:
        return Meeting(block, None, None)
    branch = np.full((1, 2, 2), share, dtype=np.float32)
    return Meeting(block, branch, 1 - branch)


def test_sentences() -> None:
    assert energy_sentence(meeting("a.se", 0.34)) == (
        "The branch of a.se carries 34% of the energy where it meets the shortcut"
    )
    assert "is not added to a shortcut" in energy_sentence(meeting("a.se", None))
    nothing = Meeting(meeting("a.se", 0).block, *[np.zeros((1, 2, 2), dtype=np.float32)] * 2)
    assert energy_sentence(nothing).startswith("Neither the branch of a.se")


def test_one_bar_a_block_and_a_cross_where_there_is_no_shortcut(make: Any) -> None:
    meetings = [meeting("l1.0.se", 0.1), meeting("l1.1.se", None), meeting("l2.0.se", 0.6)]
    chart = energy_by_depth(meetings, selected="l2.0.se", dark=False)
    bars, crosses = make.sent(chart.figure)["data"]
    np.testing.assert_allclose(bars["y"], [0.1, 0, 0.6], atol=1e-6)
    assert bars["customdata"] == ["l1.0.se", "l1.1.se", "l2.0.se"]
    assert list(crosses["x"]) == [bars["x"][1]]
    assert bars["hovertext"][1].endswith("no shortcut")
    assert bars["marker"]["color"][2] != bars["marker"]["color"][0]
    assert chart.title == ("Branches carry from 10% of the energy in l1.0.se to 60% in l2.0.se")
    with pytest.raises(sv.BlockError):
        energy_by_depth(meetings, selected="l3.0.se", dark=False)


def test_titles_where_there_is_little_to_compare() -> None:
    alone = [meeting("a.se", None), meeting("b.se", 0.5)]
    assert energy_by_depth(alone, selected="a.se", dark=True).title.startswith("Only b.se")
    none = [meeting("a.se", None)]
    assert energy_by_depth(none, selected="a.se", dark=True).title.startswith("No block")


@pytest.mark.parametrize(("share", "colour"), [(0.0, 0), (1.0, -1)])
def test_the_overlay_is_on_the_fixed_range(make: Any, share: float, colour: int) -> None:
    picture = np.zeros((8, 8, 3), dtype=np.uint8)
    drawn = make.pixels(energy_overlay(picture, meeting("a.se", share), opacity=1.0))
    assert (drawn == GATES_PALETTE[colour]).all()
