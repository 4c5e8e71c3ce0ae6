"""A folder of assets as training leaves it, and a machine without a network."""

import socket
from pathlib import Path

import numpy as np
import pytest

from senet_viz.core.gate_reference import GateReference
from senet_viz.models import embedded
from senet_viz.models.embedded import ModelCard, write_card, write_reference, write_weights
from senet_viz.models.imagenette import CLASSES
from senet_viz.models.residual import build
from tests.randomise_norms import randomise_norms

NAME = "se_resnet18_imagenette"


@pytest.fixture
def reference() -> GateReference:
    """Moments of two blocks over two classes."""
    draw = np.random.default_rng(0)
    blocks = {"layer1.0.se": 32, "layer4.1.se": 192}
    return GateReference(
        source="two classes of noise",
        labels=("fish", "Käse"),
        count=np.array([3, 5]),
        mean={b: draw.random((2, c), dtype=np.float32) for b, c in blocks.items()},
        variance={b: draw.random((2, c), dtype=np.float32) for b, c in blocks.items()},
        active={b: draw.random((2, c // 8), dtype=np.float32) for b, c in blocks.items()},
    )


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reference: GateReference) -> Path:
    """Weights, card and reference of the SE model, in the place of the real folder."""
    model = randomise_norms(build("se", seed=3))
    sha256 = write_weights(tmp_path / f"{NAME}.safetensors", model.state_dict())
    card = ModelCard(
        name=NAME,
        version="se",
        title="SE-ResNet-18, for a test",
        accuracy=0.9,
        accuracy_on="Imagenette test set, 3925 pictures",
        sha256=sha256,
        licence="MIT",
        data="Imagenette at 128 px",
        recipe="one epoch",
        seed=3,
        labels=CLASSES,
        per_class_accuracy=dict.fromkeys(CLASSES, 0.9),
        trained_with="no training at all",
    )
    write_card(tmp_path / f"{NAME}.json", card)
    write_reference(tmp_path / f"{NAME}.reference.safetensors", reference)
    monkeypatch.setattr(embedded, "ASSETS", tmp_path)
    return tmp_path


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """PyTorch's folder of downloaded weights, empty."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.delenv("SENET_VIZ_WEIGHTS", raising=False)
    return tmp_path / "torch" / "hub" / "checkpoints"


@pytest.fixture
def hugging_face(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The Hugging Face cache, empty."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "huggingface"))
    return tmp_path / "huggingface"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No host name can be resolved, whatever machine the test runs on."""

    def unresolved(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unresolved)
