"""The charts of captures, for the tests of what is said in which language."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from senet_viz.analysis.gate_agreement import block_agreement
from senet_viz.analysis.picture_distances import PictureComparison, compare_pictures, cosines
from senet_viz.analysis.ranking import rank_channels
from senet_viz.core.records import Capture
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.series import Series
from senet_viz.figures.block.feature_maps import focus_map
from senet_viz.figures.block.gates import gate_histogram, sorted_gates, squeeze_against_gate
from senet_viz.figures.block.layers import depth_by_channel, depth_distributions, two_blocks
from senet_viz.figures.block.map_blocks import MapBlock, gate_spread, map_block
from senet_viz.figures.block.network_maps import network_map
from senet_viz.figures.block.predictions import top_classes
from senet_viz.figures.interventions.gate_movement import gates_before_after, gates_moved_by_depth
from senet_viz.figures.interventions.prediction_charts import prediction_change
from senet_viz.figures.pictures.agreement import agreement_matrix
from senet_viz.figures.pictures.distance_by_depth import parting_by_depth
from senet_viz.figures.pictures.profile_charts import gate_difference, gate_profiles
from senet_viz.figures.pictures.similarity import cosine_matrix, distance_matrix
from tests.senet_viz.figures.conftest import activation, beta_gates

SERIES = [Series("p1", 0), Series("p2", 1), Series("p3", 2)]
CHANNELS = 12


def capture(seed: int = 0) -> Capture:
    """One picture through three blocks of twelve channels."""
    seen = []
    for number in range(3):
        name = f"layer{number}.0.se"
        made = activation(beta_gates(CHANNELS, seed=10 * seed + number), name=name)
        seen.append(replace(made, block=replace(made.block, index=number)))
    scores = np.random.default_rng(seed).normal(size=(1, 4)).astype(np.float32)
    return Capture(tuple(seen), logits=scores, pictures=1, input_size=(8, 8), notes=())


SEEN, OTHER = capture(1), capture(2)
LAST = SEEN[-1]
EDITED = {SEEN.names[0]: np.array([0.5] + [np.nan] * (CHANNELS - 1), np.float32)}


def compared() -> PictureComparison:
    return compare_pictures([capture(n) for n in range(3)], groups=["a", "a", "b"])


def _parting(*, grouped: bool) -> Chart:
    found = compared() if grouped else compare_pictures([capture(n) for n in range(3)])
    usual = np.full(3, 0.1)
    return parting_by_depth(found, SERIES, (0, 1), usual=usual, selected=SEEN.names[0], dark=False)


def _distances() -> Chart:
    found = compared()
    return distance_matrix("b", found.of(SEEN.names[0]), SERIES, reach=0.5, dark=False)


def _cosines() -> Chart:
    gates = compared().gates[SEEN.names[0]]
    alike = cosines(gates, centre=gates.mean(axis=0))
    return cosine_matrix("b", alike, SERIES, centre="0", dark=False)


def _profiles() -> Chart:
    gates = compared().gates[SEEN.names[0]]
    return gate_profiles(
        "b", gates, SERIES, channels=range(CHANNELS), ordered="0", usual=gates[0], dark=False
    )


def _difference() -> Chart:
    gates = compared().gates[SEEN.names[0]][:2]
    return gate_difference("b", gates, (SERIES[0], SERIES[1]), reach=1, dark=False)


def _sorted(*, relative: bool) -> Chart:
    usual = np.full(CHANNELS, 0.5, np.float32), np.full(CHANNELS, 0.1, np.float32)
    ranked = replace(rank_channels(LAST, top=4), relative=relative)
    return sorted_gates(LAST, ranked, usual=usual, dark=False)


def _map() -> Chart:
    proofs = ("verified", "trivial", "failed")
    shut = gate_spread(np.array([0.0, 0.01, 0.5]))
    blocks = [
        replace(map_block(a), proof=p, spread=shut) for a, p in zip(SEEN, proofs, strict=True)
    ]
    return network_map(blocks, selected=SEEN.names[0], dark=False)


def _bare_map() -> Chart:
    return network_map([MapBlock(f"layer{i % 9}.0.se", 8) for i in range(20)], dark=False)


def _changed() -> Chart:
    return prediction_change(SEEN.logits[0], OTHER.logits[0], labels=None, dark=False)


def _agreement() -> Chart:
    rng = np.random.default_rng(3)
    gates = {name: rng.random((9, 4)) for name in SEEN.names}
    return agreement_matrix(block_agreement(gates), dark=False)


CHARTS: dict[str, Callable[[], Chart]] = {
    "gates.gate_histogram": lambda: gate_histogram(LAST, image=0, dark=False),
    "gates.sorted_gates": lambda: _sorted(relative=False),
    "gates.sorted_gates relative": lambda: _sorted(relative=True),
    "gates.squeeze_against_gate": lambda: squeeze_against_gate(LAST, image=0, dark=False),
    "network_maps.network_map": _map,
    "network_maps.network_map of no picture": _bare_map,
    "layers.depth_by_channel": lambda: depth_by_channel(SEEN, image=0, dark=False),
    "layers.depth_distributions": lambda: depth_distributions(SEEN, image=0, dark=False),
    "layers.two_blocks": lambda: two_blocks(SEEN[0], LAST, image=0, dark=False),
    "predictions.top_classes": lambda: top_classes(SEEN.logits[0], labels=None, dark=False),
    "maps.focus_map": lambda: focus_map(
        beta_gates(6).reshape(2, 3), channel=0, low=0.0, high=1.0, dark=False
    ),
    "movement.gates_before_after": lambda: gates_before_after(SEEN[0], OTHER[0], dark=False),
    "movement.gates_moved_by_depth": lambda: gates_moved_by_depth(
        SEEN, OTHER, edited=EDITED, dark=False
    ),
    "whatif.prediction_change": _changed,
    "parting.parting_by_depth": lambda: _parting(grouped=True),
    "parting.parting_by_depth of pairs": lambda: _parting(grouped=False),
    "agreement.agreement_matrix of one network": _agreement,
    "alike.distance_matrix": _distances,
    "alike.cosine_matrix": _cosines,
    "profiles.gate_profiles": _profiles,
    "profiles.gate_difference": _difference,
}
