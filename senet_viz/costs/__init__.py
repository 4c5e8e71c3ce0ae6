"""What a network costs, and what its SE blocks add: counts, time, and folding them away."""

from senet_viz.costs.counting import count_costs, count_network
from senet_viz.costs.without import without_se
from senet_viz.prices import Costs, ModuleCost

__all__ = ["Costs", "ModuleCost", "count_costs", "count_network", "without_se"]
