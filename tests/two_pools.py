"""A small network whose gates come from a mean and a maximum, and from a softmax over places."""

import torch
from timm.layers.cbam import ChannelAttn
from torch import Tensor, nn

from senet_viz.models.network import Network
from senet_viz.models.preprocess import imagenet_preprocess


class ContextGate(nn.Module):
    """A softmax over places, from a 1 x 1 convolution, weights what is pooled."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.score = nn.Conv2d(channels, 1, 1)
        self.expand = nn.Linear(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        weights = self.score(x).flatten(2).softmax(-1)
        context = (x.flatten(2) @ weights.transpose(1, 2)).squeeze(-1)
        return x * self.expand(context).sigmoid()[..., None, None]


def two_pools() -> Network:
    """The network of an app's factory: CBAM's channel gate, then a context gate."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = nn.Sequential(
            nn.Conv2d(3, 16, 7, stride=8, padding=3),
            ChannelAttn(16),
            ContextGate(16),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(16, 10),
        ).eval()
    return Network(
        name="two pools",
        title="Two pools",
        library="own",
        model=model,
        preprocess=imagenet_preprocess(),
        labels=tuple(f"class {i}" for i in range(10)),
        licence="",
        source="",
        sha256="",
        trained=True,
    )
