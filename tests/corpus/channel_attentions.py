"""Channel gates after SE: neighbouring channels, several poolings, context, style."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus.case import Gate, Other, Read, Steps
from tests.corpus.excitations import affine, bottleneck, mean
from tests.corpus.networks import on_pictures


class ECA(nn.Module):
    """In the manner of BangguWu/ECANet: one convolution along the channels."""

    def __init__(self) -> None:
        super().__init__()
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        self.conv = nn.Conv1d(1, 1, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(self.avg_pool(x).squeeze(-1).transpose(-1, -2))
        return x * torch.sigmoid(y.transpose(-1, -2).unsqueeze(-1)).expand_as(x)


class CircularECA(nn.Module):
    """In the manner of timm's CecaModule: the squeeze is padded by itself at both ends."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(1, 1, 3, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = F.pad(x.mean((2, 3)).view(len(x), 1, -1), (1, 1), mode="circular")
        return x * self.conv(y).view(len(x), -1, 1, 1).sigmoid()


class UnfoldedECA(nn.Module):
    """In the manner of ECA by unfolding: windows of neighbouring channels, and one vector."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(3, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        windows = F.pad(x.mean((2, 3)), (1, 1)).unfold(1, 3, 1)
        return x * torch.sigmoid(self.fc(windows)).unsqueeze(-1)


def neighbours(se: Any, x: Tensor) -> Steps:
    """Three taps over the squeeze, padded with zeros or by itself."""
    z = mean(x)
    taps = (se.fc if isinstance(se, UnfoldedECA) else se.conv).weight.flatten()
    left, right = z.roll(1, 1), z.roll(-1, 1)
    if not isinstance(se, CircularECA):
        left, right = left.clone(), right.clone()
        left[:, 0] = 0
        right[:, -1] = 0
    logit = taps[0] * left + taps[1] * z + taps[2] * right
    return (yield Read(x, z, torch.sigmoid(logit), None, logit))


class CBAM(nn.Module):
    """In the manner of Jongchan/attention-module: a gate a channel, then a gate a place."""

    def __init__(self) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Flatten(), nn.Linear(16, 4), nn.ReLU(), nn.Linear(4, 16))
        self.spatial = SpatialGate()

    def forward(self, x: Tensor) -> Tensor:
        window = (x.size(2), x.size(3))
        total = self.mlp(F.avg_pool2d(x, window)) + self.mlp(F.max_pool2d(x, window))
        scale = torch.sigmoid(total).unsqueeze(2).unsqueeze(3).expand_as(x)
        return self.spatial(x * scale)


class SpatialGate(nn.Module):
    """In the manner of CBAM's second half: one gate a place, from mean and maximum channel."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 1, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        pooled = torch.cat((x.max(1, keepdim=True)[0], x.mean(1, keepdim=True)), 1)
        return x * torch.sigmoid(self.conv(pooled))


def cbam(se: Any, x: Tensor) -> Steps:
    """The hidden vectors of mean and maximum stay apart; which is shown is left open."""
    z, top = mean(x), x.flatten(2).sort(2).values[:, :, -1]
    hidden, other = (torch.relu(affine(pooled, se.mlp[1])) for pooled in (z, top))
    logit = affine(hidden, se.mlp[3]) + affine(other, se.mlp[3])
    y = yield Read(x, z, torch.sigmoid(logit), hidden, logit, unsaid=frozenset({"hidden"}))
    return se.spatial(y)


class Handed(nn.Module):
    """In the manner of External-Attention's CBAM: the product is another's argument."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(16, 4, 1),
            nn.ReLU(),
            nn.Conv2d(4, 16, 1),
            nn.Sigmoid(),
        )
        self.spatial = SpatialGate()

    def forward(self, x: Tensor) -> Tensor:
        recalibrated: Tensor = self.spatial(x * self.gate(x))
        return recalibrated + x


def handed(se: Any, x: Tensor) -> Steps:
    y = yield bottleneck(x, mean(x), se.gate[1], se.gate[3])
    return se.spatial(y) + x


class ContextScale(nn.Module):
    """In the manner of mmcv's ContextBlock, channel_mul: a softmax pools, a LayerNorm between."""

    def __init__(self) -> None:
        super().__init__()
        self.mask = nn.Conv2d(16, 1, 1)
        self.transform = nn.Sequential(
            nn.Conv2d(16, 4, 1), nn.LayerNorm([4, 1, 1]), nn.ReLU(), nn.Conv2d(4, 16, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        weights = torch.softmax(self.mask(x).view(n, 1, h * w), dim=2).unsqueeze(-1)
        context = torch.matmul(x.view(n, 1, c, h * w), weights).view(n, c, 1, 1)
        return x * torch.sigmoid(self.transform(context))


def context_scale(se: Any, x: Tensor) -> Steps:
    scores = torch.einsum("nchw,c->nhw", x, se.mask.weight.flatten()) + se.mask.bias
    weights = scores.flatten(1).softmax(1)
    z = torch.einsum("ncp,np->nc", x.flatten(2), weights)

    def act(h: Tensor) -> Tensor:
        norm = se.transform[1]
        spread = (h.var(1, keepdim=True, unbiased=False) + norm.eps).sqrt()
        normed = (h - h.mean(1, keepdim=True)) / spread
        return torch.relu(normed * norm.weight.flatten() + norm.bias.flatten())

    return (yield bottleneck(x, z, se.transform[0], se.transform[3], act=act))


class SRM(nn.Module):
    """In the manner of hyunjaelee410/style-based-recalibration-module: two weights a channel."""

    def __init__(self) -> None:
        super().__init__()
        self.cfc = nn.Conv1d(16, 16, 2, groups=16, bias=False)
        self.bn = nn.BatchNorm1d(16)

    def forward(self, x: Tensor) -> Tensor:
        flat = x.view(*x.shape[:2], -1)
        moments = torch.cat((flat.mean(2, keepdim=True), flat.std(2, keepdim=True)), 2)
        return x * torch.sigmoid(self.bn(self.cfc(moments))).unsqueeze(-1)


def srm(se: Any, x: Tensor) -> Steps:
    z, spread = mean(x), x.flatten(2).std(2)
    weights = se.cfc.weight.squeeze(1)
    logit = se.bn((z * weights[:, 0] + spread * weights[:, 1]).unsqueeze(2)).squeeze(2)
    return (yield Read(x, z, torch.sigmoid(logit), None, logit))


PER_PLACE = (Other("se.spatial", "per place"),)


CASES = (
    on_pictures(
        "a convolution along the channels",
        "BangguWu/ECANet",
        ECA,
        neighbours,
        Gate("se", "ECA", 16),
    ),
    on_pictures(
        "a circular convolution along the channels",
        "timm, CecaModule",
        CircularECA,
        neighbours,
        Gate("se", "CircularECA", 16),
    ),
    on_pictures(
        "neighbouring channels by unfolding",
        "ECA by unfolding",
        UnfoldedECA,
        neighbours,
        Gate("se", "UnfoldedECA", 16),
    ),
    on_pictures(
        "mean and maximum through the same layers, and a gate a place",
        "Jongchan/attention-module, CBAM",
        CBAM,
        cbam,
        Gate("se", "CBAM", 16, 4, squeeze_by="mean and max"),
        others=PER_PLACE,
    ),
    on_pictures(
        "a product that another module is given",
        "xmu-xiaoma666/External-Attention, CBAM",
        Handed,
        handed,
        Gate("se", "Handed", 16, 4),
        others=PER_PLACE,
    ),
    on_pictures(
        "global context that scales",
        "open-mmlab/mmcv, ContextBlock with channel_mul",
        ContextScale,
        context_scale,
        Gate("se", "ContextScale", 16, 4, squeeze_by="weighted mean"),
    ),
    on_pictures(
        "mean and deviation, two weights a channel",
        "hyunjaelee410/style-based-recalibration-module, SRM",
        SRM,
        srm,
        Gate("se", "SRM", 16, squeeze_by="mean and standard deviation"),
    ),
)
