"""``senet-viz plan``, as typed: the table, the network, and what its file says of it."""

import csv
import json
import zipfile
from pathlib import Path

import pytest
import timm
import torch

import senet_viz as sv
from senet_viz.cli import main
from senet_viz.models.own_network import load_checkpoint
from senet_viz.removal import name_pictures, read_batches
from tests.randomise_norms import randomise_norms

SMALL, NAMES = "test_efficientnet", "ant bee cat dog eel fox gnu".split()


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of seven classes, the names of these, and three pictures of each."""
    folder = tmp_path_factory.mktemp("seven")
    torch.manual_seed(2)
    own = randomise_norms(timm.create_model(SMALL, num_classes=7)).state_dict()
    torch.save({f"module.{name}": tensor for name, tensor in own.items()}, folder / "last.pth")
    (folder / "names.txt").write_text("\n".join(NAMES))
    image = sv.decode(sv.load_sample("china"))
    for number, name in enumerate(NAMES):
        (folder / "data" / name).mkdir(parents=True)
        for part in range(3):
            left, top = 60 * number, 60 * part
            piece = image.crop((left, top, left + 200, top + 200))
            piece.save(folder / "data" / name / f"{part}.png")
    return folder


def arguments(seven: Path, out: Path, *more: str) -> list[str]:
    weights = ["--weights", str(seven / "last.pth"), "--labels", str(seven / "names.txt")]
    pictures = ["--pictures", str(seven / "data")]
    return ["plan", SMALL, *weights, *pictures, "--out", str(out), *more]


def test_the_saved_network_answers_as_the_plan_says(
    seven: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    first, second = sv.find_blocks(timm.create_model(SMALL).eval())
    assert main(arguments(seven, out, "--fold", first.name, "--rounds", "1")) == 0
    said = capsys.readouterr().out
    for words in ("of 21 pictures right", "together: ", "times as long as after"):
        assert words in said
    with (out / "plan.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["block"] for row in rows] == [first.name, second.name]
    assert float(rows[0]["milliseconds"]) > 0
    manifest = json.loads((out / "manifest.json").read_text())
    net = sv.load_model(out / "network.safetensors")
    assert net.labels == tuple(NAMES)
    assert [block.name for block in sv.find_blocks(net.model)] == [second.name]
    pictures = name_pictures(seven / "data", net.labels, most=100)
    right = 0
    for images, labels in read_batches(net, pictures):
        with torch.no_grad():
            right += int((net.model(images).argmax(1) == torch.tensor(labels)).sum())
    judged = manifest["judged"]
    assert (judged["pictures"], judged["right_after"], judged["truth"]) == (21, right, "labels")
    before = load_checkpoint(SMALL, seven / "last.pth", labels=NAMES)
    assert manifest["source_sha256"] == before.sha256
    assert main(arguments(seven, out)) == 1
    assert f"{out} exists" in capsys.readouterr().err


def test_a_zip_without_labels_counts_agreement_and_a_saved_network_is_planned_again(
    seven: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, zipped = tmp_path / "out", tmp_path / "pictures.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        for place, file in enumerate(sorted((seven / "data").rglob("*.png"))[:6]):
            archive.write(file, f"{place}.png")
        archive.writestr("7.png", "words only")
    given = ["plan", "se_resnet18_imagenette", "--pictures", str(zipped), "--rounds", "0"]
    assert main([*given, "--out", str(out), "--fold", "layer1.0.se"]) == 0
    said = capsys.readouterr().out
    assert "so its own answers are taken for the right ones" in said
    assert "1 of 7 pictures" in said and "6 of 6 pictures by its own answers" in said
    saved = out / "network.safetensors"
    more = ["--pictures", str(zipped), "--rounds", "0", "--out", str(tmp_path / "more")]
    assert main(["plan", str(saved), *more]) == 0
    printed = capsys.readouterr()
    assert "note: Saved network: se_resnet18_imagenette, 10 classes; 1 SE block" in printed.err
    assert "layer1.0.se" not in (tmp_path / "more" / "plan.csv").read_text()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--fold", "layer9.se"], "no block 'layer9.se'"),
        (["--pictures", "/nowhere"], "is not a folder"),
    ],
)
def test_mistakes_are_answered(
    more: list[str], said: str, seven: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments(seven, tmp_path / "out", "--rounds", "0"), *more]) == 1
    assert said in capsys.readouterr().err


def test_channels_are_ranked_on_some_pictures_judged_on_others_and_cut(
    seven: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    apart = tmp_path / "apart"
    for file in (seven / "data").glob("*/2.png"):
        (apart / file.parent.name).mkdir(parents=True)
        (apart / file.parent.name / "2.png").write_bytes(file.read_bytes()[:-1] + b"\x01")
    out, weights = tmp_path / "out", ["--weights", str(seven / "last.pth")]
    names = ["--labels", str(seven / "names.txt")]
    start = ["channels", SMALL, *weights, *names, "--rank", str(seven / "data"), "--rounds", "0"]
    more = ["--shares", "0.5", "--alone", "0.5", "--cut", "0.25", "--by", "gate", "--out", str(out)]
    assert main([*start, "--judge", str(apart), *more]) == 0
    said = capsys.readouterr().out
    assert "ranked by effect: 21 pictures" in said and "the convolutions around it shrink" in said
    assert "answers as those of the whole network" in said and "of the true class" in said
    with (out / "curves.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    ways = ["gate", "effect", "estimate", "weights", *["random"] * 5]
    blocks = [block.name for block in sv.find_blocks(timm.create_model(SMALL).eval())]
    assert [row["way"] for row in rows] == 3 * ways
    assert [row["block"] for row in rows[::9]] == ["", *blocks]
    net, judged = sv.load_model(out / "network.safetensors"), 0
    pictures = name_pictures(apart, net.labels, most=100)
    for images, labels in read_batches(net, pictures):
        with torch.no_grad():
            judged += int((net.model(images).argmax(1) == torch.tensor(labels)).sum())
    assert net.manifest.judged.right_after == judged
    assert [each.added for each in net.manifest.cut] == [False, False]
    given = [*start, "--judge", str(seven / "data"), "--out", str(tmp_path / "twice")]
    assert main(given) == 1
    assert "21 of the pictures" in capsys.readouterr().err
