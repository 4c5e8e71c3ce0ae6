"""Labelled pictures are found by subfolder or CSV, and every misfit is named."""

from pathlib import Path

import pytest

import senet_viz as sv
from senet_viz.pictures.labelled_folders import find_labelled

LABELS = ("tench, Tinca tinca", "golf ball", "crane", "crane")


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def pairs(folder: Path) -> dict[str, int]:
    found = find_labelled(folder, LABELS)
    return {
        p.relative_to(folder).as_posix(): c for p, c in zip(found.files, found.classes, strict=True)
    }


def test_a_subfolder_is_a_class_by_name_number_or_both(tmp_path: Path) -> None:
    touch(tmp_path, "Tinca_tinca/a.JPG", "1/b.png", "01_golf-ball/c.jpg", "tench/notes.txt")
    assert pairs(tmp_path) == {"Tinca_tinca/a.JPG": 0, "1/b.png": 1, "01_golf-ball/c.jpg": 1}


def test_a_name_that_two_classes_share_is_left_out_and_said(tmp_path: Path) -> None:
    touch(tmp_path, "crane/a.jpg", "crane/b.jpg", "dog/c.jpg", "tench/d.jpg", "9/e.jpg")
    found = find_labelled(tmp_path, LABELS)
    assert found.classes == (0,)
    assert {line.split(":")[0] for line in found.left_out} == {
        "2 of 'crane'",
        "1 of 'dog'",
        "1 of '9'",
    }


@pytest.mark.parametrize(
    "table", ["file,label\na.jpg,golf ball\n", "\ufeffFile,index,label\na.jpg,1,nonsense\n"]
)
def test_a_csv_by_name_or_number(tmp_path: Path, table: str) -> None:
    touch(tmp_path, "a.jpg")
    (tmp_path / "labels.csv").write_text(table + "gone.jpg,1,x\n", encoding="utf-8")
    assert pairs(tmp_path) == {"a.jpg": 1}


def test_the_order_mixes_classes_and_is_always_the_same(tmp_path: Path) -> None:
    touch(tmp_path, *(f"{c}/{i}.jpg" for c in ("tench", "golf ball") for i in range(20)))
    first, again = find_labelled(tmp_path, LABELS), find_labelled(tmp_path, LABELS)
    assert first == again
    assert set(first.head(10).classes) == {0, 1}
    assert len(first) == 40 and len(first.head(10)) == 10


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(sv.ImageError, match="is not a folder"):
        find_labelled(tmp_path / "nowhere", LABELS)
    with pytest.raises(sv.ImageError, match="holds no labelled pictures"):
        find_labelled(tmp_path, LABELS)
    touch(tmp_path, "dog/a.jpg")
    with pytest.raises(sv.ImageError, match=r"\('dog', …\) is a class of this network"):
        find_labelled(tmp_path, LABELS)
    (tmp_path / "t.csv").write_text("name,kind\na,b\n")
    with pytest.raises(sv.ImageError, match="has the columns name, kind"):
        find_labelled(tmp_path, LABELS)


def test_a_table_of_photographs_by_imagenets_numbers(tmp_path: Path) -> None:
    """Columns and names as lists of ImageNet's pictures have them; the number goes first."""
    labels = sv.load_model("timm/tf_mobilenetv3_small_100.in1k", trained=False).labels
    rows = {"n01443537_goldfish.jpg": (1, "goldfish"), "n02110958_pug.jpg": (254, "a pug")}
    lines = [f"{name},{name[:9]},{index},{label}" for name, (index, label) in rows.items()]
    header = "file,wnid,imagenet_index,label"
    (tmp_path / "photos.csv").write_text("\n".join([header, *lines]), encoding="utf-8")
    touch(tmp_path, *rows)
    found = find_labelled(tmp_path, labels)
    assert {p.name: c for p, c in zip(found.files, found.classes, strict=True)} == {
        "n01443537_goldfish.jpg": 1,
        "n02110958_pug.jpg": 254,
    }
    assert labels[1].startswith("goldfish") and labels[254].startswith("pug")
