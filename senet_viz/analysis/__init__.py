"""Records -> numbers: rankings, summaries, splits of variance, accounts of gates. NumPy alone."""

from senet_viz.analysis.branch_energy import Meeting, meeting_of
from senet_viz.analysis.branch_shares import BranchShares
from senet_viz.analysis.channel_deletion import ChannelDeletion
from senet_viz.analysis.channel_use import ChannelUse, channel_use
from senet_viz.analysis.class_maps import ClassMap, GateRelevance
from senet_viz.analysis.class_profiles import (
    ClassMoments,
    last_of_stages,
    mean_of_classes,
    paper_blocks,
    paper_names,
    sampled_channels,
)
from senet_viz.analysis.edit_files import edits_from_json, edits_to_json
from senet_viz.analysis.effects import AccuracyEffect, AccuracyEffects, BlockEffect, ChannelEffects
from senet_viz.analysis.embedding import Embedding, embed
from senet_viz.analysis.exemplars import Exemplar
from senet_viz.analysis.feature_selectivity import FeatureSelectivity, feature_selectivity
from senet_viz.analysis.fixed_maps import FixedFit, FixedMaps
from senet_viz.analysis.gains import effective_gain
from senet_viz.analysis.gate_account import GateAccount, UnitAccount, explain_gate
from senet_viz.analysis.gate_agreement import (
    GateAgreement,
    block_agreement,
    linear_cka,
    network_agreement,
)
from senet_viz.analysis.gate_edits import GateEdit, edited_gates, gates_by_block, parse_channels
from senet_viz.analysis.gate_places import (
    GatePlaces,
    explain_block_by_place,
    explain_gate_by_place,
    explain_unit_by_place,
)
from senet_viz.analysis.literature import literature
from senet_viz.analysis.literature_claims import Finding
from senet_viz.analysis.numerics import rank_correlation
from senet_viz.analysis.picture_distances import (
    PictureComparison,
    compare_pictures,
    cosines,
    counterpart,
    distances,
    relative_depth,
    usual_distance,
)
from senet_viz.analysis.pixel_gates import PixelGates
from senet_viz.analysis.place_deletion import PlaceDeletion, delete_places
from senet_viz.analysis.ranking import gate_entropy, rank_channels, summarize
from senet_viz.analysis.receptive_fields import ReceptiveField
from senet_viz.analysis.redundancy import (
    Redundancy,
    StillChannels,
    Twins,
    find_redundancy,
    still_channels,
)
from senet_viz.analysis.scene_effects import (
    BoxChange,
    MapChange,
    SceneAccuracyEffects,
    SceneBlockEffect,
    SceneChannelEffects,
    compare_scenes,
)
from senet_viz.analysis.selectivity import GateSelectivity, gate_selectivity
from senet_viz.analysis.separation import ChannelSeparation, separate_channels
from senet_viz.analysis.squeeze_correlation import SqueezeCorrelation, squeeze_correlations
from senet_viz.analysis.stability import Trajectories, relative_movement
from senet_viz.analysis.survey_agreement import survey_agreement
from senet_viz.analysis.survey_answers import SurveyAnswers, survey_answers
from senet_viz.analysis.survey_gates import PictureGates, gates_by_picture
from senet_viz.analysis.survey_variance import split_survey
from senet_viz.analysis.training_runs import (
    EpochLog,
    RunSet,
    Spread,
    TrainedRun,
    read_log,
    read_runs,
    write_curves,
    write_runs,
)
from senet_viz.analysis.training_steps import Moment
from senet_viz.analysis.variance import VarianceSplit, split_variance
from senet_viz.core.shares import shares, softmax

__all__ = [
    "AccuracyEffect",
    "AccuracyEffects",
    "BlockEffect",
    "BoxChange",
    "BranchShares",
    "ChannelDeletion",
    "ChannelEffects",
    "ChannelSeparation",
    "ChannelUse",
    "ClassMap",
    "ClassMoments",
    "Embedding",
    "EpochLog",
    "Exemplar",
    "FeatureSelectivity",
    "Finding",
    "FixedFit",
    "FixedMaps",
    "GateAccount",
    "GateAgreement",
    "GateEdit",
    "GatePlaces",
    "GateRelevance",
    "GateSelectivity",
    "MapChange",
    "Meeting",
    "Moment",
    "PictureComparison",
    "PictureGates",
    "PixelGates",
    "PlaceDeletion",
    "ReceptiveField",
    "Redundancy",
    "RunSet",
    "SceneAccuracyEffects",
    "SceneBlockEffect",
    "SceneChannelEffects",
    "Spread",
    "SqueezeCorrelation",
    "StillChannels",
    "SurveyAnswers",
    "TrainedRun",
    "Trajectories",
    "Twins",
    "UnitAccount",
    "VarianceSplit",
    "block_agreement",
    "channel_use",
    "compare_pictures",
    "compare_scenes",
    "cosines",
    "counterpart",
    "delete_places",
    "distances",
    "edited_gates",
    "edits_from_json",
    "edits_to_json",
    "effective_gain",
    "embed",
    "explain_block_by_place",
    "explain_gate",
    "explain_gate_by_place",
    "explain_unit_by_place",
    "feature_selectivity",
    "find_redundancy",
    "gate_entropy",
    "gate_selectivity",
    "gates_by_block",
    "gates_by_picture",
    "last_of_stages",
    "linear_cka",
    "literature",
    "mean_of_classes",
    "meeting_of",
    "network_agreement",
    "paper_blocks",
    "paper_names",
    "parse_channels",
    "rank_channels",
    "rank_correlation",
    "read_log",
    "read_runs",
    "relative_depth",
    "relative_movement",
    "sampled_channels",
    "separate_channels",
    "shares",
    "softmax",
    "split_survey",
    "split_variance",
    "squeeze_correlations",
    "still_channels",
    "summarize",
    "survey_agreement",
    "survey_answers",
    "usual_distance",
    "write_curves",
    "write_runs",
]
