"""Networks and operations in which nothing pooled multiplies a map: nothing is to be said."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus.case import DeclaredCase
from tests.corpus.networks import CLASSES, declared, manner_of, of_shape, picture, seeded
from tests.corpus.normalisations import of_function


def swish(x: Tensor) -> Tensor:
    """In the manner of EfficientNet's activation: a gate a place, from the place itself."""
    return x * torch.sigmoid(x)


def gated_linear_unit(x: Tensor) -> Tensor:
    """In the manner of GLU: one half gates the other, place by place."""
    a, b = x.chunk(2, dim=1)
    return torch.cat([a * torch.sigmoid(b), b * torch.sigmoid(a)], 1)


def rank_one_softmax(x: Tensor) -> Tensor:
    """In the manner of heat maps: a softmax over the places of each channel."""
    return x.flatten(2).softmax(2).view_as(x)


def shuffled(x: Tensor) -> Tensor:
    """In the manner of ShuffleNet: channels in another order."""
    return x.view(len(x), 4, 4, *x.shape[2:]).transpose(1, 2).flatten(1, 2)


class SelfAttention(nn.Module):
    """In the manner of non-local networks: places attend to places."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k, self.v = (nn.Conv2d(16, 16, 1) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (layer(x).flatten(2) for layer in (self.q, self.k, self.v))
        weights = torch.softmax(q.transpose(1, 2) @ k / 4, dim=-1)
        return x + (v @ weights.transpose(1, 2)).view_as(x)


class Encoder(nn.Module):
    """In the manner of hybrid transformers: one encoder layer over the places."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(x.flatten(2).transpose(1, 2)).transpose(1, 2).reshape(x.shape)


class PooledAttention(nn.Module):
    """In the manner of pyramid vision transformers: keys and values of a pooled map."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(3)
        self.attention = nn.MultiheadAttention(16, 2, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        tokens, few = (t.flatten(2).transpose(1, 2) for t in (x, self.pool(x)))
        return self.attention(tokens, few, few)[0].transpose(1, 2).reshape(x.shape)


class PyramidPooling(nn.Module):
    """In the manner of PSPNet and ASPP: pooled maps are enlarged and joined, not multiplied."""

    def __init__(self) -> None:
        super().__init__()
        self.image = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(16, 8, 1), nn.ReLU())
        self.conv = nn.Conv2d(24, 16, 1)

    def forward(self, x: Tensor) -> Tensor:
        pooled = F.interpolate(self.image(x), size=x.shape[2:], mode="bilinear")
        return self.conv(torch.cat([x, pooled], 1))


class Residual(nn.Module):
    """In the manner of ResNet's basic block."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.conv2 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


class Mixer(nn.Module):
    """In the manner of PoolFormer: a local mean, less the map itself."""

    def forward(self, x: Tensor) -> Tensor:
        return x + F.avg_pool2d(x, 3, 1, 1, count_include_pad=False) - x


class LayerScale(nn.Module):
    """In the manner of ConvNeXt: a weight a channel scales the branch, whatever the picture."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(16, 16, 3, padding=1, groups=16)
        self.gamma = nn.Parameter(torch.zeros(16, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.gamma * F.gelu(self.conv(x))


class AttentiveHead(nn.Module):
    """In the manner of attention pooling: places are weighed for the classifier, nothing more."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.score = nn.Conv2d(16, 1, 1)
        self.head = nn.Linear(16, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        weights = self.score(x).flatten(2).softmax(-1)
        return self.head((x.flatten(2) * weights).sum(-1))


class PooledClassifier(nn.Module):
    """In the manner of classifiers with a gate on the pooled vector: no map is left by then."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.gate = nn.Linear(16, 16)
        self.head = nn.Linear(16, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        z = F.relu(self.conv(x)).mean((2, 3))
        return self.head(z * torch.sigmoid(self.gate(z)))


class Vectors(nn.Module):
    """In the manner of tabular networks: gates between layers, no map anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(12, 16)
        self.fc2 = nn.Linear(16, 16)
        self.head = nn.Linear(16, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        hidden = F.relu(self.fc1(x))
        return self.head(hidden * torch.sigmoid(self.fc2(hidden)))


class Bilinear(nn.Module):
    """In the manner of bilinear pooling: products of channels, summed over the places."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.head = nn.Linear(64, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        flat = self.conv(x).flatten(2)
        return self.head((flat @ flat.transpose(1, 2)).flatten(1) / flat.shape[2])


class Recurrent(nn.Module):
    """In the manner of speech networks: an LSTM's own gates."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(3, 16, batch_first=True)
        self.head = nn.Linear(16, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.lstm(x.transpose(1, 2))[0].mean(1))


def of_module(kind: Callable[[], nn.Module], name: str) -> DeclaredCase:
    return declared(name, manner_of(kind), kind)


def of_network(kind: Callable[[], Any], name: str, *shape: int) -> DeclaredCase:
    example = of_shape(*shape) if shape else picture
    return DeclaredCase(name, manner_of(kind), lambda: seeded(kind()), example)


CASES = (
    of_function(swish, "swish"),
    of_function(gated_linear_unit, "a gated linear unit"),
    of_function(rank_one_softmax, "a softmax over places"),
    of_function(shuffled, "shuffled channels"),
    of_module(SelfAttention, "self-attention over places"),
    of_module(Encoder, "a transformer's encoder layer"),
    of_module(PooledAttention, "attention to a pooled map"),
    of_module(PyramidPooling, "pyramid pooling"),
    of_module(Residual, "a residual block"),
    of_module(Mixer, "pooling as a token mixer"),
    of_module(LayerScale, "a learned scale of a branch"),
    of_network(AttentiveHead, "attention pooling before the classifier"),
    of_network(PooledClassifier, "a gate on the pooled vector"),
    of_network(Vectors, "a gate between layers of a vector", 4, 12),
    of_network(Bilinear, "bilinear pooling"),
    of_network(Recurrent, "a recurrent network", 2, 3, 25),
)
