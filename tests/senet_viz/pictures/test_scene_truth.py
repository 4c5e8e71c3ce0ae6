"""Boxes of a COCO JSON and masks beside pictures, as people keep them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from senet_viz.core.errors import ImageError
from senet_viz.pictures.scene_truth import TrueBoxes, find_scenes

LABELS = ("__background__", "person", "dog")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    for name in ("a", "b", "c"):
        Image.new("RGB", (20, 10)).save(tmp_path / "images" / f"{name}.jpg")
    return tmp_path


def test_a_coco_json(folder: Path) -> None:
    box = {"image_id": 7, "category_id": 18, "bbox": [1, 2, 3, 4]}
    coco = {
        "images": [{"id": 7, "file_name": "a.jpg"}, {"id": 8, "file_name": "train/b.jpg"}],
        "categories": [{"id": 18, "name": "Dog"}, {"id": 90, "name": "unicorn"}],
        "annotations": [box, box | {"iscrowd": 1}, box | {"category_id": 90}],
    }
    (folder / "instances.json").write_text(json.dumps(coco))
    found = find_scenes(folder, LABELS, boxes=True)
    assert sorted(file.name for file in found.files) == ["a.jpg", "b.jpg"]
    assert "1 picture without boxes" in found.left_out
    assert any("'unicorn'" in words for words in found.left_out)
    truth = found.truth(folder / "images" / "a.jpg")
    assert isinstance(truth, TrueBoxes)
    assert truth.boxes.tolist() == [[1, 2, 4, 6]] * 2 and truth.classes.tolist() == [2, 2]
    assert truth.crowd.tolist() == [False, True]
    empty = found.truth(folder / "images" / "b.jpg")
    assert isinstance(empty, TrueBoxes) and len(empty.classes) == 0


def test_masks_of_the_same_name(folder: Path) -> None:
    (folder / "SegmentationClass").mkdir()
    mask = Image.fromarray(np.array([[0, 1], [2, 255]], np.uint8))
    mask.save(folder / "SegmentationClass" / "a.png")
    found = find_scenes(folder, LABELS, boxes=False)
    (file,) = found.files
    assert file.name == "a.jpg" and found.left_out == ("2 pictures without a mask",)
    np.testing.assert_array_equal(found.truth(file), [[0, 1], [2, -1]])


@pytest.mark.parametrize(
    ("pictures", "masks", "belongs", "left_out"),
    [
        (["a.jpg", "a.png"], ["masks/a.png"], None, "fit several pictures equally well"),
        (
            ["a.jpg", "a.png"],
            ["masks/a.jpg.png", "masks/a.png.png"],
            {"a.jpg": "masks/a.jpg.png", "a.png": "masks/a.png.png"},
            (),
        ),
        (
            ["images/train/a.jpg", "images/val/a.jpg", "images/val/b.jpg"],
            ["masks/train/a.png", "masks/val/a.png"],
            {
                "images/train/a.jpg": "masks/train/a.png",
                "images/val/a.jpg": "masks/val/a.png",
            },
            ("1 picture without a mask",),
        ),
        (
            ["one/a.jpg", "two/a.jpg", "two/b.jpg"],
            ["masks/a.png", "two/masks/b.png"],
            {"two/b.jpg": "two/masks/b.png"},
            ("2 pictures with the same name and ambiguous masks",),
        ),
    ],
)
def test_masks_of_pictures_of_one_name(
    pictures: list[str], masks: list[str], belongs: Any, left_out: Any, tmp_path: Path
) -> None:
    for name in (*pictures, *masks):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L" if name in masks else "RGB", (20, 10)).save(tmp_path / name)
    if belongs is None:
        with pytest.raises(ImageError, match=left_out):
            find_scenes(tmp_path, LABELS, boxes=False)
        return
    found = find_scenes(tmp_path, LABELS, boxes=False)
    expected = {tmp_path / name: tmp_path / mask for name, mask in belongs.items()}
    assert found.truths == expected and set(found.files) == set(expected)
    assert found.left_out == left_out


def test_boxes_of_pictures_of_one_name(tmp_path: Path) -> None:
    images = []
    for number, part in enumerate(("train", "val")):
        (tmp_path / "images" / part).mkdir(parents=True)
        Image.new("RGB", (20, 10)).save(tmp_path / "images" / part / "a.jpg")
        images.append({"id": number, "file_name": f"{part}/a.jpg"})
    box = {"image_id": 1, "category_id": 2, "bbox": [1, 2, 3, 4]}
    coco: dict[str, Any] = {"images": images, "categories": [{"id": 2, "name": "dog"}]}
    file = tmp_path / "boxes.json"
    file.write_text(json.dumps(coco | {"annotations": [box]}))
    found = find_scenes(tmp_path / "images", LABELS, boxes=True, truths=file)
    of = {each.parent.name: found.truth(each) for each in found.files}
    assert {part: len(truth.classes) for part, truth in of.items()} == {"train": 0, "val": 1}
    with pytest.raises(ImageError, match="nothing for any picture"):
        find_scenes(tmp_path / "images", LABELS, boxes=False, truths=tmp_path / "none")


def test_a_mask_in_colours_is_refused(folder: Path) -> None:
    (folder / "masks").mkdir()
    Image.new("RGB", (20, 10)).save(folder / "masks" / "a.png")
    found = find_scenes(folder, LABELS, boxes=False)
    with pytest.raises(ImageError, match="class number for each pixel"):
        found.truth(found.files[0])


def test_links_to_elsewhere_are_asked_about(folder: Path, tmp_path_factory: Any) -> None:
    outside = tmp_path_factory.mktemp("outside")
    Image.new("L", (20, 10)).save(outside / "a.png")
    coco = {"images": [{"id": 7, "file_name": "a.jpg"}], "categories": [], "annotations": []}
    (outside / "boxes.json").write_text(json.dumps(coco))
    (folder / "masks").mkdir()
    (folder / "masks" / "a.png").symlink_to(outside / "a.png")
    (folder / "boxes.json").symlink_to(outside / "boxes.json")
    for boxes in (False, True):
        assert len(find_scenes(folder, LABELS, boxes=boxes).truths) == 1
        closed = find_scenes(folder, LABELS, boxes=boxes, may_open=lambda _: False)
        assert len(closed.truths) == 0


def test_pictures_alone(folder: Path) -> None:
    found = find_scenes(folder, LABELS, boxes=True)
    assert len(found) == 3 and found.truth(found.files[0]) is None and found.left_out == ()
    assert len(found.head(2)) == 2


def test_a_folder_without_pictures(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no picture that could be used"):
        find_scenes(tmp_path, LABELS, boxes=False)
