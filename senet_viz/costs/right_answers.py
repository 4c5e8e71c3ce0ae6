"""Right answers of two networks on the same labelled pictures."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.analysis.cost_records import AccuracyChange
from senet_viz.blocks.running import unwrapped
from senet_viz.costs.shapes_only import shared_copy


def compare_accuracy(
    first: nn.Module, second: nn.Module, batches: Iterable[tuple[Tensor, Sequence[int]]]
) -> Iterator[AccuracyChange]:
    """Top-1 of two classifiers on the same labelled pictures, the state after every batch.

    batches: pairs of images (n, 3, h, w) and class numbers (n,).
    """
    networks = [shared_copy(unwrapped(network)[0]) for network in (first, second)]
    pictures = right = won = lost = 0
    for images, labels in batches:
        truth = torch.as_tensor(np.array(labels), device=images.device)
        with torch.no_grad():
            was, now = (network(images).argmax(1) == truth for network in networks)
        pictures, right = pictures + len(images), right + int(was.sum())
        won, lost = won + int((now & ~was).sum()), lost + int((was & ~now).sum())
        yield AccuracyChange(pictures, right, won, lost)
