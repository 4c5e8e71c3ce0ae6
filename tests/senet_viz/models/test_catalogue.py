"""The list of models, and names resolved to networks."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

from senet_viz.errors import WeightsError
from senet_viz.models import embedded
from senet_viz.models.catalogue import list_models, load_model
from senet_viz.models.embedded import VERSION_OF

NAME = "se_resnet18_imagenette"


def test_embedded_ones_come_first_then_torchvision_then_timm(assets: Path) -> None:
    entries = list_models()
    assert [e.name for e in entries[:4]] == list(VERSION_OF)
    libraries = [e.library for e in entries]
    assert libraries == sorted(libraries, key=["senet_viz", "torchvision", "timm"].index)
    assert len({e.name for e in entries}) == len(entries)
    assert all(e.blocks > 0 and e.parameters > 0 and e.group for e in entries[4:])


def test_entries_know_blocks_parameters_and_licences() -> None:
    by_name = {e.name: e for e in list_models()}
    seresnet, b0 = by_name["seresnet50"], by_name["efficientnet_b0"]
    assert (seresnet.blocks, seresnet.library, seresnet.licence) == (16, "timm", "apache-2.0")
    assert seresnet.parameters == 28_088_024
    assert seresnet.group == "timm: squeeze and excitation"
    assert (b0.library, b0.blocks, by_name["timm/efficientnet_b0"].blocks) == (
        "torchvision",
        16,
        16,
    )
    assert not by_name["eca_nfnet_l3"].has_weights
    assert by_name["mobilenet_v3_small"].parameters == 2_542_856


def test_embedded_entries_follow_their_files(
    assets: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = list_models()[:2]
    assert (first.title, first.licence, first.has_weights) == (
        "SE-ResNet-18, for a test",
        "MIT",
        True,
    )
    assert (second.licence, second.has_weights) == ("", False)
    monkeypatch.setattr(embedded, "ASSETS", tmp_path_factory.mktemp("empty"))
    assert not list_models()[0].has_weights


def test_listing_imports_neither_library() -> None:
    code = (
        "import sys, senet_viz.models.catalogue as c; c.list_models();"
        "print({'timm', 'torchvision', 'huggingface_hub', 'streamlit'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("name", [NAME, f"senet_viz/{NAME}"])
def test_embedded_names(assets: Path, name: str) -> None:
    net = load_model(name)
    assert (net.library, net.name) == ("senet_viz", NAME)


@pytest.mark.parametrize(
    ("name", "library"),
    [
        ("efficientnet_b0", "torchvision"),
        ("torchvision/efficientnet_b0", "torchvision"),
        ("timm/efficientnet_b0", "timm"),
        ("efficientnet_b0.ra_in1k", "timm"),
        ("test_efficientnet", "timm"),
        ("resnet18", "torchvision"),
    ],
)
def test_names_find_their_library(name: str, library: str) -> None:
    net = load_model(name, trained=False)
    assert (net.library, net.name) == (library, name)


@pytest.mark.parametrize(
    ("name", "close"),
    [
        ("se_resnet18_imagenete", "se_resnet18_imagenette"),
        ("seresnet5O", "seresnet50"),
        ("mobilenet_v3_smal", "mobilenet_v3_small"),
        ("torchvision/seresnet50", "seresnet50"),
    ],
)
def test_unknown_names_are_answered_with_close_ones(name: str, close: str) -> None:
    with pytest.raises(WeightsError, match=rf"no model '{name}'.*Did you mean .*{close}"):
        load_model(name)


@pytest.mark.parametrize("name", ["", "/", "../../etc", "猫", "xxxxxxxxxxxxxxxx"])
def test_hopeless_names_are_answered_too(name: str) -> None:
    with pytest.raises(WeightsError, match=r"list_models\(\)"):
        load_model(name)


def test_weights_and_untrained_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="Leave one of the two out"):
        load_model(NAME, weights=tmp_path / "mine.pth", trained=False)


def test_loading_is_thread_safe_and_leaves_the_random_state_alone(assets: Path) -> None:
    torch.manual_seed(11)
    before = torch.get_rng_state()
    with ThreadPoolExecutor(4) as pool:
        nets = list(pool.map(load_model, [NAME] * 4))
        untrained = list(
            pool.map(lambda name: load_model(name, trained=False), ["test_efficientnet"] * 4)
        )
    assert torch.equal(torch.get_rng_state(), before)
    assert len({id(net.model) for net in (*nets, *untrained)}) == 8
    for same in (nets, untrained):
        expected = same[0].model.state_dict()
        for net in same[1:]:
            torch.testing.assert_close(dict(net.model.state_dict()), dict(expected))
