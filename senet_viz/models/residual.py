"""The embedded family: one narrow ResNet-18 layout, four things in the SE block's place.

The four versions differ only in the module that stands on the residual branch after the last
BatchNorm and before the addition (the "standard" place of Hu et al. 2017, section 3.3):

========== ============== =========== =====================================================
version    squeezes       gates       what it is
========== ============== =========== =====================================================
se         yes            yes         squeeze and excitation, one gate a channel
nosqueeze  no             per pixel   the paper's 1x1-convolution variant, section 7.1
conv1x1    no             no          reduce 1x1, ReLU, expand 1x1: mixes channels, no gate
plain      -              -           nothing
========== ============== =========== =====================================================
"""

import torch
from torch import Tensor, nn

from senet_viz.core.records import Version

VERSIONS: tuple[Version, ...] = ("se", "nosqueeze", "conv1x1", "plain")
WIDTHS = (32, 64, 128, 192)
BLOCKS_PER_STAGE = 2
REDUCTION = 8


class SqueezeExcitation(nn.Module):
    """Squeeze: mean over space. Excitation: FC, ReLU, FC, sigmoid. Then scale (eq. 2 to 4)."""

    def __init__(self, channels: int, *, reduction: int = REDUCTION) -> None:
        super().__init__()
        self.reduce = nn.Linear(channels, channels // reduction)
        self.act = nn.ReLU()
        self.expand = nn.Linear(channels // reduction, channels)
        self.gate = nn.Sigmoid()

    def forward(self, features: Tensor) -> Tensor:
        squeeze = features.mean((2, 3))
        excitation = self.gate(self.expand(self.act(self.reduce(squeeze))))
        recalibrated: Tensor = features * excitation[:, :, None, None]
        return recalibrated


class NoSqueeze(nn.Module):
    """SE with the pooling left out: the FCs become 1x1 convolutions, the gate keeps h and w."""

    def __init__(self, channels: int, *, reduction: int = REDUCTION) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, channels // reduction, 1)
        self.act = nn.ReLU()
        self.expand = nn.Conv2d(channels // reduction, channels, 1)
        self.gate = nn.Sigmoid()

    def forward(self, features: Tensor) -> Tensor:
        recalibrated: Tensor = features * self.gate(self.expand(self.act(self.reduce(features))))
        return recalibrated


class PointwiseMix(nn.Module):
    """Two 1x1 convolutions with a ReLU between them: channels are mixed, nothing is gated."""

    def __init__(self, channels: int, *, reduction: int = REDUCTION) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, channels // reduction, 1)
        self.act = nn.ReLU()
        self.expand = nn.Conv2d(channels // reduction, channels, 1)

    def forward(self, features: Tensor) -> Tensor:
        mixed: Tensor = self.expand(self.act(self.reduce(features)))
        return mixed


# version -> (name of the slot in each residual unit, module that stands there)
SLOTS: dict[Version, tuple[str, type[nn.Module]]] = {
    "se": ("se", SqueezeExcitation),
    "nosqueeze": ("nosqueeze", NoSqueeze),
    "conv1x1": ("conv1x1", PointwiseMix),
    "plain": ("identity", nn.Identity),
}


class ResidualUnit(nn.Module):
    """ResNet's basic unit with a slot on the branch, after the last BatchNorm, before the sum."""

    def __init__(self, inputs: int, channels: int, *, stride: int, version: Version) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.act1 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.slot, kind = SLOTS[version]
        self.add_module(self.slot, kind(channels))
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inputs != channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, channels, 1, stride, bias=False), nn.BatchNorm2d(channels)
            )
        self.act2 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        branch = self.bn2(self.conv2(self.act1(self.bn1(self.conv1(x)))))
        joined: Tensor = self.act2(self.get_submodule(self.slot)(branch) + self.shortcut(x))
        return joined


class NarrowResNet18(nn.Module):
    """Four stages of two basic units, 32 to 192 channels, for pictures of about 128 px.

    The stem is a 3x3 convolution of stride 2 and a 3x3 max-pooling of stride 2, so the four
    stages of a 128 px picture are 32, 16, 8 and 4 px wide.
    """

    def __init__(self, *, version: Version, classes: int = 10) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, WIDTHS[0], 3, 2, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(WIDTHS[0])
        self.act1 = nn.ReLU()
        self.pool = nn.MaxPool2d(3, 2, 1)
        inputs = WIDTHS[0]
        for stage, channels in enumerate(WIDTHS, start=1):
            units = []
            for place in range(BLOCKS_PER_STAGE):
                stride = 2 if stage > 1 and place == 0 else 1
                units.append(ResidualUnit(inputs, channels, stride=stride, version=version))
                inputs = channels
            self.add_module(f"layer{stage}", nn.Sequential(*units))
        self.fc = nn.Linear(inputs, classes)
        self.apply(_initialise)

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (n, 3, h, w), normalised, to logits (n, k)."""
        x = self.pool(self.act1(self.bn1(self.conv1(x))))
        for stage in range(1, len(WIDTHS) + 1):
            x = self.get_submodule(f"layer{stage}")(x)
        logits: Tensor = self.fc(x.mean((2, 3)))
        return logits


def _initialise(module: nn.Module) -> None:
    """He's normal initialisation, for an SE block's FCs as for every convolution."""
    if isinstance(module, SqueezeExcitation):
        _he(module.reduce)
        _he(module.expand)
    elif isinstance(module, nn.Conv2d):
        _he(module)


def _he(layer: nn.Linear | nn.Conv2d) -> None:
    nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


def slot_names(model: nn.Module) -> tuple[str, ...]:
    """Dotted names of the places where the four versions differ, in order of depth.

    >>> slot_names(NarrowResNet18(version="se"))[0]
    'layer1.0.se'
    """
    return tuple(
        f"{name}.{unit.slot}"
        for name, unit in model.named_modules()
        if isinstance(unit, ResidualUnit)
    )


def build(version: Version, *, classes: int = 10, seed: int | None = None) -> NarrowResNet18:
    """An untrained network of the family; the same ``seed`` gives the same weights."""
    if seed is None:
        return NarrowResNet18(version=version, classes=classes)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return NarrowResNet18(version=version, classes=classes)
