"""A chart of every figure function from numbers of the caller's choice."""

from collections.abc import Callable
from typing import Any

import numpy as np

from senet_viz.analysis.branch_energy import Meeting
from senet_viz.analysis.branch_shares import BranchShares
from senet_viz.analysis.channel_deletion import ChannelDeletion
from senet_viz.analysis.channel_use import ChannelUse
from senet_viz.analysis.cost_records import Latency, ModuleCost, NetworkCosts, PartCost, Price
from senet_viz.analysis.effects import AccuracyEffect, AccuracyEffects, BlockEffect
from senet_viz.analysis.embedding import Embedding
from senet_viz.analysis.fixed_maps import FixedFit, FixedMaps
from senet_viz.analysis.gate_account import GateAccount
from senet_viz.analysis.gate_agreement import GateAgreement
from senet_viz.analysis.gate_places import GatePlaces
from senet_viz.analysis.place_deletion import PlaceDeletion
from senet_viz.analysis.redundancy import Redundancy, still_channels
from senet_viz.analysis.scene_effects import (
    MapChange,
    SceneAccuracyEffect,
    SceneAccuracyEffects,
    SceneBlockEffect,
    SceneChannelEffects,
)
from senet_viz.analysis.selectivity import GateSelectivity
from senet_viz.analysis.separation import ChannelSeparation
from senet_viz.analysis.squeeze_correlation import SqueezeCorrelation
from senet_viz.analysis.training_runs import RunSet
from senet_viz.figures import costs
from senet_viz.figures.base.chart import Chart, known
from senet_viz.figures.base.series import Series
from senet_viz.figures.baselines import (
    class_accuracy,
    curve_charts,
    fits,
    gains,
    pixel_gate_maps,
    training_steps,
    treatments,
)
from senet_viz.figures.block import (
    branch_energy,
    branch_shares,
    gate_account,
    gate_places,
    map_blocks,
    network_inputs,
    network_maps,
    place_deletion,
    signals_and_volumes,
)
from senet_viz.figures.interventions import (
    block_effects,
    channel_deletion,
    channel_use,
    perturbation_sweep,
    removal_curves,
    scene_effects,
    stability_by_depth,
)
from senet_viz.figures.interventions import channel_effects as effect_charts
from senet_viz.figures.lesson import placement_diagrams, steps
from senet_viz.figures.pictures import (
    agreement,
    channel_bars,
    separation,
    two_networks,
    two_pictures,
)
from senet_viz.figures.surveys import (
    class_gates,
    class_profiles,
    embedding,
    idle_channels,
    redundancy,
    selectivity,
    squeeze_correlation,
    two_surveys,
    variance,
)
from tests.senet_viz.figures.conftest import summary
from tests.senet_viz.figures.odd_records import (
    NAMES,
    Odd,
    channel_effects,
    moments,
    moved,
    removal_curve,
    runs,
    split,
    splits,
    unit,
    watched,
)

PAIR = Series("one", 0), Series("two", 5)


def _block_effects(o: Odd) -> Chart:
    found = [
        BlockEffect(b, "one", o.one, v, o.one, o.one)
        for b, v in zip(o.blocks, o.floats(3), strict=True)
    ]
    return block_effects.blocks_by_depth(found, label="dog", picked=NAMES[0], dark=False)


def _accuracy(o: Odd) -> Chart:
    found = AccuracyEffects(1, 0, tuple(AccuracyEffect(b, "one", 1, 0, 0) for b in o.blocks))
    return block_effects.accuracy_by_depth(found, picked="", dark=False)


def _branches(o: Odd) -> BranchShares:
    shares = np.clip(o.floats(1, 2, 3), 0, 1).astype(np.float32)
    return BranchShares(NAMES[0], "k", shares)


def _scene_blocks(o: Odd) -> Chart:
    found = [
        SceneBlockEffect(b, "one", (MapChange(float(np.clip(o.one, 0, 1))),)) for b in o.blocks
    ]
    return scene_effects.scene_blocks_by_depth(found, picked="", dark=False)


def _scene_accuracy(o: Odd) -> Chart:
    effects = tuple(SceneAccuracyEffect(b, "one", 2, o.one, o.one) for b in o.blocks)
    found = SceneAccuracyEffects(2, False, effects)
    return scene_effects.scene_accuracy_by_depth(found, picked="", dark=False)


def _scene_channels(o: Odd) -> Chart:
    gates = o.floats(3).astype(np.float32)
    found = SceneChannelEffects(o.block(), gates, gates, tuple(map(MapChange, o.floats(3))))
    return scene_effects.scene_effect_against_gate(found, put="0", picked=0, dark=False)


def _gate_account(o: Odd) -> Chart:
    made = GateAccount(
        o.block(), 0, 0, o.one, o.one, o.one, o.floats(2), (unit(o), unit(o)), o.one, True
    )
    return gate_account.gate_waterfall(made, top=1, dark=False)


def _classes(o: Odd) -> Chart:
    found = RunSet("r", "t", "n", ("a", "b"), np.arange(o.n, dtype=np.uint8) % 2, runs(o))
    return class_accuracy.class_differences(found, than="plain", dark=False)


def _stages(o: Odd) -> Chart:
    none = ModuleCost(0, 0)
    found = NetworkCosts((8, 8), none, (PartCost("a", none, none, 0),) * o.n, ())
    return costs.cost_by_stage(found, what="parameters", dark=False)


def _prices(o: Odd) -> Chart:
    return costs.price_by_block([Price(b, 0, 0) for b in o.blocks], picked="", dark=False)


def _ratios(o: Odd) -> Chart:
    timed = Latency(1, "CPU", 1, 5, o.floats(o.n), np.ones(o.n), {})
    return costs.ratios_by_round([timed], other="b", source=o.one, dark=False)


def _plane(o: Odd) -> Chart:
    found = Embedding(points=o.floats(o.n, 2), explained=o.floats(2))
    pictures = [(str(i), i % 2) for i in range(o.n)]
    return embedding.picture_plane("b", found, pictures, {1: PAIR[0]}, dark=False)


def _energy(o: Odd) -> Chart:
    maps = o.gates(1, o.c, 2)
    found = [Meeting(b, maps, maps) for b in o.blocks]
    return branch_energy.energy_by_depth(found, selected=NAMES[0], dark=False)


def _places(o: Odd) -> Chart:
    account = GatePlaces(o.blocks[0], "channel", 0, 0, o.one, o.floats(2, o.c), o.one, 0.0, False)
    return gate_places.places_map(account, dark=False)


def _deletion(o: Odd) -> Chart:
    shares = np.linspace(0.1, 0.5, o.c)
    curve = PlaceDeletion(
        o.blocks[0], 0, "blur", "block", o.one, shares, o.floats(o.c), o.floats(o.n, o.c)
    )
    return place_deletion.deletion_curve(curve, dark=False)


def channels_deleted(o: Odd) -> list[ChannelDeletion]:
    shares = np.linspace(0.1, 1.0, o.c)
    return [
        ChannelDeletion(o.blocks[0], way, 0, None, shares, o.floats(1, o.c), o.floats(1, o.c))
        for way in ("gate", "effect")
    ]


def _fits(o: Odd) -> Chart:
    one, errors = (
        np.ones(2, np.float32),
        dict.fromkeys(("unchanged", "scale", "convolution"), o.one),
    )
    maps = FixedMaps(one, np.eye(2, dtype=np.float32), one)
    found = [FixedFit(b, 6, 600, errors, errors, 1e-2, maps) for b in o.blocks]
    return fits.error_by_depth(found, picked=NAMES[0], dark=False)


def _gains(o: Odd) -> Chart:
    return gains.gain_profiles(
        o.gates(o.n, o.c),
        pictures=[str(i) for i in range(o.n)],
        what="b",
        gated=True,
        reach=(0.0, 1.0),
        dark=False,
    )


def _idle(o: Odd) -> Chart:
    counts = np.full(o.c, o.n)
    found = {n: still_channels(o.n, o.floats(o.c), counts, counts) for n in NAMES}
    return idle_channels.idle_by_depth(found, selected=NAMES[0], dark=False)


def _networks(o: Odd) -> Chart:
    m = o.one
    one = [summary(n, mean=m, std=m, near_zero=m, near_one=m) for n in NAMES]
    return two_networks.networks_by_depth((one, one[:1]), PAIR, selected=0, dark=False)


def _directions(o: Odd) -> Chart:
    found = Redundancy(o.c, o.n, (), 0, 0, o.c, o.floats(o.c))
    return redundancy.directions("b", found, dark=False)


def _selectivity(o: Odd) -> Chart:
    # The index is a share of gates, so it can be undefined but never infinite.
    found = GateSelectivity(known(o.floats(o.c)), np.zeros(o.c, np.int64), o.one)
    both = {NAMES[0]: found, NAMES[1]: found}
    return selectivity.selectivity_by_depth(both, selected=NAMES[0], dark=False)


def _squeezes(o: Odd) -> Chart:
    found = SqueezeCorrelation(NAMES[0], o.n, o.floats(o.c), o.one, o.floats(10))
    both = {NAMES[0]: found, NAMES[1]: found}
    return squeeze_correlation.squeeze_by_depth(both, selected=NAMES[0], dark=False)


def _use(o: Odd) -> Chart:
    use = ChannelUse(NAMES, *(o.floats(1, len(NAMES)),) * 3)
    return channel_use.use_by_depth(use, use, selected=NAMES[0], dark=False)


def _separation(o: Odd) -> Chart:
    order = np.arange(o.c)
    found = ChannelSeparation(
        ("a", "b"), np.array([2, 1]), o.floats(2, o.c), o.floats(o.c), order, 0.01, 3, True
    )
    pictures = [(Series(str(i), i), "ab"[i % 2]) for i in range(o.n)]
    return separation.separating_channels("b", found, o.gates(o.n, o.c), pictures, PAIR, dark=False)


def _trajectories(o: Odd) -> Chart:
    return perturbation_sweep.gate_trajectories(
        moved(o), NAMES[0], range(o.c), strength=1.0, gates=o.gates(o.c), dark=False
    )


def _stability(o: Odd) -> Chart:
    return stability_by_depth.block_stability(
        moved(o), o.floats(3), selected=NAMES[0], measured="m", dark=False
    )


def _treatments(o: Odd) -> Chart:
    rows = [treatments.Treatment(w, o.gates(o.n, o.c)) for w in ("SE", "scale")]
    names = [str(i) for i in range(o.n)]
    return treatments.gains_in_one(rows, pictures=names, block="b", dark=False)


def _profile(o: Odd) -> Chart:
    return class_profiles.class_profile(
        moments(o),
        [(0, PAIR[0]), (1, PAIR[1])],
        channels=range(o.c),
        ordered="by number",
        dark=False,
    )


LOOK: dict[str, Any] = {"dark": False}


CASES: dict[str, Callable[[Odd], Chart]] = {
    "ablation.blocks_by_depth": _block_effects,
    "ablation.accuracy_by_depth": _accuracy,
    "branch_shares.branches_by_channel": lambda o: branch_shares.branches_by_channel(
        _branches(o), image=0, dark=False
    ),
    "branch_shares.branches_by_depth": lambda o: branch_shares.branches_by_depth(
        [_branches(o)] * 2, image=0, picked="", dark=False
    ),
    "scene_effects.scene_blocks_by_depth": _scene_blocks,
    "scene_effects.scene_accuracy_by_depth": _scene_accuracy,
    "scene_effects.scene_effect_against_gate": _scene_channels,
    "account.gate_waterfall": _gate_account,
    "account.unit_waterfall": lambda o: gate_account.unit_waterfall(
        unit(o), top=1, exact=True, **LOOK
    ),
    "channels.channel_by_picture": lambda o: channel_bars.channel_by_picture(
        "b", 0, o.gates(o.n), [Series(str(i), i) for i in range(o.n)], usual=(o.one,) * 2, **LOOK
    ),
    "class_gates.gate_by_class": lambda o: class_gates.gate_by_class(
        moments(o), 0, ["a", "b"], **LOOK
    ),
    "class_profiles.class_profile": _profile,
    "classes.class_differences": _classes,
    "costs.cost_by_stage": _stages,
    "costs.price_by_block": _prices,
    "costs.ratios_by_round": _ratios,
    "curves.training_curves loss": lambda o: curve_charts.training_curves(
        runs(o), what="loss", **LOOK
    ),
    "channel_use.use_by_depth": _use,
    "curves.training_curves": lambda o: curve_charts.training_curves(
        runs(o), what="accuracy", **LOOK
    ),
    "effects.effect_against_gate": lambda o: effect_charts.effect_against_gate(
        channel_effects(o), label="dog", put="0", picked=0, **LOOK
    ),
    "effects.estimate_against_measured": lambda o: effect_charts.estimate_against_measured(
        channel_effects(o), picked=0, **LOOK
    ),
    "embedding.picture_plane": _plane,
    "energy.energy_by_depth": _energy,
    "gate_places.places_map": _places,
    "place_deletion.deletion_curve": _deletion,
    "network_inputs.network_input": lambda o: network_inputs.network_input(
        o.floats(2, o.c), **LOOK
    ),
    "signals_and_volumes.signal_maps": lambda o: signals_and_volumes.signal_maps(
        o.floats(2, o.c), channels=[0, 7], **LOOK
    ),
    "signals_and_volumes.volume_map": lambda o: signals_and_volumes.volume_map(
        o.floats(3, 2, o.c), channel=7, **LOOK
    ),
    "fits.error_by_depth": _fits,
    "gains.gain_profiles": _gains,
    "gains.mixing_heatmap": lambda o: gains.mixing_heatmap(o.gates(o.c, o.c), **LOOK),
    "idle.idle_by_depth": _idle,
    "learning.spread_by_step": lambda o: training_steps.spread_by_step(watched(o), **LOOK),
    "learning.gates_by_step": lambda o: training_steps.gates_by_step(watched(o), NAMES[1], **LOOK),
    "learning.learning_by_step": lambda o: training_steps.learning_by_step(watched(o), **LOOK),
    "lesson.squeezes": lambda o: steps.squeezes(o.gates(o.c), channel=0, **LOOK),
    "lesson.units_through": lambda o: steps.units_through(
        [unit(o)] * o.c, non_linearity="silu", **LOOK
    ),
    "lesson.gate_curve": lambda o: steps.gate_curve(
        o.gates(o.c), o.gates(o.c), kind="sigmoid", channel=0, **LOOK
    ),
    "two_pictures.moved_gates": lambda o: two_pictures.moved_gates(
        o.gates(o.c), o.gates(o.c)[::-1], pictures=("one", "two"), channel=0, **LOOK
    ),
    "agreement.agreement_matrix": lambda o: agreement.agreement_matrix(
        GateAgreement(NAMES, NAMES[:2], o.floats(3, 2), o.n), networks=("one", "two"), **LOOK
    ),
    "networks.networks_by_depth": _networks,
    "pixel_gates.pixel_gates": lambda o: pixel_gate_maps.pixel_gates(
        o.gates(o.c), o.gates(o.c, 2, 2), block="b", **LOOK
    ),
    "network_map.network_map": lambda o: network_maps.network_map(
        [
            map_blocks.MapBlock(n, o.c, 7, spread=map_blocks.gate_spread(o.gates(o.c)))
            for n in NAMES
        ],
        selected=NAMES[0],
        dark=False,
    ),
    "placements.placements": lambda o: placement_diagrams.placements(**LOOK),
    "redundancy.directions": _directions,
    "removal.right_by_share_removed": lambda o: removal_curves.right_by_share_removed(
        [removal_curve(o)], **LOOK
    ),
    "channel_deletion.channels_deleted": lambda o: channel_deletion.channels_deleted(
        channels_deleted(o), label="dog", **LOOK
    ),
    "channel_deletion.channels_inserted": lambda o: channel_deletion.channels_inserted(
        channels_deleted(o), label="dog", **LOOK
    ),
    "removal.probability_by_share_removed": lambda o: removal_curves.right_by_share_removed(
        [removal_curve(o)], what="probability", **LOOK
    ),
    "selectivity.selectivity_by_depth": _selectivity,
    "squeeze_correlation.squeeze_by_depth": _squeezes,
    "separation.separating_channels": _separation,
    "stability.prediction_when_perturbed": lambda o: perturbation_sweep.prediction_when_perturbed(
        o.gates(4), o.gates(4)[::-1], labels=None, **LOOK
    ),
    "stability.gate_trajectories": _trajectories,
    "stability.class_trajectory": lambda o: perturbation_sweep.class_trajectory(
        moved(o), strength=1.0, labels=None, **LOOK
    ),
    "steadiness.block_stability": _stability,
    "treatments.gains_in_one": _treatments,
    "two_surveys.surveys_by_depth": lambda o: two_surveys.surveys_by_depth(
        (splits(o), splits(o)), PAIR, selected=NAMES[0], **LOOK
    ),
    "two_surveys.mean_against_mean": lambda o: two_surveys.mean_against_mean(
        "b", (o.floats(o.c), o.floats(o.c)), PAIR, **LOOK
    ),
    "variance.off_mean_by_depth": lambda o: variance.off_mean_by_depth(
        splits(o), selected=NAMES[0], **LOOK
    ),
    "variance.share_by_depth": lambda o: variance.share_by_depth(
        splits(o), selected=NAMES[0], **LOOK
    ),
    "variance.channel_split": lambda o: variance.channel_split("b", split(o), picked=0, **LOOK),
}
