"""What the gates of the stored SE network are worth on labelled test pictures.

    python -m tests.benchmarks.stored --data DIR [--pictures 1000] [--fitted 400]

``DIR`` holds ``test.tar``, as for ``python -m senet_viz.training evaluate``; the pictures are drawn
by a seed. Top-1 with every gate of a block at its mean over the test set, and without pooling in
any block; what the best fixed 1x1 convolution leaves of each block's output on pictures left out.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import torch

import senet_viz as sv
from senet_viz.experiments.ablation import Batch, accuracy_effects
from senet_viz.experiments.pooling_removal import accuracy_without_pooling
from senet_viz.training.augmentation import normalise
from senet_viz.training.data import Split, load_split

NAME = "se_resnet18_imagenette"


def drawn(pictures: Split, number: int, *, batch: int) -> Iterator[Batch]:
    """Batches of ``number`` pictures, the same ones each time."""
    order = torch.randperm(len(pictures.labels), generator=torch.Generator().manual_seed(0))
    for part in torch.split(order[:number], batch):
        yield normalise(pictures.pictures[part]), pictures.labels[part].numpy()


def report(pictures: Split, *, number: int, fitted: int) -> Iterator[str]:
    """Lines, as they come."""
    net = sv.load_model(NAME)
    assert net.reference is not None
    blocks = [block.name for block in sv.find_blocks(net.model)]
    usual = {name: net.reference.usual(name)[0] for name in blocks}
    *_, effects = accuracy_effects(net.model, drawn(pictures, number, batch=20), usual=usual)
    yield f"top-1 {effects.accuracy:.1%} of {effects.pictures} pictures; with gates at their mean:"
    for effect in effects.of("usual"):
        change, error = 100 * effect.change, 100 * effect.standard_error
        yield f"{effect.block.name}: {change:+.1f} \u00b1 {error:.1f} points"
    *_, without = accuracy_without_pooling(net.model, drawn(pictures, fitted, batch=50), blocks[0])
    change, error = 100 * without.change(1), 100 * without.standard_error(1)
    yield f"without pooling in any block: {change:+.1f} \u00b1 {error:.1f} of {without.pictures}"
    for fit in sv.fit_blocks(net.model, lambda: (x for x, _ in drawn(pictures, fitted, batch=50))):
        yield f"{fit.block.name}: a fixed 1x1 convolution leaves {fit.held_out['convolution']:.1%}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True, help="folder of test.tar")
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--fitted", type=int, default=400)
    given = parser.parse_args()
    pictures = load_split(given.data, "test")
    for line in report(pictures, number=given.pictures, fitted=given.fitted):
        print(line, flush=True)


if __name__ == "__main__":
    main()
