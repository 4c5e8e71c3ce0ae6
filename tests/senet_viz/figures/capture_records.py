"""Captures of one picture each, and what is made of several: three blocks of twelve channels."""

from dataclasses import replace

import numpy as np

from senet_viz.analysis.picture_distances import PictureComparison, compare_pictures
from senet_viz.core.records import Capture
from tests.senet_viz.figures.conftest import activation, beta_gates

CHANNELS = 12


def capture(seed: int = 0) -> Capture:
    """One picture through three blocks of twelve channels."""
    seen = []
    for number in range(3):
        name = f"layer{number}.0.se"
        made = activation(beta_gates(CHANNELS, seed=10 * seed + number), name=name)
        seen.append(replace(made, block=replace(made.block, index=number)))
    scores = np.random.default_rng(seed).normal(size=(1, 4)).astype(np.float32)
    return Capture(tuple(seen), logits=scores, pictures=1, input_size=(8, 8), notes=())


SEEN = capture(1)
LAST = SEEN[-1]


def compared() -> PictureComparison:
    return compare_pictures([capture(n) for n in range(3)], groups=["a", "a", "b"])
