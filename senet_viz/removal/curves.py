"""Right answers against the share of channels removed, whichever way they were ranked."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from senet_viz.analysis.channel_removal import RemovalCurve, RemovalRanking
from senet_viz.analysis.removal_plan import Truth
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.core.arrays import readonly
from senet_viz.costs.right_answers import truth_of
from senet_viz.costs.shapes_only import shared_copy
from senet_viz.hooks import override
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
    network's own answers are taken for the right ones. No picture of them may have been used for a
    ranking.
    """
    model = shared_copy(unwrapped(net.model)[0])
    won = np.zeros((len(rankings), len(shares)), np.int64)
    lost = np.zeros_like(won)
    pictures = right = 0
    truth: Truth = "labels"
    removed = [[closed(each, float(share), block=block) for share in shares] for each in rankings]
    for images, labels in batches:
        truth = "labels" if labels is not None else "the network before"
        answers = _answers(model, images)
        wanted = truth_of(labels, answers)
        was = answers == wanted
        pictures, right = pictures + len(images), right + int(was.sum())
        for row, gates_by_share in enumerate(removed):
            for column, gates in enumerate(gates_by_share):
                with override(model, gates):
                    now = _answers(model, images) == wanted
                won[row, column] += int((now & ~was).sum())
                lost[row, column] += int((was & ~now).sum())
        yield tuple(
            RemovalCurve(
                way=ranking.way,
                draw=ranking.draw,
                block=block,
                truth=truth,
                pictures=pictures,
                right=right,
                shares=readonly(np.array(shares, np.float64)),
                won=readonly(won[row].copy()),
                lost=readonly(lost[row].copy()),
                seconds=ranking.seconds,
            )
            for row, ranking in enumerate(rankings)
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


def _answers(model: torch.nn.Module, images: Tensor) -> Tensor:
    with torch.no_grad():
        answers: Tensor = model(images).argmax(1)
    return answers
