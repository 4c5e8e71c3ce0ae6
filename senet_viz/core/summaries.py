"""A block's channels in order, and its gates in a few numbers."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from senet_viz.core.arrays import Counts, Doubles
from senet_viz.core.notebook import Row, Shown
from senet_viz.core.records import Proof, SEBlock
from senet_viz.core.tables import Tabular, ranking_columns


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ChannelRanking(Shown, Tabular):
    """Channels of one block for one picture, from most enhanced to most suppressed.

    ``order`` (c,) holds channel numbers by falling score; ``score`` (c,) is by channel number:
    the gate itself, or how many standard deviations it is from the channel's usual gate.
    """

    block: SEBlock
    image: int
    order: Int64[Counts, " c"]
    score: Float64[Doubles, " c"]
    relative: bool
    top: int
    columns = ranking_columns

    @property
    def enhanced(self) -> tuple[int, ...]:
        return tuple(int(c) for c in self.order[: self.top])

    @property
    def suppressed(self) -> tuple[int, ...]:
        """Most suppressed first."""
        return tuple(int(c) for c in self.order[::-1][: self.top])

    def rank(self, channel: int) -> int:
        """1 for the most enhanced channel."""
        return int(np.flatnonzero(self.order == channel)[0]) + 1

    def _shown(self) -> list[Row]:
        what = "deviations from usual" if self.relative else "gate"
        return [
            {"": side, "channel": c, what: float(self.score[c]), "rank": self.rank(c)}
            for side, chosen in (("enhanced", self.enhanced), ("suppressed", self.suppressed))
            for c in chosen
        ]


@dataclass(frozen=True, slots=True)
class BlockSummary(Tabular):
    """One block's gates in a few numbers, over all pictures captured and all channels.

    Shares are in [0, 1]. ``entropy`` is that of a 20-bin histogram of the gates on [0, 1], in
    bits (0: all in one bin; 4.32: evenly spread). ``constant`` is the share of channels whose
    gate moves less than 0.01 (standard deviation over pictures); None for a single picture.
    """

    block: SEBlock
    mean: float
    std: float
    minimum: float
    maximum: float
    entropy: float
    near_zero: float
    near_one: float
    exactly_zero: float
    exactly_one: float
    constant: float | None
    relative_error: float
    proof: Proof
