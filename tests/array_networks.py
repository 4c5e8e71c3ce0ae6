"""Networks with gates on signals, on volumes and on a picture's tokens."""

import numpy as np
import torch
from torch import Tensor, nn

from tests.corpus.signals_and_volumes import PooledSignal, VolumeSE

CHANNELS, DEEP = 12, 10


def signal() -> nn.Module:
    """An SE-ResNet in one dimension, for 12 leads: two residual blocks, each with its gate."""
    return _seeded(
        lambda: nn.Sequential(
            nn.Conv1d(CHANNELS, 16, 7, stride=2, padding=3),
            nn.ReLU(),
            _Residual(nn.Conv1d(16, 16, 3, padding=1), PooledSignal()),
            _Residual(nn.Conv1d(16, 16, 3, padding=1), PooledSignal()),
            nn.AdaptiveAvgPool1d(1),
            nn.Flatten(),
            nn.Linear(16, 5),
        )
    )


def volume() -> nn.Module:
    """A CNN in three dimensions, for grey volumes, with two gates."""
    return _seeded(
        lambda: nn.Sequential(
            nn.Conv3d(1, 16, 3, padding=1),
            nn.ReLU(),
            VolumeSE(),
            nn.MaxPool3d(2),
            nn.Conv3d(16, 16, 3, padding=1),
            VolumeSE(),
            nn.AdaptiveAvgPool3d(1),
            nn.Flatten(),
            nn.Linear(16, 3),
        )
    )


def tokens() -> nn.Module:
    """Takes a picture: a gate on its 197 tokens, and one on its map (n, h, w, c)."""
    return _seeded(_OfTokens)


def frames_first() -> nn.Module:
    """Speech as in many packages: takes (n, t, features), and transposes inside."""
    return _seeded(_FramesFirst)


def heartbeat(places: int = 300) -> np.ndarray:
    """A signal (12, places) that differs from lead to lead."""
    time = np.linspace(0, 6, places)
    noise = np.random.default_rng(0).standard_normal((CHANNELS, places))
    leads = [np.sin((lead + 1) * time) for lead in range(CHANNELS)]
    return (np.stack(leads) + 0.2 * noise).astype(np.float32)


def scan() -> np.ndarray:
    """A volume (10, 12, 14) with something in it."""
    return np.random.default_rng(1).standard_normal((DEEP, 12, 14)).cumsum(1).astype(np.float32)


class _Residual(nn.Module):
    def __init__(self, conv: nn.Module, se: nn.Module) -> None:
        super().__init__()
        self.conv, self.se = conv, se

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.se(self.conv(x)))


class _OfTokens(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Conv2d(3, 16, 16, stride=16)
        self.tokens, self.last = _Gate(), _Gate()
        self.head = nn.Linear(16, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x)
        n, c, h, w = x.shape
        x = x.flatten(2).transpose(1, 2)
        x = self.tokens(torch.cat([x.mean(1, keepdim=True), x], 1))
        x = self.last(x[:, 1:].reshape(n, h, w, c))
        return self.head(x.mean((1, 2)))


class _Gate(nn.Module):
    """On maps with the channels last, whatever their places."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(16, 4), nn.Linear(4, 16)

    def forward(self, x: Tensor) -> Tensor:
        z = x.mean(tuple(range(1, x.ndim - 1)), keepdim=True)
        return x * torch.sigmoid(self.fc2(torch.relu(self.fc1(z))))


class _FramesFirst(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.se = nn.Conv1d(CHANNELS, 16, 3, padding=1), PooledSignal()
        self.head = nn.Linear(16, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.se(self.first(x.transpose(1, 2))).mean(2))


def _seeded(make: type[nn.Module] | object) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return make().eval()  # type: ignore[operator]
