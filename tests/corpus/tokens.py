"""Channel gates on tokens (n, l, c), on maps with the channels last, and on fields."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus.case import Gate, GateCase, Read, Steps
from tests.corpus.excitations import affine, bottleneck, mean
from tests.corpus.networks import CLASSES, manner_of, of_shape, seeded


class Tokens(nn.Module):
    """Tokens (n, l, 6) are embedded in c channels, gated, and averaged."""

    def __init__(self, channels: int = 16) -> None:
        super().__init__()
        self.embed = nn.Linear(6, channels)
        self.fc1 = nn.Linear(channels, 4)
        self.fc2 = nn.Linear(4, channels)
        self.head = nn.Linear(channels, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.gated(self.embed(x)).mean(1))

    def gated(self, x: Tensor) -> Tensor:
        raise NotImplementedError

    def excited(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.fc2(F.gelu(self.fc1(z))))


class MeanToken(Tokens):
    """In the manner of channel attention in vision transformers: the mean token gates all."""

    def gated(self, x: Tensor) -> Tensor:
        return x * self.excited(x.mean(1, keepdim=True))


class Transposed(Tokens):
    """In the manner of code that moves the channels to the second axis first."""

    def gated(self, x: Tensor) -> Tensor:
        x = x.transpose(1, 2)
        return (x * self.excited(x.mean(-1)).unsqueeze(-1)).transpose(1, 2)


class GreatestToken(Tokens):
    """In the manner of PointNet: the maximum over the points gates each point."""

    def gated(self, x: Tensor) -> Tensor:
        return self.excited(x.max(dim=1, keepdim=True).values) * x


class AttentivePool(Tokens):
    """In the manner of attention pooling: a softmax over the tokens weighs their mean."""

    def __init__(self) -> None:
        super().__init__()
        self.score = nn.Linear(16, 1)

    def gated(self, x: Tensor) -> Tensor:
        weights = self.score(x).softmax(1)
        return x * self.excited((x * weights).sum(1)).unsqueeze(1)


class ClassTokenApart(Tokens):
    """In the manner of transformers with a class token: it is neither pooled nor gated."""

    def __init__(self) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 1, 16))

    def gated(self, x: Tensor) -> Tensor:
        x = torch.cat([self.token.expand(len(x), -1, -1), x], 1)
        patches = x[:, 1:]
        return torch.cat([x[:, :1], patches * self.excited(patches.mean(1, keepdim=True))], 1)


class PatchMap(nn.Module):
    """In the manner of timm's SqueezeExciteCl: maps (n, h, w, c), linear layers."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Linear(6, 16)
        self.fc1 = nn.Linear(16, 4)
        self.fc2 = nn.Linear(4, 16)
        self.gate = nn.Hardsigmoid()
        self.head = nn.Linear(16, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x)
        x = x * self.gate(self.fc2(F.relu(self.fc1(x.mean((1, 2), keepdim=True)))))
        return self.head(x.mean((1, 2)))


class Fields(nn.Module):
    """In the manner of FiBiNET's SENET layer: a gate a field, of the mean of its embedding."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.ModuleList([nn.Linear(1, 5) for _ in range(7)])
        self.excitation = nn.Sequential(nn.Linear(7, 3), nn.ReLU(), nn.Linear(3, 7), nn.ReLU())
        self.head = nn.Linear(35, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        fields = torch.stack([e(x[:, i : i + 1]) for i, e in enumerate(self.embed)], 1)
        weights = self.excitation(torch.mean(fields, dim=-1))
        return self.head((fields * torch.unsqueeze(weights, dim=2)).flatten(1))


def token_mean(net: Any, x: Tensor) -> Steps:
    maps = net.embed(x).transpose(1, 2)
    y = yield bottleneck(maps, maps.sum(2) / x.shape[1], net.fc1, net.fc2, act=F.gelu)
    return net.head(mean(y))


def token_max(net: Any, x: Tensor) -> Steps:
    maps = net.embed(x).transpose(1, 2)
    greatest = maps.sort(2).values[:, :, -1]
    return net.head(mean((yield bottleneck(maps, greatest, net.fc1, net.fc2, act=F.gelu))))


def token_attention(net: Any, x: Tensor) -> Steps:
    tokens = net.embed(x)
    scores = (tokens @ net.score.weight[0] + net.score.bias).exp()
    z = torch.einsum("nl,nlc->nc", scores / scores.sum(1, keepdim=True), tokens)
    maps = tokens.transpose(1, 2)
    return net.head(mean((yield bottleneck(maps, z, net.fc1, net.fc2, act=F.gelu))))


def class_token_apart(net: Any, x: Tensor) -> Steps:
    maps = net.embed(x).transpose(1, 2)
    y = yield bottleneck(maps, mean(maps), net.fc1, net.fc2, act=F.gelu)
    return net.head((net.token[0] + y.sum(2)) / (1 + x.shape[1]))


def patch_map(net: Any, x: Tensor) -> Steps:
    maps = net.embed(x).movedim(-1, 1)
    y = yield bottleneck(maps, mean(maps), net.fc1, net.fc2, gate=F.hardsigmoid)
    return net.head(mean(y))


def fields(net: Any, x: Tensor) -> Steps:
    maps = torch.stack([e(v[:, None]) for e, v in zip(net.embed, x.T, strict=True)], 1)
    z = mean(maps)
    hidden = torch.relu(affine(z, net.excitation[0]))
    logit = affine(hidden, net.excitation[2])
    return net.head((yield Read(maps, z, logit.clamp(min=0), hidden, logit)).flatten(1))


def case(
    name: str, kind: Any, reference: Any, shape: tuple[int, ...], gate: Gate, *size: int
) -> GateCase:
    example = of_shape(*shape)
    return GateCase(name, manner_of(kind), lambda: seeded(kind(*size)), example, (gate,), reference)


TEN = (2, 10, 6)
SIXTEEN = (2, 16, 6)

CASES = (
    case("tokens: the mean token", MeanToken, token_mean, TEN, Gate("", "MeanToken", 16, 4)),
    case(
        "tokens: as many as channels",
        MeanToken,
        token_mean,
        SIXTEEN,
        Gate("", "MeanToken", 16, 4),
    ),
    case("tokens: transposed", Transposed, token_mean, TEN, Gate("", "Transposed", 16, 4)),
    case(
        "tokens: the greatest",
        GreatestToken,
        token_max,
        TEN,
        Gate("", "GreatestToken", 16, 4, squeeze_by="max"),
    ),
    case(
        "tokens: attention pooling",
        AttentivePool,
        token_attention,
        TEN,
        Gate("", "AttentivePool", 16, 4, squeeze_by="weighted mean"),
    ),
    case(
        "tokens: a class token kept apart",
        ClassTokenApart,
        class_token_apart,
        TEN,
        Gate("", "ClassTokenApart", 16, 4),
    ),
    case(
        "channels last: maps of patches",
        PatchMap,
        patch_map,
        (2, 5, 4, 6),
        Gate("", "PatchMap", 16, 4, gate="hardsigmoid"),
    ),
    case(
        "channels last: as many places as channels",
        PatchMap,
        patch_map,
        (2, 4, 4, 6),
        Gate("", "PatchMap", 16, 4, gate="hardsigmoid"),
    ),
    case(
        "fields of a table",
        Fields,
        fields,
        (3, 7),
        Gate("", "Fields", 7, 3, gate="relu"),
    ),
)
