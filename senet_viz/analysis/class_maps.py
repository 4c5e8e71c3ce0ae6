"""What speaks for a class at one block: by place, and by channel through its gate."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from senet_viz.analysis.gate_places import place_axes
from senet_viz.core.arrays import Doubles
from senet_viz.core.records import SEBlock
from senet_viz.core.tables import Columns, Tabular, long


@dataclass(frozen=True, slots=True, eq=False)
class ClassMap(Tabular):
    """Grad-CAM of one class at the output of one block's module: ``map`` by place, from 0.

    Each channel weighs by the mean of the gradient of the class's score over the places; the sum
    over channels is cut off at 0. It has no unit, and sums to nothing in particular.
    """

    block: SEBlock
    class_index: int
    map: Float64[Doubles, "*places"]

    def columns(self) -> Columns:
        """A row for each place."""
        return long(place_axes(self.map.shape), value=self.map)


@dataclass(frozen=True, slots=True, eq=False)
class GateRelevance(Tabular):
    """What each channel adds to the score of one class through its gate, to first order.

    ``relevance`` (c,) is gate x activation x gradient of the score, summed over the places: the
    rule "gradient x input" at the recalibrated maps. It says what a gate that closes a little takes
    away, not what closing it does. Nothing is conserved: the channels need not come to ``score``.
    """

    block: SEBlock
    class_index: int
    score: float
    relevance: Float64[Doubles, " c"]

    def rank(self, channel: int) -> int:
        """The place of a channel by size of its relevance, 1 the largest."""
        size = np.abs(self.relevance)
        return 1 + int((size > size[channel]).sum())

    def columns(self) -> Columns:
        """A row for each channel."""
        return long(
            {"block": [self.block.name], "channel": range(self.relevance.size)},
            relevance=self.relevance,
        )
