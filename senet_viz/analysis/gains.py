"""Effective gain: the one number a channel that comes nearest to what a layer did to its map."""

import numpy as np
from jaxtyping import Float32

from senet_viz.core.arrays import Array, readonly


def effective_gain(
    features: Float32[Array, "n c h w"], output: Float32[Array, "n c h w"]
) -> Float32[Array, "n c"]:
    """By which one number a channel is each map multiplied, as nearly as one number can say?

    features, output: (n, c, h, w). Returns (n, c): the least-squares g in output = g * features.
    It is the gate itself for SE, an average over pixels for NoSqueeze, 1 for nothing. For mixed
    channels it can be any number. NaN where a feature map is zero everywhere.

    >>> import numpy as np
    >>> effective_gain(np.ones((1, 2, 3, 3), np.float32), np.full((1, 2, 3, 3), 0.5, np.float32))
    array([[0.5, 0.5]], dtype=float32)
    """
    u = features.astype(np.float64)
    power = (u * u).sum((2, 3))
    along = (u * output).sum((2, 3))
    gain = np.divide(along, power, out=np.full_like(power, np.nan), where=power > 0)
    return readonly(gain.astype(np.float32))
