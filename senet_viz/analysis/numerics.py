"""Numbers that several analyses and charts need, in NumPy alone."""

import numpy as np
import numpy.typing as npt

from senet_viz.core.arrays import Doubles

FEWEST_TO_RANK = 3


def hard_sigmoid(x: Doubles) -> Doubles:
    """The sigmoid in three straight lines: 0 up to -3, 1 from 3 on.

    >>> hard_sigmoid(np.array([-3.0, 0.0, 1.5]))
    array([0.  , 0.5 , 0.75])
    """
    return np.clip(x / 6 + 0.5, 0, 1)


def rank_correlation(
    first: npt.NDArray[np.floating], second: npt.NDArray[np.floating]
) -> float | None:
    """Spearman's rank correlation of two vectors (c,), ties sharing their mean rank; -1 to 1.

    None where there are fewer than three entries, where one is not finite, or where one vector
    does not vary.

    >>> rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([1.0, 4.0, 9.0]))
    1.0
    """
    if len(first) < FEWEST_TO_RANK or not (np.isfinite(first).all() and np.isfinite(second).all()):
        return None
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    return float(np.corrcoef(_ranks(first), _ranks(second))[0, 1])


def _ranks(values: npt.NDArray[np.floating]) -> Doubles:
    """Ranks (c,) from 1, the mean rank for equal values."""
    _, inverse, repeats = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(repeats) - (repeats - 1) / 2)[inverse])
