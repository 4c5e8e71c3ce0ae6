"""Channel gates on maps that are no batch of whole maps: videos, padding, one place, no batch."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus.case import Gate, GateCase, Steps
from tests.corpus.convolutional_gates import SEModule, se_module
from tests.corpus.excitations import bottleneck, mean
from tests.corpus.linear_gates import SELayer, se_layer
from tests.corpus.networks import CLASSES, inside, of_shape, pictures, seeded
from tests.corpus.signals_and_volumes import VideoSE, video_se


class MaskedSE(nn.Module):
    """In the manner of speechbrain's SEBlock with lengths: padding does not enter the mean."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv1d(3, 16, 3, padding=1)
        self.conv1 = nn.Conv1d(16, 4, 1)
        self.conv2 = nn.Conv1d(4, 16, 1)
        self.head = nn.Linear(16, CLASSES)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        x = self.stem(x)
        steps = torch.arange(x.shape[2], device=x.device)
        mask = (steps[None] < lengths[:, None]).to(x.dtype).unsqueeze(1)
        total = mask.sum(dim=2, keepdim=True)
        s = (x * mask).sum(dim=2, keepdim=True) / total
        return self.head((torch.sigmoid(self.conv2(F.relu(self.conv1(s)))) * x).mean(2))


def masked_se(net: Any, x: Tensor, lengths: Tensor) -> Steps:
    x = net.stem(x)
    z = torch.stack([m[:, :length].mean(1) for m, length in zip(x, lengths.tolist(), strict=True)])
    return net.head(mean((yield bottleneck(x, z, net.conv1, net.conv2))))


class Shrinking(nn.Module):
    """In the manner of deep networks on small volumes: the last map has one place only."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.se1 = nn.Conv3d(3, 8, 3, stride=2, padding=1), VideoSE(8)
        self.conv2, self.se2 = nn.Conv3d(8, 16, 3, stride=4, padding=1), VideoSE(16)
        self.head = nn.Linear(16, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.se1(F.relu(self.conv1(x)))
        return self.head(self.se2(F.relu(self.conv2(x))).flatten(1))


def shrinking(net: Any, x: Tensor) -> Steps:
    x = yield from video_se(net.se1, torch.relu(net.conv1(x)))
    return net.head((yield from video_se(net.se2, torch.relu(net.conv2(x)))).flatten(1))


class OnePlace(nn.Module):
    """In the manner of small pictures in deep networks: the map has one place."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 4)
        self.se = SEModule()
        self.head = nn.Linear(16, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.se(self.stem(x)).flatten(1))


def one_place(net: Any, x: Tensor) -> Steps:
    return net.head((yield from se_module(net.se, net.stem(x))).flatten(1))


class Frames(nn.Module):
    """In the manner of video networks on (b, t, c, h, w): pooled over time and place."""

    def __init__(self, over_time: bool) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3)
        self.fc1 = nn.Linear(16, 4)
        self.fc2 = nn.Linear(4, 16)
        self.head = nn.Linear(16, CLASSES)
        self.axes = (1, 3, 4) if over_time else (3, 4)

    def forward(self, x: Tensor) -> Tensor:
        maps = self.stem(x.flatten(0, 1))
        x = maps.view(*x.shape[:2], *maps.shape[1:])
        z = x.mean(self.axes, keepdim=True).squeeze(-1).squeeze(-1)
        gate = torch.sigmoid(self.fc2(F.relu(self.fc1(z))))
        return self.head((x * gate[..., None, None]).mean((1, 3, 4)))


def over_time(net: Any, x: Tensor) -> Steps:
    b, t = x.shape[:2]
    maps = net.stem(x.flatten(0, 1)).unflatten(0, (b, t)).transpose(1, 2)
    return net.head(mean((yield bottleneck(maps, mean(maps), net.fc1, net.fc2))))


def by_frame(net: Any, x: Tensor) -> Steps:
    """Each frame is an input of its own: n = b·t."""
    maps = net.stem(x.flatten(0, 1))
    y = yield bottleneck(maps, mean(maps), net.fc1, net.fc2)
    return net.head(mean(y).view(*x.shape[:2], -1).mean(1))


class EachFrame(nn.Module):
    """In the manner of networks of pictures on videos: time is folded into the batch."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3)
        self.se = SEModule()
        self.head = nn.Linear(16, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        y = self.se(self.stem(x.flatten(0, 1)))
        return self.head(y.mean((2, 3)).view(*x.shape[:2], -1).mean(1))


def each_frame(net: Any, x: Tensor) -> Steps:
    y = yield from se_module(net.se, net.stem(x.flatten(0, 1)))
    return net.head(mean(y).view(*x.shape[:2], -1).mean(1))


class Unbatched(nn.Module):
    """In the manner of networks for one picture at a time: maps (c, h, w), vectors (c,)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3)
        self.fc1 = nn.Linear(16, 4)
        self.fc2 = nn.Linear(4, 16)
        self.head = nn.Linear(16, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        gate = torch.sigmoid(self.fc2(F.relu(self.fc1(x.mean((1, 2))))))
        return self.head((x * gate[:, None, None]).mean((1, 2)))


def unbatched(net: Any, x: Tensor) -> Steps:
    """n = 1."""
    maps = net.stem(x)[None]
    return net.head(mean((yield bottleneck(maps, mean(maps), net.fc1, net.fc2))))[0]


class Spectrogram(nn.Module):
    """In the manner of speaker networks: an input (n, time, bands), maps in two directions."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 16, 3)
        self.fc = nn.Sequential(nn.Linear(16, 4), nn.ELU(), nn.Linear(4, 16), nn.Sigmoid())
        self.head = nn.Linear(16, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x.transpose(1, 2).unsqueeze(1))
        gate = self.fc(F.adaptive_avg_pool2d(x, 1).squeeze(-1).squeeze(-1))
        return self.head((x * gate[:, :, None, None]).mean((2, 3)))


def spectrogram(net: Any, x: Tensor) -> Steps:
    x = net.stem(x.transpose(1, 2)[:, None])
    return net.head(mean((yield bottleneck(x, mean(x), net.fc[0], net.fc[2], act=F.elu))))


def on_input(
    name: str, source: str, build: Any, reference: Any, shape: tuple[int, ...], *gates: Gate
) -> GateCase:
    """The case of a network of its own, on noise of a shape."""
    return GateCase(name, source, lambda: seeded(build()), of_shape(*shape), gates, reference)


def with_lengths() -> tuple[Tensor, Tensor]:
    """Signals (3, 3, 25), the last two of them padded."""
    return of_shape(3, 3, 25)(), torch.tensor([25, 17, 9])


CASES = (
    GateCase(
        "signals: a mean without the padding",
        "speechbrain, SEBlock with lengths",
        lambda: seeded(MaskedSE()),
        with_lengths,
        (Gate("", "MaskedSE", 16, 4, squeeze_by="weighted mean"),),
        masked_se,
    ),
    on_input(
        "signals: spectrograms",
        "clovaai/voxceleb_trainer, ResNetSE34",
        Spectrogram,
        spectrogram,
        (2, 20, 11),
        Gate("", "Spectrogram", 16, 4),
    ),
    on_input(
        "volumes: the last map has one place",
        "MONAI, SEResNet50 on small volumes",
        Shrinking,
        shrinking,
        (2, 3, 8, 8, 8),
        Gate("se1", "VideoSE", 8, 8),
        Gate("se2", "VideoSE", 16, 8),
    ),
    on_input(
        "pictures: a map of one place",
        "small pictures in deep networks",
        OnePlace,
        one_place,
        (3, 3, 4, 4),
        Gate("se", "SEModule", 16, 4),
    ),
    on_input(
        "videos: pooled over time and place",
        "video networks on (b, t, c, h, w)",
        lambda: Frames(True),
        over_time,
        (2, 3, 3, 8, 7),
        Gate("", "Frames", 16, 4),
    ),
    on_input(
        "videos: each frame by itself",
        "video networks on (b, t, c, h, w)",
        lambda: Frames(False),
        by_frame,
        (2, 3, 3, 8, 7),
        Gate("", "Frames", 16, 4),
    ),
    on_input(
        "videos: frames folded into the batch",
        "networks of pictures on videos",
        EachFrame,
        each_frame,
        (2, 3, 3, 8, 7),
        Gate("se", "SEModule", 16, 4),
    ),
    on_input(
        "pictures: one without a batch",
        "networks for one picture at a time",
        Unbatched,
        unbatched,
        (3, 8, 7),
        Gate("", "Unbatched", 16, 4),
    ),
    GateCase(
        "as many pictures and rows and columns as channels",
        "moskomule/senet.pytorch, SELayer",
        lambda: pictures(SELayer()),
        of_shape(16, 3, 18, 18),
        (Gate("se", "SELayer", 16, 4),),
        inside(se_layer),
    ),
    GateCase(
        "one picture",
        "moskomule/senet.pytorch, SELayer",
        lambda: pictures(SELayer()),
        of_shape(1, 3, 12, 9),
        (Gate("se", "SELayer", 16, 4),),
        inside(se_layer),
    ),
)
