"""A detector and a segmentation network that are small enough to be run many times."""

from dataclasses import replace

import torch
from torch import Tensor, nn
from torchvision.ops import SqueezeExcitation
from torchvision.transforms.functional import to_tensor

from senet_viz.models.network import Network
from senet_viz.models.preprocess import custom_preprocess, imagenet_preprocess

SIDE = 32
CELL = 8


class _Backbone(nn.Module):
    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.early = SqueezeExcitation(8, 2)
        self.second = nn.Conv2d(8, 8, 3, padding=1)
        self.late = SqueezeExcitation(8, 2)
        self.last = nn.Conv2d(8, outputs, 1)

    def maps(self, x: Tensor) -> Tensor:
        x = self.early(self.first(x).relu() * 4)
        return 4 * self.last(self.late(self.second(x).relu() * 4))


class Segmenter(_Backbone):
    """Scores of three classes at every pixel, as torchvision's networks give them."""

    def __init__(self) -> None:
        super().__init__(3)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return {"out": self.maps(x)}


class Detector(_Backbone):
    """A box of class 1 or 2 for each cell of 8 x 8 pixels, as torchvision's detectors answer."""

    def __init__(self) -> None:
        super().__init__(2)

    def forward(self, x: Tensor) -> list[dict[str, Tensor]]:
        cells = nn.functional.avg_pool2d(self.maps(x), CELL)
        rows, columns = torch.meshgrid(
            *(torch.arange(size) * CELL for size in cells.shape[2:]), indexing="ij"
        )
        corners = torch.stack([columns, rows, columns + CELL, rows + CELL], -1)
        boxes = corners.flatten(0, 1).float()
        return [
            {"boxes": boxes, "scores": score.flatten(), "labels": label.flatten() + 1}
            for score, label in (cell.sigmoid().max(0) for cell in cells)
        ]


def made(kind: type[_Backbone]) -> nn.Module:
    """One of the two with weights of its own, always the same."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return kind().eval()


def picture(seed: int = 0) -> Tensor:
    """Noise with a bright corner, (1, 3, 32, 32)."""
    noise = torch.rand(1, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(seed))
    noise[..., :CELL, :CELL] += 1
    return noise


def detector() -> Network:
    """What a factory of the app gives: the detector, shown whole pictures."""
    return _described(Detector)


def segmenter() -> Network:
    """The same of the segmentation network."""
    return _described(Segmenter)


def _described(kind: type[_Backbone]) -> Network:
    preprocess = custom_preprocess(imagenet_preprocess(), side=SIDE, mean=(0,) * 3, std=(1,) * 3)
    return Network(
        name=kind.__name__,
        title=kind.__name__,
        library="own",
        model=made(kind),
        preprocess=replace(preprocess, whole=to_tensor),
        labels=("background", "cat", "dog"),
        licence="",
        source="",
        sha256="",
        trained=True,
    )
