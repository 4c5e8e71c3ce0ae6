"""What a block's layers give at every pixel, where its mean is not taken first."""

from dataclasses import dataclass

from senet_viz.core.arrays import Array
from senet_viz.core.tables import Columns, Tabular, long


@dataclass(frozen=True, slots=True, eq=False)
class PixelGates(Tabular):
    """A block's features (n, c, h, w) and the gate its layers give at every pixel, alike in shape.

    ``excitation`` (n, c) is the block's own gate. ``error`` is the largest difference between it
    and the same layers applied, in the way the pixels are, to the block's own squeeze: only
    rounding is left.
    """

    features: Array
    gates: Array
    excitation: Array
    error: float

    def columns(self) -> Columns:
        """A row for each input and channel: the block's own gate, and those of the pixels."""
        inputs, channels = self.excitation.shape
        gates = self.gates.reshape(inputs, channels, -1)
        return long(
            {"input": range(inputs), "channel": range(channels)},
            excitation=self.excitation,
            pixels_mean=gates.mean(2),
            pixels_lowest=gates.min(2),
            pixels_highest=gates.max(2),
        )
