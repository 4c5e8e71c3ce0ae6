"""Class maps by Captum and relevance through gates: against PyTorch's own gradients."""

import sys
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import senet_viz as sv
from senet_viz.experiments.class_maps import class_map, gate_relevance
from senet_viz.models.residual import build

BLOCK = "layer3.1.se"


@pytest.fixture(scope="module")
def network() -> nn.Module:
    return build("se", seed=0).eval()


def gradients(network: nn.Module, image: Any, class_index: int) -> tuple[Any, Any]:
    """The recalibrated maps of the block and the gradient of the class's score by them."""
    kept = []
    with network.get_submodule(BLOCK).register_forward_hook(
        lambda _m, _i, out: (kept.append(out), out.clone())[1]
    ):
        score = network(image.clone().requires_grad_())[0, class_index]
    (slope,) = torch.autograd.grad(score, kept)
    return kept[0].detach()[0].numpy(), slope[0].numpy()


def test_both_are_what_the_gradients_say_and_the_network_stays_as_it_is(network: nn.Module) -> None:
    image = torch.rand(1, 3, 64, 64)
    maps, slope = gradients(network, image, 3)
    found = class_map(network, image, BLOCK, 3)
    by_hand = np.maximum((slope.mean((1, 2))[:, None, None] * maps).sum(0), 0)
    np.testing.assert_allclose(found.map, by_hand, rtol=1e-4, atol=1e-7)
    through = gate_relevance(network, image, BLOCK, 3)
    np.testing.assert_allclose(through.relevance, (slope * maps).sum((1, 2)), rtol=1e-3, atol=1e-6)
    largest = int(np.abs(through.relevance).argmax())
    assert through.rank(largest) == 1
    assert not any(module._forward_hooks for module in network.modules())
    assert all(parameter.grad is None for parameter in network.parameters())


def test_relevance_is_what_a_gate_that_closes_a_little_takes_away(network: nn.Module) -> None:
    image = torch.rand(1, 3, 64, 64)
    through = gate_relevance(network, image, BLOCK, 3)
    channel, little = int(np.abs(through.relevance).argmax()), 1e-2
    gates = sv.capture(network, image)[BLOCK].excitation[0].copy()
    gates[channel] *= 1 - little
    with sv.override(network, {BLOCK: gates}):
        closed = sv.capture(network, image).logits
    assert closed is not None
    fall = (through.score - closed[0, 3]) / little
    assert fall == pytest.approx(through.relevance[channel], rel=0.1)


def test_where_there_is_no_map_it_says_so(network: nn.Module) -> None:
    class Inline(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc, self.head = nn.Linear(3, 3), nn.Linear(3, 2)

        def forward(self, x: Any) -> Any:
            x = x * torch.sigmoid(self.fc(x.mean((2, 3))))[:, :, None, None]
            return self.head(x.mean((2, 3)))

    image = torch.rand(1, 3, 8, 8)
    with pytest.raises(sv.BlockError, match="what its module hands on is none of its feature maps"):
        class_map(Inline(), image, "", 1)
    assert gate_relevance(Inline(), image, "", 1).relevance.shape == (3,)
    with pytest.raises(sv.BlockError, match="there is no class 99"):
        class_map(network, image, BLOCK, 99)
    with pytest.raises(sv.CaptureError, match="one input at a time"):
        class_map(network, image.repeat(2, 1, 1, 1), BLOCK, 1)


def test_without_captum_the_extra_is_named(
    network: nn.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "captum", None)
    monkeypatch.setattr("senet_viz.core.extras.find_spec", lambda name: None)
    with pytest.raises(sv.SENetVizError, match=r"pip install 'senet-viz\[attribution\]'"):
        class_map(network, torch.rand(1, 3, 64, 64), BLOCK, 1)
