"""Imagenette as uint8 tensors in memory: from tar files of 128 px JPEGs, or from torchvision."""

import io
import tarfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from senet_viz.core.errors import SENetVizError
from senet_viz.models.imagenette import SIDE


@dataclass(frozen=True, slots=True)
class Split:
    """Pictures (n, 3, 128, 128) uint8 and labels (n,) int64."""

    pictures: Tensor
    labels: Tensor

    def to(self, device: torch.device) -> "Split":
        return Split(self.pictures.to(device), self.labels.to(device))

    def head(self, count: int) -> "Split":
        return Split(self.pictures[:count], self.labels[:count])


def load_split(folder: Path, split: str) -> Split:
    """Read ``train``, ``val`` or ``test``.

    ``folder`` holds ``train.tar``, ``val.tar`` and ``test.tar`` (members ``07_gas_pump/0.jpg``),
    or is where torchvision keeps (and on a connected machine downloads) its ``Imagenette``; there
    ``val`` is every tenth training picture and ``test`` is Imagenette's own validation set.
    """
    tar = folder / f"{split}.tar"
    return _from_tar(tar) if tar.exists() else _from_torchvision(folder, split)


def _from_tar(path: Path) -> Split:
    with tarfile.open(path) as archive:
        members = sorted((m for m in archive if m.isfile()), key=lambda m: m.name)
        files = [archive.extractfile(m) for m in members]
        contents = [f.read() for f in files if f is not None]
    labels = [int(m.name.split("/")[-2].split("_")[0]) for m in members]
    with ThreadPoolExecutor() as pool:
        pictures = list(pool.map(_pixels, (io.BytesIO(c) for c in contents)))
    return Split(torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2), torch.tensor(labels))


def _from_torchvision(folder: Path, split: str) -> Split:
    from torchvision.datasets import Imagenette

    try:
        data = Imagenette(
            str(folder),
            split="val" if split == "test" else "train",
            size="160px",
            download=not (folder / "imagenette2-160").exists(),
        )
    except OSError as error:
        raise SENetVizError(
            f"{folder} holds no {split}.tar, and Imagenette could not be downloaded into it "
            f"({error}). Give a folder with train.tar, val.tar and test.tar, or run this once "
            "with a network."
        ) from error
    keep = [
        i for i in range(len(data._samples)) if split == "test" or (i % 10 == 0) == (split == "val")
    ]
    chosen = [data._samples[i] for i in keep]
    with ThreadPoolExecutor() as pool:
        pictures = list(pool.map(_pixels, (path for path, _ in chosen)))
    labels = torch.tensor([label for _, label in chosen])
    return Split(torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2), labels)


def _pixels(source: io.BytesIO | str | Path) -> np.ndarray:
    """One RGB picture, shorter side resized to 128 px, centre 128 x 128."""
    with Image.open(source) as opened:
        picture = opened.convert("RGB")
    if picture.size != (SIDE, SIDE):
        scale = SIDE / min(picture.size)
        size = (round(picture.width * scale), round(picture.height * scale))
        picture = picture.resize(size, Image.Resampling.BILINEAR)
        left, top = (picture.width - SIDE) // 2, (picture.height - SIDE) // 2
        picture = picture.crop((left, top, left + SIDE, top + SIDE))
    return np.asarray(picture)
