"""Networks of one's own: checkpoints, class names, factories, and what is said of wrong ones."""

from pathlib import Path

import pytest
import timm
import torch
from PIL import Image
from torch import nn

from senet_viz.core.errors import BlockError, WeightsError
from senet_viz.models.own_network import load_checkpoint, load_factory
from senet_viz.models.weight_files import file_sha256
from tests.randomise_norms import randomise_norms

SMALL = "test_efficientnet"
NAMES = ("fish", "dog", "church")


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A training checkpoint of three classes, with a running average."""
    model = randomise_norms(timm.create_model(SMALL, num_classes=3))
    state = {f"module.{k}": v for k, v in model.state_dict().items()}
    last = {k: v + 1 for k, v in state.items()}
    torch.save({"state_dict": last, "state_dict_ema": state, "epoch": 3}, tmp_path / "mine.pth")
    return tmp_path / "mine.pth"


def test_everything_chosen_travels_with_the_network(checkpoint: Path) -> None:
    net = load_checkpoint(
        SMALL, checkpoint, labels=NAMES, input_size=96, mean=[0.5] * 3, std=[0.25] * 3
    )
    assert net.labels == NAMES
    assert net.preprocess.input_size == (96, 96)
    assert (net.preprocess.mean, net.preprocess.std) == ((0.5,) * 3, (0.25,) * 3)
    assert net.sha256 == file_sha256(checkpoint)
    (note,) = net.notes
    assert "EMA, under state_dict_ema) is used, not the last step under state_dict" in note
    with torch.no_grad():
        assert net.model(net.preprocess(Image.new("RGB", (300, 200)))).shape == (1, 3)


def test_what_is_left_out_is_the_architectures_own_and_said(checkpoint: Path) -> None:
    net = load_checkpoint(SMALL, checkpoint)
    assert net.labels == ("class 0", "class 1", "class 2")
    assert net.preprocess.input_size == (160, 160)
    assert net.notes[0].endswith("the architecture's usual preprocessing and class names.")
    named = load_checkpoint(SMALL, checkpoint, labels=NAMES)
    assert named.notes[0].endswith("the architecture's usual preprocessing.")
    sized = load_checkpoint(SMALL, checkpoint, mean=(0.5, 0.5, 0.5))
    assert sized.notes[0].endswith("the architecture's usual class names.")


@pytest.mark.parametrize("count", [0, 2, 1000])
def test_class_names_of_another_number_are_refused(checkpoint: Path, count: int) -> None:
    with pytest.raises(WeightsError, match=f"{count} class names were given, .* 3 classes apart"):
        load_checkpoint(SMALL, checkpoint, labels=["x"] * count)


def test_another_architecture_is_answered_in_words(checkpoint: Path) -> None:
    with pytest.raises(WeightsError) as caught:
        load_checkpoint("test_byobnet", checkpoint)
    for part in (
        "missing (",
        "unknown to the network (",
        "Give the file of this very architecture",
    ):
        assert part in str(caught.value)


def test_a_side_the_architecture_cannot_take_is_refused(tmp_path: Path) -> None:
    model = timm.create_model("test_maxvit")
    torch.save(model.state_dict(), tmp_path / "mine.pth")
    with pytest.raises(WeightsError, match=r"cannot take pictures of 100 x 100 px .* is 160 x 160"):
        load_checkpoint("test_maxvit", tmp_path / "mine.pth", input_size=100)


FACTORIES = """
import timm
from torch import nn
from senet_viz import load_model

def small():
    return timm.create_model("test_efficientnet", num_classes=3).train()

def whole():
    return load_model("se_resnet18_imagenette")

class Zoo:
    small = staticmethod(small)

def plain():
    return nn.Sequential(nn.Conv2d(3, 4, 1))

def nothing():
    return None

def broken():
    raise RuntimeError("no such disk")

def hungry(size):
    return size

number = 3
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """A module in the current folder, which is not where Python looks; under a name of its own."""
    name = f"zoo_{abs(hash(request.node.name))}"
    (tmp_path / f"{name}.py").write_text(FACTORIES)
    (tmp_path / f"{name}_bad.py").write_text("import no_such_thing")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [p for p in __import__("sys").path if p not in ("", ".")])
    return name


@pytest.mark.parametrize("function", ["small", "Zoo.small"])
def test_a_factorys_module_is_given_imagenets_preprocessing(module: str, function: str) -> None:
    net = load_factory(f"{module}:{function}")
    assert not net.model.training
    assert net.preprocess.input_size == (224, 224)
    assert (net.library, net.labels) == ("own", ())
    assert net.title == f"EfficientNet from {module}:{function}"
    assert "ImageNet" in net.notes[0] and "224 x 224" in net.notes[0]


def test_a_factorys_network_is_taken_as_it_is(module: str) -> None:
    net = load_factory(f"{module}:whole")
    assert (net.library, net.labels[0]) == ("senet_viz", "tench")
    assert net.preprocess.input_size == (128, 128)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("{module}.small", "names no factory. Write package.module:factory"),
        ("{module}:", "names no factory"),
        (":small", "names no factory"),
        ("no_such_package.zoo:small", r"could not be imported \(ModuleNotFoundError: No module"),
        ("{module}_bad:small", r"imported \(ModuleNotFoundError: .*no_such_thing"),
        ("{module}:large", "has no large. Name a function"),
        ("{module}:number", "is an int, which cannot be called"),
        ("{module}:broken", r"broken raised RuntimeError: no such disk"),
        ("{module}:hungry", r"hungry raised TypeError: .*missing 1 required"),
        ("{module}:nothing", r"returned a NoneType. It has to return a torch\.nn\.Module"),
    ],
)
def test_factories_that_make_no_network(module: str, spec: str, message: str) -> None:
    with pytest.raises(WeightsError, match=message):
        load_factory(spec.format(module=module))


def test_a_factorys_network_without_se_blocks(module: str) -> None:
    with pytest.raises(BlockError, match=r"Sequential that .*:plain returned has no SE block"):
        load_factory(f"{module}:plain")


def test_a_layer_is_no_network_of_its_own() -> None:
    with pytest.raises(WeightsError, match="raised TypeError"):
        load_factory(f"{nn.Conv2d.__module__}:Conv2d")
