"""Does a gate make features more class selective? Class means of squeezes before and after it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from senet_viz.analysis.selectivity import selectivity_index
from senet_viz.analysis.survey_records import Survey
from senet_viz.core.arrays import Array, Counts, Doubles, readonly
from senet_viz.core.tables import Columns, Tabular, long

FEWEST_PICTURES = 10  # of a class
FEWEST_CLASSES = 2


@dataclass(frozen=True, slots=True, eq=False)
class FeatureSelectivity(Tabular):
    """The class selectivity index (Morcos et al. 2018) of one block's features round its gate.

    ``before`` (c,) is that of the squeezes, ``after`` (c,) that of squeeze times gate, which is the
    mean of the recalibrated map where the block squeezes by the mean. NaN for channels with a class
    whose mean squeeze is below 0: the index is of activations that are not.
    """

    block: str
    before: Float64[Doubles, " c"]
    after: Float64[Doubles, " c"]

    @property
    def share(self) -> float:
        """How many of the channels have an index, 0 to 1."""
        return float(np.isfinite(self.before).mean())

    @property
    def medians(self) -> tuple[float, float]:
        """Over the channels that have one, before and after; NaN without one."""
        there = np.isfinite(self.before)
        if not there.any():
            return float("nan"), float("nan")
        return float(np.median(self.before[there])), float(np.median(self.after[there]))

    def columns(self) -> Columns:
        """A row for each channel."""
        return long(
            {"block": [self.block], "channel": range(self.before.size)},
            before=self.before,
            after=self.after,
        )


def feature_selectivity(survey: Survey) -> dict[str, FeatureSelectivity]:
    """By block, over classes of ten pictures or more; none without squeezes or two such classes.

    Raises a CaptureError where the survey kept no gates of single pictures.
    """
    labels = np.array([picture.label for picture in survey.pictures], np.int64)
    classes, count = np.unique(labels, return_counts=True)
    classes = classes[count >= FEWEST_PICTURES]
    by_block = {}
    for block in survey.blocks if classes.size >= FEWEST_CLASSES else ():
        gates, squeezes = survey.gates(block), survey.squeezes(block)
        if squeezes is not None and squeezes.shape == gates.shape:
            by_block[block] = selectivity_of(block, gates, squeezes, labels, classes)
    return by_block


def selectivity_of(
    block: str, gates: Array, squeezes: Array, labels: Counts, classes: Counts
) -> FeatureSelectivity:
    """gates and squeezes (n, c), labels (n,) of the same pictures; over these classes."""
    product = gates.astype(np.float64) * squeezes
    means = [
        np.array([each[labels == number].mean(0, dtype=np.float64) for number in classes])
        for each in (squeezes, product)
    ]
    there = np.all([(mean >= 0).all(0) & (mean > 0).any(0) for mean in means], axis=0)
    before, after = (readonly(np.where(there, selectivity_index(m), np.nan)) for m in means)
    return FeatureSelectivity(block, before, after)
