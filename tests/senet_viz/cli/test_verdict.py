"""``senet-viz verdict`` prints what the library says of a survey."""

from pathlib import Path

import pytest

import senet_viz as sv
from senet_viz.analysis.survey_variance import split_survey
from senet_viz.analysis.variance import NAMES
from senet_viz.cli import main
from senet_viz.surveys.tables import shipped_survey


def test_a_line_for_each_block(capsys: pytest.CaptureFixture[str]) -> None:
    folder = shipped_survey("se_resnet18_imagenette")
    assert main(["verdict", str(folder)]) == 0
    out = capsys.readouterr().out
    for block, split in split_survey(sv.load_survey(folder)).items():
        line = next(line for line in out.splitlines() if line.startswith(block))
        assert line.endswith(NAMES[split.verdict])
        assert f"  {split.relative:.1%}  " in line
        assert f"  {split.block_share:.1%}  " in line
    assert "less than 5% of the gate" in out
    assert "cannot be told apart" not in out


def test_no_survey_is_an_error_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verdict", str(tmp_path)]) == 1
    assert "is not there" in capsys.readouterr().err


def test_one_picture_a_class_is_not_split_by_class(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("china", "chelsea"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "a.jpg").write_bytes(sv.load_sample(name))
    sv.survey(tmp_path / "in", "se_resnet18_imagenette", out=tmp_path / "out", workers=1)
    assert main(["verdict", str(tmp_path / "out")]) == 0
    out = capsys.readouterr().out
    assert "not told" in out
    assert "cannot be told apart" in out
