"""Networks that a function of one's own makes, and what is said of those that make none."""

from pathlib import Path

import pytest
from torch import nn

import senet_viz as sv
from senet_viz.core.errors import BlockError, WeightsError
from senet_viz.models.factories import load_factory

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

def with_stem(channels):
    net = timm.create_model("test_efficientnet", in_chans=channels)
    return nn.Sequential(net)

def grey():
    return with_stem(1)

def many():
    return with_stem(13)

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


def test_names_and_preprocessing_are_given_beside_it(module: str) -> None:
    net = load_factory(f"{module}:small", labels=["a", "b", "c"], mean=[0.5] * 3, input_size=96)
    assert net.labels == ("a", "b", "c")
    assert (net.preprocess.mean, net.preprocess.input_size) == ((0.5,) * 3, (96, 96))
    with pytest.raises(WeightsError, match=r"2 class names were given, .* tells 3 classes apart"):
        load_factory(f"{module}:small", labels=["a", "b"])


def test_a_network_of_one_channel_gets_pictures_in_grey(module: str) -> None:
    net = load_factory(f"{module}:grey", mean=[0.5] * 3)
    picture = sv.decode(sv.load_sample("china"))
    batch = net.preprocess(picture)
    assert batch.shape == (1, 1, 224, 224) and "in grey" in net.preprocess.words
    pixels = net.preprocess.pixels(batch)[0]
    assert (pixels == pixels[..., :1]).all() and pixels.std() > 20
    assert all(a.proof == "verified" for a in sv.capture(net.model, batch))


def test_other_channels_are_said(module: str) -> None:
    with pytest.raises(WeightsError, match="takes 13 channels, and pictures have 3"):
        load_factory(f"{module}:many")
