"""Networks of one's own: checkpoints, class names, factories, and what is said of wrong ones."""

from pathlib import Path

import pytest
import timm
import torch
from PIL import Image

from senet_viz.core.errors import WeightsError
from senet_viz.models.catalogue import load_model
from senet_viz.models.own_network import adapt_network, load_checkpoint
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
    averaged, contents = net.notes
    assert "EMA, under state_dict_ema) is used, not the last step under state_dict" in averaged
    assert contents.endswith("left out beside them: 2 (state_dict, epoch).")
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
        "Its tensors look like those of test_efficientnet or",
    ):
        assert part in str(caught.value)


def test_a_side_the_architecture_cannot_take_is_refused(tmp_path: Path) -> None:
    model = timm.create_model("test_maxvit")
    torch.save(model.state_dict(), tmp_path / "mine.pth")
    with pytest.raises(WeightsError, match=r"cannot take pictures of 100 x 100 px .* is 160 x 160"):
        load_checkpoint("test_maxvit", tmp_path / "mine.pth", input_size=100)


def test_any_network_takes_names_and_preprocessing_of_ones_own() -> None:
    net = load_model("se_resnet18_imagenette")
    letters = tuple("abcdefghij")
    changed = adapt_network(net, labels=letters, mean=[0.5] * 3, std=[0.25] * 3, input_size=96)
    assert changed.labels == letters and changed.preprocess.input_size == (96, 96)
    assert (changed.preprocess.mean, changed.preprocess.std) == ((0.5,) * 3, (0.25,) * 3)
    assert changed.model is net.model
    with pytest.raises(WeightsError, match=r"11 class names .* tells 10 classes"):
        adapt_network(net, labels=(*letters, "k"))
