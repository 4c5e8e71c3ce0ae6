"""The four embedded models: weights, cards and reference statistics in the ``assets`` folder.

For each name there are ``NAME.safetensors`` (float16, half the size and loaded as float32),
``NAME.json`` (the card) and, where gates can be read, ``NAME.reference.safetensors``.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as arrays_to_bytes
from safetensors.torch import save as tensors_to_bytes
from torch import Tensor

from senet_viz.core.arrays import Array, readonly
from senet_viz.core.asset_folder import ASSETS
from senet_viz.core.errors import WeightsError
from senet_viz.core.evaluation_sets import tested_on
from senet_viz.core.gate_reference import GateReference
from senet_viz.core.records import Version
from senet_viz.core.translation import tr
from senet_viz.models.imagenette import CLASSES
from senet_viz.models.layouts import Layout, layout_of
from senet_viz.models.network import Network, building, from_file, untrained
from senet_viz.models.preprocess import embedded_preprocess
from senet_viz.models.residual import build
from senet_viz.models.weight_files import file_sha256, read_checkpoint, read_state_dict
from senet_viz.models.weight_fitting import classes_in, label_classes, load_state_dict_strictly

VERSION_OF: dict[str, Version] = {
    "se_resnet18_imagenette": "se",
    "nosqueeze_resnet18_imagenette": "nosqueeze",
    "conv1x1_resnet18_imagenette": "conv1x1",
    "resnet18_imagenette": "plain",
}
CLASSIFIER = "fc"
TITLES: dict[Version, str] = {
    "se": "SE-ResNet-18 (narrow), Imagenette",
    "nosqueeze": "ResNet-18 (narrow) with SE but no squeeze, Imagenette",
    "conv1x1": "ResNet-18 (narrow) with 1x1 convolutions in SE's place, Imagenette",
    "plain": "ResNet-18 (narrow), Imagenette",
}


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Where an embedded model comes from and how good it is; accuracies in [0, 1], top-1.

    ``sha256`` is that of the weight file. ``data``, ``licence`` and ``trained_with`` are words,
    ``recipe`` the training recipe in a sentence, ``per_class_accuracy`` is by label.
    """

    name: str
    version: Version
    title: str
    accuracy: float
    accuracy_on: str
    sha256: str
    licence: str
    data: str
    recipe: str
    seed: int
    labels: tuple[str, ...]
    per_class_accuracy: dict[str, float]
    trained_with: str


def asset_paths(name: str) -> tuple[Path, Path]:
    """Paths of the weights and the card of an embedded model."""
    return ASSETS / f"{name}.safetensors", ASSETS / f"{name}.json"


def load(name: str, *, weights: Path | None = None, trained: bool = True) -> Network:
    """One of the embedded models, in eval mode; ``weights`` is a local file in their place.

    Raises a WeightsError where a file is missing or is not the one its card describes.
    """
    if weights is not None:
        read = read_checkpoint(weights, layout(name))
        network = _bare(name, classes=classes_in(read.state, CLASSIFIER) or len(CLASSES))
        load_state_dict_strictly(
            network.model, read.state, weights, architecture=name, classifier=CLASSIFIER
        )
        return from_file(network, weights, notes=read.notes, contents=read.contents)
    if not trained:
        return untrained(_bare(name, classes=len(CLASSES)))
    path, card_path = asset_paths(name)
    card = read_card(card_path)
    _verify(path, card)
    network = _bare(name, classes=len(card.labels))
    load_state_dict_strictly(network.model, read_state_dict(path), path)
    reference = ASSETS / f"{name}.reference.safetensors"
    return replace(
        network,
        title=card.title,
        labels=card.labels,
        licence=card.licence,
        source=tr("trained for senet_viz on {data}", data=card.data),
        sha256=card.sha256,
        accuracy=card.accuracy,
        accuracy_on=tested_on(card.accuracy_on),
        reference=read_reference(reference) if reference.exists() else None,
    )


def layout(name: str) -> Layout:
    """The names and shapes of an embedded model's tensors."""
    with building():
        return layout_of(lambda: build(VERSION_OF[name]), lambda _: CLASSIFIER)


def read_card(path: Path) -> ModelCard:
    """The card in a JSON file; a WeightsError if it is missing or not a card."""
    _require(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return ModelCard(**{**content, "labels": tuple(content["labels"])})
    except (ValueError, TypeError, KeyError) as error:
        raise WeightsError(
            tr(
                "{path} is not a model card ({error}). It needs the keys {field}, and no others.",
                path=path,
                error=str(error),
                field=", ".join(field.name for field in fields(ModelCard)),
            )
        ) from error


def write_card(path: Path, card: ModelCard) -> None:
    """Write a card as JSON, for ``read_card``."""
    text = json.dumps(asdict(card), indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def write_weights(path: Path, state: Mapping[str, Tensor]) -> str:
    """Write a state dict with its floats as float16; returns the file's SHA-256 for the card."""
    half = {k: (v.half() if v.is_floating_point() else v).contiguous() for k, v in state.items()}
    path.write_bytes(tensors_to_bytes(half))  # save_file would make it private to this user
    return file_sha256(path)


def read_reference(path: Path) -> GateReference:
    """The reference statistics in a file; a WeightsError if it is missing or malformed."""
    _require(path)
    try:
        with safe_open(path, framework="np") as file:
            words = file.metadata() or {}
            arrays = {key: readonly(file.get_tensor(key)) for key in file.keys()}  # noqa: SIM118
        return GateReference(
            source=words["source"],
            labels=tuple(json.loads(words["labels"])),
            count=arrays["count"],
            **{kind: _blocks(arrays, kind) for kind in ("mean", "variance", "active")},
        )
    except (SafetensorError, KeyError, ValueError) as error:
        raise WeightsError(
            tr(
                "{path} holds no gate statistics ({error}). Write the file with "
                "write_reference, or remove it: models work without one.",
                path=path,
                error=str(error),
            )
        ) from error


def _blocks(arrays: Mapping[str, Array], kind: str) -> dict[str, Array]:
    """The arrays of one kind by block: ``mean/layer1.0.se`` is that of layer1.0.se."""
    prefix = f"{kind}/"
    return {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}


def write_reference(path: Path, reference: GateReference) -> None:
    """Write reference statistics: int64 counts, the rest float32, source and labels as metadata."""
    kinds = {"mean": reference.mean, "variance": reference.variance, "active": reference.active}
    arrays = {
        f"{kind}/{block}": np.ascontiguousarray(values, dtype=np.float32)
        for kind, blocks in kinds.items()
        for block, values in blocks.items()
    }
    arrays["count"] = np.ascontiguousarray(reference.count, dtype=np.int64)
    words = {"source": reference.source, "labels": json.dumps(reference.labels)}
    path.write_bytes(arrays_to_bytes(arrays, metadata=words))


def _bare(name: str, *, classes: int) -> Network:
    """The network before weights are loaded."""
    version = VERSION_OF[name]
    with building():
        model = build(version, classes=classes)
    return Network(
        name=name,
        title=TITLES[version],
        library="senet_viz",
        model=model.eval(),
        preprocess=embedded_preprocess(),
        labels=label_classes(classes, CLASSES),
        licence="",
        source="",
        sha256="",
        trained=True,
    )


def _verify(path: Path, card: ModelCard) -> None:
    _require(path)
    if (digest := file_sha256(path)) != card.sha256:
        raise WeightsError(
            tr(
                "{path} is not the file its card describes: its SHA-256 begins {digest}, "
                "the card says {sha256}. Restore both from the repository, or pass your "
                "own file as load_model({card!r}, weights=PATH).",
                path=path,
                digest=digest[:12],
                sha256=card.sha256[:12],
                card=card.name,
            )
        )


def _require(path: Path) -> None:
    if not path.is_file():
        raise WeightsError(
            tr(
                "{path} is missing. The embedded models' files lie in the assets folder of "
                "the repository: install senet_viz from a full checkout with pip install "
                "-e ., or train them with python -m senet_viz.training.",
                path=path,
            )
        )
