"""Channel gates made by linear layers, as modules of their own, on pictures."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus.case import Gate, Read, Steps
from tests.corpus.excitations import affine, bottleneck, mean, one_layer
from tests.corpus.networks import on_pictures


class SELayer(nn.Module):
    """In the manner of moskomule/senet.pytorch: a pool, and four layers in a row."""

    def __init__(self, channels: int = 16, hidden: int = 4, **layer: Any) -> None:
        super().__init__()
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            nn.Linear(channels, hidden, **layer),
            nn.ReLU(inplace=True),
            nn.Linear(hidden, channels, **layer),
            nn.Sigmoid(),
        )

    def forward(self, x: Tensor) -> Tensor:
        n, c = x.shape[:2]
        gate = self.fc(self.avg_pool(x).view(n, c)).view(n, c, 1, 1)
        return x * gate.expand_as(x)


def se_layer(se: Any, x: Tensor) -> Steps:
    return (yield bottleneck(x, mean(x), se.fc[0], se.fc[2]))


class FunctionalSE(nn.Module):
    """In the manner of kuangliu/pytorch-cifar and many blogs: activations are function calls."""

    def __init__(
        self,
        channels: int = 16,
        hidden: int = 4,
        gate: Callable[[Tensor], Tensor] = torch.sigmoid,
    ) -> None:
        super().__init__()
        self.fc1 = nn.Linear(channels, hidden)
        self.fc2 = nn.Linear(hidden, channels)
        self.gate = gate

    def forward(self, x: Tensor) -> Tensor:
        gate = self.gate(self.fc2(F.relu(self.fc1(x.mean((2, 3))))))
        return x * gate[:, :, None, None]


def functional(se: Any, x: Tensor) -> Steps:
    return (yield bottleneck(x, mean(x), se.fc1, se.fc2, gate=se.gate))


class NormedSE(nn.Module):
    """In the manner of ReXNet and of re-identification networks: a BatchNorm and a dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.reduce = nn.Linear(16, 4)
        self.norm = nn.BatchNorm1d(4)
        self.drop = nn.Dropout(0.3)
        self.expand = nn.Linear(4, 16)

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.drop(F.relu(self.norm(self.reduce(x.mean((2, 3))))))
        return x * self.expand(hidden).sigmoid()[..., None, None]


def normed(se: Any, x: Tensor) -> Steps:
    return (yield bottleneck(x, mean(x), se.reduce, se.expand, act=lambda h: se.norm(h).relu()))


class PReLUSE(nn.Module):
    """In the manner of InsightFace's ArcFace networks: a PReLU between the layers."""

    def __init__(self) -> None:
        super().__init__()
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(nn.Linear(16, 4), nn.PReLU(), nn.Linear(4, 16), nn.Sigmoid())

    def forward(self, x: Tensor) -> Tensor:
        return x * self.fc(self.avg_pool(x).flatten(1))[:, :, None, None]


def prelu(se: Any, x: Tensor) -> Steps:
    def act(h: Tensor) -> Tensor:
        return torch.where(h > 0, h, se.fc[1].weight * h)

    return (yield bottleneck(x, mean(x), se.fc[0], se.fc[2], act=act))


class DeepSE(nn.Module):
    """In the manner of deeper channel attentions: three layers, SiLU between them."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(16, 8), nn.Linear(8, 6), nn.Linear(6, 16)])

    def forward(self, x: Tensor) -> Tensor:
        z = x.mean((2, 3))
        for layer in self.layers[:2]:
            z = F.silu(layer(z))
        return x * torch.sigmoid(self.layers[2](z)).view(*x.shape[:2], 1, 1)


def deep(se: Any, x: Tensor) -> Steps:
    z = mean(x)
    first, second, third = se.layers
    hidden = F.silu(affine(F.silu(affine(z, first)), second))
    logit = affine(hidden, third)
    return (yield Read(x, z, torch.sigmoid(logit), hidden, logit))


class OneLayer(nn.Module):
    """In the manner of ESE (VoVNetV2): no bottleneck, a hard sigmoid; here with a linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(16, 16)
        self.gate = nn.Hardsigmoid()

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gate(self.fc(x.mean((2, 3))))[:, :, None, None]


def one(se: Any, x: Tensor) -> Steps:
    return (yield one_layer(x, mean(x), se.fc, gate=lambda a: (a / 6 + 0.5).clamp(0, 1)))


class KeywordSE(FunctionalSE):
    """In the manner of code generated from graphs: layers are called by keyword."""

    def forward(self, x: Tensor) -> Tensor:
        hidden = F.relu(input=self.fc1(input=x.mean(dim=(2, 3))))
        return torch.mul(input=x, other=self.fc2(input=hidden).sigmoid()[:, :, None, None])


class LowRankSE(nn.Module):
    """In the manner of LoRA: a small pair of layers beside the first one."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(16, 4)
        self.down = nn.Linear(16, 2, bias=False)
        self.up = nn.Linear(2, 4, bias=False)
        self.fc2 = nn.Linear(4, 16)

    def forward(self, x: Tensor) -> Tensor:
        z = x.mean((2, 3))
        hidden = F.relu(self.fc1(z) + 0.5 * self.up(self.down(z)))
        return x * torch.sigmoid(self.fc2(hidden))[:, :, None, None]


def low_rank(se: Any, x: Tensor) -> Steps:
    z = mean(x)
    hidden = torch.relu(affine(z, se.fc1) + 0.5 * affine(affine(z, se.down), se.up))
    logit = affine(hidden, se.fc2)
    return (yield Read(x, z, torch.sigmoid(logit), hidden, logit))


class TemperedSE(nn.Module):
    """In the manner of gates with a learned temperature: sigmoid(k · logit)."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(16, 4)
        self.fc2 = nn.Linear(4, 16)
        self.temperature = nn.Parameter(torch.ones(1))

    def forward(self, x: Tensor) -> Tensor:
        logit = self.temperature * self.fc2(F.gelu(self.fc1(x.mean((2, 3)))))
        return x * torch.sigmoid(logit)[:, :, None, None]


def tempered(se: Any, x: Tensor) -> Steps:
    z = mean(x)
    hidden = F.gelu(affine(z, se.fc1))
    logit = se.temperature * affine(hidden, se.fc2)
    return (yield Read(x, z, torch.sigmoid(logit), hidden, logit))


class ParametersSE(nn.Module):
    """In the manner of Linear layers written out: bare parameters and matrix products."""

    def __init__(self) -> None:
        super().__init__()
        self.w1 = nn.Parameter(torch.empty(16, 4))
        self.w2 = nn.Parameter(torch.empty(4, 16))

    def forward(self, x: Tensor) -> Tensor:
        gate = torch.sigmoid(torch.relu(x.mean((2, 3)) @ self.w1) @ self.w2)
        return x * gate[:, :, None, None]


def parameters(se: Any, x: Tensor) -> Steps:
    z = mean(x)
    hidden = torch.relu(z @ se.w1)
    logit = hidden @ se.w2
    return (yield Read(x, z, torch.sigmoid(logit), hidden, logit))


CASES = (
    on_pictures(
        "linear layers, sigmoid as a module",
        "moskomule/senet.pytorch, SELayer",
        lambda: SELayer(bias=False),
        se_layer,
        Gate("se", "SELayer", 16, 4),
    ),
    on_pictures(
        "linear layers, sigmoid as a function",
        "kuangliu/pytorch-cifar",
        FunctionalSE,
        functional,
        Gate("se", "FunctionalSE", 16, 4),
    ),
    on_pictures(
        "BatchNorm and dropout between the layers",
        "clovaai/rexnet, SE",
        NormedSE,
        normed,
        Gate("se", "NormedSE", 16, 4),
    ),
    on_pictures(
        "PReLU between the layers",
        "deepinsight/insightface, SEBlock",
        PReLUSE,
        prelu,
        Gate("se", "PReLUSE", 16, 4),
    ),
    on_pictures(
        "three layers",
        "deeper channel attentions",
        DeepSE,
        deep,
        Gate("se", "DeepSE", 16, 6),
    ),
    on_pictures(
        "a hidden layer wider than the map",
        "expanding bottlenecks",
        lambda: FunctionalSE(hidden=24),
        functional,
        Gate("se", "FunctionalSE", 16, 24),
    ),
    on_pictures(
        "one linear layer",
        "youngwanLEE/vovnet-detectron2, eSE",
        OneLayer,
        one,
        Gate("se", "OneLayer", 16, gate="hardsigmoid"),
    ),
    on_pictures(
        "layers called by keyword",
        "code written by converters",
        KeywordSE,
        functional,
        Gate("se", "KeywordSE", 16, 4),
    ),
    on_pictures(
        "a pair of low rank beside the first layer",
        "huggingface/peft, LoRA",
        LowRankSE,
        low_rank,
        Gate("se", "LowRankSE", 16, 4),
    ),
    on_pictures(
        "a learned temperature",
        "gates with a temperature",
        TemperedSE,
        tempered,
        Gate("se", "TemperedSE", 16, 4),
    ),
    on_pictures(
        "bare parameters",
        "layers written out as matrix products",
        ParametersSE,
        parameters,
        Gate("se", "ParametersSE", 16, 4),
    ),
)
