"""Small networks with SE blocks of several kinds, and all of a network's state that hooks touch."""

import threading
from collections.abc import Callable
from random import Random
from typing import Any

import torch
from torch import Tensor, nn

from senet_viz.models.residual import SqueezeExcitation
from tests.randomise_norms import randomise_norms

HOOKS = tuple(name for name in vars(nn.Module()) if "hooks" in name)


class BlownError(Exception):
    """What a fuse raises."""


class Fuse(nn.Module):
    """Passes everything on, until the thread that lit it has come by often enough."""

    lit = threading.local()

    def forward(self, x: Tensor) -> Tensor:
        left = getattr(Fuse.lit, "left", None)
        if left is not None:
            Fuse.lit.left = left - 1
            if left <= 0:
                Fuse.lit.left = None
                raise BlownError
        return x


class HomeMade(nn.Module):
    """The common SELayer."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            nn.Linear(channels, 2), nn.ReLU(inplace=True), nn.Linear(2, channels), nn.Sigmoid()
        )

    def forward(self, x: Tensor) -> Tensor:
        return x * self.fc(self.avg_pool(x).flatten(1))[:, :, None, None]


class Guessed(nn.Module):
    """Of no known kind: recognised by its structure alone."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.down, self.up = nn.Conv2d(channels, 2, 1), nn.Conv2d(2, channels, 1)
        self.squash = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        z = x.mean((2, 3), keepdim=True)
        return x * self.squash(self.up(torch.relu(self.down(z))))


def _timm(channels: int) -> nn.Module:
    from timm.layers import SEModule

    return SEModule(channels, rd_channels=2)


def _torchvision(channels: int) -> nn.Module:
    from torchvision.ops import SqueezeExcitation as Block

    return Block(channels, 2)


KINDS: tuple[Callable[[int], nn.Module], ...] = (
    lambda channels: SqueezeExcitation(channels, reduction=4),
    HomeMade,
    Guessed,
    _timm,
    _torchvision,
)


class Unit(nn.Module):
    """Convolution, norm, SE block, and perhaps a shortcut and an in-place sum."""

    def __init__(self, draw: Random, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm = nn.BatchNorm2d(channels)
        self.before, self.after = Fuse(), Fuse()
        self.se = draw.choice(KINDS)(channels)
        self.shortcut = draw.random() < 0.5

    def forward(self, x: Tensor) -> Tensor:
        branch = self.after(self.se(self.before(self.norm(self.conv(x)))))
        if self.shortcut:
            branch = branch + x
        return torch.relu_(branch)


def network(seed: int) -> nn.Module:
    """One to three units of 4, 8 or 12 channels, in eval mode; the same for the same seed."""
    draw = Random(seed)
    channels, count = draw.choice((4, 8, 12)), draw.randrange(1, 4)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        made = nn.Sequential(
            nn.Conv2d(3, channels, 3),
            *(Unit(draw, channels) for _ in range(count)),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(channels, 3),
        )
    return randomise_norms(made, seed=seed).eval()


def disturb(model: nn.Module, seed: int) -> nn.Module:
    """As a model is found in the middle of someone's work: odd modes, gradients, own hooks."""
    draw = Random(seed)
    for module in model.modules():
        module.training = draw.random() < 0.4
        if draw.random() < 0.3:
            module.register_forward_hook(_unmoved, with_kwargs=draw.random() < 0.5)
        if draw.random() < 0.2:
            module.register_forward_pre_hook(_unmoved)
    for parameter in model.parameters():
        parameter.requires_grad_(draw.random() < 0.5)
        if draw.random() < 0.3:
            parameter.grad = torch.ones_like(parameter)
    return model


def _unmoved(*_: object) -> None:
    """A hook of the person's own."""


def state(model: nn.Module) -> dict[str, Any]:
    """Hooks, modes, attributes, and every number with its gradient."""
    found: dict[str, Any] = {}
    for name, module in model.named_modules():
        found[f"{name}.training"] = module.training
        found[f"{name}.keys"] = sorted(vars(module))
        for hooks in HOOKS:
            held = getattr(module, hooks)
            found[f"{name}.{hooks}"] = list(held.items()) if isinstance(held, dict) else held
    for name, parameter in model.named_parameters():
        gradient = None if parameter.grad is None else parameter.grad.tolist()
        found[f"{name}.grad"] = (parameter.requires_grad, gradient)
    for name, value in model.state_dict().items():
        found[f"{name}.value"] = value.tolist()
    return found
