"""Boxes and masks that belong to the pictures of a folder: COCO's JSON, or a mask beside each."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32, Int64
from PIL import Image

from senet_viz.core.arrays import Array, Counts, readonly
from senet_viz.core.errors import ImageError
from senet_viz.core.readable_text import readable
from senet_viz.core.translation import count, tr
from senet_viz.pictures.folder_walk import MayOpen, anywhere
from senet_viz.pictures.labelled_folders import find_pictures

MASK_FOLDERS = ("masks", "mask", "segmentationclass", "annotations", "labels", "ground_truth")
NOT_COUNTED = 255
COCO_PARTS = ("images", "annotations", "categories")


@dataclass(frozen=True, slots=True, eq=False)
class TrueBoxes:
    """The boxes of one picture: left, top, right, bottom in its pixels, and their class numbers.

    ``crowd`` marks regions that count neither for nor against a network.
    """

    boxes: Float32[Array, "k 4"]
    classes: Int64[Counts, " k"]
    crowd: Bool[Array, " k"]


@dataclass(frozen=True, slots=True, eq=False)
class ScenePictures:
    """Picture files in an order that mixes them, with boxes or the file of a mask for each.

    ``truths`` is empty where the folder has neither; else it has an entry for every file.
    ``left_out`` says in sentences what was not used.
    """

    folder: Path
    files: tuple[Path, ...]
    truths: Mapping[Path, TrueBoxes | Path]
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.files)

    def head(self, most: int) -> "ScenePictures":
        return replace(self, files=self.files[:most])

    def truth(self, file: Path) -> TrueBoxes | Int64[Counts, "h w"] | None:
        """The boxes, or the mask's class numbers with -1 where nothing counts; None for neither."""
        truth = self.truths.get(file)
        return read_mask(truth) if isinstance(truth, Path) else truth


def find_scenes(
    folder: Path, labels: Sequence[str], *, boxes: bool, may_open: MayOpen = anywhere
) -> ScenePictures:
    """The pictures in ``folder`` for a detector, or without ``boxes`` for a segmentation network.

    Boxes are read from any COCO JSON in it (``images``, ``annotations``, ``categories``), whose
    categories are the network's ``labels`` by name, or by number where one of the two has no names.
    The mask of ``a.jpg`` is ``a.png`` in a folder called masks, SegmentationClass, annotations,
    labels or ground_truth: a picture whose pixels are class numbers, 255 where nothing counts.
    Where there are boxes or masks, pictures without any are left out. Links are read where
    ``may_open`` says so of their real path.

    Raises an ImageError where the folder is not there or holds no picture.
    """
    pictures = [
        file for file in find_pictures(folder, may_open=may_open).files if not _is_mask(file)
    ]
    if not pictures:
        raise ImageError(
            tr("{folder} holds no picture that could be used", folder=readable(str(folder)))
        )
    notes: list[str] = []
    beside = _files(folder, ".json" if boxes else ".png", may_open)
    truths = _all_boxes(beside, pictures, labels, notes) if boxes else _all_masks(beside, pictures)
    used = [file for file in pictures if file in truths] if truths else pictures
    if len(used) < len(pictures):
        without = count(len(pictures) - len(used), "picture")
        notes.append(
            tr("{pictures} without boxes", pictures=without)
            if boxes
            else tr("{pictures} without a mask", pictures=without)
        )
    order = np.random.default_rng(0).permutation(len(used))
    return ScenePictures(folder, tuple(used[i] for i in order), truths, tuple(notes))


def read_mask(file: Path) -> Int64[Counts, "h w"]:
    """The class numbers of a mask (of a palette: its indices), -1 where nothing counts.

    Raises an ImageError where the file is no picture of one number a pixel.
    """
    try:
        with Image.open(file) as opened:
            numbers = np.array(opened).astype(np.int64)
    except (OSError, ValueError) as error:
        raise ImageError(tr("its mask cannot be read ({error})", error=str(error))) from error
    if numbers.ndim != 2:
        raise ImageError(tr("its mask has colours; give one with a class number for each pixel"))
    return readonly(np.where(numbers == NOT_COUNTED, -1, numbers))


def _is_mask(file: Path) -> bool:
    return file.parent.name.casefold() in MASK_FOLDERS and file.suffix.casefold() == ".png"


def _files(folder: Path, ending: str, may_open: MayOpen) -> list[Path]:
    """Those in a folder and below it, sorted; in folders of masks too, which no walk enters."""
    files = sorted(folder.rglob(f"*{ending}"))
    return [file for file in files if not file.is_symlink() or may_open(os.path.realpath(file))]


def _all_masks(files: Sequence[Path], pictures: Sequence[Path]) -> dict[Path, Path]:
    masks = {file.stem: file for file in files if _is_mask(file)}
    return {file: masks[file.stem] for file in pictures if file.stem in masks}


def _all_boxes(
    files: Sequence[Path], pictures: Sequence[Path], labels: Sequence[str], notes: list[str]
) -> dict[Path, TrueBoxes]:
    truths: dict[Path, TrueBoxes] = {}
    by_name = {file.name: file for file in pictures}
    for file in files:
        content = _coco(file)
        if content is not None:
            truths |= _boxes_of(content, by_name, labels, notes)
    return truths


def _coco(file: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    whole = isinstance(content, dict) and all(isinstance(content.get(p), list) for p in COCO_PARTS)
    return content if whole else None


def _boxes_of(
    content: dict[str, Any], files: Mapping[str, Path], labels: Sequence[str], notes: list[str]
) -> dict[Path, TrueBoxes]:
    """The boxes of every picture that the JSON lists and the folder has."""
    try:
        number = _numbers(content["categories"], labels, notes)
        of: dict[Any, list[tuple[list[float], int, bool]]] = {
            each["id"]: [] for each in content["images"]
        }
        for box in content["annotations"]:
            if box["image_id"] in of and (place := number.get(box["category_id"])) is not None:
                left, top, width, height = map(float, box["bbox"])
                corners = [left, top, left + width, top + height]
                of[box["image_id"]].append((corners, place, bool(box.get("iscrowd", 0))))
        listed = {Path(str(each["file_name"])).name: of[each["id"]] for each in content["images"]}
    except (KeyError, TypeError, ValueError) as error:
        notes.append(tr("a COCO JSON that cannot be read ({error})", error=repr(error)))
        return {}
    return {files[name]: _record(boxes) for name, boxes in listed.items() if name in files}


def _numbers(
    categories: Sequence[Mapping[str, Any]], labels: Sequence[str], notes: list[str]
) -> dict[Any, int]:
    """The class number of each category of the JSON that the network knows."""
    places = {label.casefold(): place for place, label in enumerate(labels)}
    numbers: dict[Any, int] = {}
    for each in categories:
        name, number = str(each.get("name", "")), each["id"]
        place = places.get(name.casefold(), None if name and places else number)
        if place is None:
            notes.append(tr("boxes of {label!r}, which the network does not know", label=name))
        else:
            numbers[number] = int(place)
    return numbers


def _record(boxes: Sequence[tuple[list[float], int, bool]]) -> TrueBoxes:
    corners, classes, crowd = zip(*boxes, strict=True) if boxes else ((), (), ())
    return TrueBoxes(
        readonly(np.array(corners, np.float32).reshape(-1, 4)),
        readonly(np.array(classes, np.int64)),
        readonly(np.array(crowd, bool)),
    )
