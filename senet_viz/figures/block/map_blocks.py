"""What the map of a network shows of each of its blocks."""

from dataclasses import dataclass

from senet_viz.analysis.ranking import NEAR
from senet_viz.core.arrays import Array
from senet_viz.core.records import BlockActivation, Proof
from senet_viz.figures.base.chart import Numbers, finite
from senet_viz.figures.base.quantiles import spread_ends

SATURATED = 0.1


@dataclass(frozen=True, slots=True)
class GateSpread:
    """The gates of a block in a few numbers, each in [0, 1].

    ``low`` and ``high`` are the 5th and the 95th percentile, ``near_zero`` and ``near_one`` shares
    of the gates.
    """

    mean: float
    low: float
    high: float
    near_zero: float
    near_one: float

    @property
    def is_saturated(self) -> bool:
        """Whether more than a tenth of the gates are near 0 or 1."""
        return self.near_zero + self.near_one > SATURATED


@dataclass(frozen=True, slots=True)
class MapBlock:
    """A block on the map, and what is known of its gates.

    ``side`` is that of its feature maps, in px. ``spread`` is None where no picture went through
    the network; ``proof`` and ``relative_error`` (of its largest output) are None where no proof
    was made.
    """

    name: str
    channels: int
    side: int | None = None
    reduction: float | None = None
    spread: GateSpread | None = None
    proof: Proof | None = None
    relative_error: float | None = None


def map_block(activation: BlockActivation) -> MapBlock:
    """A block with its gates over all pictures captured."""
    block, gates = activation.block, activation.excitation
    return MapBlock(
        name=block.name,
        channels=gates.shape[1],
        side=max(activation.places, default=1),
        reduction=block.reduction,
        spread=gate_spread(gates),
        proof=activation.proof,
        relative_error=activation.relative_error,
    )


def gate_spread(gates: Array | Numbers) -> GateSpread | None:
    """Of all these gates together, whatever their shape; None where not one is finite.

    >>> import numpy as np
    >>> gate_spread(np.array([0.0, 0.5, 1.0])).mean
    0.5
    """
    known = finite(gates)
    if not known.size:
        return None
    low, high = spread_ends(known)
    return GateSpread(
        mean=float(known.mean()),
        low=low,
        high=high,
        near_zero=float((known < NEAR).mean()),
        near_one=float((known > 1 - NEAR).mean()),
    )
