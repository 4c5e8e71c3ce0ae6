"""Dynamic or constant: how far gates move from picture to picture, and how much with the class."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Float64, Int64

from senet_viz.core.arrays import Counts, Doubles, readonly
from senet_viz.core.errors import CaptureError
from senet_viz.core.tables import Columns, Tabular, long
from senet_viz.core.translation import Words, tr

Verdict = Literal[
    "fixed scale", "nearly fixed", "dynamic", "dynamic within classes", "dynamic by class"
]
FIXED = 0.05  # of the gate itself, root mean square; below, a fixed scale does as well
NEARLY = 0.10
BY_CLASS = 0.5  # of the variance, corrected for chance
FEWEST = 2
LEAST = 1e-12  # variance; a gate that moves less is not split

WORDS: Mapping[Verdict, str] = Words(
    {
        "fixed scale": lambda: tr("acts as a fixed scale per channel"),
        "nearly fixed": lambda: tr("nearly a fixed scale per channel"),
        "dynamic": lambda: tr("moves from picture to picture; with what cannot be told"),
        "dynamic within classes": lambda: tr(
            "moves from picture to picture, mostly within classes"
        ),
        "dynamic by class": lambda: tr("moves from picture to picture, mostly with the class"),
    }
)

# The same in a word or three.
NAMES: Mapping[Verdict, str] = Words(
    {
        "fixed scale": lambda: tr("fixed scale"),
        "nearly fixed": lambda: tr("nearly fixed"),
        "dynamic": lambda: tr("dynamic"),
        "dynamic within classes": lambda: tr("dynamic within classes"),
        "dynamic by class": lambda: tr("dynamic by class"),
    }
)


def rule() -> str:
    """How ``VarianceSplit.verdict`` is decided, in words."""
    return tr(
        "A block acts as a fixed scale where its gates are off their own mean by less than "
        "{fixed:.0%} of the gate, root mean square over pictures and channels; nearly so below "
        "{nearly:.0%}. Above, it is dynamic: by class where at least {by_class:.0%} of the "
        "variance, corrected for chance, lies between the classes.",
        fixed=FIXED,
        nearly=NEARLY,
        by_class=BY_CLASS,
    )


def off_mean(mean: Float[np.ndarray, " c"], variance: Float[np.ndarray, " c"]) -> float:
    """How far gates of this mean and variance are off their mean, as ``VarianceSplit.relative``.

    >>> round(off_mean(np.array([0.8, 0.6]), np.array([0.0, 0.01])), 4)
    0.0995
    """
    whole = float((variance + mean.astype(np.float64) ** 2).sum())
    if not np.isfinite(whole):
        return float("nan")
    return float(np.sqrt(variance.sum() / whole)) if whole > 0 else 0.0


def acts_fixed(relative: float) -> bool:
    """Whether a block whose gates are that far off their mean acts as a fixed scale."""
    return relative < FIXED


@dataclass(frozen=True, slots=True, eq=False)
class VarianceSplit(Tabular):
    """The variance of c gates of one block over pictures of k classes, split by the classes.

    ``mean`` (c,) is the gate's over all pictures; ``between`` and ``within`` (c,) add up to the
    whole population variance, in units of the gate squared: the variance of the class means, each
    weighted by its pictures, and the mean variance inside classes. ``classes`` counts those that
    hold a picture.
    """

    pictures: int
    classes: int
    mean: Float64[Doubles, " c"]
    between: Float64[Doubles, " c"]
    within: Float64[Doubles, " c"]

    @property
    def total(self) -> Float64[Doubles, " c"]:
        total: Doubles = self.between + self.within
        return total

    @property
    def deviation(self) -> Float64[Doubles, " c"]:
        """Standard deviation of each gate over all pictures, in gates, 0 to 0.5."""
        deviation: Doubles = np.sqrt(self.total)
        return deviation

    @property
    def separable(self) -> bool:
        """Whether between and within can be told apart: two classes, and one with two pictures."""
        return self.pictures > self.classes >= FEWEST

    @property
    def share(self) -> Float64[Doubles, " c"]:
        """Of each gate's variance, how much lies between classes, 0 to 1 (eta squared).

        NaN for a gate that never moves or is not finite, and for all where ``separable`` does not
        hold.
        """
        total = self.total
        known = (total > LEAST) & np.isfinite(total) & self.separable
        share: Doubles = np.divide(
            self.between, total, where=known, out=np.full(total.shape, np.nan)
        )
        return share

    @property
    def block_share(self) -> float:
        """The share of the variance of all channels together; NaN as for ``share``."""
        whole = float(self.total.sum())
        return (
            float(self.between.sum()) / whole
            if self.separable and LEAST < whole < np.inf
            else np.nan
        )

    @property
    def chance(self) -> float:
        """The share to expect where the classes mean nothing: (k - 1) / (n - 1)."""
        return (self.classes - 1) / (self.pictures - 1)

    @property
    def corrected_share(self) -> float:
        """``block_share`` less what chance gives (adjusted R squared); may fall below 0."""
        return 1 - (1 - self.block_share) / (1 - self.chance) if self.separable else np.nan

    @property
    def block_deviation(self) -> float:
        """Root mean square over the channels of ``deviation``, in gates."""
        return float(np.sqrt(self.total.mean()))

    @property
    def relative(self) -> float:
        """How far the gates are off their own mean, over how large they are, 0 to 1; no unit.

        Both root mean squares, over pictures and channels: the relative error of a fixed scale
        in the block's place, were every channel to carry the same energy. NaN where a gate is not
        finite.
        """
        return off_mean(self.mean, self.total)

    @property
    def verdict(self) -> Verdict:
        """Does the block act as a fixed scale? ``rule`` says in a sentence how it is decided."""
        if self.relative < NEARLY:
            return "fixed scale" if acts_fixed(self.relative) else "nearly fixed"
        if not self.separable:
            return "dynamic"
        mostly = self.corrected_share >= BY_CLASS
        return "dynamic by class" if mostly else "dynamic within classes"

    def columns(self) -> Columns:
        """A row for each channel."""
        return long(
            {"channel": range(self.mean.size)},
            mean=self.mean,
            between=self.between,
            within=self.within,
            deviation=self.deviation,
            share=self.share,
        )


def split_variance(
    count: Int64[Counts, " k"],
    mean: Float[np.ndarray, "k c"],
    variance: Float[np.ndarray, "k c"],
) -> VarianceSplit:
    """Split by the law of total variance, from the moments by class: exact, no picture is needed.

    count (k,) pictures, ``mean`` and population ``variance`` (k, c) of each gate by class, as a
    survey and a ``GateReference`` hold them. Classes without a picture are left out.

    Raises CaptureError for fewer than two pictures.

    >>> split = split_variance(np.array([1, 1]), np.array([[0.2], [0.4]]), np.zeros((2, 1)))
    >>> split.between.round(3), split.within
    (array([0.01]), array([0.]))
    """
    there = count > 0
    pictures = int(count.sum())
    if pictures < FEWEST:
        raise CaptureError(
            tr(
                "{pictures} picture was given. Whether gates move can be told from two or more",
                pictures=pictures,
            )
        )
    weight = (count[there] / pictures)[:, None]
    means = mean[there].astype(np.float64)
    whole = (weight * means).sum(axis=0)
    return VarianceSplit(
        pictures=pictures,
        classes=int(there.sum()),
        mean=readonly(whole),
        between=readonly((weight * (means - whole) ** 2).sum(axis=0)),
        within=readonly((weight * variance[there].astype(np.float64)).sum(axis=0)),
    )
