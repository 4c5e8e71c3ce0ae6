"""The benchmark of surveys runs; its numbers are for people, never asserted."""

from pathlib import Path

import senet_viz as sv
from tests.benchmarks.survey import Chosen, linked, one_round


def test_the_benchmark_runs(tmp_path: Path) -> None:
    file = tmp_path / "china.jpg"
    file.write_bytes(sv.load_sample("china"))
    files = [file] * 20
    folder = linked(files, tmp_path / "set")
    found = one_round(files, folder, Chosen("se_resnet18_imagenette"), start_up=1)
    assert found.rate > 0 and found.decoding > 0 and found.forward > 0
    assert found.share == found.rate / found.allowed
