"""Products with pooled values that differ from place to place: declared, never found."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus.case import DeclaredCase, Other
from tests.corpus.channel_attentions import SpatialGate
from tests.corpus.networks import (
    CLASSES,
    manner_of,
    of_shape,
    picture,
    pictures,
    seeded,
    signal,
    volume,
    volumes,
)


class CoordinateAttention(nn.Module):
    """In the manner of houqb/CoordAttention: a gate a row times a gate a column."""

    def __init__(self) -> None:
        super().__init__()
        self.reduce = nn.Sequential(nn.Conv2d(16, 4, 1), nn.BatchNorm2d(4), nn.Hardswish())
        self.conv_h = nn.Conv2d(4, 16, 1)
        self.conv_w = nn.Conv2d(4, 16, 1)

    def forward(self, x: Tensor) -> Tensor:
        h, w = x.shape[2:]
        rows, columns = x.mean(3, keepdim=True), x.mean(2, keepdim=True).transpose(2, 3)
        rows, columns = self.reduce(torch.cat([rows, columns], 2)).split([h, w], 2)
        gate_h = torch.sigmoid(self.conv_h(rows))
        return x * gate_h * torch.sigmoid(self.conv_w(columns.transpose(2, 3)))


class StripAttention(nn.Module):
    """In the manner of strip pooling: a gate a channel and row, of the row's own mean."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(self.conv(x.mean(3, keepdim=True)))


class RowGate(nn.Module):
    """In the manner of scanning networks: a gate a row, of the size of a gate a channel."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.fc = nn.Linear(rows, rows)

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(self.fc(x.mean((1, 3))))[:, None, :, None]


class TokenGate(nn.Module):
    """In the manner of token pruning: a gate a token, of the size of a gate a channel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.embed = nn.Linear(6, channels)
        self.fc = nn.Linear(channels, channels)
        self.head = nn.Linear(channels, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x)
        x = x * torch.sigmoid(self.fc(x.mean(2))).unsqueeze(2)
        return self.head(x.mean(1))


class Bottleneck(nn.Module):
    """In the manner of BAM (Jongchan/attention-module): channel and place in one gate, added."""

    def __init__(self) -> None:
        super().__init__()
        self.channel = nn.Sequential(nn.Linear(16, 4), nn.ReLU(), nn.Linear(4, 16))
        self.place = nn.Sequential(nn.Conv2d(16, 4, 1), nn.ReLU(), nn.Conv2d(4, 1, 3, padding=1))

    def forward(self, x: Tensor) -> Tensor:
        gate = self.channel(x.mean((2, 3)))[:, :, None, None] + self.place(x)
        return x * (1 + torch.sigmoid(gate))


class SimAM(nn.Module):
    """In the manner of ZjjConan/SimAM: an energy a place, from mean and variance, no weights."""

    def forward(self, x: Tensor) -> Tensor:
        count = x.shape[2] * x.shape[3] - 1
        squares = (x - x.mean(dim=[2, 3], keepdim=True)).pow(2)
        energy = squares / (4 * (squares.sum(dim=[2, 3], keepdim=True) / count + 1e-4)) + 0.5
        return x * torch.sigmoid(energy)


class SliceGate(nn.Module):
    """In the manner of nnU-Net's residual encoder: on volumes it averages two of three axes."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Conv3d(16, 4, 1)
        self.fc2 = nn.Conv3d(4, 16, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(self.fc2(F.relu(self.fc1(x.mean((2, 3), keepdim=True)))))


class LocalGather(nn.Module):
    """In the manner of Gather-Excite with an extent: means of neighbourhoods, enlarged again."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(16, 16, 1)

    def forward(self, x: Tensor) -> Tensor:
        gathered = self.conv(F.avg_pool2d(x, 4, 2, 1))
        return x * torch.sigmoid(F.interpolate(gathered, size=x.shape[2:], mode="nearest"))


class MaskBranch(nn.Module):
    """In the manner of residual attention networks: a mask from a smaller copy of the map."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(16, 16, 1)

    def forward(self, x: Tensor) -> Tensor:
        mask = F.interpolate(self.conv(F.max_pool2d(x, 2)), size=x.shape[2:], mode="bilinear")
        return x * (1 + torch.sigmoid(mask))


class SegmentGate(nn.Module):
    """In the manner of CAM++ (wespeaker): the mean of the whole signal and of each segment."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv1d(3, 16, 5)
        self.fc1 = nn.Conv1d(16, 4, 1)
        self.fc2 = nn.Conv1d(4, 16, 1)
        self.head = nn.Linear(16, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        parts = F.avg_pool1d(x, 8, 8, ceil_mode=True).repeat_interleave(8, 2)[..., : x.shape[2]]
        gate = torch.sigmoid(self.fc2(F.relu(self.fc1(x.mean(2, keepdim=True) + parts))))
        return self.head((x * gate).mean(2))


class PictureGate(nn.Module):
    """In the manner of SkipNet: one number a picture for the whole map."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(16, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(self.fc(x.mean((2, 3))))[:, :, None, None]


class RecurrentRows(nn.Module):
    """In the manner of timm's Sequencer: an LSTM over each row of a map, and its own gates."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(16, 8, batch_first=True, bidirectional=True)

    def forward(self, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        rows = x.permute(0, 2, 3, 1).reshape(n * h, w, c)
        return self.lstm(rows)[0].reshape(n, h, w, c).permute(0, 3, 1, 2)


def case(
    kind: type[nn.Module], name: str, others: tuple[Other, ...] | None = (Other("se", "per place"),)
) -> DeclaredCase:
    return DeclaredCase(name, manner_of(kind), lambda: pictures(kind()), picture, others)


CASES = (
    case(SpatialGate, "a gate a place"),
    DeclaredCase(
        "a gate a place on as many channels as places",
        manner_of(SpatialGate),
        lambda: pictures(SpatialGate(), 64),
        of_shape(2, 3, 10, 10),
        (Other("se", "per place"),),
    ),
    case(CoordinateAttention, "coordinate attention"),
    DeclaredCase(
        "a gate a channel and row",
        manner_of(StripAttention),
        lambda: pictures(StripAttention(8), 8),
        of_shape(2, 3, 10, 9),
        (Other("se", "per place"),),
    ),
    DeclaredCase(
        "a gate a row, on as many channels as rows",
        manner_of(RowGate),
        lambda: pictures(RowGate(16)),
        of_shape(2, 3, 18, 9),
        (Other("se", "per place"),),
    ),
    DeclaredCase(
        "a gate a token, on as many channels as tokens",
        manner_of(TokenGate),
        lambda: seeded(TokenGate(16)),
        of_shape(2, 16, 6),
        (Other("", "per place"),),
    ),
    case(Bottleneck, "a channel's and a place's logit added"),
    case(SimAM, "an energy a place"),
    DeclaredCase(
        "a gate a channel and slice of a volume",
        manner_of(SliceGate),
        lambda: volumes(SliceGate()),
        volume,
        (Other("se", "per place"),),
    ),
    case(LocalGather, "means of neighbourhoods"),
    case(MaskBranch, "a mask from a smaller copy", None),
    DeclaredCase(
        "a gate a segment of a signal",
        manner_of(SegmentGate),
        lambda: seeded(SegmentGate()),
        signal,
        (Other("", "per place"),),
    ),
    case(RecurrentRows, "an LSTM over rows", (Other("se.lstm", "per place"),)),
    case(PictureGate, "one number a picture", (Other("se", "one number"),)),
)
