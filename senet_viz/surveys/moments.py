"""Moments of gates that merge: count, mean, squared deviations, extremes, how many near the ends.

Every sum is kept in float64, and merging is Chan's: any split of the pictures gives the same
moments but for rounding, and the same split in the same order gives the same bits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from jaxtyping import Float32, Float64, Int64

from senet_viz.analysis.ranking import NEAR
from senet_viz.analysis.survey_records import Moments
from senet_viz.core.arrays import Array, Counts, Doubles, readonly

PARTS = ("mean", "m2", "lowest", "highest", "near_zero", "near_one")


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Which rows belong to which class: ``order`` sorts them by class, ``starts`` cuts them."""

    classes: Int64[Counts, " g"]
    count: Int64[Counts, " g"]
    order: Int64[Counts, " n"]
    starts: Int64[Counts, " g"]


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """One block's gates by class, for the g classes that occur; see ``Moments``."""

    mean: Float64[Doubles, "g c"]
    m2: Float64[Doubles, "g c"]
    lowest: Float32[Array, "g c"]
    highest: Float32[Array, "g c"]
    near_zero: Int64[Counts, "g c"]
    near_one: Int64[Counts, "g c"]


def grouped(labels: Int64[Counts, " n"]) -> Groups:
    """The rows by class, in their order within each class."""
    classes, starts, count = np.unique(np.sort(labels), return_index=True, return_counts=True)
    order = np.argsort(labels, kind="stable")
    return Groups(classes, count.astype(np.int64), order.astype(np.int64), starts.astype(np.int64))


def tally(gates: Float32[Array, "n c"], groups: Groups) -> Tally:
    """The moments of one block's gates within each class.

    Deviations are taken from the first picture of the class, so that gates which never move have
    a variance of exactly 0.
    """
    rows = gates[groups.order]
    first = rows[groups.starts].astype(np.float64)
    count = groups.count[:, None]
    apart = rows - np.repeat(first, groups.count, axis=0)
    shift = np.add.reduceat(apart, groups.starts, axis=0) / count
    squares = (apart - np.repeat(shift, groups.count, axis=0)) ** 2
    return Tally(
        mean=first + shift,
        m2=np.add.reduceat(squares, groups.starts, axis=0),
        lowest=np.minimum.reduceat(rows, groups.starts, axis=0),
        highest=np.maximum.reduceat(rows, groups.starts, axis=0),
        near_zero=np.add.reduceat((rows < NEAR).astype(np.int64), groups.starts, axis=0),
        near_one=np.add.reduceat((rows > 1 - NEAR).astype(np.int64), groups.starts, axis=0),
    )


class Accumulator:
    """Running moments of every block over k classes; their size does not depend on the pictures.

    >>> running = Accumulator(classes=2, channels=[1])
    >>> for gates, labels in (([[0.25], [0.5]], [0, 1]), ([[0.75]], [0])):
    ...     groups = grouped(np.array(labels))
    ...     running.merge(groups.classes, groups.count, [tally(np.float32(gates), groups)])
    >>> running.moments("se", 0).mean.tolist(), running.moments("se", 0).m2.tolist()
    ([[0.5], [0.5]], [[0.125], [0.0]])
    """

    def __init__(self, *, classes: int, channels: Sequence[int]) -> None:
        self.count = np.zeros(classes, np.int64)
        self.blocks: list[dict[str, npt.NDArray[Any]]] = [
            {
                "mean": np.zeros((classes, width)),
                "m2": np.zeros((classes, width)),
                "lowest": np.full((classes, width), np.inf, np.float32),
                "highest": np.full((classes, width), -np.inf, np.float32),
                "near_zero": np.zeros((classes, width), np.int64),
                "near_one": np.zeros((classes, width), np.int64),
            }
            for width in channels
        ]

    def merge(
        self,
        classes: Int64[Counts, " g"],
        count: Int64[Counts, " g"],
        tallies: Sequence[Tally],
    ) -> None:
        """Take in the moments of further pictures of g classes, one tally for each block."""
        before = self.count[classes][:, None]
        after = before + count[:, None]
        for block, new in zip(self.blocks, tallies, strict=True):
            delta = new.mean - block["mean"][classes]
            block["mean"][classes] += delta * (count[:, None] / after)
            block["m2"][classes] += new.m2 + delta**2 * (before * count[:, None] / after)
            block["lowest"][classes] = np.minimum(block["lowest"][classes], new.lowest)
            block["highest"][classes] = np.maximum(block["highest"][classes], new.highest)
            block["near_zero"][classes] += new.near_zero
            block["near_one"][classes] += new.near_one
        self.count[classes] += count

    def moments(self, name: str, place: int) -> Moments:
        """A copy of one block's moments so far; ``place`` is its number."""
        block, unseen = self.blocks[place], self.count == 0
        known = {part: block[part].astype(np.float64) for part in PARTS[:4]}
        for part in ("mean", "lowest", "highest"):
            known[part][unseen] = np.nan
        return Moments(
            block=name,
            count=readonly(self.count.copy()),
            near_zero=readonly(block["near_zero"].copy()),
            near_one=readonly(block["near_one"].copy()),
            **{part: readonly(values) for part, values in known.items()},
        )
