"""What a survey with kept gates has besides: predictions, and agreement of blocks."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch

import senet_viz as sv
from senet_viz.analysis import (
    block_agreement,
    gates_by_picture,
    network_agreement,
    survey_agreement,
)
from senet_viz.core.errors import CaptureError
from senet_viz.surveys.shard_worker import _likeliest
from tests.dashboard.zips import crops

NAME = "se_resnet18_imagenette"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[sv.Survey, sv.Survey]:
    """Twelve pictures through the network as trained, and with random weights."""
    folder = tmp_path_factory.mktemp("agreement")
    for number, (name, data) in enumerate(crops(6)):
        (folder / "set" / name).mkdir(parents=True, exist_ok=True)
        (folder / "set" / name / f"{number}.jpg").write_bytes(data)
    made = []
    for trained in (True, False):
        net = sv.load_model(NAME, trained=trained)
        out = folder / f"{trained}"
        made.append(sv.survey(folder / "set", net, out=out, keep_gates=True))
    return made[0], made[1]


def gates(survey: sv.Survey, rows: slice | list[int] = slice(None)) -> dict[str, np.ndarray]:
    return {block: survey.gates(block)[rows] for block in survey.blocks}


def test_of_one_survey_and_of_two(both: tuple[sv.Survey, sv.Survey]) -> None:
    first, second = both
    found = survey_agreement(first)
    np.testing.assert_array_equal(found.value, block_agreement(gates(first)).value)
    across = survey_agreement(first, second)
    expected = network_agreement(gates(first), gates(second))
    np.testing.assert_array_equal(across.value, expected.value)
    assert (across.pictures, across.rows) == (12, first.blocks)
    some = survey_agreement(first, most=4)
    assert some.pictures == 4
    np.testing.assert_array_equal(some.value, block_agreement(gates(first, [0, 4, 7, 11])).value)


def test_other_pictures_and_no_gates_are_refused(both: tuple[sv.Survey, sv.Survey]) -> None:
    first, second = both
    told = {**second.manifest, "input": {**second.manifest["input"], "listing_sha256": "0" * 64}}
    with pytest.raises(CaptureError, match="not of the same pictures"):
        survey_agreement(first, replace(second, manifest=told))
    shipped = sv.load_survey(sv.models.ASSETS / f"{NAME}.survey")
    with pytest.raises(CaptureError, match="gates of single pictures"):
        survey_agreement(shipped)


def test_the_likeliest_class_of_every_picture_is_kept(both: tuple[sv.Survey, sv.Survey]) -> None:
    net = sv.load_model(NAME)
    expected = {}
    for number, (name, data) in enumerate(crops(6)):
        seen = sv.capture(net.model, net.preprocess(sv.decode(data)), features="none")
        assert seen.logits is not None
        expected[f"{name}/{number}.jpg"] = net.labels[int(seen.logits[0].argmax())]
    assert {each.name: each.predicted for each in both[0].pictures} == expected
    frame = sv.reports.to_frame(gates_by_picture(both[0], blocks=both[0].blocks[:1]))
    told = frame.drop_duplicates("picture").set_index("picture")["predicted"]
    assert told.to_dict() == expected


def test_squeezes_are_kept_with_the_gates(both: tuple[sv.Survey, sv.Survey]) -> None:
    first, net = both[0], sv.load_model(NAME)
    data = first.picture(first.pictures[3].name)
    assert data is not None
    seen = sv.capture(net.model, net.preprocess(sv.decode(data)), features="none")
    for block in first.blocks:
        kept = first.squeezes(block)
        assert kept is not None and len(kept) == len(first.pictures)
        np.testing.assert_allclose(kept[3], seen[block].squeeze[0], rtol=2e-3, atol=1e-4)
    found = {each.claim: each for each in sv.analysis.literature(first)}["squeeze"]
    assert found.sentence == "It takes 20 pictures for an interval; this survey has 12."


def test_a_survey_of_before_squeezes_still_opens(
    both: tuple[sv.Survey, sv.Survey], tmp_path: Path
) -> None:
    shutil.copytree(both[0].folder, tmp_path / "old")
    for path in (tmp_path / "old" / "gates").iterdir():
        table = pq.read_table(path)
        names = [name for name in table.column_names if "/" not in name]
        pq.write_table(table.select(names), path)
    old = sv.load_survey(tmp_path / "old")
    block = old.blocks[0]
    np.testing.assert_array_equal(old.gates(block), both[0].gates(block))
    assert old.squeezes(block) is None and sv.analysis.squeeze_correlations(old) == {}
    found = {each.claim: each for each in sv.analysis.literature(old)}["squeeze"]
    assert found.verdict == "cannot be compared" and "kept no squeezes" in found.sentence


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (torch.tensor([[0.1, 0.9], [0.7, 0.2]]), ["b", "a"]),
        ({"logits": torch.tensor([[0.1, 0.9, 0.3], [0.7, 0.2, 0.1]])}, ["1", "0"]),
        (torch.tensor([[0.1, float("nan")], [0.7, 0.2]]), ["", "a"]),
        (torch.zeros(2, 1), ["", ""]),
        (torch.zeros(2, 2, 4, 4), ["", ""]),
        ([{"boxes": torch.zeros(1, 4)}], ["", ""]),
    ],
)
def test_only_one_score_a_class_is_a_prediction(output: object, expected: list[str]) -> None:
    said = _likeliest(output, ("a", "b"), 2, torch.nn.Identity())
    assert [(*each.top, "")[0] for each in said] == expected
