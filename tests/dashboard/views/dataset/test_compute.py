"""What is worked out from a survey is kept for that survey alone, and forgotten with it."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import senet_viz as sv
from dashboard.runtime.cache import CAPTURES, POOLS, forget
from dashboard.runtime.views import PART
from dashboard.services import references, surveys
from dashboard.services.surveys import Shelved
from dashboard.session import selection
from dashboard.views.dataset import compute
from dashboard.views.dataset.compute import Study
from senet_viz.analysis.survey_variance import split_survey
from senet_viz.surveys.tables import shipped_survey
from tests.dashboard.open_app import with_survey
from tests.dashboard.zips import crops

NAME = "se_resnet18_imagenette"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of twelve pictures of two classes."""
    for number, (name, data) in enumerate(crops(6)):
        (tmp_path / "set" / name).mkdir(parents=True, exist_ok=True)
        (tmp_path / "set" / name / f"{number}.jpg").write_bytes(data)
    return tmp_path / "set"


def surveyed(pictures: Path, out: Path, *, trained: bool) -> Study:
    """A new survey of the pictures in the folder ``out``, whatever lay there."""
    shutil.rmtree(out, ignore_errors=True)
    net = sv.load_model(NAME, trained=trained)
    sv.survey(pictures, net, out=out, keep_gates=True)
    return compute.split_variance(Shelved(str(out), sv.load_survey(out)))


def test_another_network_in_the_same_folder_is_another_survey(
    pictures: Path, tmp_path: Path
) -> None:
    block, out = "layer4.1.se", tmp_path / "out"
    before = surveyed(pictures, out, trained=True)
    gates = compute.gates(before, block)
    after = surveyed(pictures, out, trained=False)
    expected = split_survey(after.survey)[block].mean
    np.testing.assert_array_equal(after.splits[block].mean, expected)
    np.testing.assert_array_equal(compute.gates(after, block), after.survey.gates(block))
    assert np.abs(compute.gates(after, block) - gates).max() > 0.01


def test_what_is_kept_of_a_survey_is_measured_and_forgotten(pictures: Path, tmp_path: Path) -> None:
    study = surveyed(pictures, tmp_path / "out", trained=True)
    name, block, before = study.survey.pictures[0].name, "layer4.1.se", CAPTURES.size

    def made() -> list[object]:
        return [
            compute.gates(study, block),
            compute.plane(study, block),
            compute.redundancy(study, block),
            compute.selectivity(study),
            compute.pictures(study),
            compute.thumbnail(study, name),
            compute.split_variance(study.shelved).splits,
        ]

    first, second = made(), made()
    assert all(one is other for one, other in zip(first, second, strict=True))
    assert CAPTURES.size >= before + compute.gates(study, block).nbytes
    forget(study.key)
    assert not any(pool.holds(study.key) for pool in POOLS)
    assert not any(one is other for one, other in zip(first, made(), strict=True))


def test_weights_of_a_survey_are_compared_once(pictures: Path, tmp_path: Path) -> None:
    """Random weights have no file whose hash is known: every tensor would be read each time."""
    references._hash.clear()
    shelved = surveyed(pictures, tmp_path / "out", trained=False).shelved
    chosen = {PART.key: "channel", selection.TRAINED: False, surveys._NEXT: shelved.key}
    app = with_survey("dataset", shelved, **chosen)
    assert app.segmented_control(key=surveys.CROP).value == "whole"
    known = references._hash.known(NAME, False, sv.load_model(NAME, trained=False))
    assert known == shelved.survey.weights_sha256


@pytest.mark.parametrize(
    "change",
    [
        lambda survey: {"weights_sha256": "0" * 64},
        lambda survey: {"manifest": {**survey.manifest, "precision": "bfloat16"}},
        lambda survey: {"manifest": {**survey.manifest, "input": {"listing_sha256": "0" * 64}}},
        lambda survey: {"count": survey.count[::-1]},
    ],
    ids=["weights", "precision", "listing", "pictures"],
)
def test_what_tells_surveys_of_one_folder_apart(
    change: Callable[[sv.Survey], dict[str, Any]],
) -> None:
    survey = sv.load_survey(shipped_survey(NAME))
    one = Shelved("folder", survey)
    assert one.identity == Shelved("folder", sv.load_survey(shipped_survey(NAME))).identity
    assert one.identity != Shelved("folder", replace(survey, **change(survey))).identity
