"""Every figure of captures draws any numbers: NaN, infinite, flat, huge, of one channel."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from senet_viz.analysis.picture_distances import compare_pictures, cosines
from senet_viz.analysis.ranking import rank_channels
from senet_viz.core.records import Capture
from senet_viz.figures.base.chart import Chart, finite
from senet_viz.figures.base.series import Series
from senet_viz.figures.block.feature_maps import (
    colour_range,
    focus_map,
    mosaic,
    overlay,
    single_map,
)
from senet_viz.figures.block.gates import gate_histogram, sorted_gates, squeeze_against_gate
from senet_viz.figures.block.layers import depth_by_channel, depth_distributions, two_blocks
from senet_viz.figures.block.map_blocks import map_block
from senet_viz.figures.block.network_maps import network_map
from senet_viz.figures.block.predictions import top_classes
from senet_viz.figures.interventions.gate_movement import gates_before_after, gates_moved_by_depth
from senet_viz.figures.interventions.prediction_charts import prediction_change
from senet_viz.figures.pictures.distance_by_depth import parting_by_depth
from senet_viz.figures.pictures.profile_charts import gate_difference, gate_profiles
from senet_viz.figures.pictures.similarity import cosine_matrix, distance_matrix
from tests.senet_viz.figures.conftest import activation

# The shape checks of the tests draw at random which items of a list they look at.
# NumPy's warnings are about numbers that are none, and those are what is drawn here.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Do not use the `random` module"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
]
QUICK = settings(max_examples=25, deadline=None, phases=[Phase.generate])

ODD = [0.0, 1.0, 0.5, -1.0, 1e30, 1e-30, float("nan"), float("inf"), -float("inf")]
NUMBERS = st.one_of(st.sampled_from(ODD), st.floats(0, 1, width=32))


def floats(*shape: int) -> st.SearchStrategy[np.ndarray]:
    """Any mixture of odd numbers and gates, and arrays of one number only."""
    mixed = arrays.arrays(np.float32, shape, elements=NUMBERS.map(np.float32))
    return st.one_of(mixed, st.sampled_from(ODD).map(lambda v: np.full(shape, v, np.float32)))


@st.composite
def captures(draw: st.DrawFn, *, blocks: int | None = None, channels: int | None = None) -> Capture:
    """One picture through one to three blocks of one to nine channels."""
    seen = []
    for number in range(blocks or draw(st.integers(1, 3))):
        width = channels or draw(st.sampled_from([1, 2, 9]))
        gates, squeeze = draw(floats(1, width)), draw(floats(1, width))
        made = activation(gates, name=f"layer{number}.0.se", squeeze=squeeze)
        seen.append(replace(made, block=replace(made.block, index=number)))
    return Capture(tuple(seen), logits=draw(floats(1, 4)), pictures=1, input_size=(8, 8), notes=())


def drawn(chart: Chart) -> None:
    """What the browser gets is JSON, and every sentence is one."""
    json.loads(chart.figure.to_json())
    for words in (chart.title, chart.reads, chart.caution, chart.alt):
        assert words.strip() and " nan" not in words and " inf" not in words, words
    assert len({len(column) for column in chart.table.values()}) == 1


@QUICK
@given(seen=captures(), dark=st.booleans())
def test_one_capture(seen: Capture, dark: bool) -> None:
    last = seen[-1]
    ranked = rank_channels(last, top=4)
    drawn(gate_histogram(last, image=0, dark=dark))
    drawn(sorted_gates(last, ranked, usual=None, dark=dark))
    drawn(squeeze_against_gate(last, image=0, dark=dark))
    drawn(network_map([map_block(a) for a in seen], selected=last.block.name, dark=dark))
    drawn(depth_by_channel(seen, image=0, dark=dark))
    drawn(depth_distributions(seen, image=0, dark=dark))
    drawn(two_blocks(seen[0], last, image=0, dark=dark))
    drawn(top_classes(seen.logits[0], labels=list("abcd"), dark=dark))


@QUICK
@given(before=captures(blocks=2, channels=3), after=captures(blocks=2, channels=3))
def test_before_and_after(before: Capture, after: Capture) -> None:
    edited = {before.names[0]: np.array([0.5, np.nan, np.nan], np.float32)}
    drawn(gates_before_after(before[0], after[0], dark=False))
    drawn(gates_moved_by_depth(before, after, edited=edited, dark=False))
    drawn(prediction_change(before.logits[0], after.logits[0], labels=None, dark=False))


@QUICK
@given(seen=st.lists(captures(blocks=2, channels=3), min_size=2, max_size=4))
def test_several_pictures(seen: list[Capture]) -> None:
    series = [Series(f"picture {n}", n) for n in range(len(seen))]
    compared = compare_pictures(seen, groups=["a", "b", "a", ""][: len(seen)])
    block = compared.names[0]
    gates = compared.gates[block]
    drawn(parting_by_depth(compared, series, (0, 1), usual=None, selected=block, dark=False))
    reach = float(finite(compared.distance).max(initial=0))
    drawn(distance_matrix(block, compared.of(block), series, reach=reach, dark=False))
    alike = cosines(gates, centre=gates.mean(axis=0))
    drawn(cosine_matrix(block, alike, series, centre="their mean", dark=False))
    drawn(gate_profiles(block, gates, series, channels=[0, 1, 2], ordered="by number", dark=False))
    drawn(gate_difference(block, gates[:2], tuple(series[:2]), reach=1, dark=False))


@QUICK
@given(maps=floats(3, 4, 5), scope=st.sampled_from(["map", "pair", "block"]))
def test_feature_maps(maps: np.ndarray, scope: str) -> None:
    low, high = colour_range(maps[:2], scope=scope, block_maps=maps)
    tiles = mosaic(maps[:2], captions=["a", "b"], low=low, high=high, columns=2, dark=False)
    assert tiles.png[:4] == b"\x89PNG"
    one_low, one_high = float(np.ravel(low)[0]), float(np.ravel(high)[0])
    assert single_map(maps[0], low=one_low, high=one_high)[:4] == b"\x89PNG"
    picture = np.zeros((8, 8, 3), np.uint8)
    assert overlay(picture, maps[0], opacity=0.5, low=one_low, high=one_high)[:4] == b"\x89PNG"
    drawn(focus_map(maps[0], channel=0, low=one_low, high=one_high, dark=False))


def test_the_property_can_fail() -> None:
    """A title that prints what is no number is caught."""
    chart = gate_histogram(activation([[0.5, 0.25]]), image=0, dark=False)
    with pytest.raises(AssertionError):
        drawn(replace(chart, title="The mean is nan"))
