"""Several versions and seeds side by side: trained, collected, stored, read back."""

import shutil
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from senet_viz.analysis.training_runs import RunSet, TrainedRun, read_runs, write_runs
from senet_viz.core.asset_folder import ASSETS
from senet_viz.core.errors import WeightsError
from senet_viz.training.compare import Plan, collect, store, summary, train_all
from senet_viz.training.data import load_split
from tests.senet_viz.training.test_data import add


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten small noise pictures for each split, in the format training reads."""
    folder = tmp_path_factory.mktemp("data")
    draw = np.random.default_rng(0)
    for split in ("train", "val", "test"):
        with tarfile.open(folder / f"{split}.tar", "w") as archive:
            for number in range(10):
                pixels = draw.integers(0, 256, (128, 128, 3), dtype=np.uint8)
                add(archive, f"{number:02d}_class/{number}.png", Image.fromarray(pixels))
    return folder


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Plan:
    plan = Plan(
        data=data,
        out=tmp_path_factory.mktemp("runs"),
        versions=("plain", "se"),
        seeds=(0,),
        short=True,
        epochs=1,
        threads=1,
        jobs=2,
        device="cpu",
    )
    train_all(plan, pause=0.2)
    return plan


def test_runs_are_trained_collected_stored_and_read_back(trained: Plan, data: Path) -> None:
    test_set = load_split(data, "test")
    runs = collect(trained.out, test_set)
    assert [(run.version, run.seed) for run in runs.runs] == [("se", 0), ("plain", 0)]
    assert runs.recipe.startswith("1 epochs") and "float32" in runs.recipe
    assert runs.truth.tolist() == test_set.labels.tolist()
    store(runs, trained.out)
    again = read_runs(trained.out / "comparison.json")
    for before, after in zip(runs.runs, again.runs, strict=True):
        assert before.log == after.log and len(after.log) == 1
        assert before.predictions.tolist() == after.predictions.tolist()
    assert "over 1 seed(s)" in summary(again)


def test_an_unfinished_run_is_named(trained: Plan, data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "se-0"
    shutil.copytree(trained.folder("se", 0), folder)
    checkpoint = torch.load(folder / "checkpoint.pt", weights_only=True)
    checkpoint["log"] = []
    torch.save(checkpoint, folder / "checkpoint.pt")
    with pytest.raises(WeightsError, match="run of 0 epochs so far, its recipe has 1"):
        collect(tmp_path, load_split(data, "test"))
    with pytest.raises(WeightsError, match="holds no run"):
        collect(data, load_split(data, "test"))


def test_a_run_that_fails_points_to_its_messages(trained: Plan, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"training se with seed 0 ended with code .*says why"):
        plan = replace(trained, versions=("se",), data=tmp_path / "none", out=tmp_path)
        train_all(plan, pause=0.1)


def runs_of(predictions: dict[tuple[str, int], list[int]]) -> RunSet:
    truth = np.array([0, 0, 1, 1], np.uint8)
    return RunSet(
        recipe="1 epochs",
        tested_on="four pictures",
        trained_with="nothing",
        labels=("a", "b", "c"),
        truth=truth,
        runs=tuple(
            TrainedRun(version, seed, (), np.array(said, np.uint8))
            for (version, seed), said in predictions.items()
        ),
    )


def test_accuracy_lead_and_agreement_over_seeds() -> None:
    runs = runs_of(
        {
            ("se", 0): [0, 0, 1, 1],
            ("se", 1): [0, 0, 1, 0],
            ("plain", 0): [0, 1, 1, 1],
            ("plain", 1): [1, 1, 1, 0],
        }
    )
    found = runs.accuracy("se")
    assert (found.mean, found.seeds) == (0.875, 2)
    assert found.deviation == pytest.approx(np.std([1, 0.75], ddof=1))
    lead = runs.lead("se", "plain")
    assert lead.mean == pytest.approx(np.mean([0.25, 0.5]))
    assert lead.deviation == pytest.approx(np.std([0.25, 0.5], ddof=1))
    assert runs.agreement("se", "se") == 0.75
    assert runs.agreement("se", "plain") == pytest.approx(np.mean([0.75, 0.25, 0.5, 0.5]))
    np.testing.assert_array_equal(runs.per_class("plain")[:, :2], [[0.5, 1.0], [0.0, 0.5]])
    assert np.isnan(runs.per_class("plain")[:, 2]).all()


def test_files_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "comparison.json"
    write_runs(path, runs_of({("se", 0): [0, 0, 1, 1]}))
    path.with_suffix(".safetensors").write_bytes(b"not one")
    with pytest.raises(WeightsError, match="hold no comparison of training runs"):
        read_runs(path)


def test_the_stored_comparison_is_of_whole_runs() -> None:
    runs = read_runs(ASSETS / "comparison.json")
    assert len(runs.runs) == 12 and runs.seeds == (0, 1, 2) and len(runs.truth) == 3925
    epochs = int(runs.recipe.split(" epochs")[0])
    assert all(len(run.log) == epochs for run in runs.runs)
    assert all(run.predictions.max() < len(runs.labels) for run in runs.runs)
