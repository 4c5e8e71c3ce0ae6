"""``senet-viz costs``, as typed."""

import re

import pytest

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
