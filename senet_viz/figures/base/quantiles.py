"""The gates of a block in order, whatever the number of its channels."""

from typing import Any

import numpy as np

from senet_viz.core.arrays import Array
from senet_viz.core.records import Capture
from senet_viz.core.translation import tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Numbers, finite

PLACES = 128
PERCENTILES = (5, 25, 50, 75, 95)


def rank_axis() -> dict[str, Any]:
    return axis(
        tr("channels of the block, most open to most shut"),
        range=[0, 1],
        tickvals=[0, 0.5, 1],
        tickformat=".0%",
    )


def places() -> Array:
    """(128,): the middles of equal shares of a block's channels."""
    return ((np.arange(PLACES) + 0.5) / PLACES).astype(np.float32)


def in_order(gates: Array) -> Array:
    """(128,): the gates (c,) from the highest to the lowest, whatever c is."""
    known = finite(gates)
    if known.size == 0:
        return np.full(PLACES, np.nan, dtype=np.float32)
    return np.quantile(known, 1 - places(), method="hazen").astype(np.float32)


def spread_ends(known: Numbers) -> tuple[float, float]:
    """The 5th and the 95th percentile of finite numbers, one at least."""
    low, high = np.percentile(known, (PERCENTILES[0], PERCENTILES[-1]))
    return float(low), float(high)


def percentiles(capture: Capture, image: int) -> Numbers:
    """(b, 5): the 5th, 25th, 50th, 75th and 95th percentile of each block's gates."""
    gates = [finite(a.excitation[image]) for a in capture]
    missing = np.full(len(PERCENTILES), np.nan)
    return np.stack([np.percentile(g, PERCENTILES) if g.size else missing for g in gates])
