"""COCO's mean average precision of the boxes that a detector found, by pycocotools."""

from collections.abc import Sequence
from contextlib import redirect_stdout
from copy import copy
from io import StringIO
from typing import Any

import numpy as np

from senet_viz.core.arrays import Doubles, readonly
from senet_viz.core.extras import import_extra
from senet_viz.core.scenes import Detection
from senet_viz.pictures.scene_truth import TrueBoxes

GROUPS = 10


def mean_average_precision(
    truth: Sequence[TrueBoxes], detections: Sequence[Detection]
) -> tuple[float, Doubles]:
    """mAP in 0 to 1 over n pictures, and that without each of at most 10 groups of them.

    The mean is over classes and over overlaps of 0.5 to 0.95; at most 100 boxes count for each
    picture. Group g has every 10th picture from the g-th on. NaN where no picture has a box. Raises
    a MissingExtraError without the extra ``detection``.

    >>> box = np.array([[0, 0, 9, 9]], np.float32)
    >>> truth = TrueBoxes(box, np.array([1]), np.array([False]))
    >>> found = Detection(box, np.ones(1, np.float32), np.array([1]))
    >>> whole, without = mean_average_precision([truth, truth], [found, found])
    >>> round(whole, 3), without.round(3)
    (1.0, array([1., 1.]))
    """
    evaluation = import_extra("pycocotools.cocoeval")
    pictures = range(len(truth))
    groups = [set(pictures[start::GROUPS]) for start in range(min(GROUPS, len(truth)))]
    wanted = [_wanted(image, each) for image, each in enumerate(truth)]
    given = [_given(image, each) for image, each in enumerate(detections)]
    if not any(wanted):
        return float("nan"), readonly(np.full(len(groups), np.nan))
    classes = {int(number) for each in truth for number in each.classes}
    with redirect_stdout(StringIO()):
        measured = evaluation.COCOeval(
            _index(wanted, len(truth), classes), _index(given, len(truth), classes), "bbox"
        )
        measured.params.areaRng, measured.params.areaRngLbl = [[0, 1e10]], ["all"]
        measured.evaluate()
        whole, *without = [
            _mean(measured, [image for image in pictures if image not in left_out])
            for left_out in (set[int](), *groups)
        ]
    return whole, readonly(np.array(without))


def _mean(measured: Any, pictures: list[int]) -> float:
    """Over some of the pictures that were evaluated."""
    chosen = copy(measured.params)
    chosen.imgIds = pictures
    measured.accumulate(chosen)
    precision = measured.eval["precision"][..., -1]
    counted = precision[precision > -1]
    return float(counted.mean()) if counted.size else float("nan")


def _index(rows: Sequence[Sequence[dict[str, Any]]], pictures: int, classes: set[int]) -> Any:
    coco = import_extra("pycocotools.coco").COCO()
    listed = [row for of_one in rows for row in of_one]
    coco.dataset = {
        "images": [{"id": number} for number in range(pictures)],
        "categories": [{"id": number} for number in sorted(classes)],
        "annotations": [{**row, "id": place + 1} for place, row in enumerate(listed)],
    }
    coco.createIndex()
    return coco


def _wanted(image: int, truth: TrueBoxes) -> list[dict[str, Any]]:
    rows = zip(truth.boxes, truth.classes, truth.crowd, strict=True)
    return [
        {**_row(image, box, number), "iscrowd": int(crowd), "ignore": int(crowd)}
        for box, number, crowd in rows
    ]


def _given(image: int, detection: Detection) -> list[dict[str, Any]]:
    rows = zip(detection.boxes, detection.classes, detection.scores, strict=True)
    return [{**_row(image, box, number), "score": float(score)} for box, number, score in rows]


def _row(image: int, box: np.ndarray, number: int) -> dict[str, Any]:
    left, top, right, bottom = map(float, box)
    size = [right - left, bottom - top]
    return {
        "image_id": image,
        "category_id": int(number),
        "bbox": [left, top, *size],
        "area": size[0] * size[1],
    }
