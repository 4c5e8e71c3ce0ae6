"""Right answers of two networks on the same labelled pictures."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.analysis.effects import AccuracyChange
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.costs.shapes_only import shared_copy


def compare_accuracy(
    first: nn.Module, second: nn.Module, batches: Iterable[tuple[Tensor, Sequence[int] | None]]
) -> Iterator[AccuracyChange]:
    """Top-1 of two classifiers on the same labelled pictures, the state after every batch.

    batches: pairs of images (n, 3, h, w) and class numbers (n,); None for pictures without labels,
    where the first network's answer is taken for the right one.
    """
    networks = [shared_copy(unwrapped(network)[0]) for network in (first, second)]
    pictures = right = won = lost = 0
    for images, labels in batches:
        with torch.no_grad():
            first_says, second_says = (network(images).argmax(1) for network in networks)
        truth = truth_of(labels, first_says)
        was, now = first_says == truth, second_says == truth
        pictures, right = pictures + len(images), right + int(was.sum())
        won, lost = won + int((now & ~was).sum()), lost + int((was & ~now).sum())
        yield AccuracyChange(pictures, right, won, lost)


def truth_of(labels: Sequence[int] | None, answers: Tensor) -> Tensor:
    """The right classes (n,): the labels, or where there are none, what the network answers."""
    if labels is None:
        return answers
    return torch.as_tensor(np.array(labels), device=answers.device)
