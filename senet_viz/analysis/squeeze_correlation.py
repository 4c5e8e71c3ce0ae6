"""Does a gate open or shut with what its own channel holds? Gate against squeeze, over pictures."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from senet_viz.analysis.survey_records import Survey
from senet_viz.core.arrays import Array, Doubles, readonly
from senet_viz.core.tables import Columns, Tabular, long

PARTS = 10
ENOUGH = 2 * PARTS  # pictures for an interval
T_NINE = 2.262  # Student's t with 9 degrees of freedom, two-sided 95%
FEWEST = 3


@dataclass(frozen=True, slots=True, eq=False)
class SqueezeCorrelation(Tabular):
    """How the gates of one block go with their own squeezes.

    ``by_channel`` (c,) is Pearson's correlation over pictures of a channel's gate and its squeeze;
    NaN where one of them never moves. ``of_means`` is that of mean gate and mean squeeze, over
    channels. ``replicates`` (10,) are the mean over channels with one tenth of the pictures left
    out at a time; empty where there are too few.
    """

    block: str
    pictures: int
    by_channel: Float64[Doubles, " c"]
    of_means: float
    replicates: Float64[Doubles, " r"]

    @property
    def mean(self) -> float:
        """Over the channels that have one; NaN without one."""
        known = self.by_channel[np.isfinite(self.by_channel)]
        return float(known.mean()) if known.size else float("nan")

    @property
    def quartiles(self) -> tuple[float, float, float]:
        """The 25th, 50th and 75th percentile over the channels that have one."""
        known = self.by_channel[np.isfinite(self.by_channel)]
        low, middle, high = np.quantile(known, (0.25, 0.5, 0.75)) if known.size else [np.nan] * 3
        return float(low), float(middle), float(high)

    @property
    def reach(self) -> float:
        """Half the width of the mean's 95% interval over pictures (jackknife); NaN with too few."""
        return jackknife_reach(self.replicates)

    def columns(self) -> Columns:
        """A row for each channel."""
        return long(
            {"block": [self.block], "channel": range(self.by_channel.size)},
            correlation=self.by_channel,
        )


def squeeze_correlations(survey: Survey) -> dict[str, SqueezeCorrelation]:
    """By block, those whose gates and squeezes are as many; none where no squeezes were kept.

    Raises a CaptureError where the survey kept no gates of single pictures.
    """
    by_block = {}
    for block in survey.blocks:
        gates, squeezes = survey.gates(block), survey.squeezes(block)
        if squeezes is not None and squeezes.shape == gates.shape and len(gates) >= FEWEST:
            by_block[block] = correlation_of(block, gates, squeezes)
    return by_block


def correlation_of(block: str, gates: Array, squeezes: Array) -> SqueezeCorrelation:
    """gates and squeezes (n, c) of the same pictures; those with a squeeze not finite are left out.

    >>> gates = np.array([[0.1, 0.9], [0.2, 0.8], [0.3, 0.7]], np.float32)
    >>> correlation_of("se", gates, np.array([[1, 1], [2, 2], [3, 3]])).by_channel.round(6)
    array([ 1., -1.])
    """
    there = np.isfinite(squeezes).all(1) & np.isfinite(gates).all(1)
    one, other = gates[there].astype(np.float64), squeezes[there].astype(np.float64)
    by_channel = _correlations(one, other)
    part = np.arange(len(one)) % PARTS
    replicates = []
    if len(one) >= ENOUGH:
        for left_out in range(PARTS):
            some = _correlations(one[part != left_out], other[part != left_out])
            known = some[np.isfinite(some)]
            replicates.append(float(known.mean()) if known.size else np.nan)
    means = one.mean(0)[:, None], other.mean(0)[:, None]
    return SqueezeCorrelation(
        block=block,
        pictures=len(one),
        by_channel=readonly(by_channel),
        of_means=float(_correlations(*means)[0]),
        replicates=readonly(np.array(replicates, np.float64)),
    )


def jackknife_reach(replicates: Doubles) -> float:
    """Half the width of a 95% interval from replicates that left out a tenth each."""
    if replicates.size < PARTS or not np.isfinite(replicates).all():
        return float("nan")
    return T_NINE * float(np.sqrt((PARTS - 1) * replicates.var()))


def _correlations(one: Doubles, other: Doubles) -> Doubles:
    """Column by column (n, c) -> (c,); NaN where a column does not move."""
    one, other = one - one.mean(0), other - other.mean(0)
    size = np.sqrt((one**2).sum(0)) * np.sqrt((other**2).sum(0))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(size > 1e-9, (one * other).sum(0) / size, np.nan))
