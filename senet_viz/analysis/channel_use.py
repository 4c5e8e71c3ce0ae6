"""How evenly a network uses its channels: of each block's gates, and of what its maps hold."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float64

from senet_viz.core.arrays import Doubles, readonly
from senet_viz.core.records import Capture
from senet_viz.core.tables import Columns, Tabular, long

Attack = Literal["fgsm", "pgd"]


@dataclass(frozen=True, slots=True, eq=False)
class ChannelUse(Tabular):
    """Evenness, 0 to 1, for n pictures and b blocks: 1 where all channels are used alike.

    It is the entropy of the channels' shares over that of equal shares. ``gates`` (n, b) is that of
    the gates, ``features`` (n, b) of the recalibrated maps' mean size, |features x factor| over the
    places, and ``magnitude`` (n, b) that mean size itself, over all channels.
    """

    names: tuple[str, ...]
    gates: Float64[Doubles, "n b"]
    features: Float64[Doubles, "n b"]
    magnitude: Float64[Doubles, "n b"]

    def columns(self) -> Columns:
        """A row for each picture and block."""
        return long(
            {"picture": range(len(self.gates)), "block": list(self.names)},
            gate_evenness=self.gates,
            feature_evenness=self.features,
            magnitude=self.magnitude,
        )


def channel_use(capture: Capture) -> ChannelUse:
    """How evenly each block's channels are used; captured with all feature maps.

    >>> import torch
    >>> from senet_viz.hooks import capture
    >>> from senet_viz.models.residual import build
    >>> channel_use(capture(build("se", seed=0), torch.rand(2, 3, 64, 64))).features.shape
    (2, 8)
    """
    gates, features, magnitude = [], [], []
    for activation in capture:
        factor = np.abs(activation.factor.astype(np.float64))
        maps = activation.require_features()
        places = np.abs(maps).mean(axis=tuple(range(2, maps.ndim)), dtype=np.float64)
        size = places * factor
        gates.append(evenness(np.abs(activation.excitation.astype(np.float64))))
        features.append(evenness(size))
        magnitude.append(size.mean(axis=1))
    stacked = (readonly(np.stack(each, axis=1)) for each in (gates, features, magnitude))
    return ChannelUse(capture.names, *stacked)


def evenness(sizes: Float64[Doubles, "n c"]) -> Float64[Doubles, " n"]:
    """The entropy of each row's shares over log c; NaN where all is 0 or there is one channel.

    >>> evenness(np.array([[1.0, 1.0], [1.0, 0.0]]))
    array([1., 0.])
    """
    total = sizes.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = sizes / total
        terms = np.where(shares > 0, shares * np.log(shares), 0.0)
        evenness = -terms.sum(axis=1) / np.log(sizes.shape[1])
    return np.asarray(np.where((total[:, 0] > 0) & (sizes.shape[1] > 1), evenness + 0.0, np.nan))
