"""Every array of a capture as .npz: the numbers themselves, bit for bit."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

from senet_viz.core.records import BlockActivation, Capture

PARTS = ("squeeze", "hidden", "excitation", "logit")


def gate_arrays(capture: Capture) -> dict[str, npt.NDArray[Any]]:
    """``squeeze/NAME`` (n, c), ``hidden/NAME`` (n, m), ``excitation/NAME``, ``logit/NAME`` (n, c).

    And ``logits`` (n, k), the network's own. What a block has none of is left out.
    """
    arrays = {
        f"{part}/{activation.block.name}": getattr(activation, part)
        for part in PARTS
        for activation in capture
        if getattr(activation, part) is not None
    }
    return arrays if capture.logits is None else {**arrays, "logits": capture.logits}


def map_arrays(activation: BlockActivation) -> dict[str, npt.NDArray[Any]]:
    """``features`` (n, c, h, w), before the gate; times ``excitation`` they are those after."""
    return {"features": activation.require_features()}


def npz(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """The arrays as one file; equal arrays give equal bytes."""
    file = BytesIO()
    plain: dict[str, Any] = dict(arrays)
    np.savez_compressed(file, **plain)
    return file.getvalue()
