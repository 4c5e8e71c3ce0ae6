"""Is the squeeze needed? The same trained weights with every pixel gating itself: what changes.

An intervention on a trained network, not a network trained in that form (the embedded
``nosqueeze`` is one): later layers meet gates they have never seen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32
from torch import Tensor, nn

from senet_viz.analysis.effects import paired_error
from senet_viz.analysis.gains import effective_gain
from senet_viz.analysis.pixel_gates import PixelGates
from senet_viz.blocks.network_runs import evaluating, placed
from senet_viz.core.arrays import Array, readonly
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr
from senet_viz.experiments.ablation import Batch
from senet_viz.hooks import capture, unpool


@dataclass(frozen=True, slots=True, eq=False)
class WithoutPooling:
    """One block of a trained network without its pooling, on n pictures.

    ``excitation`` (n, c) is the block's own gate, ``gates`` (n, c, h, w) that of every pixel.
    Logits (n, k) are those of the network as it is, with this block without pooling, and with all
    blocks that can be. ``error`` is the proof that the layers were read correctly (see ``unpool``).
    """

    name: str
    features: Float32[Array, "n c h w"]
    excitation: Float32[Array, "n c"]
    gates: Float32[Array, "n c h w"]
    logits: Float32[Array, "n k"]
    logits_one: Float32[Array, "n k"]
    logits_all: Float32[Array, "n k"]
    error: float

    @property
    def gain(self) -> Float32[Array, "n c"]:
        """The effective gain of each channel (n, c): its gates averaged by the features' power."""
        return effective_gain(self.features, self.features * self.gates)

    @property
    def relative_change(self) -> float:
        """|output without pooling - output| / |output| of this block, over everything."""
        before = self.features.astype(np.float64) * self.excitation[:, :, None, None]
        after = self.features.astype(np.float64) * self.gates
        size = float(np.linalg.norm(before))
        return float(np.linalg.norm(after - before)) / size if size else float("nan")


@dataclass(frozen=True, slots=True)
class UnpooledAccuracy:
    """Of ``pictures``, how many are right as the network is, and without pooling.

    ``won`` and ``lost`` are (block, all): pictures right only without pooling, and only with it.
    """

    pictures: int
    right: int
    won: tuple[int, int]
    lost: tuple[int, int]

    @property
    def accuracy(self) -> float:
        """Top-1, 0 to 1, of the network as it is."""
        return self.right / self.pictures

    def change(self, which: int) -> float:
        """The change of accuracy; ``which``: 0 for the one block, 1 for all."""
        return (self.won[which] - self.lost[which]) / self.pictures

    def standard_error(self, which: int) -> float:
        """Of that change, from the pictures that were won or lost."""
        return paired_error(self.pictures, self.won[which], self.lost[which])


def at_pixels(
    model: nn.Module, images: Tensor, block: str, *, rows: int | None = None
) -> PixelGates:
    """One forward pass: the gate of one block, and what its layers give at every pixel.

    images: (n, 3, h, w), preprocessed. rows: what it is squeezed over, as in ``unpool``. Also for
    networks that are no classifiers. Raises BlockError for a block that is unknown or has no form
    without pooling.

    >>> from senet_viz.models.residual import build
    >>> at_pixels(build("se", seed=0), torch.rand(2, 3, 64, 64), "layer2.0.se").gates.shape
    (2, 64, 8, 8)
    """
    with (
        unpool(model, [block], keep=[block], rows=rows) as unpooled,
        evaluating(model),
        torch.no_grad(),
    ):
        model(placed(model, images))
    return unpooled[block]


def without_pooling(
    model: nn.Module, images: Tensor, block: str, *, rows: int | None = None
) -> WithoutPooling:
    """Three forward passes: as it is, one block without pooling, all of them.

    images: (n, 3, h, w), preprocessed. rows: pool over strips of so many rows of the feature maps
    in place of leaving it out, as in ``unpool``. Mode, hooks and weights are afterwards as before.

    Raises BlockError for a block that is unknown or has no form without pooling, CaptureError for
    a network that is no classifier.

    >>> from senet_viz.models.residual import build
    >>> seen = without_pooling(build("se", seed=0), torch.rand(2, 3, 64, 64), "layer2.0.se")
    >>> seen.gates.shape, seen.gain.shape
    ((2, 64, 8, 8), (2, 64))
    """
    logits = capture(model, images, features="none").logits
    if logits is None:
        raise CaptureError(
            tr("the network's output is not one score a class, so no answer changes")
        )
    with unpool(model, [block], keep=[block], rows=rows) as unpooled:
        one = _logits(model, images)
    with unpool(model, rows=rows):
        everything = _logits(model, images)
    own = unpooled[block]
    return WithoutPooling(
        block, own.features, own.excitation, own.gates, logits, one, everything, own.error
    )


def accuracy_without_pooling(
    model: nn.Module, batches: Iterable[Batch], block: str, *, rows: int | None = None
) -> Iterator[UnpooledAccuracy]:
    """Top-1 accuracy with one block, and with all blocks, without pooling; after every batch.

    batches: pictures (n, 3, h, w), preprocessed, and their class numbers (n,). rows: as in
    ``without_pooling``. Leave the loop whenever you like: each state is complete for the pictures
    so far.

    Raises what ``without_pooling`` raises, and CaptureError where there is no picture.

    >>> from senet_viz.models.residual import build
    >>> batch = torch.rand(3, 3, 64, 64), np.array([0, 1, 2])
    >>> next(accuracy_without_pooling(build("se", seed=0), [batch], "layer2.0.se")).pictures
    3
    """
    pictures = right = 0
    won, lost = [0, 0], [0, 0]
    for images, labels in batches:
        answers = without_pooling(model, images, block, rows=rows)
        was = answers.logits.argmax(1) == labels
        pictures, right = pictures + len(images), right + int(was.sum())
        for which, logits in enumerate((answers.logits_one, answers.logits_all)):
            now = logits.argmax(1) == labels
            won[which] += int((now & ~was).sum())
            lost[which] += int((was & ~now).sum())
        yield UnpooledAccuracy(pictures, right, (won[0], won[1]), (lost[0], lost[1]))
    if not pictures:
        raise CaptureError(tr("no picture was given, and an accuracy needs at least one"))


def _logits(model: nn.Module, images: Tensor) -> Array:
    """One forward pass under eval, on the model's own device."""
    with evaluating(model), torch.no_grad():
        return readonly(model(placed(model, images)).detach().cpu().float().numpy())
