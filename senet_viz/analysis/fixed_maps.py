"""The fixed maps fitted to a trained block, and how near to it they come."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float32

from senet_viz.core.arrays import Array, readonly
from senet_viz.core.records import SEBlock
from senet_viz.core.tables import Columns, Tabular, long

Form = Literal["unchanged", "scale", "convolution"]
FORMS: tuple[Form, ...] = ("unchanged", "scale", "convolution")


@dataclass(frozen=True, slots=True, eq=False)
class FixedMaps(Tabular):
    """The fitted maps of one block, fitted to all pictures: scale (c,); weight (c, c), bias (c,).

    Row of ``weight``: output channel, column: input channel, as in ``nn.Conv2d``.
    """

    scale: Float32[Array, " c"]
    weight: Float32[Array, "c c"]
    bias: Float32[Array, " c"]

    def mixed(self, features: Float32[Array, "n c h w"]) -> Float32[Array, "n c h w"]:
        """What the fixed 1x1 convolution makes of features."""
        mixed = np.einsum("oc,nchw->nohw", self.weight, features, optimize=True)
        return readonly(mixed + self.bias[:, None, None])

    def columns(self) -> Columns:
        """A row for each channel, without the weights of the mixing, which are c by c."""
        return long({"channel": range(self.scale.size)}, scale=self.scale, bias=self.bias)


@dataclass(frozen=True, slots=True, eq=False)
class FixedFit(Tabular):
    """How near the fixed maps come to one block, over ``pictures`` with ``pixels`` places in all.

    Errors are relative, |map(U) - SE(U)| / |SE(U)| with sums over places, channels and pictures;
    the block's own is 0. ``fitted`` is on the pictures the maps were fitted to; there
    0 <= convolution <= scale <= unchanged holds exactly. ``held_out`` is on pictures left out of
    the fit in turn; there only 0 is a bound. ``ridge`` is the one of several that does best on
    the held-out pictures, in favour of the convolution; inf where none beats the fixed scale.
    NaN where all features are 0.
    """

    block: SEBlock
    pictures: int
    pixels: int
    fitted: Mapping[Form, float]
    held_out: Mapping[Form, float]
    ridge: float
    maps: FixedMaps

    @property
    def by_picture(self) -> float:
        """The one number: the share of SE's output that no fixed 1x1 convolution gave back."""
        return self.held_out["convolution"]

    def columns(self) -> Columns:
        """A row for each map: its relative errors."""
        return long(
            {"block": [self.block.name], "map": list(self.fitted)},
            fitted=list(self.fitted.values()),
            held_out=list(self.held_out.values()),
        )
