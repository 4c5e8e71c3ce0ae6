"""Every record is a table: arrays of one length under English names, whatever the language."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from types import MappingProxyType

import numpy as np
import pytest

import senet_viz.analysis
from senet_viz.analysis.branch_energy import Meeting
from senet_viz.analysis.branch_shares import BranchShares
from senet_viz.analysis.channel_removal import RemovalRanking
from senet_viz.analysis.channel_use import ChannelUse
from senet_viz.analysis.class_maps import ClassMap, GateRelevance
from senet_viz.analysis.cost_records import (
    BlockCost,
    Latency,
    ModuleCost,
    PartCost,
    Price,
)
from senet_viz.analysis.effects import AccuracyChange, AccuracyEffect, AccuracyEffects
from senet_viz.analysis.embedding import Embedding
from senet_viz.analysis.feature_selectivity import FeatureSelectivity
from senet_viz.analysis.fixed_maps import FixedFit, FixedMaps
from senet_viz.analysis.gate_account import GateAccount
from senet_viz.analysis.gate_agreement import GateAgreement
from senet_viz.analysis.gate_edits import GateEdit
from senet_viz.analysis.gate_places import GatePlaces
from senet_viz.analysis.gate_shape import GateShape
from senet_viz.analysis.literature_claims import Finding
from senet_viz.analysis.pixel_gates import PixelGates
from senet_viz.analysis.place_deletion import PlaceDeletion
from senet_viz.analysis.ranking import rank_channels, summarize
from senet_viz.analysis.receptive_fields import ReceptiveField
from senet_viz.analysis.redundancy import find_redundancy, still_channels
from senet_viz.analysis.removal_plan import BlockPlan, JointRemoval, RemovalPlan
from senet_viz.analysis.scene_effects import (
    BoxChange,
    ClassCounts,
    MapChange,
    SceneAccuracyEffect,
    SceneAccuracyEffects,
    SceneBlockEffect,
    SceneChannelEffects,
)
from senet_viz.analysis.selectivity import GateSelectivity
from senet_viz.analysis.separation import separate_channels
from senet_viz.analysis.squeeze_correlation import SqueezeCorrelation
from senet_viz.core.gate_reference import GateReference
from senet_viz.core.records import OtherAttention
from senet_viz.core.scenes import Detection, Segmentation
from senet_viz.core.tables import Tabular, long, stacked
from senet_viz.core.translation import speaking
from tests.senet_viz.figures.capture_records import CHANNELS, LAST, SEEN, compared
from tests.senet_viz.figures.odd_records import (
    Odd,
    channel_effects,
    moments,
    moved,
    removal_curve,
    runs,
    split,
    unit,
    watched,
)

ODD = Odd(0.25)
ONE = np.ones(3, np.float32)
BOXES = BoxChange(ONE, ONE, ONE[:1])
FOUND = SceneAccuracyEffect(ODD.block(), "one", 4, -0.1, 0.02, -0.2)
COST = ModuleCost(3, 4)
MAPS = FixedMaps(ONE, np.eye(3, dtype=np.float32), ONE)
LOST = AccuracyEffect(ODD.block(), "one", 4, 1, 2)
CHANGE = AccuracyChange(4, 2, 1, 0)
PLANNED = BlockPlan(
    ODD.block(), "fixed scale", 0.01, 0.5, 3, 4, None, None, CHANGE, CHANGE, "no place"
)
ERRORS = MappingProxyType({"unchanged": 0.1, "scale": 0.1, "convolution": 0.1})
RECORDS: dict[str, Callable[[], Tabular]] = {
    "Capture": lambda: SEEN,
    "BlockActivation": lambda: LAST,
    "SEBlock": lambda: LAST.block,
    "OtherAttention": lambda: OtherAttention("a", "spatial", "no channel"),
    "BlockSummary": lambda: summarize(SEEN)[0],
    "ChannelRanking": lambda: rank_channels(LAST, top=4),
    "Detection": lambda: Detection(np.ones((2, 4), np.float32), ONE[:2], np.zeros(2, np.int64)),
    "Segmentation": lambda: Segmentation(np.zeros((2, 3), np.int64), np.ones((2, 3), np.float32)),
    "GateReference": lambda: GateReference(
        "s", ("a", "b"), np.ones(2, np.int64), {"se": ODD.gates(2, 3)}, {"se": ODD.gates(2, 3)}
    ),
    "Meeting": lambda: Meeting(ODD.block(), ODD.gates(2, 1, 1), ODD.gates(2, 1, 1)),
    "ClassMap": lambda: ClassMap(ODD.block(), 3, ODD.floats(2, 3)),
    "GateRelevance": lambda: GateRelevance(ODD.block(), 3, 0.5, ODD.floats(3)),
    "ModuleCost": lambda: COST,
    "PartCost": lambda: PartCost("layer1", COST, COST, 2),
    "BlockCost": lambda: BlockCost(ODD.block(), "layer1", COST, "layer1.0", COST),
    "Latency": lambda: Latency(1, "CPU", 1, 3, ODD.floats(3), np.ones(3), {}),
    "Price": lambda: Price(ODD.block(), 3, 4),
    "ChannelEffects": lambda: channel_effects(ODD),
    "AccuracyEffects": lambda: AccuracyEffects(
        4, 2, (AccuracyEffect(ODD.block(), "one", 4, 1, 2),)
    ),
    "AccuracyChange": lambda: CHANGE,
    "BranchShares": lambda: BranchShares("a", "k", np.ones((2, 3, 4), np.float32)),
    "BoxChange": lambda: BOXES,
    "ClassCounts": lambda: ClassCounts(np.ones(3), np.ones(3), np.ones(3)),
    "MapChange": lambda: MapChange(0.5),
    "SceneChannelEffects": lambda: SceneChannelEffects(
        ODD.block(), ONE[:2], ONE[:2], (BOXES, MapChange(0.5))
    ),
    "SceneBlockEffect": lambda: SceneBlockEffect(ODD.block(), "one", (BOXES,)),
    "SceneAccuracyEffects": lambda: SceneAccuracyEffects(4, True, (FOUND,), "mAP", 0.5),
    "BlockPlan": lambda: PLANNED,
    "RemovalPlan": lambda: RemovalPlan("n", "s", "labels", 4, 2, (PLANNED,)),
    "JointRemoval": lambda: JointRemoval(("se",), 3, 4, CHANGE, "labels", "s"),
    "RemovalRanking": lambda: RemovalRanking("gate", {"se": ODD.floats(3)}, 4, 0.5),
    "RemovalCurve": lambda: removal_curve(ODD),
    "Embedding": lambda: Embedding(ODD.floats(4, 2), ODD.floats(2)),
    "FeatureSelectivity": lambda: FeatureSelectivity("se", ODD.floats(3), ODD.floats(3)),
    "Finding": lambda: Finding("stripes", "agrees", 0.5, 0.4, 0.6, "said"),
    "FixedFit": lambda: FixedFit(ODD.block(), 6, 600, ERRORS, ERRORS, 1e-2, MAPS),
    "FixedMaps": lambda: MAPS,
    "GateAccount": lambda: GateAccount(
        ODD.block(), 1, 0, 0.5, 0.1, 0.1, ODD.floats(2), (unit(ODD),) * 2, 0.0, True
    ),
    "UnitAccount": lambda: unit(ODD),
    "GateAgreement": lambda: GateAgreement(("a", "b"), ("a",), ODD.floats(2, 1), 9),
    "GatePlaces": lambda: GatePlaces(
        ODD.block(), "channel", 1, 0, 0.5, ODD.floats(2, 3), 0.5, 0.0, False
    ),
    "GateShape": lambda: GateShape("several", (0.25, 0.75)),
    "GateEdit": lambda: GateEdit("se", "value", (1, 2), 0.5),
    "PictureComparison": compared,
    "PixelGates": lambda: PixelGates(
        ODD.gates(2, 3, 2, 2), ODD.gates(2, 3, 2, 2), ODD.gates(2, 3), 0.0
    ),
    "PlaceDeletion": lambda: PlaceDeletion(
        ODD.block(), 1, "mean", "block", 0.5, np.array([0.1, 0.5]), ODD.floats(2), ODD.floats(3, 2)
    ),
    "ReceptiveField": lambda: ReceptiveField(
        ODD.block(), (4, 4), (32, 32), (8, 8), (-3, -3), (11, 11), 1
    ),
    "Redundancy": lambda: find_redundancy(np.random.default_rng(0).random((9, 3), np.float32)),
    "SqueezeCorrelation": lambda: SqueezeCorrelation("se", 9, ODD.floats(3), 0.1, ODD.floats(10)),
    "StillChannels": lambda: still_channels(9, ODD.floats(3), np.full(3, 9), np.full(3, 9)),
    "GateSelectivity": lambda: GateSelectivity(ODD.floats(3), np.zeros(3, np.int64), 0.1),
    "ChannelUse": lambda: ChannelUse(("a", "b"), *(ODD.floats(4, 2),) * 3),
    "ChannelSeparation": lambda: separate_channels(
        np.random.default_rng(0).random((4, 3)), ["a", "a", "b", "b"]
    ),
    "Trajectories": lambda: moved(ODD),
    "Moments": lambda: moments(ODD),
    "TrainedRun": lambda: runs(ODD)[0],
    "Moment": lambda: watched(ODD)[0],
    "VarianceSplit": lambda: split(ODD),
}
# Weights, pixels and protocols: none of them is a result that runs over inputs or channels.
NO_TABLE = {
    *("ExcitationLayers", "PlaceActivation", "Costs", "PaperRow", "Spread", "Progress"),
    *("Remark", "LeftOut", "Failure", "Exemplar", "Shares"),
}


def dataclasses() -> Iterator[type]:
    names = [m.name for m in pkgutil.iter_modules(senet_viz.analysis.__path__)]
    modules = [f"senet_viz.analysis.{name}" for name in names]
    for module in (*modules, "senet_viz.core.records", "senet_viz.core.scenes"):
        for value in vars(importlib.import_module(module)).values():
            if isinstance(value, type) and is_dataclass(value) and value.__module__ == module:
                yield value


def test_every_record_gives_columns() -> None:
    found = set(dataclasses())
    assert len(found) > 35
    without = {kind.__name__ for kind in found if not issubclass(kind, Tabular)}
    assert without <= NO_TABLE, without - NO_TABLE


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_columns_are_arrays_of_one_length_with_the_same_names_in_every_language(name: str) -> None:
    record = RECORDS[name]()
    assert type(record).__name__ == name
    columns = record.columns()
    assert columns and len({values.shape for values in columns.values()}) == 1
    for column, values in columns.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", column)
        assert isinstance(values, np.ndarray) and values.ndim == 1 and values.size > 0
        assert values.dtype.kind in "bifO", (column, values.dtype)
    with speaking("zh"):
        spoken = record.columns()
    assert list(spoken) == list(columns)


def test_a_capture_has_a_row_for_every_input_block_and_channel() -> None:
    columns = SEEN.columns()
    assert columns["excitation"].size == len(SEEN) * CHANNELS
    for activation in SEEN:
        own = columns["block"] == activation.block.name
        assert columns["channel"][own].tolist() == list(range(CHANNELS))
        np.testing.assert_array_equal(columns["excitation"][own], activation.excitation[0])
        np.testing.assert_array_equal(columns["squeeze"][own], activation.squeeze[0])


def test_values_stand_where_their_axes_say() -> None:
    values = np.arange(6).reshape(2, 3)
    made = long({"input": ["a", "b"], "channel": range(3)}, value=values, by_input=[[10], [20]])
    rows = list(zip(*(column.tolist() for column in made.values()), strict=True))
    assert rows == [
        (name, channel, values[place, channel], 10 * (place + 1))
        for place, name in enumerate("ab")
        for channel in range(3)
    ]
    assert stacked([]) == {}
    assert stacked([made, made])["value"].tolist() == values.ravel().tolist() * 2


def test_what_was_not_measured_is_not_a_number() -> None:
    assert np.isnan(RECORDS["Price"]().columns()["milliseconds"]).all()
