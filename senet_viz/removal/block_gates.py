"""What each block's gates are over many pictures: how far they move, and how many are saturated."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor, nn

from senet_viz.analysis.survey_records import Survey
from senet_viz.analysis.survey_variance import split_survey
from senet_viz.analysis.variance import VarianceSplit, split_variance
from senet_viz.core.arrays import Array
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr
from senet_viz.hooks import capture

# Images (n, 3, h, w), and class numbers (n,), TrueBoxes, a mask (h, w), or None
Batch = tuple[Tensor, Any]
END = 0.05  # of a saturated gate to 0 or 1, as in ``summarize``


@dataclass(frozen=True, slots=True, eq=False)
class BlockGates:
    """One block's gates over many pictures: their variance, and the share of saturated ones."""

    split: VarianceSplit
    saturated: float

    @property
    def profile(self) -> tuple[Array, Array]:
        """Mean and standard deviation (c,) of each gate."""
        return self.split.mean.astype(np.float32), self.split.deviation.astype(np.float32)


Gates = Mapping[str, BlockGates]


def gates_over(
    model: nn.Module, batches: Iterable[Batch], *, progress: Callable[[int], None] | None = None
) -> dict[str, BlockGates]:
    """Each block's gates over pictures, by class where they have labels.

    ``progress`` is called with the pictures done. Raises a CaptureError for fewer than two.
    """
    watch = GateWatch(model)
    for images, labels in batches:
        watch.add(images, labels)
        if progress:
            progress(watch.pictures)
    return watch.gates()


def gates_of_survey(survey: Survey) -> dict[str, BlockGates]:
    """The same, from a survey of the network."""
    gates = {}
    for name, split in split_survey(survey).items():
        total = survey[name].total
        at_ends = int(total.near_zero.sum() + total.near_one.sum())
        gates[name] = BlockGates(split, at_ends / (split.pictures * split.mean.size))
    return gates


class GateWatch:
    """Sums up the gates of one network, batch by batch."""

    def __init__(self, model: nn.Module) -> None:
        self.pictures = 0
        self._model = model
        self._moments: dict[str, dict[int, _Moments]] = {}
        self._at_ends: Counter[str] = Counter()
        self._gates: Counter[str] = Counter()

    def add(self, images: Tensor, labels: Any) -> None:
        """images (n, 3, h, w) and class numbers (n,); boxes, masks or None are no classes."""
        classes = np.array(labels if np.ndim(labels) == 1 else [0] * len(images), int)
        for activation in capture(self._model, images, features="none"):
            name, gates = activation.block.name, activation.excitation.astype(np.float64)
            self._gates[name] += gates.size
            self._at_ends[name] += int(((gates <= END) | (gates >= 1 - END)).sum())
            by_class = self._moments.setdefault(name, {})
            for number in np.unique(classes).tolist():
                by_class.setdefault(number, _Moments()).add(gates[classes == number])
        self.pictures += len(images)

    def gates(self) -> dict[str, BlockGates]:
        """What the gates were; a CaptureError for fewer than two pictures."""
        if self.pictures < 2:
            raise CaptureError(
                tr(
                    "{pictures} picture was given, and a plan needs at least two",
                    pictures=self.pictures,
                )
            )
        return {
            name: BlockGates(
                _split(list(by_class.values())), self._at_ends[name] / self._gates[name]
            )
            for name, by_class in self._moments.items()
        }


class _Moments:
    """Running mean and sum of squared deviations of gates (n, c)."""

    def __init__(self) -> None:
        self.count = 0
        self.mean: np.ndarray | float = 0.0
        self.m2: np.ndarray | float = 0.0

    def add(self, gates: np.ndarray) -> None:
        before, new = self.count, len(gates)
        self.count += new
        there = gates.mean(0)
        apart = there - self.mean
        self.m2 = self.m2 + ((gates - there) ** 2).sum(0) + apart**2 * before * new / self.count
        self.mean = self.mean + apart * new / self.count


def _split(moments: Sequence[_Moments]) -> VarianceSplit:
    return split_variance(
        np.array([each.count for each in moments]),
        np.stack([np.asarray(each.mean) for each in moments]),
        np.stack([np.asarray(each.m2) / each.count for each in moments]),
    )
