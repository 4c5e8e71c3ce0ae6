"""Which channels can go: rankings of them, and right answers against the share removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float64, Int64

from senet_viz.analysis.effects import paired_error
from senet_viz.analysis.removal_plan import Truth
from senet_viz.core.arrays import Counts, Doubles, readonly
from senet_viz.core.tables import Columns, Tabular, long, stacked
from senet_viz.core.translation import Words, tr

Way = Literal["gate", "effect", "estimate", "weights", "random"]
WAYS: tuple[Way, ...] = get_args(Way)
WORDS: Mapping[Way, str] = Words(
    {
        "gate": lambda: tr("lowest mean gate"),
        "effect": lambda: tr("least measured effect"),
        "estimate": lambda: tr("least one-pass estimate"),
        "weights": lambda: tr("smallest weights (L1)"),
        "random": lambda: tr("at random"),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class RemovalRanking(Tabular):
    """A score (c,) for each channel of each block; the lowest go first.

    ``pictures`` were looked at for it, which took ``seconds``; ``draw`` tells random ones apart.
    """

    way: Way
    scores: Mapping[str, Float64[Doubles, " _"]]
    pictures: int
    seconds: float
    draw: int = 0

    def lowest(self, block: str, share: float) -> tuple[int, ...]:
        """The channels of one block to remove so that ``share`` of them, 0 to 1, are gone."""
        return self.lowest_together([block], share)

    def lowest_together(self, blocks: Sequence[str], share: float) -> tuple[int, ...]:
        """The same channels for several blocks of one width: lowest by the sum of their ranks."""
        orders = [np.argsort(self.scores[block], kind="stable") for block in blocks]
        ranks = np.sum([np.argsort(order) for order in orders], axis=0)
        order = np.argsort(ranks, kind="stable")
        return tuple(int(c) for c in sorted(order[: round(share * order.size)]))

    def columns(self) -> Columns:
        """A row for each block and channel."""
        return stacked(
            long(
                {"block": [block], "channel": range(scores.size)},
                way=self.way,
                draw=self.draw,
                score=scores,
            )
            for block, scores in self.scores.items()
        )


@dataclass(frozen=True, slots=True, eq=False)
class RemovalCurve(Tabular):
    """Right answers with ever more channels removed, over the same ``pictures``.

    shares (s,) of each block's channels, 0 to 1; ``won`` and ``lost`` (s,) pictures against the
    whole network, which has ``right`` right; ``agreed`` (s,) pictures are answered as by it.
    ``probability`` (s,) is that of the true class, 0 to 1, mean over the pictures, and
    ``probability_before`` the whole network's; without labels the class that the whole network
    answers is the true one. ``block`` is "" where every block loses that share.
    """

    way: Way
    draw: int
    block: str
    truth: Truth
    pictures: int
    right: int
    shares: Float64[Doubles, " s"]
    won: Int64[Counts, " s"]
    lost: Int64[Counts, " s"]
    agreed: Int64[Counts, " s"]
    probability: Float64[Doubles, " s"]
    probability_before: float
    seconds: float

    @property
    def accuracy(self) -> Float64[Doubles, " s"]:
        """Of each share, 0 to 1."""
        accuracy: Doubles = (self.right + self.won - self.lost) / self.pictures
        return accuracy

    @property
    def agreement(self) -> Float64[Doubles, " s"]:
        """Of each share, 0 to 1: pictures answered as by the whole network."""
        shares: Doubles = self.agreed / self.pictures
        return shares

    @property
    def standard_error(self) -> Float64[Doubles, " s"]:
        """Of the difference from the whole network, each picture compared with itself."""
        errors = [
            paired_error(self.pictures, int(won), int(lost))
            for won, lost in zip(self.won, self.lost, strict=True)
        ]
        return readonly(np.array(errors))

    def columns(self) -> Columns:
        """A row for each share."""
        return long(
            {"share_removed": self.shares},
            way=self.way,
            draw=self.draw,
            block=self.block,
            pictures=self.pictures,
            right_before=self.right,
            right=self.right + self.won - self.lost,
            accuracy=self.accuracy,
            standard_error=self.standard_error,
            agreement=self.agreement,
            probability_before=self.probability_before,
            probability=self.probability,
            ranking_seconds=self.seconds,
        )
