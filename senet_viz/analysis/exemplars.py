"""What a channel sees where it counts: the part of a picture that one of its places sees."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from senet_viz.core.records import SEBlock

At = Literal["account", "activation"]


@dataclass(frozen=True, slots=True, eq=False)
class Exemplar:
    """The receptive field (height, width, 3) of one place of a channel, cut out of a picture.

    ``at`` says which place: that of the highest "account" of the channel's gate, or of its highest
    "activation" before the gate; ``value`` is that account or activation. ``field`` are the slices
    of the picture that the network was given, cut off at its edges, and ``share`` its part of it.
    """

    block: SEBlock
    channel: int
    at: At
    place: tuple[int, ...]
    value: float
    field: tuple[slice, ...]
    share: float
    pixels: npt.NDArray[np.uint8]
