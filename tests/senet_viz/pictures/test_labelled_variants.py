"""Labelled folders of every shape: each picture has its class, and the rest is counted."""

from pathlib import Path

import pytest

import senet_viz as sv
from senet_viz.pictures.labelled_folders import find_labelled
from tests.senet_viz.pictures.labelled_sets import LABELS, SETS, Labelled
from tests.senet_viz.surveys.layouts import put


def write(folder: Path, wanted: Labelled) -> Path:
    for name in wanted.pictures:
        put(folder, name, b"")
    for name, content in wanted.tables.items():
        put(folder, name, content)
    return folder


@pytest.mark.parametrize("wanted", SETS.values(), ids=SETS)
def test_each_picture_has_its_class_and_the_rest_is_counted(
    wanted: Labelled, tmp_path: Path
) -> None:
    found = find_labelled(write(tmp_path, wanted), LABELS)
    paths = [path.relative_to(tmp_path).as_posix() for path in found.files]
    assert dict(zip(paths, found.classes, strict=True)) == dict(wanted.classes)
    assert {each.reason: each.count for each in found.counted} == dict(wanted.left_out)
    assert wanted.told in found.told
    assert len(found.left_out) >= len(found.counted)


def test_imagenets_folders_are_known_by_their_numbers(tmp_path: Path) -> None:
    """Some of the 1,000, which neither name nor position tells; before, none was a class."""
    labels = sv.load_model("timm/tf_mobilenetv3_small_100.in1k", trained=False).labels
    put(tmp_path, "n01443537/1.JPEG", b"")
    put(tmp_path, "val/images/val_0.JPEG", b"")
    put(tmp_path, "val/val_annotations.txt", "val_0.JPEG\tn02110958\t0\t0\t62\t63\n")
    found = find_labelled(tmp_path, labels)
    named = {p.name: labels[c] for p, c in zip(found.files, found.classes, strict=True)}
    assert named["1.JPEG"].startswith("goldfish") and named["val_0.JPEG"].startswith("pug")


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"a/1.jpg": "", "b/1.jpg": "", "c/1.jpg": ""}, "there are 3 class folders and 2 classes"),
        ({"1.jpg": "", "t.csv": "file,label\n2.jpg,cat\n"}, "t.csv has the columns file, label"),
        ({"1.jpg": "", "t.csv": "file,label\n1.jpg,bird\n"}, "none of them names pictures"),
        ({"a/1.jpg": "", "t.csv": "x,y,z\n1,2,3\n"}, r"\('a', …\) is a class .*columns x, y, z"),
        ({"1.jpg": ""}, "holds no labelled pictures"),
    ],
)
def test_why_nothing_fits_is_said_truly(
    tmp_path: Path, files: dict[str, str], problem: str
) -> None:
    for name, content in files.items():
        put(tmp_path, name, content)
    with pytest.raises(sv.ImageError, match=problem):
        find_labelled(tmp_path, LABELS)
