"""Pictures as points: the plane in which the gates of a block are spread widest."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64

from senet_viz.core.arrays import Array, Doubles, readonly
from senet_viz.core.errors import CaptureError
from senet_viz.core.tables import Columns, Tabular, long
from senet_viz.core.translation import tr

FEWEST = 3


@dataclass(frozen=True, slots=True, eq=False)
class Embedding(Tabular):
    """n pictures on the first two principal components of one block's gates.

    ``points`` (n, 2) are in gates, round 0; a distance in the plane is never more than the length
    of the whole difference of two pictures' gates. ``explained`` (2,) is the share of the gates'
    variance along each axis, 0 to 1: what is missing to 1 is not seen.
    """

    points: Float64[Doubles, "n 2"]
    explained: Float64[Doubles, " 2"]

    def columns(self) -> Columns:
        """A row for each picture: its place in the plane."""
        first, second = self.points.T
        return long({"input": range(len(self.points))}, first=first, second=second)


def embed(gates: Float32[Array, "n c"]) -> Embedding:
    """Principal components of gates (n, c), without scaling: channels that move more count more.

    The sign of an axis is chosen so that its channel of the largest weight points up. A block of
    one channel has 0 on the second axis.

    Raises CaptureError for fewer than three pictures.

    >>> embed(np.array([[0, 0.5], [0.5, 0.5], [1, 0.5]], np.float32)).explained.round(3)
    array([1., 0.])
    """
    if len(gates) < FEWEST:
        raise CaptureError(
            tr(
                "the gates of {gates} pictures were kept. A plane needs three or more",
                gates=len(gates),
            )
        )
    moved = gates.astype(np.float64) - gates.mean(axis=0, dtype=np.float64)
    variances, axes = np.linalg.eigh(moved.T @ moved / len(moved))
    axes, variances = axes[:, ::-1][:, :2], np.maximum(variances[::-1], 0)
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    whole = float(variances.sum())
    short = 2 - axes.shape[1]
    return Embedding(
        points=readonly(np.pad(moved @ axes, ((0, 0), (0, short)))),
        explained=readonly(
            np.pad(variances[:2] / whole if whole > 0 else variances[:2], (0, short))
        ),
    )
