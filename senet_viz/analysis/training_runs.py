"""Training runs beside each other: curves, test accuracy over seeds, agreement of predictions.

Two small files hold them: ``NAME.json`` with recipe and curves, readable by people too, and
``NAME.safetensors`` with one byte for each prediction on the test pictures. Accuracies are counted
from the predictions, so that nothing in the files can contradict them.
"""

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64, UInt8
from safetensors import SafetensorError
from safetensors.numpy import load as arrays_from_bytes
from safetensors.numpy import save as arrays_to_bytes

from senet_viz.core.arrays import Doubles, readonly
from senet_viz.core.errors import WeightsError
from senet_viz.core.records import Version
from senet_viz.core.tables import Columns, Tabular, long, stacked
from senet_viz.core.translation import tr

if TYPE_CHECKING:
    Bytes = npt.NDArray[np.uint8]
else:  # see records
    Bytes = np.ndarray
COLUMNS = ("epoch", "seconds", "side", "learning_rate", "train_loss", "val_loss", "val_accuracy")


@dataclass(frozen=True, slots=True)
class EpochLog(Tabular):
    """One line of a training curve; losses are cross-entropies in nats."""

    epoch: int
    seconds: float
    side: int
    learning_rate: float
    train_loss: float
    val_loss: float
    val_accuracy: float


@dataclass(frozen=True, slots=True, eq=False)
class TrainedRun(Tabular):
    """One version trained once: its curve and its predictions on the test pictures (n,).

    ``predictions`` is None where only the curve and a card are known (the shipped models).
    """

    version: Version
    seed: int
    log: tuple[EpochLog, ...]
    predictions: UInt8[Bytes, " n"] | None = None

    def epochs_to(self, accuracy: float) -> int | None:
        """The first epoch after which validation accuracy is at least ``accuracy``, if any."""
        return next((line.epoch for line in self.log if line.val_accuracy >= accuracy), None)

    def columns(self) -> Columns:
        """A row for each epoch."""
        logged = stacked(line.columns() for line in self.log)
        run = long({"epoch": range(len(self.log))}, version=self.version, seed=self.seed)
        return {"version": run["version"], "seed": run["seed"], **logged}


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and sample standard deviation of one number over seeds; 0 deviation is one seed."""

    mean: float
    deviation: float
    seeds: int

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        deviation = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
        return cls(float(np.mean(values)), deviation, len(values))


@dataclass(frozen=True, slots=True, eq=False)
class RunSet(Tabular):
    """Runs of several versions and seeds by one recipe, tested on the same pictures.

    ``truth`` (n,) holds the true classes of the test pictures, numbers of ``labels`` (k,).
    """

    recipe: str
    tested_on: str
    trained_with: str
    labels: tuple[str, ...]
    truth: UInt8[Bytes, " n"]
    runs: tuple[TrainedRun, ...] = field(default=())

    @property
    def versions(self) -> tuple[Version, ...]:
        return tuple(dict.fromkeys(run.version for run in self.runs))

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(sorted({run.seed for run in self.runs}))

    def of(self, version: Version) -> tuple[TrainedRun, ...]:
        return tuple(run for run in self.runs if run.version == version)

    def accuracy(self, version: Version) -> Spread:
        """Top-1 on the test pictures, 0 to 1, over seeds."""
        return Spread.of([float((_said(run) == self.truth).mean()) for run in self.of(version)])

    def per_class(self, version: Version) -> Float64[Doubles, "s k"]:
        """Accuracy of each seed (s) for each class (k); NaN for a class without test pictures."""
        rows = []
        for run in self.of(version):
            right = _said(run) == self.truth
            rows.append([_share(right[self.truth == k]) for k in range(len(self.labels))])
        return readonly(np.array(rows, dtype=np.float64))

    def lead(self, version: Version, other: Version) -> Spread:
        """Accuracy of ``version`` minus that of ``other``, seed by seed, over common seeds."""
        own = {run.seed: run for run in self.of(version)}
        theirs = {run.seed: run for run in self.of(other)}
        common = sorted(own.keys() & theirs.keys())
        return Spread.of(
            [
                float(
                    (_said(own[s]) == self.truth).mean() - (_said(theirs[s]) == self.truth).mean()
                )
                for s in common
            ]
        )

    def agreement(self, first: Version, second: Version) -> float | None:
        """The share of test pictures that two runs give one class, over all pairs of runs.

        For a version with itself over pairs of different seeds; None with a single seed.
        """
        pairs = [
            float((_said(a) == _said(b)).mean())
            for a in self.of(first)
            for b in self.of(second)
            if a is not b and (first != second or a.seed < b.seed)
        ]
        return float(np.mean(pairs)) if pairs else None

    def columns(self) -> Columns:
        """A row for each run and epoch."""
        return stacked(run.columns() for run in self.runs)


def read_log(path: Path) -> tuple[EpochLog, ...]:
    """The curve in a ``log.csv`` as training writes it."""
    with path.open(newline="", encoding="utf-8") as file:
        return tuple(
            EpochLog(
                int(row["epoch"]),
                float(row["seconds"]),
                int(row["side"]),
                *(float(row[column]) for column in COLUMNS[3:]),
            )
            for row in csv.DictReader(file)
        )


def write_runs(path: Path, runs: RunSet) -> None:
    """Write ``path`` (.json) and the predictions beside it (.safetensors), for ``read_runs``."""
    content = {
        "recipe": runs.recipe,
        "tested_on": runs.tested_on,
        "trained_with": runs.trained_with,
        "labels": list(runs.labels),
        "columns": list(COLUMNS),
    }
    lines = [
        f'  "{key}": {json.dumps(value, ensure_ascii=False)},' for key, value in content.items()
    ]
    each = [
        f'    {{"version": "{run.version}", "seed": {run.seed}, "log": [\n'
        + ",\n".join(f"      {json.dumps(astuple(line))}" for line in run.log)
        + "\n    ]}"
        for run in runs.runs
    ]
    body = "\n".join(["{", *lines, '  "runs": [', ",\n".join(each), "  ]", "}"])
    path.write_text(body + "\n", encoding="utf-8")
    arrays = {"truth": np.ascontiguousarray(runs.truth)}
    for run in runs.runs:
        arrays[f"{run.version}-{run.seed}"] = np.ascontiguousarray(_said(run))
    _predictions(path).write_bytes(arrays_to_bytes(arrays))


def read_runs(path: Path) -> RunSet:
    """The runs in two files that ``write_runs`` wrote; a WeightsError where they are not that."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        arrays = arrays_from_bytes(_predictions(path).read_bytes())
        return RunSet(
            recipe=content["recipe"],
            tested_on=content["tested_on"],
            trained_with=content["trained_with"],
            labels=tuple(content["labels"]),
            truth=readonly(arrays["truth"]),
            runs=tuple(_run(entry, arrays) for entry in content["runs"]),
        )
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise WeightsError(
            tr(
                "{path} and the predictions beside it hold no comparison of training runs "
                "({error}). Write both again with python -m senet_viz.training compare",
                path=path,
                error=str(error),
            )
        ) from error


def _run(entry: dict[str, Any], arrays: dict[str, Bytes]) -> TrainedRun:
    predictions = arrays[f"{entry['version']}-{entry['seed']}"]
    if predictions.shape != arrays["truth"].shape:
        raise ValueError(f"{len(predictions)} predictions for {len(arrays['truth'])} pictures")
    log = tuple(EpochLog(*line) for line in entry["log"])
    return TrainedRun(entry["version"], entry["seed"], log, readonly(predictions))


def write_curves(path: Path, runs: RunSet) -> None:
    """All curves in one CSV: version and seed, then the columns of a log."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ("version", "seed", *COLUMNS))
        writer.writeheader()
        for run in runs.runs:
            for line in run.log:
                writer.writerow({"version": run.version, "seed": run.seed} | asdict(line))


def _predictions(path: Path) -> Path:
    return path.with_suffix(".safetensors")


def _said(run: TrainedRun) -> Bytes:
    if run.predictions is None:
        raise WeightsError(
            tr(
                "the predictions of {version} seed {seed} were not kept: only its curve is",
                version=run.version,
                seed=run.seed,
            )
        )
    return run.predictions


def _share(right: npt.NDArray[np.bool_]) -> float:
    return float(right.mean()) if right.size else float("nan")
