"""What a block's layers give at every pixel, where its mean is not taken first."""

from dataclasses import dataclass

from senet_viz.core.arrays import Array


@dataclass(frozen=True, slots=True, eq=False)
class PixelGates:
    """A block's features (n, c, h, w) and the gate its layers give at every pixel, alike in shape.

    ``excitation`` (n, c) is the block's own gate. ``error`` is the largest difference between it
    and the same layers applied, in the way the pixels are, to the block's own squeeze: only
    rounding is left.
    """

    features: Array
    gates: Array
    excitation: Array
    error: float
