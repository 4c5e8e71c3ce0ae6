"""What a network and changed versions of it find in pictures: how far apart they are."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

from senet_viz.analysis.scene_effects import (
    ClassCounts,
    FindingsChange,
    Measure,
    compare_scenes,
    jackknife_error,
    mean_overlap,
)
from senet_viz.core.arrays import Counts, Doubles, readonly
from senet_viz.core.extras import require_extra
from senet_viz.core.scenes import Detection, Scene, Segmentation
from senet_viz.experiments.average_precision import mean_average_precision
from senet_viz.pictures.scene_truth import TrueBoxes

Truth = TrueBoxes | Counts
Setting = TypeVar("Setting", bound=Hashable)
Value = tuple[float, Doubles]  # mAP or mIoU, and its values with parts of the pictures left out


@dataclass(slots=True)
class SceneTally(Generic[Setting]):
    """Picture by picture: ``begin`` with what the network found, ``judge`` what each change did."""

    pictures: int = 0
    boxes: bool = False
    _before: Scene | None = None
    _truth: Truth | None = None
    _sizes: dict[Setting, list[float]] = field(default_factory=dict)
    _true_boxes: list[TrueBoxes] = field(default_factory=list)
    _found: dict[Setting | None, list[Detection]] = field(default_factory=dict)
    _counts: dict[Setting | None, list[ClassCounts]] = field(default_factory=dict)

    @property
    def has_boxes(self) -> bool:
        """Whether there are true boxes for mAP."""
        return bool(self._true_boxes)

    def begin(self, before: Scene, truth: Truth | None) -> None:
        """The next picture."""
        self.boxes, self.pictures = isinstance(before, Detection), self.pictures + 1
        self._before, self._truth = before, truth
        if isinstance(truth, TrueBoxes):
            require_extra("detection")
            self._true_boxes.append(truth)
        self._keep(None, before)

    def judge(self, setting: Setting, after: Scene) -> None:
        """What is found in the picture with a change."""
        assert self._before is not None  # begun
        self._sizes.setdefault(setting, []).append(compare_scenes(self._before, after).size())
        self._keep(setting, after)

    def measure(self, *, precision: bool) -> Measure | None:
        """mIoU where there are masks; mAP where there are boxes and ``precision`` asks for it."""
        return "mIoU" if self._counts else "mAP" if precision and self._true_boxes else None

    def changes(self, *, precision: bool) -> tuple[float | None, dict[Setting, FindingsChange]]:
        """mAP or mIoU of the unchanged network, and the effect of each change so far."""
        measure = self.measure(precision=precision)
        before = self._value(None, measure)
        changes = {setting: self._change(setting, measure, before) for setting in self._sizes}
        return None if before is None else before[0], changes

    def _keep(self, setting: Setting | None, scene: Scene) -> None:
        if isinstance(self._truth, TrueBoxes) and isinstance(scene, Detection):
            self._found.setdefault(setting, []).append(scene)
        elif isinstance(self._truth, np.ndarray) and isinstance(scene, Segmentation):
            counted = class_counts(scene.classes, self._truth)
            self._counts.setdefault(setting, []).append(counted)

    def _value(self, setting: Setting | None, measure: Measure | None) -> Value | None:
        if measure == "mIoU":
            return mean_overlap(self._counts[setting])
        if measure == "mAP":
            return mean_average_precision(self._true_boxes, self._found[setting])
        return None

    def _change(
        self, setting: Setting, measure: Measure | None, before: Value | None
    ) -> FindingsChange:
        sizes = np.array(self._sizes[setting])
        sizes = sizes[np.isfinite(sizes)]
        after = self._value(setting, measure)
        known = after is not None and before is not None
        return FindingsChange(
            pictures=len(sizes),
            boxes=self.boxes,
            size=float(sizes.mean()) if len(sizes) else float("nan"),
            size_error=float(sizes.std(ddof=1) / len(sizes) ** 0.5)
            if len(sizes) > 1
            else float("nan"),
            truth_change=after[0] - before[0] if known else None,  # type: ignore[index]
            truth_error=jackknife_error(after[1] - before[1]) if known else None,  # type: ignore[index]
        )


def class_counts(predicted: Counts, wanted: Counts) -> ClassCounts:
    """Places by class of a class map (h, w) and a mask, which is brought to its size.

    Of the mask the nearest place is taken; places of -1 in it are left out.
    """
    rows, columns = (
        ((np.arange(size) + 0.5) * whole / size).astype(int)
        for size, whole in zip(predicted.shape, wanted.shape, strict=True)
    )
    mask = wanted[rows][:, columns]
    counted = mask >= 0
    one, other = predicted[counted], mask[counted]
    classes = int(max(predicted.max(initial=0), wanted.max(initial=0))) + 1

    def places(numbers: Counts) -> np.ndarray:
        return readonly(np.bincount(numbers[numbers >= 0], minlength=classes).astype(np.float64))

    return ClassCounts(places(one[one == other]), places(other), places(one))
