"""The shape of a block's gates as a histogram shows it: one peak, piled up at the ends, flat."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from senet_viz.analysis.ranking import NEAR
from senet_viz.core.arrays import Doubles
from senet_viz.core.tables import Tabular

Kind = Literal["alike", "shut", "open", "ends", "flat", "one", "several"]
ALIKE = 5e-4  # gates less far apart than this, three decimals cannot tell
FEWEST = 12  # gates; fewer have no shape
PILED = 0.5  # of the gates near one end: a pile there
AT_ENDS = 0.1  # of the gates near each end: enough whatever lies between
HIGHER = 1.1  # times the density of the middle: piled up
PLACES = 101  # at which the density is looked at
SMOOTH = 0.06  # of the range of gates: what is narrower is no peak
DEEP = 0.8  # of the lower of two peaks: a valley between them goes below it
EVEN = 1.0  # of Kolmogorov's distance from an even spread, times the root of the gates' number
WIDE = 0.5


@dataclass(frozen=True, slots=True)
class GateShape(Tabular):
    """What kind of shape it is, and where its ``peaks`` are, from 0 to 1.

    "alike": all the same; "shut" and "open": most near 0 or 1; "ends": piled up near both; "flat":
    evenly spread over half of the range or more; "one" and "several" peaks.
    """

    kind: Kind
    peaks: tuple[float, ...] = ()


def gate_shape(gates: Doubles) -> GateShape | None:
    """Of finite gates (c,); None where they are too few to have one.

    >>> gate_shape(np.linspace(0, 1, 64)).kind
    'flat'
    """
    if gates.size and np.ptp(gates) < ALIKE:
        return GateShape("alike")
    if gates.size < FEWEST:
        return None
    shut, opened = float((gates < NEAR).mean()), float((gates > 1 - NEAR).mean())
    if max(shut, opened) >= PILED and min(shut, opened) < AT_ENDS:
        return GateShape("shut" if shut >= opened else "open")
    density = _density(gates)
    peaks = _peaks(density)
    piled = min(density[:11].mean(), density[-11:].mean()) > HIGHER * density[20:81].mean()
    only_ends = len(peaks) == 2 and peaks[0] < NEAR and peaks[1] > 1 - NEAR
    if piled and (only_ends or min(shut, opened) >= AT_ENDS):
        return GateShape("ends")
    if _is_even(gates):
        return GateShape("flat")
    return GateShape("one" if len(peaks) == 1 else "several", peaks)


def _is_even(gates: Doubles) -> bool:
    """Whether they could have been drawn evenly from 0 to 1."""
    low, high = np.percentile(gates, (5, 95))
    steps = np.arange(1, gates.size + 1) / gates.size
    distance = np.abs(steps - 0.5 / gates.size - np.sort(gates)).max()
    return bool(high - low >= WIDE and distance * np.sqrt(gates.size) < EVEN)


def _density(gates: Doubles) -> Doubles:
    """Of the gates at evenly spaced places (101,), mirrored at both ends."""
    places = np.linspace(0, 1, PLACES)
    mirrored = np.concatenate([-gates, gates, 2 - gates])
    width = min(SMOOTH, max(float(np.std(gates)) / 2, 0.01))
    bells = np.exp(-(((places[:, None] - mirrored) / width) ** 2) / 2)
    density: Doubles = bells.sum(axis=1) / (gates.size * width * np.sqrt(2 * np.pi))
    return density


def _peaks(density: Doubles) -> tuple[float, ...]:
    """The places of peaks that a valley parts."""
    padded = np.concatenate([[-1.0], density, [-1.0]])
    tops = [i for i in range(PLACES) if padded[i] < padded[i + 1] >= padded[i + 2]]
    peaks: list[int] = []
    for top in tops:
        valley = density[peaks[-1] : top + 1].min() if peaks else 0.0
        if peaks and valley > DEEP * min(density[peaks[-1]], density[top]):
            peaks[-1] = max(peaks[-1], top, key=lambda at: density[at])
        else:
            peaks.append(top)
    least = 0.15 * density.max()
    return tuple(at / (PLACES - 1) for at in peaks if density[at] >= least)
