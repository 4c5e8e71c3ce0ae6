"""Few and small pictures with classes, for a training that is watched: digits, a folder, a zip."""

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from senet_viz.core.errors import ImageError
from senet_viz.core.extras import import_extra
from senet_viz.core.left_out import Ledger, LeftOut
from senet_viz.core.readable_text import readable
from senet_viz.core.translation import tr
from senet_viz.pictures import decoding
from senet_viz.pictures.class_folders import class_of
from senet_viz.pictures.folder_walk import MayOpen, anywhere
from senet_viz.pictures.labelled_folders import find_pictures
from senet_viz.pictures.zip_pictures import find_in_zip
from senet_viz.training.data import Split

Item = TypeVar("Item")
SIDE = 48
LARGEST = 20 * 2**20


@dataclass(frozen=True, slots=True, eq=False)
class SmallSet:
    """Pictures to train on: what they are, in words, and the names of their classes.

    ``left_out`` counts by reason what lay there and was not used, other than by drawing fewer.
    """

    split: Split
    words: str
    labels: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()


def digits(*, side: int = SIDE) -> SmallSet:
    """The 1,797 handwritten digits of 8 x 8 pixels that come with scikit-learn, enlarged.

    Alpaydin and Kaynak, UCI, 1998. Nothing is downloaded. Raises a MissingExtraError where
    scikit-learn is not installed: it is in the extra ``samples``.

    >>> digits().split.pictures.shape
    torch.Size([1797, 3, 48, 48])
    """
    data = import_extra("sklearn.datasets").load_digits()
    grey = torch.tensor(data.images / 16 * 255, dtype=torch.float32)[:, None]
    large = F.interpolate(grey, size=(side, side), mode="bilinear", align_corners=False)
    pictures = large.round().clamp(0, 255).to(torch.uint8).repeat(1, 3, 1, 1)
    return SmallSet(
        Split(pictures, torch.tensor(data.target)),
        tr(
            "the 1,797 handwritten digits of 8 × 8 pixels that come with scikit-learn, enlarged to "
            "{side} px",
            side=side,
        ),
        tuple(str(name) for name in data.target_names),
    )


def pictures_in(
    folder: Path, *, most: int, side: int = SIDE, may_open: MayOpen = anywhere
) -> SmallSet:
    """At most ``most`` pictures of a folder with one subfolder a class, as squares of ``side`` px.

    Files that are no pictures, or of no class, are counted. ``may_open`` is asked with the real
    path of each link. Raises an ImageError where there is no such folder, or where it holds
    pictures of fewer than two classes.
    """
    pictures = find_pictures(folder, may_open=may_open)
    ledger = Ledger(pictures.counted)
    files = []
    for label, path in zip(pictures.labels, pictures.files, strict=True):
        if label:
            files.append((label, path))
        else:
            ledger.add("no class", path.name)
    read = ((name, path.name, path.read_bytes()) for name, path in _mixed(files, most))
    return _small_set(read, side, readable(str(folder)), ledger)


def pictures_in_zip(data: bytes, name: str, *, most: int, side: int = SIDE) -> SmallSet:
    """The same from the bytes of a zip file, whose pictures lie in one folder a class.

    Nothing is unpacked to disk, and no more than ``most`` files are unpacked at all; larger files
    than 20 MB are left out. ``name`` is what the zip file is called in words.
    """
    ledger, files = Ledger(), []
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            pictures, _, _ = find_in_zip(archive, ledger)
            for place, entry in sorted(pictures.items()):
                label, _ = class_of(place.parts[:-1])
                if not label:
                    ledger.add("no class", str(place))
                elif entry.file_size > LARGEST:
                    ledger.add("larger", str(place))
                else:
                    files.append((label, (str(place), entry)))
            chosen = _mixed(files, most)
            read = ((label, place, archive.read(entry)) for label, (place, entry) in chosen)
            return _small_set(read, side, name, ledger)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise ImageError(
            tr(
                "{name} is not a zip file that can be read ({error}). Pack the folders again, as "
                "an ordinary zip without a password",
                name=name,
                error=str(error),
            )
        ) from error


def _mixed(files: list[Item], most: int) -> list[Item]:
    """At most ``most``, in an order that mixes the classes and is always the same."""
    order = np.random.default_rng(0).permutation(len(files))[:most]
    return [files[i] for i in order]


def _small_set(
    files: Iterable[tuple[str, str, bytes]], side: int, where: str, ledger: Ledger
) -> SmallSet:
    """Of classes, names and bytes of pictures."""
    pixels: list[Tensor] = []
    names: list[str] = []
    for name, file, data in files:
        try:
            pixels.append(_square(decoding.read(data).image, side))
        except ImageError:
            ledger.add("unreadable", file)
            continue
        names.append(name)
    labels = tuple(sorted(set(names)))
    if len(labels) < 2:
        raise ImageError(
            tr(
                "readable pictures were found in {classes} class folder(s) of {where}, and there "
                "is nothing to learn with fewer than two: make one subfolder for each class",
                classes=len(labels),
                where=where,
            )
        )
    numbers = torch.tensor([labels.index(name) for name in names])
    words = tr(
        "{pictures} pictures of {classes} classes in {where}, as squares of {side} px",
        pictures=len(names),
        classes=len(labels),
        where=where,
        side=side,
    )
    return SmallSet(Split(torch.stack(pixels), numbers), words, labels, ledger.left_out)


def _square(image: Image.Image, side: int) -> Tensor:
    """The middle of a picture, uint8 (3, side, side)."""
    edge = min(image.size)
    left, top = (image.width - edge) // 2, (image.height - edge) // 2
    box = (left, top, left + edge, top + edge)
    small = image.resize((side, side), Image.Resampling.BILINEAR, box=box)
    return torch.from_numpy(np.array(small)).permute(2, 0, 1)
