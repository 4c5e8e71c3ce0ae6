"""The network of a command: with names, mean and deviation of one's own, or made by a function."""

import json
from pathlib import Path

import pytest
import timm
import torch

import senet_viz as sv
from senet_viz.cli import main
from tests.randomise_norms import randomise_norms

SMALL = "test_efficientnet"
FACTORY = """
import timm
from tests.randomise_norms import randomise_norms

def small():
    return randomise_norms(timm.create_model("test_efficientnet", num_classes=3))
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a picture, a checkpoint, names and a module of one's own."""
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chrome")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.jpg").write_bytes(sv.load_sample("china"))
    own = randomise_norms(timm.create_model(SMALL, num_classes=3)).state_dict()
    content = {"state_dict": {f"model.{k}": v for k, v in own.items()}, "epoch": 3}
    torch.save(content, tmp_path / "best.ckpt")
    (tmp_path / "names.txt").write_text("cat\ndog\nfish\n")
    (tmp_path / "my_networks_of_the_command.py").write_text(FACTORY)
    return tmp_path


PICTURE = "pictures/a.jpg"
OWN = ["--model", SMALL, "--weights", "best.ckpt"]
MADE = ["--factory", "my_networks_of_the_command:small"]
WITH = ["--labels", "names.txt", "--mean", "0.5", "--std", "0.25,", "0.25,", "0.25"]


@pytest.mark.parametrize("network", [OWN, MADE], ids=["weights", "factory"])
def test_inspect_takes_names_mean_and_deviation(
    here: Path, capsys: pytest.CaptureFixture[str], network: list[str]
) -> None:
    assert main(["inspect", PICTURE, *network, *WITH, "--out", "out"]) == 0
    said = json.loads((here / "out" / "manifest.json").read_text())["network"]
    assert said["labels"] == ["cat", "dog", "fish"]
    assert "mean 0.5 and deviation 0.25" in said["preprocessing"]["words"]
    notes = capsys.readouterr().err
    assert (network == MADE) != ("left out beside them: 1 (epoch)." in notes)
    assert "ImageNet mean" not in notes


@pytest.mark.parametrize("network", [OWN, MADE], ids=["weights", "factory"])
def test_survey_takes_them_too(here: Path, network: list[str]) -> None:
    assert main(["survey", "pictures", *network, *WITH, "--out", "out"]) == 0
    said = json.loads((here / "out" / "manifest.json").read_text())
    assert "mean 0.5 and deviation 0.25" in json.dumps(said)
    assert sv.load_survey(here / "out").model == network[1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([*OWN, "--labels", "none.txt"], "--labels none.txt cannot be read (No such file"),
        ([*OWN, "--labels", "two.txt"], "2 class names were given, and the network tells 3"),
        ([*OWN, "--mean", "123.675", "116.28", "103.53"], "which is on a scale of 0 to 255"),
        ([*OWN, "--std", "58.4"], "never above 1"),
        (["--factory", "my_networks_of_the_command:large"], "has no large. Name a function"),
        (["--factory", "nothing"], "names no factory. Write package.module:factory"),
        (["--model", SMALL, "--weights", PICTURE], "holds JPEG, not PyTorch weights"),
    ],
)
@pytest.mark.parametrize("command", ["inspect", "survey"])
def test_mistakes_are_one_sentence_and_status_1(
    here: Path, capsys: pytest.CaptureFixture[str], command: str, options: list[str], said: str
) -> None:
    (here / "two.txt").write_text("cat\ndog\n")
    place = PICTURE if command == "inspect" else "pictures"
    assert main([command, place, *options, "--out", "out"]) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert said in error and error.startswith("senet-viz: ")
    assert not (here / "out").exists()


@pytest.mark.parametrize(
    "options",
    [
        [],
        [*OWN, *MADE],
        [*MADE, "--weights", "best.ckpt"],
        [*OWN, "--mean", "0.5", "0.5"],
        [*OWN, "--mean", "half"],
        [*OWN, "--std", "0.2", PICTURE],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_status_2(options: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["inspect", PICTURE, *options, "--out", "out"])
    assert ended.value.code == 2
