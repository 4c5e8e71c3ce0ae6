"""Which blocks and channels of a network can go, and the network without them."""

from senet_viz.analysis.channel_removal import RemovalCurve, RemovalRanking
from senet_viz.analysis.literature_claims import MEASURED
from senet_viz.analysis.removal_plan import BlockPlan, JointRemoval, RemovalPlan, SceneScore
from senet_viz.removal.block_gates import BlockGates, GateWatch, gates_of_survey, gates_over
from senet_viz.removal.curves import removal_curves
from senet_viz.removal.cutting import Cut, cut_channels, mean_squeezes
from senet_viz.removal.measured_claims import measure_claim
from senet_viz.removal.named_pictures import (
    NamedPictures,
    finds,
    name_pictures,
    opened,
    pictures_for,
    read_batches,
    require_apart,
)
from senet_viz.removal.planning import (
    fold_together,
    judge_together,
    judged,
    plan_removal,
)
from senet_viz.removal.rankings import (
    rank_at_random,
    rank_by_pictures,
    rank_by_weights,
    rank_channels,
)
from senet_viz.removal.stages import Stage, cut_stages, find_stages

__all__ = [
    "MEASURED",
    "BlockGates",
    "BlockPlan",
    "Cut",
    "GateWatch",
    "JointRemoval",
    "NamedPictures",
    "RemovalCurve",
    "RemovalPlan",
    "RemovalRanking",
    "SceneScore",
    "Stage",
    "cut_channels",
    "cut_stages",
    "find_stages",
    "finds",
    "fold_together",
    "gates_of_survey",
    "gates_over",
    "judge_together",
    "judged",
    "mean_squeezes",
    "measure_claim",
    "name_pictures",
    "opened",
    "pictures_for",
    "plan_removal",
    "rank_at_random",
    "rank_by_pictures",
    "rank_by_weights",
    "rank_channels",
    "read_batches",
    "removal_curves",
    "require_apart",
]
