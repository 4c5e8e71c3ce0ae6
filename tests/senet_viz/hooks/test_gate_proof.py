"""The proof looks at whole maps or at spaced places, and sees a wrong factor either way."""

import math

import pytest
import torch
from torch import Tensor

from senet_viz.core.records import BlockActivation, SEBlock
from senet_viz.hooks.gate_proof import PLAIN, GateParts

MAPS = ((("n", 3),), (("c", 5),), (("p", 6),), (("p", 70),))
BLOCK = SEBlock("se", 0, "test", "sigmoid", 5, 2)


def concluded(features: Tensor, gates: Tensor, product: Tensor, *, whole: bool) -> BlockActivation:
    seen = GateParts(whole)
    seen.take("features", features, MAPS)
    seen.take("squeeze", features.mean((2, 3)), PLAIN)
    seen.take("excitation", gates, PLAIN)
    seen.take("product", product, MAPS)
    return seen.conclude(BLOCK, 1.0, None, "")


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])
def test_the_error_is_the_largest_of_all_inputs(order: torch.memory_format, whole: bool) -> None:
    features = torch.randn(3, 5, 6, 70).contiguous(memory_format=order)
    gates = torch.rand(3, 5)
    product = features * gates[:, :, None, None]
    right = concluded(features, gates, product, whole=whole)
    assert right.error == 0 and right.proof == "verified" and right.places == (6, 70)
    if whole:
        assert right.output_scale == product.abs().max().item()
    product[2, 4, 4, 54] -= 9
    wrong = concluded(features, gates, product, whole=whole)
    assert wrong.error == pytest.approx(9, rel=1e-6) and wrong.proof == "failed"
    product[0, 0, 0, 0] = math.nan
    lost = concluded(features, gates, product, whole=whole)
    assert lost.error == math.inf and lost.proof == "failed"


def test_zero_maps_prove_nothing() -> None:
    still = torch.zeros(3, 5, 6, 70)
    seen = concluded(still, torch.rand(3, 5), still, whole=True)
    assert (str(seen.error), str(seen.output_scale), seen.proof) == ("0.0", "0.0", "trivial")


def test_places_are_spread_over_the_map_and_every_channel_is_there() -> None:
    features = torch.arange(3 * 5 * 6 * 70).reshape(3, 5, 6, 70).float()
    seen = GateParts(whole=False)
    seen.take("features", features, MAPS)
    assert torch.equal(seen.parts["features"], features[:, :, ::2, ::18])
