"""A survey gives what capture gives, picture by picture, and outlives being killed."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from PIL import Image

import senet_viz as sv
from senet_viz.pictures import decoding
from senet_viz.surveys.runner import surveying
from tests.senet_viz.surveys.conftest import BROKEN, CLASSES, EACH, as_tar

NAME = "se_resnet18_imagenette"
BLOCK = "layer3.1.se"


def tables(folder: Path) -> dict[str, bytes]:
    """Every table and every partition of gates, as bytes."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for part in ("table", "gates")
        for file in sorted((folder / part).glob("*.parquet"))
    }


@pytest.fixture(scope="module")
def whole(class_folders: Path, tmp_path_factory: pytest.TempPathFactory) -> sv.Survey:
    """An uninterrupted survey of all pictures, gates kept."""
    out = tmp_path_factory.mktemp("whole") / "survey"
    return sv.survey(class_folders, NAME, out=out, keep_gates=True)


@pytest.fixture(scope="module")
def captured(class_folders: Path) -> np.ndarray:
    """The gates (n, c) of one block of every readable picture, by capture, in sorted order."""
    network = sv.load_model(NAME)
    files = [f for f in sorted(class_folders.rglob("*.jpg")) if f.name != Path(BROKEN).name]
    found = []
    for start in range(0, len(files), 32):
        part = files[start : start + 32]
        batch = torch.cat([network.preprocess(decoding.decode(f.read_bytes())) for f in part])
        found.append(sv.capture(network.model, batch, features="none")[BLOCK].excitation)
    return np.concatenate(found)


def test_it_gives_what_capture_gives(whole: sv.Survey, captured: np.ndarray) -> None:
    assert whole.classes == CLASSES and whole.count.tolist() == [EACH] * 3
    moments = whole[BLOCK]
    for k in range(3):
        rows = captured[k * EACH : (k + 1) * EACH].astype(np.float64)
        np.testing.assert_allclose(moments.mean[k], rows.mean(0), atol=1e-5)
        np.testing.assert_allclose(moments.variance[k], rows.var(0), atol=1e-5)
        np.testing.assert_allclose(moments.lowest[k], rows.min(0), atol=1e-4)
        np.testing.assert_allclose(moments.highest[k], rows.max(0), atol=1e-4)
    np.testing.assert_allclose(whole.gates(BLOCK), captured, atol=2e-3)  # kept as float16
    assert [p.label for p in whole.pictures] == np.repeat([0, 1, 2], EACH).tolist()
    first = whole.pictures[0].name
    assert first == "flower/000.jpg"
    assert decoding.decode(whole.picture(first) or b"").size == (128, 128)


def test_a_detector_is_given_one_picture_at_a_time_without_being_told(tmp_path: Path) -> None:
    network = sv.load_model("ssdlite320_mobilenet_v3_large", trained=False)
    pictures = [Image.effect_noise((90, 70 + i), 90).convert("RGB") for i in range(2)]
    for i, picture in enumerate(pictures):
        picture.save(tmp_path / f"{i}.png")
    found = sv.survey(tmp_path, network, out=tmp_path / "out", keep_gates=True)
    seen = [sv.capture(network.model, network.preprocess(p), features="none") for p in pictures]
    for name in seen[0].names:
        gates = np.concatenate([each[name].excitation for each in seen])
        np.testing.assert_allclose(found.gates(name), gates, atol=2e-3)


def test_unreadable_pictures_are_counted_named_and_skipped(whole: sv.Survey) -> None:
    assert whole.unreadable == 1
    (failure,) = whole.failures
    assert failure.name == BROKEN and "JPEG" in failure.reason


def test_it_is_its_own_reference(whole: sv.Survey) -> None:
    usual, spread = whole.reference().usual(BLOCK)
    np.testing.assert_allclose(usual, whole[BLOCK].total.mean[0], rtol=1e-5)
    np.testing.assert_allclose(spread, whole[BLOCK].total.variance[0] ** 0.5, rtol=1e-3, atol=1e-6)


def test_tar_and_parquet_hold_the_same_pictures(
    whole: sv.Survey, class_folders: Path, tmp_path: Path
) -> None:
    archive = as_tar(class_folders, tmp_path / "pictures.tar")
    files = sorted(class_folders.rglob("*.jpg"))
    table = pa.table(
        {"image": [f.read_bytes() for f in files], "label": [f.parent.name for f in files]}
    )
    pq.write_table(table, tmp_path / "pictures.parquet", row_group_size=100)
    for source in (archive, tmp_path / "pictures.parquet"):
        found = sv.survey(source, NAME, out=tmp_path / f"out{source.suffix}")
        assert found.count.tolist() == whole.count.tolist() and found.unreadable == 1
        for block in whole.blocks:
            np.testing.assert_allclose(found[block].mean, whole[block].mean, rtol=1e-6, atol=1e-9)
            np.testing.assert_allclose(found[block].m2, whole[block].m2, rtol=1e-6, atol=1e-9)


def test_an_address_is_read_like_a_folder(class_folders: Path, tmp_path: Path) -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    names = ("flower/000.jpg", "flower/001.jpg", "wall/000.jpg")
    for name in names:
        memory.pipe(f"/bucket/{name}", (class_folders / name).read_bytes())
    there = sv.survey("memory://bucket", NAME, out=tmp_path / "there", keep_gates=True)
    assert there.classes == ("flower", "wall") and there.count.tolist() == [2, 1]
    assert tuple(p.name for p in there.pictures) == names


@pytest.mark.parametrize("workers", [1, 3])
def test_the_number_of_workers_changes_no_byte(
    whole: sv.Survey, class_folders: Path, tmp_path: Path, workers: int
) -> None:
    sv.survey(class_folders, NAME, out=tmp_path / "out", keep_gates=True, workers=workers)
    assert tables(tmp_path / "out") == tables(whole.folder)


def test_killed_and_resumed_it_equals_an_uninterrupted_one(
    whole: sv.Survey, class_folders: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "senet_viz", "survey", str(class_folders), "--model", NAME]
    command += ["--out", str(out), "--keep-gates", "--workers", "1"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while not list((out / "partials").glob("shard-*")):
        assert running.poll() is None, running.stderr and running.stderr.read().decode()
        time.sleep(0.01)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    with pytest.raises(sv.SENetVizError, match="is not finished: go on with --resume"):
        sv.load_survey(out)
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode != 0 and "Go on with it by --resume" in again.stderr
    resumed = subprocess.run([*command, "--resume"], capture_output=True, text=True, check=True)
    assert "660 pictures of 3 classes" in resumed.stdout and BROKEN in resumed.stdout
    assert tables(out) == tables(whole.folder)


def test_closing_it_keeps_what_is_finished(
    whole: sv.Survey, class_folders: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    steps = surveying(class_folders, NAME, out=out, keep_gates=True, workers=1)
    seen = next(s for s in steps if s.partial is not None and s.partial.count.sum())
    assert seen.total == 661 and 0 < seen.done < 661 and seen.partial is not None
    assert np.isfinite(seen.partial[BLOCK].total.mean).all()
    steps.close()
    resumed = list(surveying(class_folders, NAME, out=out, keep_gates=True, resume=True))
    assert resumed[0].done >= 256 and resumed[-1].done == 661
    assert tables(out) == tables(whole.folder)


def test_what_cannot_be_surveyed_is_said(class_folders: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(sv.ImageError, match="holds no picture"):
        sv.survey(tmp_path / "empty", NAME, out=tmp_path / "out")
    with pytest.raises(sv.ImageError, match="is not there"):
        sv.survey(tmp_path / "nowhere", NAME, out=tmp_path / "out2")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/mine.txt").write_text("not a survey")
    with pytest.raises(sv.SENetVizError, match="holds other files"):
        sv.survey(class_folders, NAME, out=tmp_path / "notes")
    assert (tmp_path / "notes/mine.txt").read_text() == "not a survey"
    packed = shutil.copy(as_tar(class_folders / "wall", tmp_path / "w.tar"), tmp_path / "w.tar.gz")
    with pytest.raises(sv.ImageError, match=r"decompress it to \.tar"):
        sv.survey(packed, NAME, out=tmp_path / "out3")


def test_a_path_is_the_same_from_every_folder(
    class_folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(class_folders.parent)
    out = tmp_path / "out"
    begun = sv.survey(f"{class_folders.name}/wall", NAME, out=out)
    assert begun.manifest["input"]["description"] == "wall"
    monkeypatch.chdir(tmp_path)
    again = sv.survey(class_folders / "wall", NAME, out=out, resume=True)
    assert again.count.tolist() == [EACH]


def test_a_resumed_survey_has_to_be_the_same(whole: sv.Survey, class_folders: Path) -> None:
    with pytest.raises(sv.SENetVizError, match="begun with batch size 16, not 8"):
        sv.survey(class_folders, NAME, out=whole.folder, keep_gates=True, batch_size=8, resume=True)
    with pytest.raises(sv.SENetVizError, match="holds a survey"):
        sv.survey(class_folders, NAME, out=whole.folder)
