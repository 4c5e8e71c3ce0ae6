"""The proof looks at whole maps or at spaced positions, and sees a wrong gate either way."""

import math
from typing import Literal

import pytest
import torch

import senet_viz as sv
from senet_viz.hooks.proof import at_positions, copy_maps, largest_error
from senet_viz.models.residual import SqueezeExcitation, build


@pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])
def test_largest_error_is_that_of_every_position_of_every_picture(
    order: torch.memory_format,
) -> None:
    features = torch.randn(3, 5, 6, 7).contiguous(memory_format=order)
    gates = torch.rand(3, 5)
    output = features * gates[:, :, None, None]
    assert largest_error(features, gates, output) == (0.0, output.abs().max().item())
    still = torch.zeros(3, 5, 6, 7)
    assert str(largest_error(still, gates, still)) == "(0.0, 0.0)"  # and no -0.0
    output[2, 4, 5, 6] -= 9
    error, scale = largest_error(features, gates, output)
    assert error == pytest.approx(9, rel=1e-6) and scale == output.abs().max().item()
    output[0, 0, 0, 0] = math.nan
    assert all(math.isnan(value) for value in largest_error(features, gates, output))


def test_positions_are_spread_over_the_map_and_every_channel_is_there() -> None:
    maps = torch.arange(2 * 3 * 56 * 20).reshape(2, 3, 56, 20)
    assert at_positions(maps, 1).shape == (2, 3, 8, 7)
    assert torch.equal(at_positions(maps, 1), maps[:, :, ::7, ::3])
    assert at_positions(maps.permute(0, 2, 3, 1), -1).shape == (2, 8, 7, 3)
    small = torch.zeros(1, 3, 4, 4)
    assert copy_maps(small, axis=1, whole=False).values.shape == small.shape


class Wrong(SqueezeExcitation):
    """Turns one channel down further than its gate says."""

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        output = super().forward(features)
        output[:, 3] *= 0.9
        return output


@pytest.mark.parametrize("features", ["all", "none"])
def test_a_block_that_does_not_do_what_its_gate_says_fails_the_proof(
    features: Literal["all", "none"], monkeypatch: pytest.MonkeyPatch
) -> None:
    network = build("se").eval()
    images = torch.randn(2, 3, 64, 64)
    assert all(a.proof == "verified" for a in sv.capture(network, images, features=features))
    monkeypatch.setattr(network.layer1[1].se, "__class__", Wrong)
    proofs = {a.block.name: a.proof for a in sv.capture(network, images, features=features)}
    assert proofs.pop("layer1.1.se") == "failed"
    assert set(proofs.values()) == {"verified"}
