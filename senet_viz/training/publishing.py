"""From a finished run to the files in ``assets``: half-precision weights, card, statistics, log."""

import shutil
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.core.arrays import Doubles
from senet_viz.core.asset_folder import ASSETS
from senet_viz.core.gate_reference import GateReference
from senet_viz.core.progress_line import ProgressLine
from senet_viz.hooks import record
from senet_viz.models.embedded import (
    TITLES,
    VERSION_OF,
    ModelCard,
    asset_paths,
    write_card,
    write_reference,
    write_weights,
)
from senet_viz.models.imagenette import CLASSES
from senet_viz.models.residual import build
from senet_viz.models.weight_files import read_state_dict
from senet_viz.training.augmentation import normalise
from senet_viz.training.data import Split
from senet_viz.training.loop import predict

DATA = (
    "Imagenette (ten ImageNet classes), {:,} training pictures at 128 px; ImageNet's pictures "
    "are offered for non-commercial research, and none of them is stored here"
)
TESTED_ON = "the {:,} pictures of Imagenette's validation set at 128 px"
LICENCE = "MIT"


def publish(run_folder: Path, test_set: Split) -> ModelCard:
    """Store the weights of a run, measure what was stored, and write card, statistics and log."""
    checkpoint = torch.load(run_folder / "checkpoint.pt", map_location="cpu", weights_only=True)
    version = checkpoint["version"]
    name = next(n for n, v in VERSION_OF.items() if v == version)
    weights_path, card_path = asset_paths(name)
    ASSETS.mkdir(exist_ok=True)
    sha256 = write_weights(weights_path, checkpoint["model"])
    correct = measure(name, test_set)
    card = ModelCard(
        name=name,
        version=version,
        title=TITLES[version],
        accuracy=round(correct.float().mean().item(), 5),
        accuracy_on=TESTED_ON.format(len(test_set.labels)),
        sha256=sha256,
        licence=LICENCE,
        data=DATA.format(checkpoint["trained_on"]),
        recipe=checkpoint["recipe"],
        seed=checkpoint["seed"],
        labels=CLASSES,
        per_class_accuracy=_per_class(correct, test_set.labels),
        trained_with=checkpoint["trained_with"],
    )
    write_card(card_path, card)
    shutil.copyfile(run_folder / "log.csv", ASSETS / f"{name}.log.csv")
    if version == "se":
        path = ASSETS / f"{name}.reference.safetensors"
        write_reference(path, gate_statistics(stored_model(name), test_set))
    return card


def stored_model(name: str) -> nn.Module:
    """The network of the stored half-precision weights, in float32 and eval mode."""
    model = build(VERSION_OF[name])
    model.load_state_dict(read_state_dict(asset_paths(name)[0]))
    return model.eval()


def measure(name: str, test_set: Split) -> Tensor:
    """Which test pictures do the stored weights get right? (n,) bool."""
    return predict(stored_model(name), test_set.pictures).argmax(1) == test_set.labels


def gate_statistics(model: nn.Module, split: Split, *, batch: int = 128) -> GateReference:
    """By class: mean and variance of every gate, and how often each hidden unit is on.

    Sums are kept in float64, so the moments do not depend on the batches.
    """
    classes = len(CLASSES)
    count = torch.bincount(split.labels, minlength=classes).numpy()
    sums: dict[str, Doubles] = {}
    squares: dict[str, Doubles] = {}
    on: dict[str, Doubles] = {}
    batches = zip(torch.split(split.pictures, batch), torch.split(split.labels, batch), strict=True)
    line = ProgressLine("batches", total=-(-len(split.labels) // batch))
    for pictures, labels in line.over(batches):
        with torch.no_grad(), record(model) as recorder:
            model(normalise(pictures))
        belongs = np.eye(classes)[labels.numpy()].T
        for block in recorder.blocks:
            recorded = recorder[block.name]
            gates = recorded.excitation.astype(np.float64)
            sums[block.name] = sums.get(block.name, 0) + belongs @ gates
            squares[block.name] = squares.get(block.name, 0) + belongs @ gates**2
            if recorded.hidden is not None:
                on[block.name] = on.get(block.name, 0) + belongs @ (recorded.hidden != 0)
    mean = {name: total / count[:, None] for name, total in sums.items()}
    variance = {
        name: np.maximum(total / count[:, None] - mean[name] ** 2, 0)
        for name, total in squares.items()
    }
    return GateReference(
        source=TESTED_ON.format(len(split.labels)),
        labels=CLASSES,
        count=count,
        mean={name: values.astype(np.float32) for name, values in mean.items()},
        variance={name: values.astype(np.float32) for name, values in variance.items()},
        active={n: (total / count[:, None]).astype(np.float32) for n, total in on.items()},
    )


def _per_class(correct: Tensor, labels: Tensor) -> dict[str, float]:
    return {
        label: round(correct[labels == i].float().mean().item(), 4)
        for i, label in enumerate(CLASSES)
    }
