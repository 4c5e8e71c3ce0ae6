"""What changing gates did to boxes and class maps: the records of one picture and of many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float32, Float64

from senet_viz.analysis.effects import Replacement
from senet_viz.core.arrays import Array, Doubles, readonly
from senet_viz.core.errors import InputError
from senet_viz.core.records import SEBlock
from senet_viz.core.scenes import Detection, Scene, Segmentation
from senet_viz.core.tables import Columns, Tabular, long, stacked
from senet_viz.core.translation import tr

SURE = 0.5
OVERLAP = 0.5
Measure = Literal["mAP", "mIoU"]


@dataclass(frozen=True, slots=True, eq=False)
class BoxChange(Tabular):
    """The boxes found in one picture before, and what became of them.

    ``before`` (k,) are their scores, ``after`` (k,) those of the boxes that took their place: of
    the same class, with an overlap (intersection over union) of at least 0.5; 0 where there is
    none. ``new`` (j,) are the scores of boxes that took the place of none.
    """

    before: Float32[Array, " k"]
    after: Float32[Array, " k"]
    new: Float32[Array, " j"]

    def size(self, lowest: float = SURE) -> float:
        """Mean change of the scores of the boxes of at least ``lowest``, -1 to 1; NaN for none."""
        counted = self.before >= lowest
        return float((self.after - self.before)[counted].mean()) if counted.any() else float("nan")


@dataclass(frozen=True, slots=True)
class MapChange(Tabular):
    """The share of a class map's places whose class changed, 0 to 1."""

    changed: float

    def size(self, _lowest: float = SURE) -> float:
        """The share again: a class map has no scores to be chosen by."""
        return self.changed


SceneChange = BoxChange | MapChange


def compare_scenes(before: Scene, after: Scene) -> SceneChange:
    """How far what was found in a picture changed.

    Of two class maps, (h, w) both, the share of the places whose class changed; of two lists of
    boxes, the change of their scores. The surest boxes of before choose first among those of after.

    >>> box, half = np.array([[0, 0, 9, 9]], np.float32), np.array([0.5], np.float32)
    >>> change = compare_scenes(
    ...     Detection(box, half, np.array([1])), Detection(box + 1, half / 2, np.array([1]))
    ... )
    >>> change.size()
    -0.25
    """
    if isinstance(before, Segmentation) and isinstance(after, Segmentation):
        return MapChange(float((before.classes != after.classes).mean()))
    if isinstance(before, Detection) and isinstance(after, Detection):
        return _boxes_changed(before, after)
    raise InputError(tr("boxes and class maps were given; compare two of one kind"))


def _boxes_changed(before: Detection, after: Detection) -> BoxChange:
    same = before.classes[:, None] == after.classes[None]
    fits = np.where(same, overlaps(before.boxes, after.boxes), 0.0)
    scores = np.zeros(len(before), np.float32)
    taken = np.zeros(len(after), bool)
    for place in range(len(before) if len(after) else 0):
        free = np.where(taken, 0.0, fits[place])
        best = int(free.argmax())
        if free[best] >= OVERLAP:
            scores[place], taken[best] = after.scores[best], True
    return BoxChange(before.scores, readonly(scores), readonly(after.scores[~taken]))


def overlaps(one: Float32[Array, "k 4"], other: Float32[Array, "j 4"]) -> Float64[Doubles, "k j"]:
    """Intersection over union (k, j) of boxes given by left, top, right, bottom."""
    corner = np.maximum(one[:, None, :2], other[None, :, :2])
    opposite = np.minimum(one[:, None, 2:], other[None, :, 2:])
    common = np.clip(opposite - corner, 0, None).astype(np.float64).prod(2)
    areas = [(each[:, 2:] - each[:, :2]).astype(np.float64).prod(1) for each in (one, other)]
    union = areas[0][:, None] + areas[1][None] - common
    return readonly(np.divide(common, union, out=np.zeros_like(common), where=union > 0))


@dataclass(frozen=True, slots=True, eq=False)
class SceneChannelEffects(Tabular):
    """One block and one picture: each channel's gate replaced in turn, the others left alone.

    ``gate`` (c,) is the network's own, ``put`` (c,) what stood in its place, ``changes`` what
    became of the boxes or the class map, c of them.
    """

    block: SEBlock
    gate: Float32[Array, " c"]
    put: Float32[Array, " c"]
    changes: tuple[SceneChange, ...]

    def sizes(self, lowest: float = SURE) -> Float64[Doubles, " c"]:
        """``size`` of every channel's change."""
        return readonly(np.array([change.size(lowest) for change in self.changes]))

    def most_effective(self, top: int, lowest: float = SURE) -> tuple[int, ...]:
        """Channels of the largest changes in either direction, largest first."""
        order = np.argsort(-np.abs(self.sizes(lowest)), kind="stable")
        return tuple(int(channel) for channel in order[:top])

    def columns(self) -> Columns:
        """A row for each channel."""
        return long(
            {"block": [self.block.name], "channel": range(self.gate.size)},
            excitation=self.gate,
            put=self.put,
            change=self.sizes(),
        )


@dataclass(frozen=True, slots=True, eq=False)
class SceneBlockEffect(Tabular):
    """One block and one picture: all gates replaced at once.

    For ``"shuffled"`` there is a change for each of several permutations, otherwise one.
    """

    block: SEBlock
    how: Replacement
    changes: tuple[SceneChange, ...]

    def size(self, lowest: float = SURE) -> float:
        """Mean of the changes' sizes."""
        return float(np.mean([change.size(lowest) for change in self.changes]))

    def spread(self, lowest: float = SURE) -> float:
        """Standard deviation over the permutations; 0 where there is one change."""
        return float(np.std([change.size(lowest) for change in self.changes]))

    def columns(self) -> Columns:
        """One row."""
        return long({"block": [self.block.name]}, replaced=[self.how], change=[self.size()])


@dataclass(frozen=True, slots=True)
class SceneAccuracyEffect(Tabular):
    """One block over many pictures, all its gates replaced.

    ``change`` is the mean of the pictures' changes (``pictures`` of them had one) and
    ``standard_error`` that of the mean. ``truth_change`` is the change of mAP or mIoU, None where
    there is nothing to compare with; ``truth_error`` its standard error (jackknife over the
    pictures, of mAP over groups of them).
    """

    block: SEBlock
    how: Replacement
    pictures: int
    change: float
    standard_error: float
    truth_change: float | None = None
    truth_error: float | None = None


@dataclass(frozen=True, slots=True)
class SceneAccuracyEffects(Tabular):
    """Where a sweep over pictures stands, for a network that finds boxes or a class map.

    ``boxes`` says which of the two. ``truth`` is mAP or mIoU of the network as it is, in 0 to 1,
    and ``measure`` says which; None where the pictures have neither boxes nor masks.
    """

    pictures: int
    boxes: bool
    effects: tuple[SceneAccuracyEffect, ...]
    measure: Measure | None = None
    truth: float | None = None

    def of(self, how: Replacement) -> tuple[SceneAccuracyEffect, ...]:
        """One kind of replacement, by depth."""
        return tuple(effect for effect in self.effects if effect.how == how)

    def columns(self) -> Columns:
        """A row for each block and replacement."""
        return stacked(effect.columns() for effect in self.effects)


@dataclass(frozen=True, slots=True)
class FindingsChange(Tabular):
    """How what is found in n pictures changed, and how much worse or better that is.

    ``size`` is the mean of the pictures' changes, as in ``BoxChange`` and ``MapChange``, over the
    ``pictures`` that had one, and ``size_error`` its standard error. ``truth_change`` is the change
    of mAP or mIoU, None where there is nothing to compare with, ``truth_error`` its standard error
    (jackknife over the pictures, of mAP over groups of them).
    """

    pictures: int
    boxes: bool
    size: float
    size_error: float
    truth_change: float | None = None
    truth_error: float | None = None

    @property
    def change(self) -> float:
        """The change of mAP or mIoU; else of the boxes' scores, or of the share of equal places.

        Below 0 is worse, as for a change of accuracy.
        """
        if self.truth_change is not None:
            return self.truth_change
        return self.size if self.boxes else -self.size

    @property
    def standard_error(self) -> float:
        """Of ``change``; NaN where it is not known."""
        if self.truth_change is None:
            return self.size_error
        return float("nan") if self.truth_error is None else self.truth_error


@dataclass(frozen=True, slots=True, eq=False)
class ClassCounts(Tabular):
    """Places of one picture by class: right, in the mask, and in the network's map, (k,) each."""

    right: Float64[Doubles, " k"]
    wanted: Float64[Doubles, " k"]
    predicted: Float64[Doubles, " k"]

    def columns(self) -> Columns:
        """A row for each class."""
        places = {"right": self.right, "wanted": self.wanted, "found": self.predicted}
        return long({"label": range(self.right.size)}, **places)


def mean_overlap(counts: Sequence[ClassCounts]) -> tuple[float, Float64[Doubles, " n"]]:
    """mIoU over n pictures, and n times that of all but one of them.

    The mean is over the classes that are in the masks; NaN where there is none. A picture's counts
    may end at the highest class in it.
    """
    classes = max(each.right.size for each in counts)
    right, wanted, predicted = (
        np.stack([np.pad(own, (0, classes - own.size)) for own in every])
        for every in zip(
            *((each.right, each.wanted, each.predicted) for each in counts), strict=True
        )
    )
    whole = [each.sum(0) for each in (right, wanted, predicted)]
    others = [total - each for total, each in zip(whole, (right, wanted, predicted), strict=True)]
    return float(_overlap(*whole)), readonly(_overlap(*others))


def _overlap(right: Doubles, wanted: Doubles, predicted: Doubles) -> Doubles:
    there = wanted > 0
    shares = np.divide(right, wanted + predicted - right, out=np.zeros_like(right), where=there)
    classes = there.sum(-1)
    mean: Doubles = np.divide(
        shares.sum(-1), classes, out=np.full(classes.shape, np.nan), where=classes > 0
    )
    return mean


def jackknife_error(without_one: Doubles) -> float:
    """Standard error of a statistic from its n values with one picture left out; NaN below two."""
    count = len(without_one)
    if count < 2:
        return float("nan")
    return float(np.sqrt((count - 1) * np.var(without_one)))
