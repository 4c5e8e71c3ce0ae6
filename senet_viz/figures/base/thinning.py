"""Every n-th of many values: every point drawn is measured, and a browser can hold them."""

from dataclasses import dataclass

import numpy as np

from senet_viz.core.arrays import Array
from senet_viz.core.translation import tr

MOST_PLACES = 20_000  # of a line
MOST_SIDE = 128  # squares of a slice
MOST_VALUES = 400_000  # of a volume


@dataclass(frozen=True, slots=True, eq=False)
class Thinned:
    """``values``, every ``step``-th along each axis of ``of`` (the shape before)."""

    values: Array
    step: tuple[int, ...]
    of: tuple[int, ...]

    def along(self, axis: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        """The original positions of the kept values along one axis."""
        return np.arange(0, self.of[axis], self.step[axis])

    @property
    def words(self) -> str:
        """A sentence that says what was left out; "" if nothing was."""
        if set(self.step) == {1}:
            return ""
        steps = " × ".join(map(str, self.step))
        return tr(" Only one of every {steps} places is drawn.", steps=steps)


def thinned_line(values: Array) -> Thinned:
    """Signals (k, t) at no more than 20,000 places."""
    step = max(1, -(-values.shape[1] // MOST_PLACES))
    return Thinned(values[:, ::step], (1, step), values.shape)


def thinned_volume(values: Array) -> Thinned:
    """A volume (d, h, w) of no more than 128 squares a side, and not too many slices.

    >>> thinned_volume(np.zeros((40, 300, 200), np.float32)).step
    (1, 3, 3)
    """
    across = max(1, -(-max(values.shape[1:]) // MOST_SIDE))
    few = values[:, ::across, ::across]
    deep = max(1, -(-few.size // MOST_VALUES))
    return Thinned(few[::deep], (deep, across, across), values.shape)
