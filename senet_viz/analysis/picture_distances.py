"""Pictures against pictures: how far apart their gates are, block by block, and which go together.

Two networks share no channels, so their blocks are only set against one another by depth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64

from senet_viz.core.arrays import Array, Doubles, readonly
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import Capture, SEBlock, unknown_block
from senet_viz.core.tables import Columns, Tabular, long, stacked
from senet_viz.core.translation import tr

FEWEST = 2
LEAST_LENGTH = 1e-6  # gates; a picture that deviates less has no direction


@dataclass(frozen=True, slots=True, eq=False)
class PictureComparison(Tabular):
    """How n pictures differ in every block of one network.

    ``gates`` holds (n, c) for every block name. ``distance`` (b, n, n) is the root mean square,
    over the block's channels, of the difference of two pictures' gates: in units of the gate, 0
    (alike) to 1 (all shut against all open). ``groups`` (n) names each picture's group, "" for
    none.
    """

    blocks: tuple[SEBlock, ...]
    gates: Mapping[str, Float32[Array, "n _"]]
    distance: Float64[Doubles, "b n n"]
    groups: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(block.name for block in self.blocks)

    @property
    def overall(self) -> Float64[Doubles, " b"]:
        """Mean distance of all pairs of pictures, by block (b,)."""
        return self._mean(~np.eye(len(self.groups), dtype=bool))

    @property
    def between(self) -> Float64[Doubles, " b"] | None:
        """Mean distance of the pairs from two groups (b,); None with fewer than two groups."""
        return self._pairs(alike=False)

    @property
    def within(self) -> Float64[Doubles, " b"] | None:
        """Mean distance of the pairs inside one group (b,); None where no group holds a pair."""
        return self._pairs(alike=True)

    def of(self, block: str) -> Float64[Doubles, "n n"]:
        """The distances (n, n) in one block, by its name."""
        if block not in self.gates:
            raise BlockError(unknown_block(block, self.names))
        distances: Doubles = self.distance[self.names.index(block)]
        return distances

    def _pairs(self, *, alike: bool) -> Doubles | None:
        groups = np.array(self.groups)
        grouped = (groups != "")[:, None] & (groups != "")[None]
        chosen = grouped & ((groups[:, None] == groups[None]) == alike)
        np.fill_diagonal(chosen, val=False)
        return self._mean(chosen) if chosen.any() else None

    def _mean(self, chosen: np.ndarray) -> Doubles:
        mean: Doubles = self.distance[:, chosen].mean(axis=1)
        return mean

    def columns(self) -> Columns:
        """A row for each picture, block and channel."""
        groups = np.array(self.groups, dtype=object)[:, None, None]
        return stacked(
            long(
                {"input": range(len(gates)), "block": [name], "channel": range(gates.shape[1])},
                group=groups,
                excitation=gates[:, None, :],
            )
            for name, gates in self.gates.items()
        )


def compare_pictures(
    captures: Sequence[Capture], *, groups: Sequence[str] = ()
) -> PictureComparison:
    """Where in the network do pictures part? Captures of one network, of one or more pictures.

    groups: a name for each picture, "" for none; left out, no picture has a group. The blocks
    must be those of one network, in one order.

    Raises CaptureError for fewer than two pictures or another number of groups, and BlockError
    for captures of different networks.

    >>> import senet_viz as sv
    >>> net = sv.load_model("se_resnet18_imagenette")
    >>> pictures = [sv.decode(sv.load_sample(name)) for name in ("china", "chelsea")]
    >>> compared = compare_pictures([sv.capture(net.model, net.preprocess(p)) for p in pictures])
    >>> compared.distance.shape
    (8, 2, 2)
    """
    count = sum(c.pictures for c in captures)
    if count < FEWEST:
        raise CaptureError(
            tr("{count} picture was given. A comparison needs at least two", count=count)
        )
    if groups and len(groups) != count:
        raise CaptureError(
            tr(
                "{groups} groups were given for {count} pictures. Give one each",
                groups=len(groups),
                count=count,
            )
        )
    first = captures[0]
    for other in captures[1:]:
        if _layout(other) != _layout(first):
            raise BlockError(
                tr(
                    "the captures are of different networks: their blocks differ. Channels "
                    "cannot be compared across networks; compare captures of one"
                )
            )
    gates = {
        name: readonly(np.concatenate([c[name].excitation for c in captures]))
        for name in first.names
    }
    return PictureComparison(
        blocks=first.blocks,
        gates=gates,
        distance=readonly(np.stack([distances(g) for g in gates.values()])),
        groups=tuple(groups) or ("",) * count,
    )


def _layout(capture: Capture) -> tuple[tuple[str, int], ...]:
    return tuple((a.block.name, a.excitation.shape[1]) for a in capture)


def distances(gates: Float32[Array, "n c"]) -> Float64[Doubles, "n n"]:
    """Root mean square difference of every two rows: (n, n), 0 to 1, symmetric, 0 on the diagonal.

    >>> distances(np.array([[0, 0], [0, 1]], np.float32))[0, 1].round(3)
    np.float64(0.707)
    """
    apart = gates[:, None].astype(np.float64) - gates[None]
    rms: Doubles = np.sqrt((apart**2).mean(axis=2))
    return rms


def usual_distance(deviation: Float32[Array, " c"]) -> float:
    """The distance expected of two pictures taken at random, 0 to 1: sqrt(2) times the rms spread.

    ``deviation`` (c,) is the standard deviation of each gate over many pictures. The expectation
    is that of the squared distance; the root is taken after.
    """
    return float(np.sqrt(2 * (deviation.astype(np.float64) ** 2).mean()))


def cosines(
    gates: Float32[Array, "n c"], *, centre: Float32[Array, " c"]
) -> Float64[Doubles, "n n"]:
    """Do two pictures move the gates the same way from ``centre``? (n, n), -1 to 1.

    The cosine of the angle between the rows' deviations from ``centre`` (c,), the usual gates:
    1 where they move the same channels up and down, 0 where they have nothing to do with one
    another, -1 where they are opposed. NaN for a picture whose gates are the usual ones. Where
    ``centre`` is the mean of these n rows, unrelated rows come out near -1 / (n - 1), not 0.
    """
    moved = gates.astype(np.float64) - centre
    length = np.sqrt((moved**2).mean(axis=1))
    length[length < LEAST_LENGTH] = np.nan
    unit = moved / length[:, None]
    cosine: Doubles = np.clip(unit @ unit.T / gates.shape[1], -1, 1)
    return cosine


def relative_depth(blocks: int) -> Float64[Doubles, " b"]:
    """Where each of ``blocks`` blocks stands, 0 input to 1 output: the middles of equal parts.

    Counted in SE blocks, not in layers or multiply-adds.

    >>> relative_depth(2)
    array([0.25, 0.75])
    """
    return (np.arange(blocks) + 0.5) / blocks


def counterpart(index: int, *, of: int, among: int) -> int:
    """The block of a network with ``among`` blocks nearest in depth to block ``index`` of ``of``.

    Of two equally near the earlier one.

    >>> [counterpart(i, of=4, among=2) for i in range(4)]
    [0, 0, 1, 1]
    """
    return int(np.abs(relative_depth(among) - relative_depth(of)[index]).argmin())
