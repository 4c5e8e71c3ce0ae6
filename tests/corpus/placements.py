"""Where the gate stands: which module owns it."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus.case import Gate, GateCase, Steps
from tests.corpus.excitations import bottleneck, mean, one_layer
from tests.corpus.linear_gates import SELayer, se_layer
from tests.corpus.networks import CLASSES, of_shape, on_pictures, picture, seeded


class GateOnly(nn.Module):
    """In the manner of NVIDIA's SqueezeAndExcitation: hands the gate back."""

    def __init__(self, channels: int = 16) -> None:
        super().__init__()
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            nn.Linear(channels, 4), nn.ReLU(), nn.Linear(4, channels), nn.Sigmoid()
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.avg_pool(x).flatten(1))[:, :, None, None]


class CallerMultiplies(nn.Module):
    """In the manner of PrismNet: `x * self.se(x)` in the block around it."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(16, 16, 1)
        self.se = GateOnly()

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        return x + y * self.se(y)


def caller_multiplies(block: Any, x: Tensor) -> Steps:
    y = block.conv(x)
    return x + (yield bottleneck(y, mean(y), block.se.fc[0], block.se.fc[2]))


class MBConv(nn.Module):
    """In the manner of lukemelas/EfficientNet-PyTorch: the gate is written into the block."""

    def __init__(self) -> None:
        super().__init__()
        self._depthwise_conv = nn.Conv2d(16, 16, 3, padding=1, groups=16, bias=False)
        self._bn1 = nn.BatchNorm2d(16)
        self._se_reduce = nn.Conv2d(16, 4, 1)
        self._se_expand = nn.Conv2d(4, 16, 1)
        self._project_conv = nn.Conv2d(16, 16, 1, bias=False)
        self._swish = nn.SiLU()

    def forward(self, inputs: Tensor) -> Tensor:
        x = self._swish(self._bn1(self._depthwise_conv(inputs)))
        squeezed = F.adaptive_avg_pool2d(x, 1)
        squeezed = self._se_expand(self._swish(self._se_reduce(squeezed)))
        x = torch.sigmoid(squeezed) * x
        return self._project_conv(x) + inputs


def mb_conv(block: Any, inputs: Tensor) -> Steps:
    x = F.silu(block._bn1(block._depthwise_conv(inputs)))
    y = yield bottleneck(x, mean(x), block._se_reduce, block._se_expand, act=F.silu)
    return block._project_conv(y) + inputs


class InRoot(nn.Module):
    """In the manner of BiSeNet's heads: the gates are lines of the network's own forward."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3)
        self.conv2 = nn.Conv2d(16, 8, 3)
        self.layers = nn.ModuleDict({"a": nn.Linear(16, 16), "b": nn.Linear(8, 8)})
        self.head = nn.Linear(8, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.conv1(x))
        x = x + x * torch.sigmoid(self.layers["a"](x.mean((2, 3))))[:, :, None, None]
        x = F.relu(self.conv2(x))
        x = x * torch.tanh(self.layers["b"](x.amax((2, 3))))[:, :, None, None]
        return self.head(x.mean((2, 3)))


def in_root(net: Any, x: Tensor) -> Steps:
    x = torch.relu(net.conv1(x))
    x = x + (yield one_layer(x, mean(x), net.layers["a"]))
    x = torch.relu(net.conv2(x))
    greatest = x.flatten(2).max(2).values
    x = yield one_layer(x, greatest, net.layers["b"], gate=torch.tanh)
    return net.head(mean(x))


CASES = (
    on_pictures(
        "the gate is handed back",
        "NVIDIA/DeepLearningExamples, SqueezeAndExcitation; PrismNet",
        CallerMultiplies,
        caller_multiplies,
        Gate("se", "CallerMultiplies", 16, 4),
    ),
    on_pictures(
        "written into the block around it",
        "lukemelas/EfficientNet-PyTorch, MBConvBlock",
        MBConv,
        mb_conv,
        Gate("se", "MBConv", 16, 4),
    ),
    GateCase(
        "two gates in the network's own forward",
        "CoinCheung/BiSeNet",
        lambda: seeded(InRoot()),
        picture,
        (
            Gate("", "InRoot", 16),
            Gate("#2", "InRoot", 8, squeeze_by="max", gate="tanh"),
        ),
        in_root,
    ),
    GateCase(
        "the block is the whole network",
        "blocks tried on their own",
        lambda: seeded(SELayer()),
        of_shape(2, 16, 10, 7),
        (Gate("", "SELayer", 16, 4),),
        se_layer,
    ),
)
