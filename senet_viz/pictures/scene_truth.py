"""Boxes and masks that belong to the pictures of a folder: a COCO JSON, or a mask for each."""

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
from senet_viz.pictures.scene_matching import Claim, match

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
    folder: Path,
    labels: Sequence[str],
    *,
    boxes: bool,
    may_open: MayOpen = anywhere,
    truths: Path | None = None,
) -> ScenePictures:
    """The pictures in ``folder`` for a detector, or without ``boxes`` for a segmentation network.

    Boxes are read from any COCO JSON in it (``images``, ``annotations``, ``categories``), whose
    categories are the network's ``labels`` by name, or by number where one of the two has no names.
    The mask of ``a.jpg`` is ``a.png`` in a folder called masks, SegmentationClass, annotations,
    labels or ground_truth, or below one: a picture whose pixels are class numbers, 255 where
    nothing counts. ``truths`` names the JSON, or the folder of masks, instead. Among pictures with
    the same name each gets the mask or boxes from folders with the same names as its own, or the
    mask with its whole name (``a.jpg.png``). If there are boxes or masks, pictures without any are
    left out, and so are pictures for which they are ambiguous. Links are read where ``may_open``
    says so of their real path.

    Raises an ImageError where the folder is not there or holds no picture, or where ``truths`` was
    given and matches none.
    """
    masks = _Masks(folder, None if boxes else truths)
    pictures = [
        file for file in find_pictures(folder, may_open=may_open).files if file not in masks
    ]
    if not pictures:
        raise ImageError(
            tr("{folder} holds no picture that could be used", folder=readable(str(folder)))
        )
    notes: list[str] = []
    if boxes:
        beside = [truths] if truths is not None else _files(folder, ".json", may_open)
        belongs, unclear = _all_boxes(beside, folder, pictures, labels, notes)
    else:
        belongs, unclear = masks.of(_files(masks.root, ".png", may_open), pictures)
    if truths is not None and not belongs:
        raise ImageError(
            tr(
                "{truths} has nothing for any picture in {folder}. Give a COCO JSON that lists "
                "them, or a folder with a.png for a.jpg",
                truths=readable(str(truths)),
                folder=readable(str(folder)),
            )
        )
    used = [file for file in pictures if file in belongs] if belongs or unclear else pictures
    without = 0 if used == pictures else len(pictures) - len(used) - len(unclear)
    notes += _left_out(without, len(unclear), boxes=boxes)
    if not used:
        raise ImageError(
            tr(
                "in {folder} masks or boxes fit several pictures equally well. Name each mask "
                "after the whole file name (a.jpg.png), or put masks in folders with the same "
                "names as those of the pictures",
                folder=readable(str(folder)),
            )
        )
    order = np.random.default_rng(0).permutation(len(used))
    return ScenePictures(folder, tuple(used[i] for i in order), belongs, tuple(notes))


def _left_out(without: int, unclear: int, *, boxes: bool) -> list[str]:
    """How many pictures have no boxes or mask, and for how many these are ambiguous."""
    notes: list[str] = []
    if without:
        pictures = count(without, "picture")
        notes.append(
            tr("{pictures} without boxes", pictures=pictures)
            if boxes
            else tr("{pictures} without a mask", pictures=pictures)
        )
    if unclear:
        pictures = count(unclear, "picture")
        notes.append(
            tr("{pictures} with the same name and ambiguous boxes", pictures=pictures)
            if boxes
            else tr("{pictures} with the same name and ambiguous masks", pictures=pictures)
        )
    return notes


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


@dataclass(frozen=True, slots=True)
class _Masks:
    """Which files are masks: those in folders with such a name, or in the given folder."""

    folder: Path
    named: Path | None

    @property
    def root(self) -> Path:
        return self.folder if self.named is None else self.named

    def __contains__(self, file: Path) -> bool:
        if file.suffix.casefold() != ".png" or not file.is_relative_to(self.root):
            return False
        folders = file.relative_to(self.root).parts[:-1]
        return self.named is not None or any(map(_holds_masks, folders))

    def of(
        self, files: Sequence[Path], pictures: Sequence[Path]
    ) -> tuple[dict[Path, TrueBoxes | Path], set[Path]]:
        """The mask of each picture, and the pictures for which it is ambiguous."""
        claims = []
        for file in files:
            if file in self:
                folders = file.relative_to(self.root).parts[:-1]
                own = [f for f in folders if self.named is not None or not _holds_masks(f)]
                claims.append(((*own, file.stem), file))
        return _matched(claims, self.folder, pictures)


def _holds_masks(folder: str) -> bool:
    return folder.casefold() in MASK_FOLDERS


def _matched(
    claims: Sequence[Claim[Any]], folder: Path, pictures: Sequence[Path]
) -> tuple[dict[Path, TrueBoxes | Path], set[Path]]:
    truths, unclear = match(claims, [file.relative_to(folder) for file in pictures])
    return {folder / name: value for name, value in truths.items()}, {folder / n for n in unclear}


def _files(folder: Path, ending: str, may_open: MayOpen) -> list[Path]:
    """Those in a folder and below it, sorted; in folders of masks too, which no walk enters."""
    files = sorted(folder.rglob(f"*{ending}"))
    return [file for file in files if not file.is_symlink() or may_open(os.path.realpath(file))]


def _all_boxes(
    files: Sequence[Path],
    folder: Path,
    pictures: Sequence[Path],
    labels: Sequence[str],
    notes: list[str],
) -> tuple[dict[Path, TrueBoxes | Path], set[Path]]:
    """The boxes of each picture listed in a JSON, and the pictures for which they are ambiguous."""
    contents = [content for content in map(_coco, files) if content is not None]
    claims = [claim for content in contents for claim in _boxes_of(content, labels, notes)]
    return _matched(claims, folder, pictures)


def _coco(file: Path) -> dict[str, Any] | None:
    try:
        return read_coco(file.read_bytes())
    except OSError:
        return None


def read_coco(data: bytes) -> dict[str, Any] | None:
    """The content of a COCO JSON; None for any other file."""
    try:
        content = json.loads(data)
    except ValueError:
        return None
    whole = isinstance(content, dict) and all(isinstance(content.get(p), list) for p in COCO_PARTS)
    return content if whole else None


def _boxes_of(
    content: dict[str, Any], labels: Sequence[str], notes: list[str]
) -> list[Claim[TrueBoxes]]:
    """The boxes of every picture that the JSON lists, by the parts of its path."""
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
        return [
            (Path(str(each["file_name"])).parts, _record(of[each["id"]]))
            for each in content["images"]
            if Path(str(each["file_name"])).parts
        ]
    except (KeyError, TypeError, ValueError) as error:
        notes.append(tr("a COCO JSON that cannot be read ({error})", error=repr(error)))
        return []


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
