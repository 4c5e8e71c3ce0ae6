"""Networks of several inputs or outputs, and gates beside what only looks like one."""

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus.case import Gate, GateCase, Other, Read, Steps
from tests.corpus.channel_attentions import CBAM, cbam
from tests.corpus.convolutional_gates import SEModule, se_module
from tests.corpus.excitations import affine, mean
from tests.corpus.linear_gates import SELayer, se_layer
from tests.corpus.near_misses import ContextSum, Head, SelectiveKernel
from tests.corpus.networks import CLASSES, noise, on_pictures, picture, seeded
from tests.corpus.normalisations import instance_norm


class Named(nn.Module):
    """In the manner of Hugging Face: keyword arguments, and a mapping with logits."""

    def __init__(self) -> None:
        super().__init__()
        self.embedder = nn.Conv2d(3, 16, 3)
        self.attention = SEModule()
        self.classifier = nn.Linear(16, CLASSES)

    def forward(self, pixel_values: Tensor, scale: float = 1.0) -> dict[str, Tensor]:
        hidden = self.attention(self.embedder(pixel_values * scale))
        return {"logits": self.classifier(hidden.mean((2, 3))), "last_hidden_state": hidden}


def named(net: Any, pixel_values: Tensor, scale: float = 1.0) -> Steps:
    hidden = yield from se_module(net.attention, net.embedder(pixel_values * scale))
    return {"logits": net.classifier(mean(hidden)), "last_hidden_state": hidden}


class PictureAndVector(nn.Module):
    """In the manner of networks with metadata: a vector joins the pooled features."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.se = SELayer()
        self.head = nn.Linear(20, CLASSES)

    def forward(self, picture: Tensor, vector: Tensor) -> tuple[Tensor, Tensor]:
        features = self.se(self.conv(picture)).mean((2, 3))
        return self.head(torch.cat([features, vector], 1)), features


def picture_and_vector(net: Any, picture: Tensor, vector: Tensor) -> Steps:
    features = mean((yield from se_layer(net.se, net.conv(picture))))
    return net.head(torch.cat([features, vector], 1)), features


class OneMapping(nn.Module):
    """In the manner of data loaders that give dictionaries: the batch is one argument."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.se = SELayer()
        self.head = nn.Linear(16, CLASSES)

    def forward(self, batch: Mapping[str, Tensor]) -> Tensor:
        return self.head(self.se(self.conv(batch["image"])).mean((2, 3)))


def one_mapping(net: Any, batch: Mapping[str, Tensor]) -> Steps:
    return net.head(mean((yield from se_layer(net.se, net.conv(batch["image"])))))


class Siamese(nn.Module):
    """In the manner of comparing networks: one branch, called for either picture."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.se = SELayer()

    def branch(self, x: Tensor) -> Tensor:
        return self.se(F.relu(self.conv(x))).mean((2, 3))

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        return (self.branch(a) - self.branch(b)).square()


def siamese(net: Any, a: Tensor, b: Tensor) -> Steps:
    first = mean((yield from se_layer(net.se, torch.relu(net.conv(a)))))
    return (first - mean((yield from se_layer(net.se, torch.relu(net.conv(b)))))) ** 2


class ScaleAndBias(nn.Module):
    """In the manner of Leela Chess Zero and KataGo: a gate and a bias a channel from one layer."""

    def __init__(self) -> None:
        super().__init__()
        self.reduce = nn.Linear(16, 4)
        self.expand = nn.Linear(4, 32)

    def forward(self, x: Tensor) -> Tensor:
        both = self.expand(F.relu(self.reduce(x.mean((2, 3)))))
        gate, bias = both[..., None, None].chunk(2, dim=1)
        return torch.sigmoid(gate) * x + bias


def scale_and_bias(se: Any, x: Tensor) -> Steps:
    z = mean(x)
    hidden = torch.relu(affine(z, se.reduce))
    logit, bias = affine(hidden, se.expand).chunk(2, 1)
    return (yield Read(x, z, torch.sigmoid(logit), hidden, logit)) + bias[:, :, None, None]


class Context(nn.Module):
    """In the manner of timm's GlobalContext with both halves: it scales, and then it adds."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Linear(16, 16)
        self.add = nn.Linear(16, 16)

    def forward(self, x: Tensor) -> Tensor:
        z = x.mean((2, 3))
        y = x * torch.sigmoid(self.scale(z))[:, :, None, None]
        return y + self.add(z)[:, :, None, None]


def context(se: Any, x: Tensor) -> Steps:
    z = mean(x)
    logit = affine(z, se.scale)
    y = yield Read(x, z, torch.sigmoid(logit), None, logit)
    return y + affine(z, se.add)[:, :, None, None]


class Medley(nn.Module):
    """In the manner of a network that has tried everything: real gates between everything else."""

    def __init__(self) -> None:
        super().__init__()
        self.first = SELayer()
        self.kernels = SelectiveKernel()
        self.second = CBAM()
        self.context = ContextSum()
        self.head = Head()
        self.last = SEModule()

    def forward(self, x: Tensor) -> Tensor:
        x = self.context(self.second(self.kernels(self.first(x))))
        return self.last(self.head(instance_norm(x)))


def medley(se: Any, x: Tensor) -> Steps:
    x = se.kernels((yield from se_layer(se.first, x)))
    x = se.context((yield from cbam(se.second, x)))
    return (yield from se_module(se.last, se.head(instance_norm(x))))


CASES = (
    GateCase(
        "keyword arguments, a mapping given back",
        "huggingface/transformers",
        lambda: seeded(Named()),
        lambda: {"pixel_values": picture(), "scale": 0.5},
        (Gate("attention", "SEModule", 16, 4),),
        named,
    ),
    GateCase(
        "a picture and a vector, a tuple given back",
        "networks with metadata",
        lambda: seeded(PictureAndVector()),
        lambda: (picture(), noise(2, 4)),
        (Gate("se", "SELayer", 16, 4),),
        picture_and_vector,
    ),
    GateCase(
        "a mapping as the one argument",
        "data loaders that give dictionaries",
        lambda: seeded(OneMapping()),
        lambda: ({"image": picture(), "name": "cat"},),
        (Gate("se", "SELayer", 16, 4),),
        one_mapping,
    ),
    GateCase(
        "one branch for two pictures",
        "comparing networks",
        lambda: seeded(Siamese()),
        lambda: (picture(), noise(2, 3, 9, 8)),
        (Gate("se", "SELayer", 16, 4), Gate("se@2", "SELayer", 16, 4)),
        siamese,
    ),
    on_pictures(
        "a gate and a bias from one layer",
        "LeelaChessZero/lc0, lightvector/KataGo",
        ScaleAndBias,
        scale_and_bias,
        Gate("se", "ScaleAndBias", 16, 4),
        others=(Other("se", "sum"),),
    ),
    on_pictures(
        "global context that scales and adds",
        "timm, GlobalContext",
        Context,
        context,
        Gate("se", "Context", 16),
        others=(Other("se", "sum"),),
    ),
    on_pictures(
        "gates between everything else",
        "networks that have tried everything",
        Medley,
        medley,
        Gate("se.first", "SELayer", 16, 4),
        Gate("se.second", "CBAM", 16, 4, squeeze_by="mean and max"),
        Gate("se.last", "SEModule", 16, 4),
        others=(
            Other("se.kernels", "branches"),
            Other("se.second.spatial", "per place"),
            Other("se.context", "sum"),
            Other("se.head", "another map"),
        ),
    ),
)
