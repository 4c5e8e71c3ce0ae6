"""Deletion and insertion over channels: what gates set to those values give, one by one."""

import numpy as np
import torch

import senet_viz as sv
from senet_viz.analysis.channel_deletion import orders
from senet_viz.experiments import channel_effects, delete_channels
from senet_viz.models.residual import build

BLOCK = "layer2.0.se"


def test_curves_are_what_overridden_gates_give() -> None:
    model, image = build("se", seed=1), torch.rand(1, 3, 64, 64)
    effects = channel_effects(model, image, BLOCK, 3, against=5, put=0.5)
    found = delete_channels(model, image, effects, steps=4, draws=2)
    assert [each.ranking for each in found] == ["gate", "effect", "estimate", "random"]

    def difference(gates: np.ndarray) -> float:
        with sv.override(model, {BLOCK: gates}):
            logits = sv.capture(model, image, features="none").logits[0]
        return float(logits[3] - logits[5])

    own, put = effects.gate, np.full_like(effects.gate, 0.5)
    ranked = orders(effects, draws=2, seed=0)
    for curve in found[1::2]:
        for draw, order in enumerate(ranked[curve.ranking]):
            first = np.isin(np.arange(own.size), order[: own.size // 2])
            without, alone = np.where(first, put, own), np.where(first, own, put)
            fall = difference(own) - difference(without)
            np.testing.assert_allclose(curve.fall[draw, 1], fall, atol=1e-5)
            rise = difference(alone) - difference(put)
            np.testing.assert_allclose(curve.rise[draw, 1], rise, atol=1e-5)
        np.testing.assert_allclose(curve.fall[:, -1], curve.rise[:, -1], atol=1e-5)
    effect = found[1]
    by_hand = np.trapezoid([0, *effect.fall[0]], [0, *effect.shares])
    assert effect.area_of_fall == float(by_hand) or np.isclose(effect.area_of_fall, by_hand)
    assert effect.area_of_fall > found[3].area_of_fall, "an order by effect beats chance"
