"""What a network's output says: class scores, boxes, or a class for every pixel."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from senet_viz.core.arrays import Array, readonly
from senet_viz.core.scenes import Detection, Scene, Segmentation
from senet_viz.hooks.hook_session import copied


def read_output(output: object) -> tuple[Array | None, Scene | None]:
    """Logits (n, k), or what was found in one picture; (None, None) for anything else.

    A matrix is logits. One dictionary of boxes (k, 4), scores (k,) and labels (k,) in a list is
    a Detection, as torchvision's detectors answer; a dictionary with ``out`` (1, k, h, w), the
    class scores of every pixel, is a Segmentation. Both are of one picture: more make no scene.
    Boxes that are not finite are left out; a pixel without a finite score has class -1.

    >>> read_output(torch.zeros(2, 10))[0].shape
    (2, 10)
    >>> logits, scene = read_output({"out": torch.zeros(1, 21, 4, 6)})
    >>> logits is None, scene.classes.shape
    (True, (4, 6))
    """
    if isinstance(output, Tensor):
        return (readonly(copied(output).numpy()) if output.ndim == 2 else None), None
    if isinstance(output, Mapping):
        return None, _segmentation(output.get("out"))
    if isinstance(output, list | tuple) and len(output) == 1 and isinstance(output[0], Mapping):
        return None, _detection(output[0])
    return None, None


def _detection(found: Mapping[Any, Any]) -> Detection | None:
    boxes, scores, labels = (found.get(key) for key in ("boxes", "scores", "labels"))
    if not (
        isinstance(boxes, Tensor) and isinstance(scores, Tensor) and isinstance(labels, Tensor)
    ):
        return None
    k = scores.numel()
    if boxes.shape != (k, 4) or scores.shape != (k,) or labels.shape != (k,):
        return None
    corners, sure = copied(boxes), copied(scores)
    known = corners.isfinite().all(1) & sure.isfinite()
    order = sure[known].argsort(descending=True, stable=True)
    return Detection(
        boxes=readonly(corners[known][order].numpy()),
        scores=readonly(sure[known][order].numpy()),
        classes=readonly(labels.detach().to("cpu", torch.int64)[known][order].numpy()),
    )


def _segmentation(scores: object) -> Segmentation | None:
    if not isinstance(scores, Tensor) or scores.ndim != 4:
        return None
    pictures, classes = scores.shape[:2]
    if pictures != 1 or classes < 2:
        return None
    by_class = copied(scores)[0]
    winner = by_class.argmax(0)
    highest = by_class.gather(0, winner[None])[0]
    known = highest.isfinite()
    probability = (highest - by_class.logsumexp(0)).exp()
    return Segmentation(
        classes=readonly(winner.where(known, -1).numpy()),
        probability=readonly(probability.where(known, 0).numpy()),
    )
