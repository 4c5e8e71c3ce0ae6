"""Channel gates made by 1 x 1 convolutions, as modules of their own, on pictures."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus.case import Gate, Read, Steps
from tests.corpus.excitations import affine, bottleneck, mean, one_layer
from tests.corpus.networks import on_pictures


class SqueezeExcitation(nn.Module):
    """In the manner of torchvision: two 1 x 1 convolutions, the gate on the left."""

    def __init__(self, channels: int = 16, hidden: int = 4) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, hidden, 1)
        self.fc2 = nn.Conv2d(hidden, channels, 1)
        self.activation = nn.ReLU()
        self.scale_activation = nn.Hardsigmoid()

    def forward(self, x: Tensor) -> Tensor:
        scale = self.fc2(self.activation(self.fc1(self.avgpool(x))))
        return self.scale_activation(scale) * x


def hard(a: Tensor) -> Tensor:
    return torch.clamp(a / 6 + 0.5, 0, 1)


def squeeze_excitation(se: Any, x: Tensor) -> Steps:
    return (yield bottleneck(x, mean(x), se.fc1, se.fc2, gate=hard))


class SEModule(nn.Module):
    """In the manner of timm: a mean, two convolutions with a norm between, a sigmoid."""

    def __init__(self, channels: int = 16, hidden: int = 4, norm: bool = False) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, hidden, kernel_size=1)
        self.bn = nn.BatchNorm2d(hidden) if norm else nn.Identity()
        self.act = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv2d(hidden, channels, kernel_size=1)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        squeezed = x.mean((2, 3), keepdim=True)
        return x * self.gate(self.fc2(self.act(self.bn(self.fc1(squeezed)))))


def se_module(se: Any, x: Tensor) -> Steps:
    def act(h: Tensor) -> Tensor:
        return torch.relu(se.bn(h[:, :, None, None]).flatten(1))

    return (yield bottleneck(x, mean(x), se.fc1, se.fc2, act=act))


class EffectiveSE(nn.Module):
    """In the manner of VoVNetV2's eSE: one convolution, the hard sigmoid written out."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Conv2d(16, 16, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x * (F.relu6(self.fc(F.adaptive_avg_pool2d(x, 1)) + 3, inplace=True) / 6)


def effective(se: Any, x: Tensor) -> Steps:
    return (yield one_layer(x, mean(x), se.fc, gate=hard))


class Grouped(nn.Module):
    """In the manner of light gates: convolutions in groups, or one weight a channel."""

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(16, 16, 1, groups=groups)

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(self.conv(x.mean((2, 3), keepdim=True)))


def grouped(se: Any, x: Tensor) -> Steps:
    z = mean(x)
    weights = se.conv.weight.view(se.conv.groups, -1, 16 // se.conv.groups)
    logit = torch.einsum("ngi,goi->ngo", z.view(len(z), se.conv.groups, -1), weights).flatten(1)
    logit = logit + se.conv.bias
    return (yield Read(x, z, torch.sigmoid(logit), None, logit))


class RadixOne(nn.Module):
    """In the manner of ResNeSt's split attention with one split: a sigmoid gate on its own map."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(16, 16, 3, padding=1, groups=2, bias=False)
        self.bn0 = nn.BatchNorm2d(16)
        self.fc1 = nn.Conv2d(16, 8, 1, groups=2)
        self.bn1 = nn.BatchNorm2d(8)
        self.fc2 = nn.Conv2d(8, 16, 1, groups=2)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn0(self.conv(x)))
        gate = self.fc2(F.relu(self.bn1(self.fc1(x.mean((2, 3), keepdim=True)))))
        return (x * torch.sigmoid(gate.view(len(x), -1)).view(len(x), -1, 1, 1)).contiguous()


def radix_one(se: Any, x: Tensor) -> Steps:
    x = torch.relu(se.bn0(se.conv(x)))
    z = mean(x)
    hidden = torch.relu(se.bn1(se.fc1(z[:, :, None, None]))).flatten(1)
    logit = se.fc2(hidden[:, :, None, None]).flatten(1)
    return (yield Read(x, z, torch.sigmoid(logit), hidden, logit))


class GroupGate(nn.Module):
    """In the manner of group-wise gates: one gate for four neighbouring channels."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(16, 8, 1)
        self.fc2 = nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        gate = torch.sigmoid(self.fc2(F.relu(self.fc1(x.mean((2, 3), keepdim=True)))))
        return x * gate.repeat_interleave(4, dim=1)


def group_gate(se: Any, x: Tensor) -> Steps:
    z = mean(x)
    hidden = torch.relu(affine(z, se.fc1))
    logit = affine(hidden, se.fc2)[:, torch.arange(16) // 4]
    return (yield Read(x, z, torch.sigmoid(logit), hidden, logit, unsaid=frozenset({"logit"})))


CASES = (
    on_pictures(
        "1 x 1 convolutions, hard sigmoid",
        "torchvision, SqueezeExcitation",
        SqueezeExcitation,
        squeeze_excitation,
        Gate("se", "SqueezeExcitation", 16, 4, gate="hardsigmoid"),
    ),
    on_pictures(
        "1 x 1 convolutions, sigmoid",
        "timm, SEModule",
        SEModule,
        se_module,
        Gate("se", "SEModule", 16, 4),
    ),
    on_pictures(
        "1 x 1 convolutions, BatchNorm between",
        "timm, SEModule of ReXNet",
        lambda: SEModule(norm=True),
        se_module,
        Gate("se", "SEModule", 16, 4),
    ),
    on_pictures(
        "one convolution, relu6(x + 3) / 6",
        "youngwanLEE/vovnet-detectron2, eSE",
        EffectiveSE,
        effective,
        Gate("se", "EffectiveSE", 16, gate="hardsigmoid"),
    ),
    on_pictures(
        "a convolution in four groups",
        "light gates",
        lambda: Grouped(4),
        grouped,
        Gate("se", "Grouped", 16),
    ),
    on_pictures(
        "one weight a channel",
        "light gates",
        lambda: Grouped(16),
        grouped,
        Gate("se", "Grouped", 16),
    ),
    on_pictures(
        "split attention with one split",
        "zhanghang1989/ResNeSt, radix 1",
        RadixOne,
        radix_one,
        Gate("se", "RadixOne", 16, 8),
    ),
    on_pictures(
        "one gate for four channels",
        "group-wise gates",
        GroupGate,
        group_gate,
        Gate("se", "GroupGate", 16, 8),
    ),
)
