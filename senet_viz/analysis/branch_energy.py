"""How much of what a block's output is added to comes from the block: shares of energy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64

from senet_viz.core.arrays import Array, Doubles
from senet_viz.core.errors import BlockError
from senet_viz.core.records import SEBlock, unknown_block
from senet_viz.core.tables import Columns, Tabular, long
from senet_viz.core.translation import tr


@dataclass(frozen=True, slots=True, eq=False)
class Meeting(Tabular):
    """Where one block's branch is added to a shortcut, and the energy of both, for n pictures.

    ``branch`` and ``shortcut`` are (n, *places): the squares of the two summands, just before they
    are added, summed over channels. The branch is what depends on the block's output: layers
    between (a projection, a BatchNorm) are behind it. Both None where the output is not added to
    a shortcut.
    """

    block: SEBlock
    branch: Float32[Array, "n *places"] | None
    shortcut: Float32[Array, "n *places"] | None

    @property
    def is_added(self) -> bool:
        """Whether there is a shortcut past this block that its branch is added to."""
        return self.branch is not None

    @property
    def share(self) -> Float64[Doubles, " n"]:
        """The branch's share of the energy where it meets the shortcut, (n,), 0 to 1, no unit.

        sum(branch²) / (sum(branch²) + sum(shortcut²)), over all channels and places; NaN where
        both are zero or one is not finite. A gate on a branch with a small share can change the sum
        little at this place. It says nothing of effect: a small branch may be what the next layers
        read, a large one may cancel against the shortcut, since both can be negative.
        """
        branch, shortcut = self._energies()
        return _share(*(e.reshape(len(e), -1).sum(1) for e in (branch, shortcut)))

    @property
    def share_map(self) -> Float64[Doubles, "n *places"]:
        """The same at every place, (n, *places), over the channels of that place alone."""
        return _share(*self._energies())

    def _energies(self) -> tuple[Doubles, Doubles]:
        if self.branch is None or self.shortcut is None:
            raise BlockError(
                tr(
                    "{block} is not added to a shortcut, so there is no share of energy. Ask "
                    "is_added first",
                    block=self.block.name,
                )
            )
        return self.branch.astype(np.float64), self.shortcut.astype(np.float64)

    def columns(self) -> Columns:
        """A row for each input: the branch's share of the energy, NaN where it is not added."""
        if self.branch is None:
            return long({"block": [self.block.name]}, input=0, share=None)
        share = self.share
        return long({"block": [self.block.name], "input": range(share.size)}, share=share)


def _share(branch: Doubles, shortcut: Doubles) -> Doubles:
    both = branch + shortcut
    known = (both > 0) & np.isfinite(both)
    shares: Doubles = np.divide(branch, both, where=known, out=np.full(both.shape, np.nan))
    return shares


def meeting_of(meetings: Sequence[Meeting], name: str) -> Meeting:
    """The one of this block; a BlockError where there is no such block."""
    by_name: Mapping[str, Meeting] = {m.block.name: m for m in meetings}
    if name not in by_name:
        raise BlockError(unknown_block(name, tuple(by_name)))
    return by_name[name]
