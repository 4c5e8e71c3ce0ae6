"""Small networks with a gate for what is no picture."""

import torch
from torch import nn


class Gated(nn.Module):
    """A layer of 6 channels and a gate on it, for signals (1) or volumes (3)."""

    def __init__(self, places: int) -> None:
        super().__init__()
        conv = {1: nn.Conv1d, 3: nn.Conv3d}[places]
        self.stem, self.fc1, self.fc2 = conv(2, 6, 3), nn.Linear(6, 3), nn.Linear(3, 6)
        self.head, self.axes = nn.Linear(6, 4), tuple(range(2, places + 2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        gate = self.fc2(self.fc1(x.mean(self.axes)).relu()).sigmoid()
        x = x * gate.reshape(*gate.shape, *(1,) * len(self.axes))
        return self.head(x.mean(self.axes))
