"""The architecture of a weight file, told from its tensors; and the table that tells it."""

import csv
from pathlib import Path

import pytest
import timm
import torch
from torch import Tensor, nn

from senet_viz.core.errors import WeightsError
from senet_viz.models.catalogue import layout, list_models, load_model
from senet_viz.models.embedded import asset_paths
from senet_viz.models.from_torchvision import build_untrained
from senet_viz.models.recognition import (
    TABLE,
    _table,
    likeliest,
    recognise_architecture,
    sketch,
    write_sketches,
)
from senet_viz.models.residual import build
from tests.senet_viz.models.checkpoint_variants import behind, headed, two_layers


def weightless(name: str, **options: object) -> dict[str, Tensor]:
    with torch.device("meta"):
        return timm.create_model(name, **options).state_dict()


def test_the_table_has_every_network_of_the_catalogue() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        names = [row[0] for row in csv.reader(file)]
    assert set(names) == {entry.name for entry in list_models()} and len(names) == len(set(names))


@pytest.mark.parametrize(
    "name",
    [
        "se_resnet18_imagenette",
        "se_bn_inception",
        "mobilenet_v3_small",
        "lraspp_mobilenet_v3_large",
        "timm/efficientnet_b0",
        "legacy_seresnet50",
        "test_efficientnet",
    ],
)
def test_the_table_is_of_the_networks_as_they_are_built(name: str, tmp_path: Path) -> None:
    found = layout(name)
    assert sketch(found.shapes, classifier=found.classifier) == _table()[name]
    write_sketches([(name, found.shapes, found.classifier)], tmp_path / "table.csv")
    (line,) = (tmp_path / "table.csv").read_text().splitlines()
    assert line in TABLE.read_text().splitlines()


@pytest.mark.parametrize(
    ("state", "names"),
    [  # before: "Give the file of this very architecture", and no name
        (lambda: weightless("seresnet50"), {"seresnet50"}),
        (lambda: weightless("seresnet50", num_classes=7), {"seresnet50"}),
        (lambda: behind("module.model.", weightless("legacy_seresnet50")), {"legacy_seresnet50"}),
        (lambda: behind("my.own.net.", weightless("seresnext50_32x4d")), {"seresnext50_32x4d"}),
        (lambda: two_layers(weightless("mobilenetv3_small_100")), {"mobilenetv3_small_100"}),
        (
            lambda: headed({"fc.weight": "fc.1.weight"}, weightless("seresnet152d")),
            {"seresnet152d"},
        ),
        # one layout of two names: both are offered
        (
            lambda: weightless("efficientnet_b0", num_classes=2),
            {"timm/efficientnet_b0", "tf_efficientnet_b0"},
        ),
        (lambda: build_untrained("mobilenet_v3_large").state_dict(), {"mobilenet_v3_large"}),
        (
            lambda: {**behind("student.", weightless("seresnet50")), "teacher.fc.bias": Tensor(3)},
            {"seresnet50"},
        ),
    ],
)
def test_it_is_among_the_two_likeliest(state: object, names: set[str]) -> None:
    found = likeliest(state())
    assert names <= {each.architecture for each in found} and len(found) <= 2
    assert found[0].share > 0.9


@pytest.mark.parametrize("state", [{}, {"a": torch.ones(2)}, nn.Linear(2, 2).state_dict()])
def test_what_is_like_none_is_not_guessed(state: dict[str, Tensor]) -> None:
    assert likeliest(state) == ()


def test_a_network_changed_in_one_stage_is_still_known() -> None:
    state = weightless("seresnet50")
    state = {name: tensor for name, tensor in state.items() if not name.startswith("layer4.2")}
    assert likeliest(state)[0].architecture == "seresnet50"


def test_a_file_is_recognised(tmp_path: Path) -> None:
    torch.save({"model": behind("module.", build("se").state_dict())}, tmp_path / "mine.pth")
    (first, *_) = recognise_architecture(tmp_path / "mine.pth")
    assert (first.architecture, first.share) == ("se_resnet18_imagenette", 1.0)
    assert recognise_architecture(asset_paths("resnet18_imagenette")[0], count=1)[0].share == 1.0


def test_the_wrong_architecture_is_answered_with_the_two_likeliest(tmp_path: Path) -> None:
    torch.save(timm.create_model("test_efficientnet").state_dict(), tmp_path / "mine.pth")
    with pytest.raises(WeightsError, match=r"Its tensors look like those of test_effic"):
        load_model("se_resnet18_imagenette", weights=tmp_path / "mine.pth")


def test_the_right_one_with_something_in_it_changed_is_not_called_another(tmp_path: Path) -> None:
    state = build("se").state_dict()
    state["layer1.0.extra.weight"] = torch.ones(2)
    torch.save(state, tmp_path / "mine.pth")
    with pytest.raises(WeightsError, match="like a changed version of this architecture"):
        load_model("se_resnet18_imagenette", weights=tmp_path / "mine.pth")
