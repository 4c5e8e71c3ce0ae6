"""Which blocks and channels of a network can go, and the network without them."""

from senet_viz.analysis.removal_plan import BlockPlan, JointRemoval, RemovalPlan
from senet_viz.removal.block_gates import BlockGates, GateWatch, gates_of_survey, gates_over
from senet_viz.removal.named_pictures import NamedPictures, name_pictures, opened, read_batches
from senet_viz.removal.planning import (
    fold_together,
    judge_together,
    judged,
    plan_removal,
)

__all__ = [
    "BlockGates",
    "BlockPlan",
    "GateWatch",
    "JointRemoval",
    "NamedPictures",
    "RemovalPlan",
    "fold_together",
    "gates_of_survey",
    "gates_over",
    "judge_together",
    "judged",
    "name_pictures",
    "opened",
    "plan_removal",
    "read_batches",
]
