"""Reference statistics of a network: its gates and hidden units over a labelled set."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float32, Int64

from senet_viz.core.arrays import Array, Counts, readonly
from senet_viz.core.errors import BlockError
from senet_viz.core.records import unknown_block
from senet_viz.core.tables import Columns, Tabular, long, stacked


@dataclass(frozen=True, slots=True, eq=False)
class GateReference(Tabular):
    """What is usual for each gate: streaming moments over a labelled reference set.

    For every block name: ``count`` (k,), ``mean`` (k, c) and ``variance`` (k, c) of the gate by
    class, population variance. The classes are those of ``labels``. ``active`` (k, m) is the share
    of the class's pictures for which each hidden unit is not 0; empty where none was counted.
    """

    source: str
    labels: tuple[str, ...]
    count: Int64[Counts, " k"]
    mean: dict[str, Float32[Array, "k _"]]
    variance: dict[str, Float32[Array, "k _"]]
    active: dict[str, Float32[Array, "k _"]] = field(default_factory=dict)

    def usual(self, block: str) -> tuple[Float32[Array, " c"], Float32[Array, " c"]]:
        """Mean (c,) and standard deviation (c,) of each gate over the whole reference set."""
        if block not in self.mean:
            raise BlockError(unknown_block(block, tuple(self.mean)))
        weight = (self.count / self.count.sum())[:, None]
        mean = (weight * self.mean[block]).sum(0)
        within = (weight * self.variance[block]).sum(0)
        between = (weight * (self.mean[block] - mean) ** 2).sum(0)
        return mean.astype(np.float32), np.sqrt(within + between).astype(np.float32)

    def activity(self, block: str) -> Float32[Array, " m"] | None:
        """The share of all reference pictures for which each hidden unit is on (m,), 0 to 1."""
        if block not in self.active:
            return None
        share: Array = (self.count @ self.active[block] / self.count.sum()).astype(np.float32)
        return share

    def pooled(self) -> "GateReference":
        """The same without classes, which takes less room and is as good for what is usual."""
        usual = {block: self.usual(block) for block in self.mean}
        shares = {block: self.activity(block) for block in self.active}
        return GateReference(
            source=self.source,
            labels=("all pictures",),
            count=readonly(np.array([self.count.sum()], np.int64)),
            mean={block: mean[None] for block, (mean, _) in usual.items()},
            variance={block: deviation[None] ** 2 for block, (_, deviation) in usual.items()},
            active={block: share[None] for block, share in shares.items() if share is not None},
        )

    def columns(self) -> Columns:
        """A row for each class, block and channel: what is usual for its gate."""
        return stacked(
            long(
                {"class": self.labels, "block": [name], "channel": range(mean.shape[1])},
                pictures=self.count[:, None, None],
                mean=mean[:, None],
                deviation=np.sqrt(self.variance[name])[:, None],
            )
            for name, mean in self.mean.items()
        )
