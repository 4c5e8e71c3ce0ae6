"""How selective kernels and split attention share each channel out between branches."""

from dataclasses import dataclass

from jaxtyping import Float32, Float64

from senet_viz.core.arrays import Array, Doubles, readonly
from senet_viz.core.tables import Columns, Tabular, long


@dataclass(frozen=True, slots=True, eq=False)
class BranchShares(Tabular):
    """What a softmax over branches gave each of them, for n pictures, r branches, c channels.

    ``name`` and ``kind`` are those of the module that the softmax is in. The ``shares`` of a
    channel, (n, r, c), add up to 1 over its branches.
    """

    name: str
    kind: str
    shares: Float32[Array, "n r c"]

    @property
    def branches(self) -> int:
        return int(self.shares.shape[1])

    def mean(self, image: int) -> Float64[Doubles, " r"]:
        """Each branch's mean share over the channels of one picture."""
        return readonly(self.shares[image].mean(1, dtype="float64"))

    def columns(self) -> Columns:
        """A row for each picture, branch and channel."""
        n, r, c = self.shares.shape
        axes = {"input": range(n), "branch": range(r), "channel": range(c)}
        return long(axes, block=self.name, share=self.shares)
