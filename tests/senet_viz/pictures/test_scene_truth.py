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
