"""``senet-viz places``, as typed."""

from pathlib import Path

import pytest
from PIL import Image

from senet_viz.cli import main


def test_a_table_for_either_edit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for shade in (40, 200):
        Image.new("RGB", (64, 64), (shade, 90, 20)).save(tmp_path / f"{shade}.png")
    folder = ["--pictures", str(tmp_path)]
    arguments = ["places", "se_resnet18_imagenette", *folder, "--channels", "1", "--random", "1"]
    assert main(arguments) == 0
    out = capsys.readouterr().out
    for heading in ("the block's input covered", "the picture covered"):
        table = out.partition(f"{heading}, 2 pictures\n\n")[2].splitlines()
        assert table[0].count("account") == 3 and table[2].startswith("| layer1.0.se | ")
        assert len(table[2].split("|")) == len(table[0].split("|"))
