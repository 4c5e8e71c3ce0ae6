"""What gates and loss were at one step of a training that is watched."""

from dataclasses import dataclass
from typing import Literal

from jaxtyping import Float32

from senet_viz.core.arrays import Array
from senet_viz.core.tables import Columns, Tabular, long

Beginning = Literal["half", "drawn"]
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Moment(Tabular):
    """One training step, counted from 0: as it was before the step changed the weights.

    ``gates`` (b, 5) are the quantiles ``SHARES`` of every block's gates over the batch and all
    channels, ``blocks`` the blocks' names by depth. ``loss`` is in nats, ``accuracy`` 0 to 1; both
    are of the batch.
    """

    step: int
    loss: float
    accuracy: float
    blocks: tuple[str, ...]
    gates: Float32[Array, "b 5"]

    def columns(self) -> Columns:
        """A row for each block: the step's numbers, and the quantiles of its gates."""
        names = [f"p{round(100 * share)}" for share in SHARES]
        quantiles = dict(zip(names, self.gates.T, strict=True))
        whole = {"step": self.step, "loss": self.loss, "accuracy": self.accuracy}
        return long({"block": self.blocks}, **whole, **quantiles)
