"""``senet-viz plan`` of a detector and of a segmentation network, as typed."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import senet_viz as sv
from senet_viz.analysis.scene_effects import compare_scenes, mean_overlap
from senet_viz.cli import main, plan
from senet_viz.experiments.scene_tally import class_counts
from senet_viz.models.saved_manifest import manifest_of
from tests import scene_networks


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Four pictures of noise, masks and boxes of three of them, and a file that is no picture."""
    folder, noise = tmp_path / "pictures", np.random.default_rng(0)
    (tmp_path / "truth").mkdir()
    folder.mkdir()
    for name in "abcd":
        pixels = noise.integers(0, 256, (24, 40, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{name}.png")
    images = []
    for number, name in enumerate("abc"):
        mask = noise.integers(0, 3, (24, 40), dtype=np.uint8)
        Image.fromarray(mask).save(tmp_path / "truth" / f"{name}.png")
        images.append({"id": number, "file_name": f"{name}.png"})
    box = {"category_id": 1, "bbox": [8, 8, 8, 8]}
    coco = {
        "images": images,
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [box | {"image_id": number} for number in range(3)],
    }
    (tmp_path / "boxes.json").write_text(json.dumps(coco))
    return folder


def planned(
    kind: str, pictures: Path, out: Path, *more: str, monkeypatch: pytest.MonkeyPatch
) -> int:
    made = getattr(scene_networks, kind)
    monkeypatch.setattr(plan, "load_network", lambda _: made())
    given = ["plan", kind, "--pictures", str(pictures), "--rounds", "0", "--out", str(out)]
    return main([*given, *more])


def test_miou_of_a_segmentation_network(
    pictures: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out, masks = tmp_path / "out", pictures.parent / "truth"
    more = ("--masks", str(masks), "--fold", "early", "late")
    assert planned("segmenter", pictures, out, *more, monkeypatch=monkeypatch) == 0
    said = capsys.readouterr().out
    assert "Not used: 1 picture without a mask." in said
    assert "change of mIoU in points ± standard error" in said
    net = scene_networks.segmenter()
    counts: dict[str, list] = {"before": [], "opened": []}
    for name in "abc":
        image = net.preprocess.uncropped(Image.open(pictures / f"{name}.png"))
        mask = np.array(Image.open(masks / f"{name}.png")).astype(np.int64)
        counts["before"].append(class_counts(sv.capture(net.model, image).scene.classes, mask))
        with sv.override(net.model, {"late": 1.0}):
            after = sv.capture(net.model, image).scene.classes
        counts["opened"].append(class_counts(after, mask))
    before, opened = (mean_overlap(each)[0] for each in counts.values())
    assert f"mIoU {before:.1%} over 3 pictures" in said
    with (out / "plan.csv").open(newline="") as file:
        rows = {row["block"]: row for row in csv.DictReader(file)}
    assert float(rows["late"]["opened_change"]) == pytest.approx(opened - before, abs=1e-6)
    assert float(rows["late"]["opened_standard_error"]) > 0 and opened != before
    judged = manifest_of(out / "network.safetensors").judged
    assert judged.measure == "mIoU" and judged.before == pytest.approx(before)
    assert f"fewer; change of mIoU in points {100 * judged.change:+.2f} ± " in said


@pytest.mark.parametrize("boxes", [True, False])
def test_a_detector_with_boxes_and_without(
    boxes: bool,
    pictures: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    more = ["--boxes", str(pictures.parent / "boxes.json")] if boxes else []
    assert planned("detector", pictures, out, *more, "--fold", "late", monkeypatch=monkeypatch) == 0
    said = capsys.readouterr().out
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["judged"]["measure"] == ("mAP" if boxes else "scores")
    if boxes:
        assert "change of mAP in points" in said and "mAP " in said.split("over 3 pictures")[0]
        return
    assert "what the whole network finds counts as right" in said
    net = scene_networks.detector()
    images = [net.preprocess.uncropped(Image.open(pictures / f"{n}.png")) for n in "abcd"]
    sizes = []
    for image in images:
        before = sv.capture(net.model, image).scene
        with sv.override(net.model, {"late": 1.0}):
            sizes.append(compare_scenes(before, sv.capture(net.model, image).scene).size())
    with (out / "plan.csv").open(newline="") as file:
        rows = {row["block"]: row for row in csv.DictReader(file)}
    assert float(rows["late"]["opened_change"]) == pytest.approx(np.mean(sizes), abs=1e-6)
    assert torch.tensor(sizes).abs().max() > 0


def test_what_cannot_be(
    pictures: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    truth = ("--masks", str(pictures.parent / "truth"))
    given = ["plan", "se_resnet18_imagenette", "--pictures", str(pictures), *truth]
    assert main([*given, "--out", str(tmp_path / "out")]) == 1
    assert "boxes and masks are for detectors" in capsys.readouterr().err
    assert planned("detector", pictures, tmp_path / "out", *truth, monkeypatch=monkeypatch) == 1
    assert "nothing for any picture" in capsys.readouterr().err
    monkeypatch.setattr("senet_viz.cli.channels.load_network", lambda _: scene_networks.detector())
    folders = ["--rank", str(pictures), "--judge", str(pictures), "--out", str(tmp_path / "out")]
    assert main(["channels", "detector", *folders]) == 1
    assert "whole blocks can be folded away" in capsys.readouterr().err
