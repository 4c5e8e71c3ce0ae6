"""The list of models, and names resolved to networks."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

from senet_viz.core.errors import WeightsError
from senet_viz.models import embedded
from senet_viz.models.catalogue import list_models, load_model
from senet_viz.models.embedded import VERSION_OF

NAME = "se_resnet18_imagenette"


PAPER = "systems in the SENet paper"


def test_embedded_ones_come_first_then_the_paper_then_torchvision_then_timm(assets: Path) -> None:
    entries = list_models()
    assert [e.name for e in entries[:4]] == list(VERSION_OF)
    assert {e.group for e in entries[4:15]} == {PAPER}
    libraries = [e.library for e in entries[15:]]
    assert libraries == sorted(libraries, key=["torchvision", "timm"].index)
    assert len({e.name for e in entries}) == len(entries)
    assert all(e.blocks + e.declared > 0 and e.parameters > 0 and e.group for e in entries[4:])
    assert all(e.group != PAPER for e in (*entries[:4], *entries[15:]))


def test_entries_know_blocks_parameters_and_licences() -> None:
    by_name = {e.name: e for e in list_models()}
    seresnet, b0 = by_name["seresnet50"], by_name["efficientnet_b0"]
    assert (seresnet.blocks, seresnet.library, seresnet.licence) == (16, "timm", "apache-2.0")
    assert seresnet.parameters == 28_088_024
    assert by_name["seresnet152d"].group == "timm: squeeze and excitation"
    assert (b0.library, b0.blocks, by_name["timm/efficientnet_b0"].blocks) == (
        "torchvision",
        16,
        16,
    )
    assert not by_name["eca_nfnet_l3"].has_weights
    assert by_name["mobilenet_v3_small"].parameters == 2_542_856


def test_networks_of_other_attention_alone_are_listed_as_such() -> None:
    by_name = {e.name: e for e in list_models()}
    assert (by_name["skresnet18"].blocks, by_name["skresnet18"].declared) == (0, 8)
    assert (by_name["ghostnetv2_100"].blocks, by_name["ghostnetv2_100"].declared) == (7, 14)
    other = {e.group for e in by_name.values() if e.blocks == 0 and e.library == "timm"}
    assert other == {"timm: attention that is not a per-channel gate"}


def test_entries_know_task_size_and_published_accuracy() -> None:
    by_name = {e.name: e for e in list_models()}
    b0, ssd = by_name["efficientnet_b0"], by_name["ssdlite320_mobilenet_v3_large"]
    assert (b0.task, b0.input_size, b0.accuracy_on) == ("classification", 224, "ImageNet-1K")
    assert b0.accuracy == pytest.approx(0.77692)
    assert (ssd.task, ssd.input_size, ssd.accuracy) == ("detection", 320, None)
    assert by_name["lraspp_mobilenet_v3_large"].task == "segmentation"
    assert by_name["seresnet50"].accuracy is None
    assert all((e.accuracy is None) == (not e.accuracy_on) for e in by_name.values())
    assert all(e.accuracy is None or 0.5 < e.accuracy < 0.95 for e in by_name.values())


@pytest.mark.parametrize(
    ("name", "blocks", "accuracy"),
    [
        ("legacy_seresnet50", 16, 0.77636),
        ("legacy_seresnet101", 33, 0.78396),
        ("legacy_seresnet152", 50, 0.78658),
        ("legacy_seresnext50_32x4d", 16, 0.79076),
        ("legacy_seresnext101_32x4d", 33, 0.80236),
        ("legacy_senet154", 50, 0.81304),
        ("se_bn_inception", 10, None),
        ("se_inception_v3", 11, None),
        ("se_inception_resnet_v2", 40, None),
        ("se_vgg16_bn", 13, None),
    ],
)
def test_the_systems_of_the_paper_are_offered(
    name: str, blocks: int, accuracy: float | None
) -> None:
    entry = next(e for e in list_models() if e.name == name)
    assert (entry.group, entry.blocks, entry.accuracy) == (PAPER, blocks, accuracy)
    assert entry.has_weights == (accuracy is not None)
    assert ("no published PyTorch weights" in entry.title) == (accuracy is None)
    assert ("the authors' weights" in entry.title) == (accuracy is not None)


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("mobilenet_v3_large", "torchvision: MobileNetV3"),
        ("tf_mobilenetv3_small_100", "timm: MobileNetV3"),
        ("tf_efficientnetv2_s", "timm: EfficientNet"),
        ("regnet_y_400mf", "torchvision: RegNetY"),
        ("regnety_032", "timm: RegNetY"),
        ("fasterrcnn_mobilenet_v3_large_fpn", "torchvision: detection"),
        ("deeplabv3_mobilenet_v3_large", "torchvision: segmentation"),
        ("legacy_seresnet18", "timm: ports of the SENet authors' networks"),
    ],
)
def test_groups_name_families_and_tasks(name: str, group: str) -> None:
    assert next(e.group for e in list_models() if e.name == name) == group


def test_embedded_entries_follow_their_files(
    assets: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = list_models()[:2]
    assert (first.title, first.licence, first.has_weights) == (
        "SE-ResNet-18, for a test",
        "MIT",
        True,
    )
    assert (first.accuracy, first.accuracy_on) == (0.9, "Imagenette test set, 3925 pictures")
    assert (second.licence, second.has_weights, second.accuracy) == ("", False, None)
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


@pytest.mark.parametrize("name", ["se_bn_inception", "senet_viz/se_bn_inception"])
def test_systems_without_published_weights(name: str) -> None:
    with pytest.raises(WeightsError, match="no published PyTorch weights of se_bn_inception"):
        load_model(name)
    net = load_model(name, trained=False)
    assert (net.library, net.name, net.trained) == ("senet_viz", "se_bn_inception", False)


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
        ("se_bn_inceptoin", "se_bn_inception"),
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
