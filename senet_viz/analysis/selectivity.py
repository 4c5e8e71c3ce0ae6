"""Class selectivity of gates: does a channel open for one class more than for the others?"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64, Int64

from senet_viz.analysis.variance import split_variance
from senet_viz.core.arrays import Counts, Doubles, readonly
from senet_viz.core.errors import CaptureError
from senet_viz.core.tables import Columns, Tabular, long
from senet_viz.core.translation import tr

FEWEST_CLASSES = 2
CHANNELS = 512  # at least so many are drawn for the mean by chance
LEAST = 1e-9  # gates; below, there is no gate to speak of


@dataclass(frozen=True, slots=True, eq=False)
class GateSelectivity(Tabular):
    """The class selectivity index of c gates of one block (Morcos et al. 2018).

    ``index`` (c,) is (highest - others) / (highest + others): of the class means of a gate the
    highest, against the mean of all others; 0 where every class has the same mean gate, 1 where
    the gate is shut for all classes but one. ``favourite`` (c,) is that class's number.
    ``chance`` is the mean index over channels to expect where classes mean nothing: the highest of
    several means is above the others by luck alone, the more so the fewer pictures a class has.
    """

    index: Float64[Doubles, " c"]
    favourite: Int64[Counts, " c"]
    chance: float

    @property
    def quartiles(self) -> tuple[float, float, float]:
        """The 25th, 50th and 75th percentile of the index over the channels."""
        low, middle, high = np.quantile(self.index, (0.25, 0.5, 0.75))
        return float(low), float(middle), float(high)

    def columns(self) -> Columns:
        """A row for each channel."""
        return long(
            {"channel": range(self.index.size)}, selectivity=self.index, favourite=self.favourite
        )


def gate_selectivity(
    count: Int64[Counts, " k"],
    mean: Float[np.ndarray, "k c"],
    variance: Float[np.ndarray, "k c"],
) -> GateSelectivity:
    """How class selective is each gate? From moments by class, as for ``split_variance``.

    It is the selectivity of the gate, not of the features behind it: a channel whose gate is the
    same for all may carry features of one class only.

    Raises CaptureError where fewer than two classes hold a picture.

    >>> found = gate_selectivity(np.array([9, 9]), np.array([[0.2], [0.6]]), np.zeros((2, 1)))
    >>> found.index.round(2), found.favourite
    (array([0.5]), array([1]))
    """
    there = np.flatnonzero(count > 0)
    if there.size < FEWEST_CLASSES:
        raise CaptureError(
            tr(
                "the pictures are of {there} class. Selectivity needs pictures of two or more",
                there=there.size,
            )
        )
    means = mean[there].astype(np.float64)
    return GateSelectivity(
        index=readonly(selectivity_index(means)),
        favourite=readonly(there[means.argmax(axis=0)].astype(np.int64)),
        chance=_chance(count, mean, variance),
    )


def selectivity_index(means: Doubles) -> Doubles:
    """Of class means (k, c), none below 0: (highest - others) / (highest + others), (c,)."""
    highest = means.max(axis=0)
    others = (means.sum(axis=0) - highest) / (len(means) - 1)
    apart = np.maximum(highest - others, 0)  # rounding may leave a hair below
    index: Doubles = apart / np.maximum(highest + others, LEAST)
    return index


def _chance(count: Counts, mean: np.ndarray, variance: np.ndarray) -> float:
    """Class means drawn as if every class were a random choice of all pictures."""
    split = split_variance(count, mean, variance)
    error = np.sqrt(split.total / count[count > 0][:, None])
    draw = np.random.default_rng(0)
    drawn = [
        selectivity_index(
            np.clip(split.mean + error * draw.standard_normal(error.shape), 0, None)
        ).mean()
        for _ in range(-(-CHANNELS // split.mean.size))
    ]
    return float(np.mean(drawn))
