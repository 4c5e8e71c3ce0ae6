"""How gates are called: twice, in a row, in a thread, from a list, on a part of the map."""

from threading import Thread
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus.case import Gate, Read, Steps
from tests.corpus.excitations import bottleneck, mean, one_layer
from tests.corpus.linear_gates import FunctionalSE, SELayer, functional, se_layer
from tests.corpus.networks import on_pictures


class Twins(nn.Module):
    """In the manner of blocks that share one pair of layers: two gates, the same weights."""

    def __init__(self) -> None:
        super().__init__()
        self.first = FunctionalSE()
        self.second = FunctionalSE()
        self.second.fc1 = self.first.fc1
        self.second.fc2 = self.first.fc2

    def forward(self, x: Tensor) -> Tensor:
        return self.second(F.relu(self.first(x)))


def twins(se: Any, x: Tensor) -> Steps:
    y = torch.relu((yield from functional(se.first, x)))
    return (yield from functional(se.first, y))


class Twice(nn.Module):
    """In the manner of OSNet: one block for several streams."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = SELayer()

    def forward(self, x: Tensor) -> Tensor:
        return self.gate(x) + self.gate(F.avg_pool2d(x, 3, 1, 1))


def twice(se: Any, x: Tensor) -> Steps:
    first = yield from se_layer(se.gate, x)
    return first + (yield from se_layer(se.gate, F.avg_pool2d(x, 3, 1, 1)))


class AlsoGate(nn.Module):
    """In the manner of NeMo: gives a tuple of the maps and the gate."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(16, 16)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        gate = torch.sigmoid(self.fc(x.mean((2, 3))))
        return x * gate[:, :, None, None], gate


class FirstOf(nn.Module):
    """Takes the maps from a block that gives a tuple."""

    def __init__(self) -> None:
        super().__init__()
        self.block = AlsoGate()

    def forward(self, x: Tensor) -> Tensor:
        return self.block(x)[0]


def first_of(se: Any, x: Tensor) -> Steps:
    return (yield one_layer(x, mean(x), se.block.fc))


class Carried(nn.Module):
    """In the manner of fastai's SequentialEx and MergeLayer: the product stands in a list."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            [
                nn.AdaptiveAvgPool2d(1),
                nn.Conv2d(16, 4, 1),
                nn.ReLU(),
                nn.Conv2d(4, 16, 1),
                nn.Sigmoid(),
            ]
        )

    def forward(self, x: Tensor) -> Tensor:
        gate = x
        for layer in self.layers:
            gate = layer(gate)
        return x * gate


def carried(se: Any, x: Tensor) -> Steps:
    return (yield bottleneck(x, mean(x), se.layers[1], se.layers[3]))


class InPlaceBefore(nn.Module):
    """In the manner of most networks: a ReLU in place before the pooling, not after it."""

    def __init__(self) -> None:
        super().__init__()
        self.relu = nn.ReLU(inplace=True)
        self.se = SELayer()

    def forward(self, x: Tensor) -> Tensor:
        return self.se(self.relu(x))


def in_place_before(block: Any, x: Tensor) -> Steps:
    return (yield from se_layer(block.se, torch.relu(x)))


class Chunk(nn.Module):
    """In the manner of split networks: one half gated by its own mean, the other untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        a, b = x.chunk(2, dim=1)
        gate = torch.sigmoid(self.fc(a.mean((2, 3))))[:, :, None, None]
        return torch.cat([a * gate, b], 1)


def chunk(se: Any, x: Tensor) -> Steps:
    a, b = x[:, :8], x[:, 8:]
    return torch.cat([(yield one_layer(a, mean(a), se.fc)), b], 1)


class Workers(nn.Module):
    """In the manner of parallel_apply: the forward pass starts a thread of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.block = SELayer()

    def forward(self, x: Tensor) -> Tensor:
        result: list[Tensor] = []
        grad = torch.is_grad_enabled()

        def work() -> None:
            with torch.set_grad_enabled(grad):
                result.append(self.block(x))

        worker = Thread(target=work)
        worker.start()
        worker.join()
        return result[0]


def workers(se: Any, x: Tensor) -> Steps:
    return (yield from se_layer(se.block, x))


class Pair(nn.Module):
    """In the manner of blocks with two gates in a row on one map: x * g1 * g2."""

    def __init__(self, second_pools_first: bool) -> None:
        super().__init__()
        self.fc1 = nn.Linear(16, 4)
        self.fc2 = nn.Linear(4, 16)
        self.fc = nn.Linear(16, 16)
        self.second_pools_first = second_pools_first

    def forward(self, x: Tensor) -> Tensor:
        first = torch.sigmoid(self.fc2(F.relu(self.fc1(x.mean((2, 3))))))
        y = x * first[:, :, None, None]
        pooled = (y if self.second_pools_first else x).amax((2, 3))
        return y * torch.tanh(self.fc(pooled))[:, :, None, None]


def pair(se: Any, x: Tensor) -> Steps:
    y = yield bottleneck(x, mean(x), se.fc1, se.fc2)
    z = (y if se.second_pools_first else x).flatten(2).sort(2).values[:, :, -1]
    logit = F.linear(z, se.fc.weight, se.fc.bias)
    return (yield Read(y, z, torch.tanh(logit), None, logit))


PAIR = (
    Gate("se", "Pair", 16, 4),
    Gate("se#2", "Pair", 16, squeeze_by="max", gate="tanh"),
)

CASES = (
    on_pictures(
        "two blocks that share their layers",
        "blocks with shared excitations",
        Twins,
        twins,
        Gate("se.first", "FunctionalSE", 16, 4),
        Gate("se.second", "FunctionalSE", 16, 4),
    ),
    on_pictures(
        "a block that is called twice",
        "KaiyangZhou/deep-person-reid, OSNet",
        Twice,
        twice,
        Gate("se.gate", "SELayer", 16, 4),
        Gate("se.gate@2", "SELayer", 16, 4),
    ),
    on_pictures(
        "a block that gives a tuple",
        "NVIDIA/NeMo, MaskedSqueezeExcite",
        FirstOf,
        first_of,
        Gate("se.block", "AlsoGate", 16),
    ),
    on_pictures(
        "layers in a list",
        "fastai, SequentialEx and MergeLayer",
        Carried,
        carried,
        Gate("se", "Carried", 16, 4),
    ),
    on_pictures(
        "an in-place ReLU before the pooling",
        "networks that rectify in place",
        InPlaceBefore,
        in_place_before,
        Gate("se.se", "SELayer", 16, 4),
    ),
    on_pictures(
        "one half of the channels",
        "networks that split their channels",
        Chunk,
        chunk,
        Gate("se", "Chunk", 8),
    ),
    on_pictures(
        "a pass started in a thread of the network",
        "torch.nn.parallel.parallel_apply",
        Workers,
        workers,
        Gate("se.block", "SELayer", 16, 4),
    ),
    on_pictures(
        "x * g1 * g2, both of x", "blocks with two gates in a row", lambda: Pair(False), pair, *PAIR
    ),
    on_pictures(
        "x * g1 * g2, one after the other",
        "blocks with two gates in a row",
        lambda: Pair(True),
        pair,
        *PAIR,
    ),
)
