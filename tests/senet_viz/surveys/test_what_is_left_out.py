"""What a survey did not use is in its manifest, its words and its report, whatever names are."""

import json
import os
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import senet_viz as sv
from senet_viz.cli import main
from senet_viz.core.translation import speaking
from senet_viz.reports import survey_report
from senet_viz.surveys.runner import surveying
from tests.dashboard.zips import crops
from tests.senet_viz.surveys.layouts import put, tar_bytes

NAME = "se_resnet18_imagenette"
BLOCK = "layer3.1.se"
PICTURES = [data for _, data in crops(2)]


def odd_set(folder: Path) -> Path:
    """A folder of two classes with names in GBK, in a folder of such a name, among junk."""
    root = folder / os.fsdecode("数据".encode("gbk"))
    for name, data in zip(("狗/1.jpg", "狗/图片.jpg", "猫咪/2.jpg"), PICTURES, strict=False):
        put(root, os.fsdecode(name.encode("gbk")), data)
    put(root, os.fsdecode("猫咪/@eaDir/2.jpg/T.jpg".encode("gbk")), PICTURES[0])
    put(root, os.fsdecode("笔记.txt".encode("gbk")), "x")
    (root / "gone.jpg").symlink_to("nowhere")
    return root


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> sv.Survey:
    folder = tmp_path_factory.mktemp("odd")
    return sv.survey(odd_set(folder), NAME, out=folder / "out", keep_gates=True, workers=1)


def test_names_are_readable_and_every_picture_can_be_had(whole: sv.Survey) -> None:
    assert dict(zip(whole.classes, whole.count.tolist(), strict=True)) == {"狗": 2, "猫咪": 1}
    names = [picture.name for picture in whole.pictures]
    assert names == ["猫咪/2.jpg", "狗/1.jpg", "狗/图片.jpg"]
    assert [whole.picture(name) for name in names] == [PICTURES[2], PICTURES[0], PICTURES[1]]
    assert whole.manifest["input"]["description"] == "数据"


def test_manifest_words_and_report_say_it(whole: sv.Survey) -> None:
    kept = json.loads((whole.folder / "manifest.json").read_text("utf-8"))
    assert {each["reason"]: each["count"] for each in kept["left_out"]} == {
        "system": 1,
        "suffix": 1,
        "broken link": 1,
    }
    assert kept["classes_told"] == [{"by": "folder", "detail": "", "pictures": 3}]
    assert kept["notes"][:2] == [whole.told, "Left out: 2 files, 1 link."]
    assert "笔记.txt" in str(whole.left_out)
    page = survey_report(whole).decode()
    assert "1 link: leads nowhere" in page and "the folder around the picture" in page
    with speaking("zh"):
        assert whole.told == "类别来自：图片所在的文件夹（# 张图片）。".replace("#", "3")


def test_the_command_prints_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, "in/cat/1.jpg", PICTURES[0])
    put(tmp_path, "in/notes.txt", "x")
    arguments = ["survey", "--model", NAME, "--workers", "1", "--out"]
    assert main([*arguments, str(tmp_path / "out"), str(tmp_path / "in")]) == 0
    out = capsys.readouterr().out
    assert "Classes come from the folder around the picture (1 picture)." in out
    assert (
        "Left out: 1 file.\n  1 file: not a picture in a format that is read (.txt): notes.txt\n"
        in out
    )
    assert main([*arguments, str(tmp_path / "out2"), str(tmp_path / "in/cat")]) == 0
    out = capsys.readouterr().out
    assert "No classes (1 picture)" in out and "Nothing was left out." in out


def test_a_survey_begun_before_is_finished_to_the_byte(whole: sv.Survey, tmp_path: Path) -> None:
    """Its plan has no counts and its listing no paths, which are those of UTF-8 names."""
    source, begun, other = tmp_path / "in", tmp_path / "begun", tmp_path / "other"
    for place, data in enumerate(PICTURES):
        put(source, f"cat/{place}.jpg", data)
    put(source, "notes.txt", "x")
    finished = sv.survey(source, NAME, out=other, workers=1)
    steps = surveying(source, NAME, out=begun, workers=1)
    next(step for step in steps if step.total)
    steps.close()
    plan = json.loads((begun / "plan.json").read_text())
    del plan["told"], plan["left_out"]
    (begun / "plan.json").write_text(json.dumps(plan))
    listing = pq.read_table(begun / "listing.parquet").drop_columns("path")
    pq.write_table(listing, begun / "listing.parquet")
    shutil.rmtree(begun / "partials", ignore_errors=True)
    resumed = sv.survey(source, NAME, out=begun, workers=1, resume=True)
    assert resumed.left_out is None and resumed.told == ""
    assert finished.left_out and finished.told
    for table in sorted((other / "table").iterdir()):
        assert (begun / "table" / table.name).read_bytes() == table.read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("set.tar", b"\x1f\x8b\x08\0 and so on", "is a compressed tar file"),
        ("set.tbz2", b"BZh", "is a compressed tar file"),
        ("set.zip", b"PK\x03\x04", "is a zip file: unpack it"),
        ("set.bin", b"words", "is no picture, .tar, .parquet or .arrow file"),
        ("set.tar", b"<html>" * 200, "is damaged or no tar file"),
        ("set.parquet", b"<html>", "is damaged or no Parquet file"),
        ("set.arrow", b"<html>" * 9, "is damaged or no Arrow file"),
        ("set.tar", tar_bytes({"a.zip": "x", "b.rar": "x"}), r"It holds 2 files: an archive"),
    ],
)
def test_what_is_no_data_set_is_named(
    tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    put(tmp_path, name, content)
    with pytest.raises(sv.ImageError, match=problem):
        sv.survey(tmp_path / name, NAME, out=tmp_path / "out")


def test_a_path_is_no_chain_of_addresses(tmp_path: Path) -> None:
    put(tmp_path, "a::b/cat/1.jpg", PICTURES[0])
    assert sv.survey(tmp_path / "a::b", NAME, out=tmp_path / "out", workers=1).classes == ("cat",)
