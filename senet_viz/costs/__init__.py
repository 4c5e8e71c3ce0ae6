"""What a network costs, and what its SE blocks add: counts, time, and folding them away."""

from senet_viz.analysis.cost_records import Costs, ModuleCost, price_of_removal
from senet_viz.costs.counting import count_costs, count_network
from senet_viz.costs.folding import Fold, Folded, Folding, Refused, fold_constant_gates
from senet_viz.costs.gate_profiles import measure_profile, read_profile
from senet_viz.costs.latency import measure_latency
from senet_viz.costs.paper_counts import paper_table
from senet_viz.costs.removal import without_se
from senet_viz.costs.right_answers import compare_accuracy

__all__ = [
    "Costs",
    "Fold",
    "Folded",
    "Folding",
    "ModuleCost",
    "Refused",
    "compare_accuracy",
    "count_costs",
    "count_network",
    "fold_constant_gates",
    "measure_latency",
    "measure_profile",
    "paper_table",
    "price_of_removal",
    "read_profile",
    "without_se",
]
