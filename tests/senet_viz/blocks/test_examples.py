"""Inputs made up for networks that come without one."""

import torch
from torch import Tensor, nn

from senet_viz import find_blocks


class Gate(nn.Module):
    """One channel gate on (n, 16, *places)."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(16, 16)

    def forward(self, x: Tensor) -> Tensor:
        s = torch.sigmoid(self.fc(x.flatten(2).mean(2)))
        return x * s.reshape(*s.shape, *(1,) * (x.ndim - 2))


class Speech(nn.Module):
    """Takes (n, times, features), as speechbrain's networks do."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(24, 16, 3)
        self.gate = Gate()

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.gate(self.conv(x.transpose(1, 2)))
        return out


def test_a_network_for_speech() -> None:
    assert [block.name for block in find_blocks(Speech())] == ["gate"]


def test_a_network_for_small_pictures() -> None:
    """Its last layer fits pictures of 32 pixels only, as in networks for CIFAR."""
    network = nn.Sequential(nn.Conv2d(3, 16, 3), Gate(), nn.Flatten(), nn.Linear(16 * 30 * 30, 2))
    assert [block.name for block in find_blocks(network)] == ["1"]


def test_a_network_for_large_clips() -> None:
    """Its last layer fits clips of 16 frames of 224 pixels only, as torchvision's video networks."""
    network = nn.Sequential(
        nn.Conv3d(3, 16, (2, 32, 32), stride=(2, 32, 32)),
        Gate(),
        nn.Flatten(),
        nn.Linear(16 * 8 * 7 * 7, 2),
    )
    assert [block.name for block in find_blocks(network)] == ["1"]
