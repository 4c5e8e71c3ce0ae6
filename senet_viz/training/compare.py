"""All versions by one recipe, several seeds each: train them side by side, collect what came of it.

Every run is a process of its own, ``python -m senet_viz.training train``, in a folder
``VERSION-SEED``; so a stopped comparison goes on where it was, and runs trained one by one, on
other machines too, can be collected.
"""

import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from senet_viz.analysis.training_runs import EpochLog, RunSet, TrainedRun, write_curves, write_runs
from senet_viz.core.arrays import readonly
from senet_viz.core.errors import WeightsError
from senet_viz.core.progress_line import ProgressLine
from senet_viz.core.records import Version
from senet_viz.models.imagenette import CLASSES
from senet_viz.models.residual import VERSIONS, build
from senet_viz.training.data import Split
from senet_viz.training.loop import predict
from senet_viz.training.publishing import TESTED_ON

NAME = "comparison"
_FOLDER = re.compile(rf"({'|'.join(VERSIONS)})-(\d+)")
_EPOCHS = re.compile(r"(\d+) epochs")


@dataclass(frozen=True, slots=True)
class Plan:
    """Which runs, and how: ``jobs`` at a time with ``threads`` CPU threads each.

    ``short`` takes the short form of the recipe; ``epochs`` None the recipe's own number.
    """

    data: Path
    out: Path
    versions: tuple[Version, ...]
    seeds: tuple[int, ...]
    short: bool
    epochs: int | None
    threads: int
    jobs: int
    device: str

    @property
    def runs(self) -> tuple[tuple[Version, int], ...]:
        """Seed by seed, so that a stopped comparison has whole seeds of every version."""
        return tuple((version, seed) for seed in self.seeds for version in self.versions)

    def folder(self, version: Version, seed: int) -> Path:
        return self.out / f"{version}-{seed}"

    def command(self, version: Version, seed: int) -> list[str]:
        """The command line of one run."""
        given = {
            "--version": version,
            "--data": self.data,
            "--out": self.folder(version, seed),
            "--seed": seed,
            "--threads": self.threads,
            "--device": self.device,
        }
        words = [str(word) for pair in given.items() for word in pair]
        words += ["--short"] if self.short else []
        words += ["--epochs", str(self.epochs)] if self.epochs else []
        return [sys.executable, "-m", "senet_viz.training", "train", *words]


def train_all(plan: Plan, *, pause: float = 1.0) -> None:
    """Run what is not finished yet; each run's messages go to ``train.txt`` in its folder.

    Raises a WeightsError that names the first run that failed. Whatever ends it, no process of
    its own is left behind.
    """
    waiting = list(plan.runs)
    running: dict[tuple[Version, int], subprocess.Popen[bytes]] = {}
    with ProgressLine("runs", total=len(waiting)) as line:
        try:
            while waiting or running:
                while waiting and len(running) < plan.jobs:
                    run = waiting.pop(0)
                    running[run] = _begin(plan, *run)
                for run in [r for r, process in running.items() if process.poll() is not None]:
                    _require_success(plan, run, running.pop(run))
                    line.step()
                time.sleep(pause if running else 0)
        finally:
            for process in running.values():
                process.terminate()
            for process in running.values():
                process.wait()


def _begin(plan: Plan, version: Version, seed: int) -> "subprocess.Popen[bytes]":
    folder = plan.folder(version, seed)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "train.txt").open("ab") as messages:
        return subprocess.Popen(
            plan.command(version, seed), stdout=messages, stderr=subprocess.STDOUT
        )


def _require_success(
    plan: Plan, run: tuple[Version, int], process: "subprocess.Popen[bytes]"
) -> None:
    if process.returncode != 0:
        messages = plan.folder(*run) / "train.txt"
        raise WeightsError(
            f"training {run[0]} with seed {run[1]} ended with code {process.returncode}; "
            f"{messages} says why. The other runs can be resumed by the same command"
        )


def collect(folder: Path, test_set: Split) -> RunSet:
    """Every finished run in ``folder`` (``VERSION-SEED/checkpoint.pt``), tested on these pictures.

    Raises a WeightsError where there is none, where recipes differ, or where one is unfinished.
    """
    runs_found = sorted(
        (
            (VERSIONS.index(match[1]), int(match[2]), path)
            for path in folder.glob("*/checkpoint.pt")
            if (match := _FOLDER.fullmatch(path.parent.name))
        ),
    )
    if not runs_found:
        raise WeightsError(
            f"{folder} holds no run: there should be folders such as se-0 with a checkpoint.pt, as "
            "train --out writes them"
        )
    checkpoints = [(path, torch.load(path, "cpu", weights_only=True)) for *_, path in runs_found]
    _require_one_recipe(checkpoints)
    testing = ProgressLine("runs tested", total=len(checkpoints)).over(checkpoints)
    runs = [_tested(checkpoint, test_set) for _, checkpoint in testing]
    first = checkpoints[0][1]
    return RunSet(
        recipe=first["recipe"],
        tested_on=TESTED_ON.format(len(test_set.labels)),
        trained_with="; ".join(sorted({c["trained_with"] for _, c in checkpoints})),
        labels=CLASSES,
        truth=readonly(test_set.labels.numpy().astype(np.uint8)),
        runs=tuple(runs),
    )


def store(runs: RunSet, folder: Path) -> None:
    """``comparison.json`` and ``.safetensors``, and all curves in ``curves.csv``."""
    folder.mkdir(parents=True, exist_ok=True)
    write_runs(folder / f"{NAME}.json", runs)
    write_curves(folder / "curves.csv", runs)


def _require_one_recipe(checkpoints: Sequence[tuple[Path, dict[str, Any]]]) -> None:
    recipes = {checkpoint["recipe"]: path for path, checkpoint in checkpoints}
    if len(recipes) > 1:
        paths = " and ".join(str(path) for path in list(recipes.values())[:2])
        raise WeightsError(f"{paths} were trained by different recipes, so they cannot be compared")
    for path, checkpoint in checkpoints:
        wanted = _EPOCHS.match(checkpoint["recipe"])
        done = len(checkpoint["log"])
        if wanted is None or done < int(wanted[1]):
            raise WeightsError(
                f"{path} is of a run of {done} epochs so far, its recipe has "
                f"{wanted[1] if wanted else 'more'}. Let train finish it, or move its folder away"
            )


def _tested(checkpoint: dict[str, Any], test_set: Split) -> TrainedRun:
    model = build(checkpoint["version"])
    model.load_state_dict(checkpoint["model"])
    predicted = predict(model, test_set.pictures).argmax(1).numpy().astype(np.uint8)
    log = tuple(EpochLog(**line) for line in checkpoint["log"])
    return TrainedRun(checkpoint["version"], checkpoint["seed"], log, readonly(predicted))


def summary(runs: RunSet) -> str:
    """Test accuracy by version as lines of text."""
    lines = []
    for version in runs.versions:
        accuracy = runs.accuracy(version)
        lines.append(
            f"{version}: top-1 {accuracy.mean:.2%} ± {accuracy.deviation:.2%} "
            f"over {accuracy.seeds} seed(s)"
        )
    return "\n".join(lines)
