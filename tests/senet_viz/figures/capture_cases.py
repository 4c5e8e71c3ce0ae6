"""The charts of captures, from numbers of the caller's choice."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from senet_viz.analysis.gate_agreement import block_agreement
from senet_viz.analysis.picture_distances import PictureComparison, compare_pictures, cosines
from senet_viz.analysis.ranking import rank_channels
from senet_viz.core.records import BlockActivation, Capture
from senet_viz.figures.base.chart import Chart, finite
from senet_viz.figures.base.series import Series
from senet_viz.figures.block.feature_maps import colour_range, focus_map
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
from tests.senet_viz.figures.conftest import activation
from tests.senet_viz.figures.odd_records import NAMES, Odd

SERIES = [Series("p1", 0), Series("p2", 1), Series("p3", 2)]


def _capture(o: Odd) -> Capture:
    """One picture through ``o.depth`` blocks."""
    seen = []
    for number, name in enumerate(NAMES[: o.depth]):
        made = activation(o.gates(1, o.c), name=name, squeeze=o.gates(1, o.c))
        seen.append(replace(made, block=replace(made.block, index=number)))
    return Capture(tuple(seen), logits=o.gates(1, 4), pictures=1, input_size=(8, 8), notes=())


def _block(o: Odd) -> BlockActivation:
    return activation(o.gates(1, o.c), squeeze=o.gates(1, o.c))


def _compared(o: Odd, *, groups: tuple[str, ...] = ()) -> PictureComparison:
    return compare_pictures([_capture(o) for _ in SERIES], groups=groups)


def _sorted(o: Odd, *, relative: bool) -> Chart:
    usual = (o.gates(o.c), o.gates(o.c)) if relative else None
    block = _block(o)
    ranked = replace(rank_channels(block, top=4), relative=relative)
    return sorted_gates(block, ranked, usual=usual, dark=False)


def _map(o: Odd) -> Chart:
    proofs = ("verified", "trivial", "failed")
    shut = gate_spread(np.array([0.0, 0.01, 0.5]))
    blocks = [
        replace(map_block(a), proof=p, spread=shut)
        for a, p in zip(_capture(o), proofs, strict=False)
    ]
    return network_map(blocks, selected=NAMES[0], dark=False)


def _bare_map(o: Odd) -> Chart:
    return network_map([MapBlock(f"layer{i % 9}.0.se", 8) for i in range(20)], dark=False)


def _two_blocks(o: Odd) -> Chart:
    seen = _capture(o)
    return two_blocks(seen[0], seen[-1], image=0, dark=False)


def _focus(o: Odd) -> Chart:
    maps = o.gates(3, 4, 5)
    low, high = (
        float(np.ravel(end)[0]) for end in colour_range(maps[:2], scope="block", block_maps=maps)
    )
    return focus_map(maps[0], channel=0, low=low, high=high, dark=False)


def _moved(o: Odd) -> Chart:
    edited = {NAMES[0]: np.array([0.5] + [np.nan] * (o.c - 1), np.float32)[: o.c]}
    return gates_moved_by_depth(_capture(o), _capture(o), edited=edited, dark=False)


def _parting(o: Odd, *, groups: tuple[str, ...] = ()) -> Chart:
    usual = np.abs(o.floats(o.depth)) if groups else None
    found = _compared(o, groups=groups)
    return parting_by_depth(found, SERIES, (0, 1), usual=usual, selected=NAMES[0], dark=False)


def _distances(o: Odd) -> Chart:
    found = _compared(o)
    reach = float(finite(found.distance).max(initial=0))
    return distance_matrix("b", found.of(NAMES[0]), SERIES, reach=reach, dark=False)


def _cosines(o: Odd) -> Chart:
    gates = o.gates(3, o.c)
    alike = cosines(gates, centre=gates.mean(axis=0))
    return cosine_matrix("b", alike, SERIES, centre="0", dark=False)


def _profiles(o: Odd) -> Chart:
    gates = o.gates(3, o.c)
    return gate_profiles(
        "b", gates, SERIES, channels=range(o.c), ordered="0", usual=gates[0], dark=False
    )


def _difference(o: Odd) -> Chart:
    return gate_difference("b", o.gates(2, o.c), (SERIES[0], SERIES[1]), reach=1, dark=False)


def _agreement(o: Odd) -> Chart:
    return agreement_matrix(block_agreement({n: o.floats(9, o.c) for n in NAMES}), dark=False)


CASES: dict[str, Callable[[Odd], Chart]] = {
    "gates.gate_histogram": lambda o: gate_histogram(_block(o), image=0, dark=False),
    "gates.sorted_gates": lambda o: _sorted(o, relative=False),
    "gates.sorted_gates relative": lambda o: _sorted(o, relative=True),
    "gates.squeeze_against_gate": lambda o: squeeze_against_gate(_block(o), image=0, dark=False),
    "network_maps.network_map": _map,
    "network_maps.network_map of no picture": _bare_map,
    "layers.depth_by_channel": lambda o: depth_by_channel(_capture(o), image=0, dark=False),
    "layers.depth_distributions": lambda o: depth_distributions(_capture(o), image=0, dark=False),
    "layers.two_blocks": _two_blocks,
    "predictions.top_classes": lambda o: top_classes(o.gates(4), labels=None, dark=False),
    "maps.focus_map": _focus,
    "movement.gates_before_after": lambda o: gates_before_after(_block(o), _block(o), dark=False),
    "movement.gates_moved_by_depth": _moved,
    "whatif.prediction_change": lambda o: prediction_change(
        o.gates(4), o.gates(4), labels=None, dark=False
    ),
    "parting.parting_by_depth": lambda o: _parting(o, groups=("a", "a", "b")),
    "parting.parting_by_depth of pairs": _parting,
    "agreement.agreement_matrix of one network": _agreement,
    "alike.distance_matrix": _distances,
    "alike.cosine_matrix": _cosines,
    "profiles.gate_profiles": _profiles,
    "profiles.gate_difference": _difference,
}
