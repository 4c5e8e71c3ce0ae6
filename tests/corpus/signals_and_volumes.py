"""Channel gates on signals and volumes."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus.case import Gate, Read, Steps
from tests.corpus.excitations import affine, bottleneck, mean
from tests.corpus.networks import on_signals, on_volumes


class SignalSE(nn.Module):
    """In the manner of speechbrain's ECAPA-TDNN: the mean of time, convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(16, 4, 1)
        self.conv2 = nn.Conv1d(4, 16, 1)

    def forward(self, x: Tensor) -> Tensor:
        s = x.mean(dim=2, keepdim=True)
        return torch.sigmoid(self.conv2(F.relu(self.conv1(s)))) * x


def signal_se(se: Any, x: Tensor) -> Steps:
    return (yield bottleneck(x, mean(x), se.conv1, se.conv2))


class PooledSignal(nn.Module):
    """In the manner of SELayer on signals: adaptive pooling, linear layers."""

    def __init__(self) -> None:
        super().__init__()
        self.avg_pool = nn.AdaptiveAvgPool1d(1)
        self.fc = nn.Sequential(nn.Linear(16, 4), nn.ReLU(), nn.Linear(4, 16), nn.Sigmoid())

    def forward(self, x: Tensor) -> Tensor:
        n, c = x.shape[:2]
        return x * self.fc(self.avg_pool(x).view(n, c)).view(n, c, 1)


def in_a_row(se: Any, x: Tensor) -> Steps:
    return (yield bottleneck(x, mean(x), se.fc[0], se.fc[2]))


class VolumeSE(nn.Module):
    """In the manner of MONAI's ChannelSELayer: adaptive pooling in three directions."""

    def __init__(self) -> None:
        super().__init__()
        self.avg_pool = nn.AdaptiveAvgPool3d(1)
        self.fc = nn.Sequential(nn.Linear(16, 4), nn.ReLU(), nn.Linear(4, 16), nn.Sigmoid())

    def forward(self, x: Tensor) -> Tensor:
        n, c = x.shape[:2]
        return x * self.fc(self.avg_pool(x).view(n, c)).view([n, c] + [1] * (x.ndim - 2))


class ResidualVolume(VolumeSE):
    """In the manner of MONAI's ResidualSELayer: the gated volume is added to the volume."""

    def forward(self, x: Tensor) -> Tensor:
        return x + super().forward(x)


def residual_volume(se: Any, x: Tensor) -> Steps:
    return x + (yield from in_a_row(se, x))


class VideoSE(nn.Module):
    """In the manner of X3D (facebookresearch/SlowFast): 1 x 1 x 1 convolutions."""

    def __init__(self, channels: int = 16) -> None:
        super().__init__()
        self.avg_pool = nn.AdaptiveAvgPool3d((1, 1, 1))
        self.fc1 = nn.Conv3d(channels, 8, 1)
        self.relu = nn.ReLU()
        self.fc2 = nn.Conv3d(8, channels, 1)
        self.sig = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        inputs = x
        for module in self.children():
            x = module(x)
        return inputs * x


def video_se(se: Any, x: Tensor) -> Steps:
    return (yield bottleneck(x, mean(x), se.fc1, se.fc2))


class GreatestVolume(nn.Module):
    """In the manner of max-pooled gates on volumes: rows, columns, slices, one after another."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(16, 16)

    def forward(self, x: Tensor) -> Tensor:
        z = x.max(-1)[0].max(-1)[0].max(-1)[0]
        return x * torch.sigmoid(self.fc(z))[..., None, None, None]


def greatest_volume(se: Any, x: Tensor) -> Steps:
    z = x.flatten(2).sort(2).values[:, :, -1]
    logit = affine(z, se.fc)
    return (yield Read(x, z, torch.sigmoid(logit), None, logit))


CASES = (
    on_signals(
        "signals: convolutions",
        "speechbrain, ECAPA-TDNN",
        SignalSE,
        signal_se,
        Gate("se", "SignalSE", 16, 4),
    ),
    on_signals(
        "signals: linear layers",
        "xmu-xiaoma666/External-Attention-pytorch on signals",
        PooledSignal,
        in_a_row,
        Gate("se", "PooledSignal", 16, 4),
    ),
    on_volumes(
        "volumes: linear layers",
        "MONAI, ChannelSELayer",
        VolumeSE,
        in_a_row,
        Gate("se", "VolumeSE", 16, 4),
    ),
    on_volumes(
        "volumes: x + x * g",
        "MONAI, ResidualSELayer",
        ResidualVolume,
        residual_volume,
        Gate("se", "ResidualVolume", 16, 4),
    ),
    on_volumes(
        "volumes: convolutions",
        "facebookresearch/SlowFast, X3D",
        VideoSE,
        video_se,
        Gate("se", "VideoSE", 16, 8),
    ),
    on_volumes(
        "volumes: three maxima in a row",
        "max-pooled gates on volumes",
        GreatestVolume,
        greatest_volume,
        Gate("se", "GreatestVolume", 16, squeeze_by="max"),
    ),
)
