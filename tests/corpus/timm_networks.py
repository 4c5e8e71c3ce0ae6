"""Two real networks of timm whose excitations are convolutions, with weights of our own."""

from copy import deepcopy
from functools import cache
from typing import Any

import timm
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus.case import Gate, GateCase, Steps
from tests.corpus.excitations import bottleneck, mean
from tests.corpus.networks import noise, of_shape
from tests.randomise_norms import randomise_norms

SERESNET_GATES = tuple(
    Gate(f"layer{stage}.{block}.se", "SEModule", 8 * 2**stage, 8)
    for stage in range(1, 5)
    for block in range(2)
)
MOBILENET_GATES = tuple(
    Gate(f"blocks.{name}.se", "SqueezeExcite", channels, hidden, gate="hardsigmoid")
    for name, channels, hidden in (
        ("0.0", 16, 8),
        ("2.0", 64, 16),
        ("2.1", 144, 40),
        ("2.2", 144, 40),
        ("3.0", 72, 24),
        ("3.1", 72, 24),
        ("4.0", 144, 40),
        ("4.1", 288, 72),
        ("4.2", 288, 72),
    )
)


@cache
def _created(name: str, **options: Any) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network: nn.Module = timm.create_model(name, pretrained=False, num_classes=5, **options)
    randomise_norms(network)
    _settle(network)
    return network.eval()


def _settle(network: nn.Module) -> None:
    """Moments of each norm as noise gives them, so that no gate is driven to its end."""
    norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = 1.0
    with torch.no_grad():
        network.train()(noise(8, 3, 64, 48, seed=2))
    for norm in norms:
        norm.momentum = 0.1


def seresnet() -> nn.Module:
    """timm's seresnet18 with a quarter of its channels."""
    return deepcopy(_created("seresnet18", channels=(16, 32, 64, 128)))


def mobilenet() -> nn.Module:
    """timm's mobilenetv3_small_050."""
    return deepcopy(_created("mobilenetv3_small_050"))


def seresnet_by_hand(net: Any, x: Tensor) -> Steps:
    x = F.max_pool2d(torch.relu(net.bn1(net.conv1(x))), 3, 2, 1)
    for stage in (net.layer1, net.layer2, net.layer3, net.layer4):
        for block in stage:
            x = yield from _residual(block, x)
    return net.fc(mean(x))


def _residual(block: Any, x: Tensor) -> Steps:
    maps = block.bn2(block.conv2(torch.relu(block.bn1(block.conv1(x)))))
    y = yield bottleneck(maps, mean(maps), block.se.fc1, block.se.fc2)
    return torch.relu(y + (x if block.downsample is None else block.downsample(x)))


def mobilenet_by_hand(net: Any, x: Tensor) -> Steps:
    x = net.bn1(net.conv_stem(x))
    for block in (block for stage in net.blocks for block in stage):
        y = x
        for name, part in block.named_children():
            gated = name == "se" and not isinstance(part, nn.Identity)
            y = (yield from _squeeze_excite(part, y)) if gated else part(y)
        x = y + x if block.has_skip else y
    return net.classifier(F.hardswish(net.conv_head(net.global_pool(x))).flatten(1))


def _squeeze_excite(se: Any, x: Tensor) -> Steps:
    return (yield bottleneck(x, mean(x), se.conv_reduce, se.conv_expand, gate=F.hardsigmoid))


pixels = of_shape(2, 3, 64, 40)

SERESNET = GateCase("timm seresnet18", "timm", seresnet, pixels, SERESNET_GATES, seresnet_by_hand)
MOBILENET = GateCase(
    "timm mobilenetv3_small_050", "timm", mobilenet, pixels, MOBILENET_GATES, mobilenet_by_hand
)
CASES = (SERESNET, MOBILENET)
