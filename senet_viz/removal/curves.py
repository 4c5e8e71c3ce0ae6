"""Right answers and the true class's probability against the share of channels removed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from senet_viz.analysis.channel_removal import RemovalCurve, RemovalRanking
from senet_viz.analysis.removal_plan import Truth
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.core.arrays import readonly
from senet_viz.core.records import Activation
from senet_viz.core.shares import shares as shares_of
from senet_viz.costs.right_answers import truth_of
from senet_viz.costs.shapes_only import shared_copy
from senet_viz.hooks import override
from senet_viz.hooks.network_output import guess_activation
from senet_viz.models.network import Network
from senet_viz.removal.block_gates import Batch

SHARES = tuple(share / 10 for share in range(1, 11))


def removal_curves(
    net: Network,
    rankings: Sequence[RemovalRanking],
    batches: Iterable[Batch],
    *,
    shares: Sequence[float] = SHARES,
    block: str = "",
) -> Iterator[tuple[RemovalCurve, ...]]:
    """A curve for each ranking, state by state: gates of the lowest channels are set to 0.

    shares: of each block's channels, 0 to 1; every block loses the same share. block: the only one
    that loses any. batches: images (n, 3, h, w) and class numbers (n,), or None, where the
    network's own answers are taken for the right ones, as for the true classes whose probability
    is followed. No picture of them may have been used for a ranking.
    """
    model = shared_copy(unwrapped(net.model)[0])
    removed = {
        (row, column): closed(ranking, float(share), block=block)
        for row, ranking in enumerate(rankings)
        for column, share in enumerate(shares)
    }
    tally = _Tally.empty(len(rankings), len(shares))
    for images, labels in batches:
        whole = _logits(model, images)
        activation = guess_activation(whole.numpy(), model)[0]
        answers = whole.argmax(1)
        wanted = truth_of(labels, answers)
        was = answers == wanted
        tally.pictures, tally.right = tally.pictures + len(images), tally.right + int(was.sum())
        tally.before += _probability(whole, wanted, activation)
        for place, gates in removed.items():
            with override(model, gates):
                logits = _logits(model, images)
            tally.probability[place] += _probability(logits, wanted, activation)
            now = logits.argmax(1)
            tally.agreed[place] += int((now == answers).sum())
            tally.won[place] += int(((now == wanted) & ~was).sum())
            tally.lost[place] += int((was & (now != wanted)).sum())
        truth: Truth = "labels" if labels is not None else "the network before"
        yield tuple(
            tally.curve(row, ranking, truth=truth, shares=shares, block=block)
            for row, ranking in enumerate(rankings)
        )


@dataclass(slots=True, eq=False)
class _Tally:
    """What was counted so far, in a row for each ranking and a column for each share."""

    won: np.ndarray
    lost: np.ndarray
    agreed: np.ndarray
    probability: np.ndarray
    pictures: int = 0
    right: int = 0
    before: float = 0.0

    @classmethod
    def empty(cls, *shape: int) -> "_Tally":
        won, lost, agreed = np.zeros((3, *shape), np.int64)
        return cls(won, lost, agreed, np.zeros(shape))

    def curve(
        self,
        row: int,
        ranking: RemovalRanking,
        *,
        truth: Truth,
        shares: Sequence[float],
        block: str,
    ) -> RemovalCurve:
        return RemovalCurve(
            way=ranking.way,
            draw=ranking.draw,
            block=block,
            truth=truth,
            pictures=self.pictures,
            right=self.right,
            shares=readonly(np.array(shares, np.float64)),
            won=readonly(self.won[row].copy()),
            lost=readonly(self.lost[row].copy()),
            agreed=readonly(self.agreed[row].copy()),
            probability=readonly(self.probability[row] / self.pictures),
            probability_before=self.before / self.pictures,
            seconds=ranking.seconds,
        )


def closed(ranking: RemovalRanking, share: float, *, block: str = "") -> dict[str, np.ndarray]:
    """For ``override``: 0 for the channels removed, NaN, the network's own gate, for the others."""
    gates = {}
    for name, scores in ranking.scores.items():
        if block in ("", name):
            put = np.full(scores.size, np.nan, np.float32)
            put[list(ranking.lowest(name, share))] = 0
            gates[name] = put
    return gates


def _logits(model: torch.nn.Module, images: Tensor) -> Tensor:
    with torch.no_grad():
        logits: Tensor = model(images).cpu()
    return logits


def _probability(logits: Tensor, wanted: Tensor, activation: Activation) -> float:
    """Of the class wanted of each picture, added up."""
    of_classes = shares_of(logits.numpy(), activation)
    return float(of_classes[np.arange(len(wanted)), wanted.numpy()].sum())
