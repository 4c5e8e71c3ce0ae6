"""Channel gates with another function than the sigmoid, or with none."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus.case import Gate, GateCase, Read, Reference, Steps
from tests.corpus.excitations import Function, affine, bottleneck, mean
from tests.corpus.linear_gates import FunctionalSE
from tests.corpus.networks import manner_of, on_pictures


def relu6_by_six(a: Tensor) -> Tensor:
    """In the manner of geffnet's and GhostNet's hard sigmoid."""
    return F.relu6(a + 3.0) / 6.0


def clamped(a: Tensor) -> Tensor:
    """In the manner of mmcv's HSigmoid(bias=1, divisor=2), which is no hard sigmoid."""
    return ((a + 1) / 2).clamp_(0, 1)


def hard(a: Tensor) -> Tensor:
    """In the manner of torchvision's MobileNetV3."""
    return F.hardsigmoid(a)


def written_out(a: Tensor) -> Tensor:
    """In the manner of gates written by hand: the sigmoid by its formula."""
    return 1 / (1 + torch.exp(-a))


def overwriting(a: Tensor) -> Tensor:
    """In the manner of timm's Sigmoid(inplace=True): the logit is overwritten."""
    return a.sigmoid_()


def clipped(a: Tensor) -> Tensor:
    """In the manner of pruning gates, cut to [0, 1]."""
    return torch.clamp(a, 0.0, 1.0)


def to_six(a: Tensor) -> Tensor:
    """In the manner of quantisation-friendly gates."""
    return F.relu6(a)


def over_channels(a: Tensor) -> Tensor:
    """In the manner of competing channels: a softmax over them."""
    return torch.softmax(a, dim=1)


def rectified(a: Tensor) -> Tensor:
    """In the manner of FiBiNET, and of the paper's table 12."""
    return torch.relu(a)


def hyperbolic(a: Tensor) -> Tensor:
    """In the manner of the paper's table 12."""
    return torch.tanh(a)


def untouched(a: Tensor) -> Tensor:
    """In the manner of NAFNet's simplified channel attention: no function at all."""
    return a


class NoFunction(nn.Module):
    """In the manner of NAFNet: one layer behind the pooling, and nothing behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.sca = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(16, 16, 1))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.sca(x)


def no_function(se: Any, x: Tensor) -> Steps:
    z = mean(x)
    return (yield Read(x, z, affine(z, se.sca[1])))


class OnePlusTanh(nn.Module):
    """In the manner of z-x-yang/GCT: norms, weighed, normalised over channels, 1 + tanh."""

    def __init__(self) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.ones(1, 16, 1, 1))
        self.gamma = nn.Parameter(torch.zeros(1, 16, 1, 1))
        self.beta = nn.Parameter(torch.zeros(1, 16, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        embedding = (x.pow(2).sum((2, 3), keepdim=True) + 1e-5).pow(0.5) * self.alpha
        norm = self.gamma / (embedding.pow(2).mean(dim=1, keepdim=True) + 1e-5).pow(0.5)
        gate = 1.0 + torch.tanh(embedding * norm + self.beta)
        return x * gate


def one_plus_tanh(se: Any, x: Tensor) -> Steps:
    alpha, gamma, beta = (p.flatten() for p in (se.alpha, se.gamma, se.beta))
    z = ((x**2).flatten(2).sum(2) + 1e-5).sqrt()
    weighed = z * alpha
    spread = ((weighed**2).mean(1, keepdim=True) + 1e-5).sqrt()
    logit = weighed * gamma / spread + beta
    return (yield Read(x, z, torch.tanh(logit), None, logit, lambda s: 1 + s))


class Parameterless(nn.Module):
    """In the manner of Gather-Excite without weights: the sigmoid of the mean itself."""

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(F.adaptive_avg_pool2d(x, 1))


def parameterless(se: Any, x: Tensor) -> Steps:
    z = mean(x)
    return (yield Read(x, z, torch.sigmoid(z), None, z))


def by(gate: Function) -> Reference:
    """The reference of a FunctionalSE, its gate's function worked out in another way."""

    def block(se: Any, x: Tensor) -> Steps:
        return (yield bottleneck(x, mean(x), se.fc1, se.fc2, gate=gate))

    return block


def case(name: str, function: Function, by_hand: Function, word: str) -> GateCase:
    gate = Gate("se", "FunctionalSE", 16, 4, gate=word)
    return on_pictures(
        name, manner_of(function), lambda: FunctionalSE(gate=function), by(by_hand), gate
    )


def between(low: float, high: float) -> Callable[[Tensor], Tensor]:
    """A function that cuts off below ``low`` and above ``high``."""
    return lambda a: torch.where(a < low, low, torch.where(a > high, high, a))


def of_clamp(se: Any, x: Tensor) -> Steps:
    """The logit is what the clamp takes, not what the layer gives."""
    z = mean(x)
    hidden = torch.relu(affine(z, se.fc1))
    logit = (affine(hidden, se.fc2) + 1) / 2
    return (yield Read(x, z, between(0.0, 1.0)(logit), hidden, logit))


def of_no_function(se: Any, x: Tensor) -> Steps:
    z = mean(x)
    hidden = torch.relu(affine(z, se.fc1))
    return (yield Read(x, z, affine(hidden, se.fc2), hidden))


def of_exponential(se: Any, x: Tensor) -> Steps:
    """A sigmoid by its formula may be read as one, or as a gate without a function."""
    z = mean(x)
    hidden = torch.relu(affine(z, se.fc1))
    gate = torch.sigmoid(affine(hidden, se.fc2))
    return (yield Read(x, z, gate, hidden, unsaid=frozenset({"logit", "excitation"})))


CASES = (
    case(
        "hardsigmoid: as a function", hard, lambda a: between(0.0, 1.0)(a / 6 + 0.5), "hardsigmoid"
    ),
    case(
        "hardsigmoid: relu6(x + 3) / 6",
        relu6_by_six,
        lambda a: between(0.0, 1.0)(a / 6 + 0.5),
        "hardsigmoid",
    ),
    on_pictures(
        "clamp: of (x + 1) / 2",
        "open-mmlab/mmcv, HSigmoid",
        lambda: FunctionalSE(gate=clamped),
        of_clamp,
        Gate("se", "FunctionalSE", 16, 4, gate="clamp"),
    ),
    case("sigmoid: in place", overwriting, torch.sigmoid, "sigmoid"),
    case("clamp: to 0 and 1", clipped, between(0.0, 1.0), "clamp"),
    case("relu6", to_six, between(0.0, 6.0), "relu6"),
    case("relu", rectified, between(0.0, float("inf")), "relu"),
    case("tanh", hyperbolic, lambda a: 2 * torch.sigmoid(2 * a) - 1, "tanh"),
    case(
        "softmax over channels", over_channels, lambda a: a.exp() / a.exp().sum(1, True), "softmax"
    ),
    on_pictures(
        "no function behind two layers",
        "gates without a function",
        lambda: FunctionalSE(gate=untouched),
        of_no_function,
        Gate("se", "FunctionalSE", 16, 4, gate="none"),
    ),
    on_pictures(
        "no function behind one layer",
        "megvii-research/NAFNet, simplified channel attention",
        NoFunction,
        no_function,
        Gate("se", "NoFunction", 16, gate="none"),
    ),
    on_pictures(
        "1 + tanh of weighed norms",
        "z-x-yang/GCT",
        OnePlusTanh,
        one_plus_tanh,
        Gate("se", "OnePlusTanh", 16, squeeze_by="norm", gate="tanh", factor="1 + s"),
    ),
    on_pictures(
        "no layer at all",
        "hujie-frank/GENet, GE without weights",
        Parameterless,
        parameterless,
        Gate("se", "Parameterless", 16),
    ),
    on_pictures(
        "the sigmoid by its formula",
        "gates written by hand",
        lambda: FunctionalSE(gate=written_out),
        of_exponential,
        Gate(
            "se",
            "FunctionalSE",
            16,
            4,
            gate=frozenset({"sigmoid", "none"}),
            factor=frozenset({"s", "1 / (1 + exp(-s))"}),
        ),
    ),
)
