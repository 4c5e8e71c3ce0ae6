"""``senet-viz costs`` and ``senet-viz fold``, as typed."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import senet_viz as sv
from senet_viz.cli import main

NAME = "se_resnet18_imagenette"


def test_costs_are_counted_and_timed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["costs", NAME, "--rounds", "2", "--batch", "1", "--device", "cpu"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^total +1,970,386 +128\.285 M +30,120 +0\.029 M +8$", out, re.MULTILINE)
    assert re.search(r"^layer4\.1\.se +9,432 +0\.009 M +layer4\.1 +673,752", out, re.MULTILINE)
    assert "peak of activations alive at once: " in out
    assert re.search(r"batch 1: \d\.\d{3} times as long as itself without SE \(median of 2", out)
    assert "The source's claim: 1.018" in out


def test_two_networks_are_counted_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    other = "resnet18_imagenette"
    arguments = ["costs", NAME, "--vs", other, "--rounds", "1", "--batch", "1", "--device", "cpu"]
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert f"{other} at 128 px" in out and f"times as long as {other}" in out
    assert re.search(r"^total +1,940,266 ", out, re.MULTILINE)


def test_costs_of_nothing_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["costs"])
    assert ended.value.code == 2
    assert "give a MODEL, --paper, or both" in capsys.readouterr().err


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Gates that hardly move in one block, and in no other."""
    net = sv.load_model(NAME)
    file = tmp_path / "profile.npz"
    arrays = {}
    for block in sv.find_blocks(net.model):
        mean, _ = net.reference.usual(block.name)
        arrays[f"mean/{block.name}"] = mean
        spread = 0.001 if block.name == "layer4.0.se" else 0.2
        arrays[f"std/{block.name}"] = np.full_like(mean, spread)
    np.savez(file, **arrays)
    return file


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    (tmp_path / "data" / "church").mkdir(parents=True)
    image = sv.decode(sv.load_sample("china"))
    for part in range(3):
        image.crop((40 * part, 0, 40 * part + 300, 300)).save(
            tmp_path / "data" / "church" / f"{part}.png"
        )
    return tmp_path / "data"


def test_a_network_is_folded_and_saved(
    capsys: pytest.CaptureFixture[str], profile: Path, labelled: Path, tmp_path: Path
) -> None:
    out_file = tmp_path / "small.safetensors"
    arguments = ["fold", NAME, "--profile", str(profile), "--out", str(out_file)]
    assert main([*arguments, "--data", str(labelled), "--rounds", "1"]) == 0
    out = capsys.readouterr().out
    assert "folded layer4.0.se into layer4.0.bn2; its gates moved by at most 0.0010" in out
    assert "kept layer1.0.se: its gates depend on the picture" in out
    assert "1 of 8 SE blocks folded, 9,432 parameters saved" in out
    assert re.search(r"top-1 over 3 pictures: \d+\.\d\d% before, \d+\.\d\d% after", out)
    assert "before takes" in out
    net = sv.load_model(out_file)
    assert "layer4.0.se" not in [block.name for block in sv.find_blocks(net.model)]
    image = net.preprocess(Image.open(labelled / "church" / "0.png").convert("RGB"))
    whole = sv.load_model(NAME)
    gates = whole.reference.usual("layer4.0.se")[0]
    with torch.no_grad(), sv.override(whole.model, {"layer4.0.se": gates}):
        expected = whole.model(image)
    with torch.no_grad():
        torch.testing.assert_close(net.model(image), expected, rtol=1e-4, atol=1e-4)
    assert main(arguments) == 1
    assert f"{out_file} exists" in capsys.readouterr().err


def test_nothing_constant_saves_nothing(
    capsys: pytest.CaptureFixture[str], labelled: Path, tmp_path: Path
) -> None:
    out_file = tmp_path / "small.safetensors"
    arguments = ["fold", NAME, "--pictures", str(labelled), "--constant", "0"]
    assert main([*arguments, "--out", str(out_file)]) == 1
    printed = capsys.readouterr()
    assert "Nothing was folded" in printed.err and printed.out.count("kept ") == 8
    assert not out_file.exists()


@pytest.fixture
def partly_unreadable(labelled: Path) -> Path:
    """Three pictures that can be read, and seven files that are none."""
    for number in range(6):
        (labelled / "church" / f"words{number}.png").write_text("these are only words\n" * 9)
    (labelled / "church" / "a folder.png").mkdir()
    return labelled


def test_unreadable_pictures_are_left_out_counted_and_named(
    capsys: pytest.CaptureFixture[str], profile: Path, partly_unreadable: Path, tmp_path: Path
) -> None:
    out_file = tmp_path / "small.safetensors"
    arguments = ["fold", NAME, "--profile", str(profile), "--out", str(out_file)]
    assert main([*arguments, "--data", str(partly_unreadable)]) == 0
    out = capsys.readouterr().out
    assert f"6 of 9 pictures in {partly_unreadable} are unreadable and were left out\n" in out
    words = [line for line in out.splitlines() if "this file holds text" in line]
    assert len(words) == 5 and all(w.startswith(f"  {Path('church/words')}") for w in words)
    assert "  and 1 more\n" in out
    assert "top-1 over 3 pictures: " in out


def test_so_are_those_that_the_gates_are_measured_over(
    capsys: pytest.CaptureFixture[str], partly_unreadable: Path, tmp_path: Path
) -> None:
    arguments = ["fold", NAME, "--pictures", str(partly_unreadable), "--constant", "0"]
    assert main([*arguments, "--out", str(tmp_path / "small.safetensors")]) == 1
    out = capsys.readouterr().out
    assert f"6 of 9 pictures in {partly_unreadable} are unreadable and were left out\n" in out
    assert "  1 folder: without a picture (a folder.png): church/a folder.png\n" in out
    assert out.count("kept ") == 8


@pytest.mark.parametrize("option", ["--pictures", "--data"])
def test_not_one_readable_picture_is_one_sentence_and_status_1(
    capsys: pytest.CaptureFixture[str], profile: Path, tmp_path: Path, option: str
) -> None:
    folder, out_file = tmp_path / "data", tmp_path / "small.safetensors"
    (folder / "church").mkdir(parents=True)
    (folder / "church" / "words.png").write_text("these are only words\n" * 9)
    more = ["--profile", str(profile)] if option == "--data" else []
    assert main(["fold", NAME, *more, option, str(folder), "--out", str(out_file)]) == 1
    said = f"senet-viz: none of the pictures in {folder} could be read (1 tried). The first, "
    assert said + str(Path("church/words.png")) in capsys.readouterr().err
    assert not out_file.exists()


@pytest.mark.parametrize(("name", "said"), [("empty", "holds no pictures"), ("none", "not a fol")])
def test_a_folder_without_pictures_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    arguments = ["fold", NAME, "--pictures", str(tmp_path / name), "--out", str(tmp_path / "out")]
    assert main(arguments) == 1
    printed = capsys.readouterr().err
    assert str(tmp_path / name) in printed and said in printed
