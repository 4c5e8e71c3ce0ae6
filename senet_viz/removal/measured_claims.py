"""Claims of papers that no survey can answer: with forward passes, gradients, channels removed."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from senet_viz.analysis.channel_removal import WORDS, RemovalCurve, Way
from senet_viz.analysis.channel_use import channel_use
from senet_viz.analysis.literature_claims import MEASURED, Claim, Finding, finding, uncompared
from senet_viz.blocks.finding import find_blocks
from senet_viz.core.errors import SENetVizError
from senet_viz.core.translation import tr
from senet_viz.experiments.adversarial import attack
from senet_viz.experiments.pooling_removal import accuracy_without_pooling
from senet_viz.hooks import capture
from senet_viz.models.network import Network
from senet_viz.removal.block_gates import Batch
from senet_viz.removal.curves import removal_curves
from senet_viz.removal.rankings import rank_channels

ENOUGH = 30
NORMAL = 1.96
ROWS = 7
LEVELS = 4
SHARES = (0.3, 0.5)
COMPARED: tuple[Way, ...] = ("gate", "estimate", "weights", "random")


def measure_claim(net: Network, claim: Claim, batches: Sequence[Batch]) -> Finding:
    """This network's number for one of ``MEASURED``, over pictures.

    batches: images (n, 3, h, w), preprocessed, and class numbers (n,), or None, where the network's
    own answers are taken for the right ones. Fewer than thirty pictures give a number and no
    verdict. "context": right answers with seven rows of context in every block, less those with
    whole maps. "uniform": how much more evenly the last block's channels are used on pictures
    changed by PGD. "pruning": right answers with channels of the lowest mean gate removed, less
    those of the best other ranking; ranked on half of the pictures, judged on the others.

    Raises a KeyError for a claim that is answered from a survey.

    >>> import torch
    >>> from senet_viz.models.catalogue import load_model
    >>> net = load_model("se_resnet18_imagenette")
    >>> measure_claim(net, "context", [(torch.rand(2, 3, 64, 64), None)]).verdict
    'cannot be compared'
    """
    measure = _MEASURES[claim]
    try:
        return measure(net, batches)
    except SENetVizError as error:  # no form without pooling, no scores a class
        return uncompared(claim, tr("{problem}.", problem=str(error)))


def _context(net: Network, batches: Sequence[Batch]) -> Finding:
    block = find_blocks(net.model, batches[0][0])[-1].name
    judged = [(images, _right(net, images, labels)) for images, labels in batches]
    *_, accuracies = accuracy_without_pooling(net.model, judged, block, rows=ROWS)
    change, reach = accuracies.change(1), NORMAL * accuracies.standard_error(1)
    return _judged(
        "context",
        change,
        accuracies.pictures,
        agrees=change + reach >= 0,
        reach=reach,
        sentence=tr(
            "Of {pictures} pictures {right:.1%} are answered correctly; with {rows} rows that "
            "changes by {change:+.1f} points (95% interval {low:+.1f} to {high:+.1f}).",
            pictures=accuracies.pictures,
            right=accuracies.accuracy,
            rows=ROWS,
            change=100 * change,
            low=100 * (change - reach),
            high=100 * (change + reach),
        ),
    )


def _right(net: Network, images: Tensor, labels: Sequence[int] | None) -> np.ndarray:
    """Class numbers (n,): the labels, or the network's own answers."""
    if labels is not None:
        return np.asarray(labels)
    logits = capture(net.model, images, features="none").logits
    return np.zeros(len(images), np.int64) if logits is None else logits.argmax(1)


def _uniform(net: Network, batches: Sequence[Batch]) -> Finding:
    evener, larger, fooled = [], [], 0
    for images, _ in batches:
        for image in torch.split(images, 1):
            before = capture(net.model, image)
            after = capture(net.model, attack(net, image, epsilon=LEVELS))
            uses = [channel_use(each) for each in (before, after)]
            evener.append(float(uses[1].features[0, -1] - uses[0].features[0, -1]))
            larger.append(float(uses[1].magnitude[0, -1] / uses[0].magnitude[0, -1]) - 1)
            if before.logits is not None and after.logits is not None:
                fooled += int(before.logits.argmax() != after.logits.argmax())
    change, reach = _mean(evener)
    size, size_reach = _mean(larger)
    return _judged(
        "uniform",
        change,
        len(evener),
        agrees=change - reach > 0 and size - size_reach > 0,
        reach=reach,
        sentence=tr(
            "{pictures} pictures were changed by at most {levels} grey levels (PGD), which changed "
            "the answer for {fooled} of them. In the last block the evenness of channels changes "
            "by {change:+.3f} (95% interval {low:+.3f} to {high:+.3f}), their mean size by "
            "{size:+.0%}.",
            pictures=len(evener),
            levels=LEVELS,
            fooled=fooled,
            change=change,
            low=change - reach,
            high=change + reach,
            size=size,
        ),
    )


def _mean(values: Sequence[float]) -> tuple[float, float]:
    """The mean, and how far its 95% interval reaches to both sides."""
    if len(values) < 2:
        return float(np.mean(values)), float("inf")
    return float(np.mean(values)), NORMAL * float(np.std(values, ddof=1)) / len(values) ** 0.5


def _pruning(net: Network, batches: Sequence[Batch]) -> Finding:
    single = [
        (images[i : i + 1], None if labels is None else [labels[i]])
        for images, labels in batches
        for i in range(len(images))
    ]
    if len(single) < 2:
        return uncompared("pruning", tr("It takes pictures to rank on, and others to judge by."))
    *_, rankings = rank_channels(net, single[::2], ways=COMPARED)
    *_, curves = removal_curves(net, rankings, single[1::2], shares=SHARES)
    by_way: dict[Way, list[RemovalCurve]] = {}
    for curve in curves:
        by_way.setdefault(curve.way, []).append(curve)
    right = {way: float(np.mean([c.accuracy for c in own])) for way, own in by_way.items()}
    others = [way for way in right if way != "gate"]
    best = max(others, key=lambda way: right[way])
    (gate,) = by_way["gate"]
    one, other = (float(np.mean(c.standard_error)) for c in (gate, by_way[best][0]))
    change, reach = right["gate"] - right[best], NORMAL * float(np.hypot(one, other))
    return _judged(
        "pruning",
        change,
        gate.pictures,
        agrees=change - reach > 0,
        reach=reach,
        sentence=tr(
            "With {some:.0%} and {more:.0%} of the channels removed by lowest mean gate, "
            "{gate:.0%} of {pictures} pictures are answered correctly on average; by the best "
            "other ranking ({way}), {other:.0%}. Measured effects, which take long, are left out.",
            some=SHARES[0],
            more=SHARES[1],
            gate=right["gate"],
            pictures=gate.pictures,
            way=WORDS[best],
            other=right[best],
        ),
    )


def _judged(
    claim: Claim, value: float, pictures: int, *, agrees: bool, reach: float, sentence: str
) -> Finding:
    if pictures < ENOUGH:
        few = tr("{pictures} pictures are too few for a verdict.", pictures=pictures)
        return uncompared(claim, f"{sentence} {few}")
    return finding(claim, value, agrees=agrees, reach=reach, sentence=sentence)


_MEASURES: Mapping[Claim, Callable[[Network, Sequence[Batch]], Finding]] = dict(
    zip(MEASURED, (_context, _uniform, _pruning), strict=True)
)
