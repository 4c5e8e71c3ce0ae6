"""Cached: the hidden units that one picture switches on."""

import numpy as np

from dashboard.runtime import picture_cache
from dashboard.runtime.cache import keep
from dashboard.services import networks
from senet_viz.core.translation import tr
from senet_viz.hooks import capture


@keep(words=lambda: tr("One forward pass for each picture on offer …"))
def units_on(name: str, sha256: str, _data: bytes, *, trained: bool) -> dict[str, np.ndarray]:
    """For each block, which hidden units are on for this picture (m,)."""
    net = networks.network(name, trained=trained)
    batch = net.preprocess(picture_cache.content(sha256, _data))
    captured = capture(net.model, batch, features="none")
    return {a.block.name: a.hidden[0] != 0 for a in captured if a.hidden is not None}
