"""Gates that need not be: channels that never move, are always shut or open, or move as another."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64, Int64

from senet_viz.core.arrays import Array, Counts, Doubles, readonly
from senet_viz.core.errors import CaptureError
from senet_viz.core.tables import Columns, Tabular, long
from senet_viz.core.translation import tr

STILL = 0.01  # gates, standard deviation over pictures; below, a channel never moves
ALWAYS = 0.95  # of the pictures
SAME = 0.01  # gates, root mean square difference; below, two channels have the same gate
TOGETHER = 0.95  # correlation; above, two channels move as one
FEWEST = 3
MOST_PAIRS = 200
MOST_OF_VARIANCE = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class StillChannels(Tabular):
    """Which of c channels never move, and which are always near shut or near open: (c,) each."""

    still: np.ndarray
    shut: np.ndarray
    open: np.ndarray

    @property
    def counts(self) -> tuple[int, int, int]:
        return int(self.still.sum()), int(self.shut.sum()), int(self.open.sum())

    def columns(self) -> Columns:
        """A row for each channel."""
        return long(
            {"channel": range(self.still.size)},
            never_moves=self.still,
            always_shut=self.shut,
            always_open=self.open,
        )


def still_channels(
    pictures: int,
    deviation: Float64[Doubles, " c"],
    near_zero: Int64[Counts, " c"],
    near_one: Int64[Counts, " c"],
) -> StillChannels:
    """Channels that do the same to every picture, from counts over all pictures.

    ``deviation`` (c,) is the gate's standard deviation over pictures: below 0.01 the channel is
    still. It is always shut (open) where its gate is near 0 (1) for at least 95 % of the pictures.

    >>> found = still_channels(100, np.array([0.0, 0.2]), np.array([96, 0]), np.array([0, 0]))
    >>> found.counts
    (1, 1, 0)
    """
    return StillChannels(
        still=readonly(deviation < STILL),
        shut=readonly(near_zero >= ALWAYS * pictures),
        open=readonly(near_one >= ALWAYS * pictures),
    )


@dataclass(frozen=True, slots=True)
class Twins(Tabular):
    """Two channels of one block, first < second, and how alike their gates are over pictures.

    ``difference`` is the root mean square difference of the two gates; ``correlation`` is
    Pearson's, NaN where one of the two never moves.
    """

    first: int
    second: int
    difference: float
    correlation: float

    @property
    def same(self) -> bool:
        return self.difference < SAME


@dataclass(frozen=True, slots=True, eq=False)
class Redundancy(Tabular):
    """How many of c gates are there twice, and in how many directions the block's gates move.

    ``pairs`` holds the most alike, at most 200, by falling correlation; ``same`` and ``together``
    count all pairs with the same gate and all that move as one. ``alone`` counts the channels in
    no such pair. ``explained`` (d,) is the share of the variance of all gates in each principal
    direction, falling.
    """

    channels: int
    pictures: int
    pairs: tuple[Twins, ...]
    same: int
    together: int
    alone: int
    explained: Float64[Doubles, " d"]

    @property
    def directions(self) -> int:
        """How many directions hold 95 % of the variance; 0 where nothing moves."""
        if not self.explained.sum():
            return 0
        held = np.cumsum(self.explained) >= MOST_OF_VARIANCE - 1e-9
        return int(held.argmax()) + 1

    def columns(self) -> Columns:
        """A row for each principal direction: the share of the variance in it."""
        return long({"direction": range(self.explained.size)}, share_of_variance=self.explained)


def find_redundancy(gates: Float32[Array, "n c"]) -> Redundancy:
    """Which channels have the same gate, and how few directions do the gates move in?

    gates (n, c) of n pictures. Two channels have the same gate where they differ by less than
    0.01 (root mean square), and move as one where they correlate at 0.95 or more. A still
    channel correlates with none, though it may be the same as another still one.

    Raises CaptureError for fewer than three pictures.

    >>> gates = np.array([[0.1, 0.1, 0.5], [0.9, 0.9, 0.4], [0.5, 0.5, 0.9]], np.float32)
    >>> find_redundancy(gates).pairs[0].same
    True
    """
    pictures, channels = gates.shape
    if pictures < FEWEST:
        raise CaptureError(
            tr(
                "the gates of {pictures} pictures were kept. Channels are compared over "
                "three or more",
                pictures=pictures,
            )
        )
    moved = gates.astype(np.float64) - gates.mean(axis=0, dtype=np.float64)
    deviation = np.sqrt((moved**2).mean(axis=0))
    covariance = moved.T @ moved / pictures
    scale = np.where(deviation >= STILL, deviation, np.nan)
    correlation = covariance / scale / scale[:, None]
    power = np.diag(covariance) + gates.mean(axis=0, dtype=np.float64) ** 2
    apart = np.sqrt(np.maximum(power + power[:, None] - 2 * _products(gates), 0))
    first, second = np.triu_indices(channels, k=1)
    alike = apart[first, second] < SAME
    as_one = np.nan_to_num(correlation[first, second], nan=-1.0) >= TOGETHER
    pairs = np.flatnonzero(alike | as_one)
    ranked = np.nan_to_num(correlation[first, second][pairs], nan=-1.0)
    best = pairs[np.argsort(-ranked, kind="stable")][:MOST_PAIRS]
    paired = np.unique(np.concatenate([first[pairs], second[pairs]]))
    return Redundancy(
        channels=channels,
        pictures=pictures,
        pairs=tuple(
            Twins(int(a), int(b), float(apart[a, b]), float(correlation[a, b]))
            for a, b in zip(first[best], second[best], strict=True)
        ),
        same=int(alike.sum()),
        together=int(as_one.sum()),
        alone=channels - paired.size,
        explained=readonly(_explained(covariance)),
    )


def _products(gates: Array) -> Doubles:
    """Mean over the pictures of the product of every two gates, (c, c)."""
    wide = gates.astype(np.float64)
    products: Doubles = wide.T @ wide / len(wide)
    return products


def _explained(covariance: Doubles) -> Doubles:
    variances = np.maximum(np.linalg.eigvalsh(covariance)[::-1], 0)
    whole = variances.sum()
    explained: Doubles = variances / whole if whole > 0 else np.zeros_like(variances)
    return explained
