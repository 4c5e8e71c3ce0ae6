"""Every array of a capture as .npz: the numbers themselves, bit for bit."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

from senet_viz.core.records import BlockActivation, Capture

PARTS = ("squeeze", "hidden", "excitation", "logit")


def gate_arrays(seen: Capture) -> dict[str, npt.NDArray[Any]]:
    """``squeeze/NAME`` (n, c), ``hidden/NAME`` (n, m), ``excitation/NAME``, ``logit/NAME`` (n, c).

    And ``logits`` (n, k), the network's own. What a block has none of is left out.
    """
    found = {
        f"{part}/{activation.block.name}": getattr(activation, part)
        for part in PARTS
        for activation in seen
        if getattr(activation, part) is not None
    }
    return found if seen.logits is None else {**found, "logits": seen.logits}


def map_arrays(activation: BlockActivation) -> dict[str, npt.NDArray[Any]]:
    """``features`` (n, c, h, w), before the gate; times ``excitation`` they are those after."""
    return {"features": activation.require_features()}


def npz(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """The arrays as one file; equal arrays give equal bytes."""
    file = BytesIO()
    plain: dict[str, Any] = dict(arrays)
    np.savez_compressed(file, **plain)
    return file.getvalue()
