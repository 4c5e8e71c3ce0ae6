"""MobileNetV3-large with its gates written in two other ways that are common: same numbers."""

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models import mobilenet_v3_large
from torchvision.models.mobilenetv3 import InvertedResidual
from torchvision.ops import SqueezeExcitation


def functional() -> nn.Module:
    """A module for each SE block, in which nothing but the two layers is a module."""
    return _rewritten(lambda block: nn.Sequential(*map(_functional, block)))


def inline() -> nn.Module:
    """No module for the SE block: its lines are in the forward method of the residual block."""
    return _rewritten(_InlineBlock)


class _FunctionalGate(nn.Module):
    def __init__(self, se: SqueezeExcitation) -> None:
        super().__init__()
        self.fc1, self.fc2 = se.fc1, se.fc2

    def forward(self, x: Tensor) -> Tensor:
        z = F.relu(self.fc1(F.adaptive_avg_pool2d(x, 1)))
        return x * F.hardsigmoid(self.fc2(z))


class _InlineBlock(nn.Module):
    def __init__(self, block: nn.Sequential) -> None:
        super().__init__()
        at = next(i for i, part in enumerate(block) if isinstance(part, SqueezeExcitation))
        self.before, self.after = block[:at], block[at + 1 :]
        self.fc1, self.fc2 = block[at].fc1, block[at].fc2

    def forward(self, x: Tensor) -> Tensor:
        x = self.before(x)
        z = F.relu(self.fc1(x.mean((2, 3), keepdim=True)))
        x = x * F.hardsigmoid(self.fc2(z))
        y: Tensor = self.after(x)
        return y


def _functional(part: nn.Module) -> nn.Module:
    return _FunctionalGate(part) if isinstance(part, SqueezeExcitation) else part


def _rewritten(change: Callable[[nn.Sequential], nn.Module]) -> nn.Module:
    network = mobilenet_v3_large()
    for module in network.features:
        if isinstance(module, InvertedResidual):
            parts = module.block
            assert isinstance(parts, nn.Sequential)
            if any(isinstance(part, SqueezeExcitation) for part in parts):
                module.block = change(parts)  # type: ignore[assignment]
    return network
