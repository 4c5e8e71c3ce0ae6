"""What a block's layers give at every pixel, where its mean is not taken first."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64, Int64

from senet_viz.core.arrays import Array, Counts, Doubles
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


@dataclass(frozen=True, slots=True, eq=False)
class ShuffledPixels(Tabular):
    """A block's gates when the p pixels of its feature maps change places, all channels alike.

    ``order`` (p,): the pixel that stands at each place now. ``gate`` and ``gate_after`` (c,) are
    the block's own, ``pixels`` and ``pixels_after`` (c, *places) what the same layers give at every
    pixel.
    """

    order: Int64[Counts, " p"]
    gate: Float32[Array, " c"]
    gate_after: Float32[Array, " c"]
    pixels: Array
    pixels_after: Array

    @property
    def moved(self) -> float:
        """The largest change of one of the block's own gates."""
        return float(np.abs(self.gate_after - self.gate).max())

    @property
    def pixels_moved(self) -> float:
        """The largest change of a gate at one place."""
        return float(np.abs(self.pixels_after - self.pixels).max())

    def columns(self) -> Columns:
        """A row for each channel: its gate before and after, and how far those of pixels moved."""
        channels = self.gate.size
        apart = np.abs(self.pixels_after - self.pixels).reshape(channels, -1)
        return long(
            {"channel": range(channels)},
            gate=self.gate,
            gate_after=self.gate_after,
            pixels_moved=apart.max(1),
        )


@dataclass(frozen=True, slots=True, eq=False)
class PixelFormCost(Tabular):
    """What a block costs, and its 1x1 form: the same layers at every pixel, without pooling.

    ``multiply_adds`` are (block, form) for one picture, of the layers alone; ``milliseconds``
    (2, r) the time of layers, gate and scaling over r rounds, in turn.
    """

    parameters: int
    places: int
    multiply_adds: tuple[int, int]
    milliseconds: Float64[Doubles, "2 r"]

    @property
    def medians(self) -> tuple[float, float]:
        """Milliseconds of the block and of its form, the median over rounds."""
        block, form = np.median(self.milliseconds, axis=1)
        return float(block), float(form)

    def columns(self) -> Columns:
        """A row for the block and one for its form."""
        return long(
            {"form": ["block", "at every pixel"]},
            parameters=self.parameters,
            multiply_adds=np.array(self.multiply_adds),
            milliseconds=np.array(self.medians),
        )
