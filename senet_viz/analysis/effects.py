"""What changing gates did: the records of sweeps over channels, blocks and labelled pictures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float32, Float64

from senet_viz.analysis.numerics import rank_correlation
from senet_viz.core.arrays import Array, Counts, Doubles, readonly
from senet_viz.core.records import SEBlock
from senet_viz.core.tables import Columns, Tabular, long, stacked
from senet_viz.core.translation import Words, tr

Replacement = Literal["one", "usual", "shuffled"]
WORDS: Mapping[Replacement, str] = Words(
    {
        "one": lambda: tr("gates at 1"),
        "usual": lambda: tr("gates at their mean"),
        "shuffled": lambda: tr("gates shuffled"),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class ChannelEffects(Tabular):
    """One block and one picture: each channel's gate replaced in turn, the others left alone.

    ``gate`` (c,) is the network's own, ``put`` (c,) what stood in its place. ``change`` (c,) is
    the logit of class ``class_index`` with the replacement minus the logit without, in logits;
    below 0 the channel spoke for the class. ``estimate`` (c,) is what one backward pass predicts
    for it: (put - gate) times the derivative of the logit by the gate. ``probability_change`` (c,)
    is in -1 to 1. ``logit`` and ``probability`` are those of the network as it is. With
    ``against``, a second class, logits are those of the first less those of the second.
    """

    block: SEBlock
    class_index: int
    logit: float
    probability: float
    gate: Float32[Array, " c"]
    put: Float32[Array, " c"]
    change: Float64[Doubles, " c"]
    estimate: Float64[Doubles, " c"]
    probability_change: Float64[Doubles, " c"]
    against: int | None = None

    @property
    def rank_correlation(self) -> float | None:
        """Spearman's between gate and size of the change; None where either does not vary."""
        return rank_correlation(self.gate, np.abs(self.change))

    @property
    def estimate_correlation(self) -> float | None:
        """Spearman's between the measured change and the estimate."""
        return rank_correlation(self.change, self.estimate)

    def most_effective(self, top: int) -> tuple[int, ...]:
        """Channels of the largest changes in either direction, largest first."""
        return tuple(int(c) for c in np.argsort(-np.abs(self.change), kind="stable")[:top])

    def shared(self, top: int) -> int:
        """How many of the ``top`` most open channels are among the ``top`` most effective."""
        most_open = np.argsort(-self.gate, kind="stable")[:top]
        return len({int(c) for c in most_open} & set(self.most_effective(top)))

    def columns(self) -> Columns:
        """A row for each channel."""
        return long(
            {"block": [self.block.name], "channel": range(self.gate.size)},
            excitation=self.gate,
            put=self.put,
            logit_change=self.change,
            estimate=self.estimate,
            probability_change=self.probability_change,
        )


@dataclass(frozen=True, slots=True)
class BlockEffect(Tabular):
    """One block and one picture: all gates replaced at once.

    Changes are with the replacement minus without, of the logit and of the probability of one
    class. For ``"shuffled"`` they are means over several permutations, and the spreads are the
    standard deviations over those; 0 otherwise.
    """

    block: SEBlock
    how: Replacement
    logit_change: float
    probability_change: float
    logit_spread: float = 0.0
    probability_spread: float = 0.0


def paired_error(pictures: int, won: int, lost: int) -> float:
    """Standard error of the change (won - lost) / pictures, each picture compared with itself."""
    inside = won + lost - (won - lost) ** 2 / pictures
    return float(np.sqrt(max(inside, 0.0)) / pictures)


class _Paired:
    """Right answers before and after a change, on the same pictures."""

    __slots__ = ()
    pictures: int
    won: int
    lost: int

    @property
    def change(self) -> float:
        """Accuracy after less accuracy before, in -1 to 1."""
        return (self.won - self.lost) / self.pictures

    @property
    def standard_error(self) -> float:
        """Of the change, over the draw of the pictures; each picture is compared with itself."""
        return paired_error(self.pictures, self.won, self.lost)


@dataclass(frozen=True, slots=True)
class AccuracyChange(_Paired, Tabular):
    """Two networks on the same labelled pictures: how many each had right, and which differ.

    ``lost`` pictures were right and no longer are, ``won`` are right only with the second.
    """

    pictures: int
    right: int
    won: int
    lost: int

    @property
    def before(self) -> float:
        return self.right / self.pictures

    @property
    def right_after(self) -> int:
        return self.right + self.won - self.lost

    @property
    def after(self) -> float:
        return self.right_after / self.pictures


@dataclass(frozen=True, slots=True)
class AccuracyEffect(_Paired, Tabular):
    """One block over a labelled set, all its gates replaced.

    ``lost`` pictures were right and no longer are, ``won`` are right only with the replacement.
    """

    block: SEBlock
    how: Replacement
    pictures: int
    won: int
    lost: int


@dataclass(frozen=True, slots=True)
class AccuracyEffects(Tabular):
    """Where a sweep over labelled pictures stands: the accuracy as it is, and by block."""

    pictures: int
    right: int
    effects: tuple[AccuracyEffect, ...]

    @property
    def accuracy(self) -> float:
        return self.right / self.pictures

    def of(self, how: Replacement) -> tuple[AccuracyEffect, ...]:
        """One kind of replacement, by depth."""
        return tuple(effect for effect in self.effects if effect.how == how)

    def columns(self) -> Columns:
        """A row for each block and replacement."""
        return stacked(effect.columns() for effect in self.effects)


def shuffles(channels: int, count: int, seed: int) -> Counts:
    """``count`` permutations of the channel numbers, (count, c)."""
    draw = np.random.default_rng(seed)
    orders: Counts = readonly(np.stack([draw.permutation(channels) for _ in range(count)]))
    return orders
