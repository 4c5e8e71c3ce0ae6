"""BN-Inception, the network of Ioffe & Szegedy 2015 (their figure 5), and SE-BN-Inception.

Of the published table the branch widths count: for 4c, 4d and 4e they add up to 608, 608 and 1056
channels, not to the 576, 576 and 1024 of its "output size" column. The SENet authors' released
SE-BN-Inception has the same widths, and SE after the concat of each of the ten modules.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from senet_viz.models.insertion import insert_in_place


class Widths(NamedTuple):
    """Channels of one module's branches. 0 for ``direct`` and ``projected``: a stride-2 module,
    with no 1x1 branch, whose max-pooling passes through."""

    inputs: int
    direct: int
    reduce: int
    single: int
    double_reduce: int
    double: int
    projected: int
    pool: type[nn.Module] = nn.AvgPool2d

    @property
    def outputs(self) -> int:
        return self.direct + self.single + self.double + (self.projected or self.inputs)


MODULES = {
    "inception3a": Widths(192, 64, 64, 64, 64, 96, 32),
    "inception3b": Widths(256, 64, 64, 96, 64, 96, 64),
    "inception3c": Widths(320, 0, 128, 160, 64, 96, 0),
    "inception4a": Widths(576, 224, 64, 96, 96, 128, 128),
    "inception4b": Widths(576, 192, 96, 128, 96, 128, 128),
    "inception4c": Widths(576, 160, 128, 160, 128, 160, 128),
    "inception4d": Widths(608, 96, 128, 192, 160, 192, 128),
    "inception4e": Widths(608, 0, 128, 192, 192, 256, 0),
    "inception5a": Widths(1056, 352, 192, 320, 160, 224, 128),
    "inception5b": Widths(1024, 352, 192, 320, 192, 224, 128, nn.MaxPool2d),
}


class ConvNorm(nn.Sequential):
    """Convolution without bias, BatchNorm, ReLU; padded to keep the size at stride 1."""

    def __init__(self, inputs: int, outputs: int, side: int, *, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, side, stride, side // 2, bias=False)
        self.bn = nn.BatchNorm2d(outputs)
        self.act = nn.ReLU()


class InceptionModule(nn.Module):
    """1x1, 3x3, double 3x3 and pooling side by side; ``se`` is the slot after the concat."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        w, stride = widths, 1 if widths.projected else 2
        branches: dict[str, nn.Module] = {}
        if w.direct:
            branches["direct"] = ConvNorm(w.inputs, w.direct, 1)
        branches["single"] = nn.Sequential(
            ConvNorm(w.inputs, w.reduce, 1), ConvNorm(w.reduce, w.single, 3, stride=stride)
        )
        branches["stacked"] = nn.Sequential(
            ConvNorm(w.inputs, w.double_reduce, 1),
            ConvNorm(w.double_reduce, w.double, 3),
            ConvNorm(w.double, w.double, 3, stride=stride),
        )
        if w.projected:
            branches["pool"] = nn.Sequential(
                w.pool(3, stride=1, padding=1), ConvNorm(w.inputs, w.projected, 1)
            )
        else:
            branches["pool"] = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.branches = nn.ModuleDict(branches)
        self.se: nn.Module = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        joined: Tensor = self.se(torch.cat([branch(x) for branch in self.branches.values()], 1))
        return joined


class BNInception(nn.Module):
    """The plain network, for pictures whose sides are multiples of 32 px (published: 224)."""

    def __init__(self, *, classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = ConvNorm(3, 64, 7, stride=2)
        self.conv2 = nn.Sequential(ConvNorm(64, 64, 1), ConvNorm(64, 192, 3))
        self.pool = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        for name, widths in MODULES.items():
            self.add_module(name, InceptionModule(widths))
        self.classifier = nn.Linear(MODULES["inception5b"].outputs, classes)
        self.apply(initialise)

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (n, 3, h, w), normalised, to logits (n, k)."""
        x = self.pool(self.conv2(self.pool(self.conv1(x))))
        for name in MODULES:
            x = self.get_submodule(name)(x)
        logits: Tensor = self.classifier(x.mean((2, 3)))
        return logits


def initialise(module: nn.Module) -> None:
    """He initialisation for a convolution, for ``Module.apply``.

    It keeps signals in range through the depth of an untrained network, so its gates do vary.
    """
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


def build_se_bn_inception(*, classes: int = 1000) -> nn.Module:
    """SE-BN-Inception, untrained: ten SE blocks, reduction 16.

    >>> from senet_viz.blocks.finding import find_blocks
    >>> len(find_blocks(build_se_bn_inception(classes=10)))
    10
    """
    return insert_in_place(BNInception(classes=classes), start="random")
