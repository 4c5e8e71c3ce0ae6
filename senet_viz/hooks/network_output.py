"""What a network's output says: class scores, boxes, or a class for every pixel."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.core.arrays import Array, readonly
from senet_viz.core.errors import CaptureError
from senet_viz.core.records import Activation
from senet_viz.core.scenes import Detection, Scene, Segmentation
from senet_viz.core.translation import tr

Scores = str | int
USUAL = ("logits", "out", "scores", "predictions", "pred")
SUM_TO_ONE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Logits (n, k) or None, the scene or None, and which part of the output it was ("": all)."""

    logits: Array | None
    scene: Scene | None
    taken: str = ""


def read_output(output: object, *, scores: Scores | None = None) -> Answer:
    """Class scores (n, k), or what was found in one picture; neither for anything else.

    A matrix is scores, and so are (n, k, 1, 1) and (n,), one score an input. Of a mapping or an
    object the part called ``logits`` or ``out`` is taken, of a tuple the first matrix; ``scores``
    names another part, or gives its place. One dictionary of boxes (k, 4), scores (k,) and labels
    (k,) in a list is a Detection, as torchvision's detectors answer; a dictionary with ``out``
    (1, k, h, w), the class scores of every pixel, is a Segmentation. Both are of one picture: more
    make no scene. Boxes that are not finite are left out; a pixel without a finite score has
    class -1.

    Raises a CaptureError where the output has no part ``scores``, or that is no matrix.

    >>> read_output(torch.zeros(2, 10)).logits.shape
    (2, 10)
    >>> answer = read_output({"out": torch.zeros(1, 21, 4, 6)})
    >>> answer.logits is None, answer.scene.classes.shape
    (True, (4, 6))
    """
    if scores is None and len(scenes := scenes_in(output)) == 1:
        return Answer(None, scenes[0])
    matrix, taken = scores_in(output, scores=scores)
    return Answer(None if matrix is None else readonly(copied(matrix).numpy()), None, taken)


def scenes_in(output: object) -> tuple[Scene, ...]:
    """The boxes or the class map of each picture; empty where the output holds neither.

    >>> [each.classes.shape for each in scenes_in({"out": torch.zeros(2, 21, 4, 6)})]
    [(4, 6), (4, 6)]
    """
    maps = _maps(output)
    if maps is not None:
        return tuple(_segmentation(each) for each in maps)
    return tuple(_detection(*each) for each in _boxes(output))


def numbers_in(output: object) -> tuple[tuple[Tensor, ...], ...]:
    """What the network answers to each picture, to be compared number by number.

    Class scores (k,); those of every pixel (k, h, w); or boxes (k, 4), scores (k,), labels (k,).
    Empty where the output holds none of them.
    """
    scores, _ = scores_in(output)
    rows = _maps(output) if scores is None else scores
    return _boxes(output) if rows is None else tuple((each,) for each in rows)


def _maps(output: object) -> Tensor | None:
    """The class scores (n, k, h, w) of every pixel."""
    maps = output.get("out") if isinstance(output, Mapping) else None
    return maps if isinstance(maps, Tensor) and maps.ndim == 4 and maps.shape[1] > 1 else None


def _boxes(output: object) -> tuple[tuple[Tensor, Tensor, Tensor], ...]:
    """Boxes, scores and labels of each picture; empty where one picture has other things."""
    answers = [_of_picture(each) for each in output] if isinstance(output, list | tuple) else []
    return tuple(each for each in answers if each) if None not in answers else ()


def _of_picture(answer: object) -> tuple[Tensor, Tensor, Tensor] | None:
    if not isinstance(answer, Mapping):
        return None
    boxes, scores, labels = (answer.get(key) for key in ("boxes", "scores", "labels"))
    if not (
        isinstance(boxes, Tensor) and isinstance(scores, Tensor) and isinstance(labels, Tensor)
    ):
        return None
    k = scores.numel()
    fits = boxes.shape == (k, 4) and scores.shape == (k,) and labels.shape == (k,)
    return (boxes, scores, labels) if fits else None


def scores_in(output: object, *, scores: Scores | None = None) -> tuple[Tensor | None, str]:
    """The class scores (n, k) themselves, and which part of the output they are ("": all)."""
    if scores is not None:
        return _named(output, scores), f"{scores!r}"
    if isinstance(output, Tensor):
        return _matrix(output), ""
    for name, part in _parts(output):
        if isinstance(part, Tensor) and (matrix := _matrix(part)) is not None:
            return matrix, name
    return None, ""


def _parts(output: object) -> Iterator[tuple[str, object]]:
    """The likely parts of an output, by what they are called."""
    if isinstance(output, Mapping):
        yield from ((repr(name), output[name]) for name in USUAL if name in output)
        return
    fields = getattr(output, "_fields", None)
    for name in (*USUAL, *(fields or ())):
        if (part := getattr(output, name, None)) is not None:
            yield f".{name}", part
    if isinstance(output, list | tuple) and fields is None:
        yield from ((f"part {number}", part) for number, part in enumerate(output))


def _named(output: object, scores: Scores) -> Tensor:
    part: Any
    try:
        part = output[scores]  # type: ignore[index]
    except (KeyError, IndexError, TypeError):
        part = getattr(output, scores, None) if isinstance(scores, str) else None
    matrix = _matrix(part) if isinstance(part, Tensor) else None
    if matrix is None:
        raise CaptureError(
            tr(
                "the network's output ({kind}) has no matrix of class scores at {scores!r}. Leave "
                "scores out, or name a part that is (n, k)",
                kind=type(output).__name__,
                scores=scores,
            )
        )
    return matrix


def _matrix(scores: Tensor) -> Tensor | None:
    """(n, k) of (n, k), (n, k, 1, 1) or (n,)."""
    if scores.ndim > 2 and scores.shape[2:].numel() == 1 and scores.numel():
        scores = scores.flatten(1)
    if scores.ndim == 1:
        scores = scores[:, None]
    return scores if scores.ndim == 2 and not scores.is_complex() else None


def guess_activation(logits: Array, model: nn.Module) -> tuple[Activation, str]:
    """What makes shares of class scores (n, k), and the reason in a sentence."""
    kind = getattr(getattr(model, "config", None), "problem_type", None)
    if kind == "multi_label_classification":
        return "sigmoid", tr("The network's own settings say that it gives several labels.")
    inside = bool(logits.size) and bool(logits.min() >= 0) and bool(logits.max() <= 1)
    if inside and logits.shape[1] > 1 and bool((np.abs(logits.sum(1) - 1) < SUM_TO_ONE).all()):
        return "none", tr(
            "The scores are between 0 and 1 and add up to 1: they are shares already."
        )
    if logits.shape[1] == 1:
        return "sigmoid", tr("There is one score, so it is taken for the logit of a yes.")
    return "softmax", tr("There are several scores, so one class is taken to hold.")


def copied(tensor: Tensor) -> Tensor:
    if tensor.is_quantized:
        tensor = tensor.dequantize()
    return tensor.detach().to("cpu", torch.float32, copy=True)


def _detection(boxes: Tensor, scores: Tensor, labels: Tensor) -> Detection:
    corners, sure = copied(boxes), copied(scores)
    known = corners.isfinite().all(1) & sure.isfinite()
    order = sure[known].argsort(descending=True, stable=True)
    return Detection(
        boxes=readonly(corners[known][order].numpy()),
        scores=readonly(sure[known][order].numpy()),
        classes=readonly(labels.detach().to("cpu", torch.int64)[known][order].numpy()),
    )


def _segmentation(scores: Tensor) -> Segmentation:
    by_class = copied(scores)
    winner = by_class.argmax(0)
    highest = by_class.gather(0, winner[None])[0]
    known = highest.isfinite()
    probability = (highest - by_class.logsumexp(0)).exp()
    return Segmentation(
        classes=readonly(winner.where(known, -1).numpy()),
        probability=readonly(probability.where(known, 0).numpy()),
    )
