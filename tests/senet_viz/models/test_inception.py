"""BN-Inception against the published table, and SE-BN-Inception against the authors' layout."""

import pytest
import torch
from torch import nn

from senet_viz.blocks.finding import find_blocks
from senet_viz.costs import count_costs
from senet_viz.hooks import capture
from senet_viz.models.inception import MODULES, BNInception, Widths, build_se_bn_inception
from tests.randomise_norms import randomise_norms

# name, channels and hidden units as in the authors' SE-BN-Inception.prototxt
RELEASED = {
    "inception3a.se": (256, 16),
    "inception3b.se": (320, 20),
    "inception3c.se": (576, 36),
    "inception4a.se": (576, 36),
    "inception4b.se": (576, 36),
    "inception4c.se": (608, 38),
    "inception4d.se": (608, 38),
    "inception4e.se": (1056, 66),
    "inception5a.se": (1024, 64),
    "inception5b.se": (1024, 64),
}


@pytest.fixture(scope="module")
def se_network() -> nn.Module:
    torch.manual_seed(0)
    return randomise_norms(build_se_bn_inception()).eval()


def test_the_blocks_are_those_of_the_released_network(se_network: nn.Module) -> None:
    found = find_blocks(se_network)
    assert {b.name: (b.channels, b.hidden) for b in found} == RELEASED


def test_every_block_is_verified_and_its_gates_differ(se_network: nn.Module) -> None:
    seen = capture(se_network, torch.randn(2, 3, 96, 64))
    assert seen.logits is not None and seen.logits.shape == (2, 1000)
    for activation in seen:
        assert activation.proof == "verified"
        assert activation.excitation.std() > 0.01
        assert activation.excitation.min() > 0 and activation.excitation.max() < 1


def test_multiply_adds_are_the_papers(se_network: nn.Module) -> None:
    """Table 2 of Hu et al.: 2.03 G for BN-Inception at 224 px; SE's layers add 0.7 M."""
    with torch.device("meta"):
        bare = BNInception()
        plain = count_costs(bare.eval(), (224, 224)).total
        gated = count_costs(build_se_bn_inception().eval(), (224, 224)).total
    assert round(plain.multiply_adds / 1e9, 2) == 2.03
    assert gated.multiply_adds - plain.multiply_adds == sum(2 * c * m for c, m in RELEASED.values())
    biases = sum(c + m for c, m in RELEASED.values())
    weights = sum(2 * c * m for c, m in RELEASED.values())
    assert gated.parameters - plain.parameters == weights + biases


@pytest.mark.parametrize("name", MODULES)
def test_modules_keep_or_halve_the_size(name: str) -> None:
    widths = MODULES[name]
    with torch.device("meta"):
        module = BNInception().get_submodule(name)
    assert isinstance(widths, Widths)
    out = module(torch.empty(1, widths.inputs, 28, 28, device="meta"))
    side = 28 if widths.direct else 14
    assert out.shape == (1, widths.outputs, side, side)
    assert widths.outputs == RELEASED[f"{name}.se"][0]
