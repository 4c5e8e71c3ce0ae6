"""A network that was made smaller is saved, and comes back the same: here, and by timm alone."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import senet_viz as sv
from senet_viz.costs import fold_constant_gates, measure_profile
from senet_viz.models import Network, manifest_of, save_network
from senet_viz.models.own_network import load_checkpoint
from senet_viz.models.saved_manifest import KEY, RECIPE, Judged
from tests.randomise_norms import randomise_norms

NAMES = tuple("ant bee cat dog eel fox gnu".split())


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """A SE-ResNet-18 of seven classes, from a checkpoint of DataParallel."""
    file = tmp_path_factory.mktemp("weights") / "last.pth"
    own = randomise_norms(timm.create_model("seresnet18", num_classes=7)).state_dict()
    torch.save({f"module.{name}": tensor for name, tensor in own.items()}, file)
    return load_checkpoint("seresnet18", file, labels=NAMES, input_size=96, mean=[0.5] * 3)


def folded(net: Network, count: int) -> tuple[Network, list]:
    """The first blocks folded, whatever their gates do."""
    batch = torch.randn(2, 3, 96, 96, generator=torch.Generator().manual_seed(0))
    profile = measure_profile(net.model, [batch])
    done = fold_constant_gates(net.model, profile, images=batch, blocks=list(profile)[:count])
    assert len(done.folds) == count
    return replace(net, model=done.model), [fold.saved for fold in done.folds]


@pytest.fixture(scope="module")
def saved(seven: Network, tmp_path_factory: pytest.TempPathFactory) -> tuple[Network, Path]:
    small, folds = folded(seven, 2)
    file = tmp_path_factory.mktemp("saved") / "small.safetensors"
    judged = Judged(40, 31, 30, "labels", "40 pictures")
    save_network(small, file, folded=folds, judged=judged)
    return small, file


def picture(net: Network) -> torch.Tensor:
    return net.preprocess(sv.decode(sv.load_sample("china")))


def answers(net: Network) -> torch.Tensor:
    with torch.no_grad():
        return net.model(picture(net))


def test_it_opens_again_as_it_was(saved: tuple[Network, Path], seven: Network) -> None:
    small, file = saved
    again = sv.load_model(file)
    torch.testing.assert_close(picture(again), picture(small))
    torch.testing.assert_close(answers(again), answers(small), rtol=0, atol=1e-5)
    assert again.labels == NAMES and again.preprocess.input_size == (96, 96)
    assert len(sv.find_blocks(again.model)) == len(sv.find_blocks(seven.model)) - 2
    assert again.manifest.source_sha256 == seven.sha256
    assert "2 SE blocks folded away: layer1.0.se, layer1.1.se" in again.notes[0]
    assert "30 of 40, before 31" in again.notes[1]


def test_five_lines_of_timm_open_it(saved: tuple[Network, Path]) -> None:
    small, file = saved
    with safe_open(file, "pt") as opened:
        lines = json.loads(opened.metadata()[KEY])["recipe"]
    assert tuple(lines) == RECIPE and len(lines) == 5
    made: dict = {}
    exec("\n".join(lines).replace("FILE", str(file)), made)
    with torch.no_grad():
        found = made["model"].eval()(picture(small))
    torch.testing.assert_close(found, answers(small), rtol=0, atol=1e-5)


def test_what_was_opened_can_be_made_smaller_again(
    saved: tuple[Network, Path], tmp_path: Path
) -> None:
    smaller, folds = folded(sv.load_model(saved[1]), 1)
    save_network(smaller, tmp_path / "smaller.safetensors", folded=folds)
    again = sv.load_model(tmp_path / "smaller.safetensors")
    torch.testing.assert_close(answers(again), answers(smaller), rtol=0, atol=1e-5)
    assert [each.block for each in again.manifest.folded] == [
        *("layer1.0.se", "layer1.1.se", "layer2.0.se")
    ]


@pytest.mark.parametrize("name", ["se_resnet18_imagenette", "mobilenet_v3_small"])
def test_every_constructor_brings_one_back(name: str, tmp_path: Path) -> None:
    net = sv.load_model(name, trained=name.endswith("imagenette"))
    save_network(net, tmp_path / "as_it_is.safetensors")
    again = sv.load_model(str(tmp_path / "as_it_is.safetensors"))
    torch.testing.assert_close(answers(again), answers(net), rtol=0, atol=1e-5)
    assert (again.labels, again.preprocess.words) == (net.labels, net.preprocess.words)
    assert again.notes[0].startswith(f"Saved network: {name}, {len(net.labels)} classes; nothing")


def rewritten(file: Path, folder: Path, **said: object) -> Path:
    """A file that says something else of itself."""
    with safe_open(file, "pt") as opened:
        manifest = json.loads(opened.metadata()[KEY])
    other = folder / "other.safetensors"
    save_file(load_file(file), other, metadata={KEY: json.dumps(manifest | said)})
    return other


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"format": 2}, "format 2"),
        ({"architecture": "../folder"}, "the name of none"),
        ({"architecture": "seresnet0"}, "there is no model 'timm/seresnet0'"),
        ({"library": "os"}, "there is no model 'os/seresnet18'"),
        ({"library": "own"}, "network of your own code"),
        ({"classes": -1}, "-1 classes"),
        ({"labels": None}, "cannot be read"),
        ({"folded": []}, "does not fit"),
        ({"preprocessing": {}}, "preprocessing that cannot be made"),
        (
            {"folded": [{"block": "a", "unit": "a.b", "leaves": "nothing", "into": []}]},
            "parts that ResNet has not",
        ),
        ({"folded": [{"block": "a", "unit": "a", "leaves": "eval()", "into": []}]}, "be read"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(
    said: dict, problem: str, saved: tuple[Network, Path], tmp_path: Path
) -> None:
    with pytest.raises(sv.WeightsError, match=problem):
        sv.load_model(rewritten(saved[1], tmp_path, **said))


def test_other_files_and_wishes_are_answered(saved: tuple[Network, Path], tmp_path: Path) -> None:
    plain = tmp_path / "plain.safetensors"
    save_file({"conv.weight": torch.ones(1)}, plain)
    assert manifest_of(plain) is None
    with pytest.raises(sv.WeightsError, match="does not say which network"):
        sv.load_model(plain)
    with pytest.raises(sv.WeightsError, match="there is no file"):
        sv.load_model(tmp_path / "none.safetensors")
    with pytest.raises(sv.WeightsError, match="other weights were asked for"):
        sv.load_model(saved[1], trained=False)


def test_a_network_that_would_come_back_otherwise_is_not_saved(seven: Network) -> None:
    changed = replace(seven, model=torch.nn.Sequential(seven.model, torch.nn.Softmax(1)))
    changed.model.pretrained_cfg = seven.model.pretrained_cfg
    with pytest.raises(sv.WeightsError, match="cannot be saved so that it opens again"):
        save_network(changed, Path("never_written.safetensors"))
    assert np.isfinite(answers(seven).numpy()).all()
