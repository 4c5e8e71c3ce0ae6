"""Gates along a growing perturbation, and how stable each block's gates are under it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64, Int64

from senet_viz.core.arrays import Array, Counts, Doubles
from senet_viz.core.errors import BlockError
from senet_viz.core.records import PerturbationKind, SEBlock
from senet_viz.core.tables import Columns, Tabular, long, stacked
from senet_viz.core.translation import tr

CONSTANT = 1e-4  # gates; a block that differs less from picture to picture is no measure


@dataclass(frozen=True, slots=True, eq=False)
class Trajectories(Tabular):
    """How every gate moved while one kind of perturbation grew from low to high.

    ``strengths`` (p,) are in the unit of ``SCALES[kind]``; ``gates`` holds (p, c) for every block
    name. ``probability`` (p,), 0 to 1, is that of the class number ``followed``, ``likeliest``
    (p,) the class in front; all three None where the network does not end in one score a class.
    """

    kind: PerturbationKind
    blocks: tuple[SEBlock, ...]
    strengths: Float64[Doubles, " p"]
    gates: Mapping[str, Float32[Array, "p _"]]
    followed: int | None
    probability: Float64[Doubles, " p"] | None
    likeliest: Int64[Counts, " p"] | None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(block.name for block in self.blocks)

    @property
    def movement(self) -> Float64[Doubles, " b"]:
        """How far each block's gates moved, (b,), in units of the gate, 0 to 0.5.

        The mean over its channels of the standard deviation of the gate over the strengths. It
        grows with the range of strengths swept.
        """
        return np.array([deviation(self.gates[name]).mean() for name in self.names])

    def most_moving(self, block: str, count: int) -> tuple[int, ...]:
        """The channels of a block whose gates moved most, by standard deviation."""
        order = np.argsort(-deviation(self.gates[block]), kind="stable")
        return tuple(int(c) for c in order[:count])

    def columns(self) -> Columns:
        """A row for each strength, block and channel."""
        return stacked(
            long(
                {"strength": self.strengths, "block": [name], "channel": range(gates.shape[1])},
                excitation=gates[:, None, :],
            )
            for name, gates in self.gates.items()
        )


def relative_movement(moved: Trajectories, spread: Mapping[str, Doubles]) -> Float64[Doubles, " b"]:
    """How far each block's gates moved, against what another picture does to them: (b,), from 0.

    The block's ``movement`` over the mean over its channels of ``spread``, no unit. 0: the
    perturbation does nothing to these gates; 1: it moves them as much as pictures differ. NaN
    where the gates differ by less than 1e-4 from picture to picture: nothing to measure by.

    It grows with the range of strengths swept, so kinds cannot be ranked by it; and gates that
    stay do not show that the features or the prediction do.
    """
    if missing := [name for name in moved.names if name not in spread]:
        raise BlockError(
            tr(
                "the spread of {missing} was not given. Take it from gate_spread()",
                missing=missing[0],
            )
        )
    usual = np.array([spread[name].mean() for name in moved.names])
    return np.where(usual >= CONSTANT, moved.movement / np.maximum(usual, CONSTANT), np.nan)


def deviation(gates: Array) -> Doubles:
    """Standard deviation (c,) of gates (n, c) over the first axis; NaN where not all finite."""
    known = np.where(np.isfinite(gates), gates.astype(np.float64), np.nan)
    deviation: Doubles = known.std(0)
    return deviation
