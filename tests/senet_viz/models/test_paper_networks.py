"""SE networks built here without published weights: loudly untrained, or from a file."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import nn

from senet_viz.blocks.finding import find_blocks
from senet_viz.core.errors import WeightsError
from senet_viz.costs import count_costs
from senet_viz.hooks import capture
from senet_viz.models.insertion import insert_se
from senet_viz.models.network import UNTRAINED
from senet_viz.models.paper_networks import SYSTEMS, load
from tests.randomise_norms import randomise_norms


@pytest.mark.parametrize(
    ("name", "blocks", "side"),
    [
        ("se_bn_inception", 10, 64),
        ("se_inception_v3", 11, 96),
        ("se_inception_resnet_v2", 40, 96),
        ("se_vgg16_bn", 13, 64),
    ],
)
def test_untrained_ones_say_so_and_are_far_from_trivial(name: str, blocks: int, side: int) -> None:
    net = load(name, trained=False)
    assert net.title.endswith(", untrained") and net.notes == (UNTRAINED,)
    assert net.library == "senet_viz" and len(net.labels) == 1000 and net.labels[0] == "tench"
    noise = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(0))
    seen = capture(net.model, noise)
    assert len(seen) == blocks
    for activation in seen:
        assert activation.proof == "verified"
        assert activation.excitation.std() > 0.005
        assert activation.output_scale > 1e-6
        assert activation.excitation.min() > 0 and activation.excitation.max() < 1


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("se_bn_inception", 224),
        ("se_inception_v3", 299),
        ("se_inception_resnet_v2", 299),
        ("se_vgg16_bn", 224),
    ],
)
def test_each_sees_pictures_at_the_size_of_its_plain_network(name: str, side: int) -> None:
    with torch.device("meta"):
        model = SYSTEMS[name].build()
    preprocess = SYSTEMS[name].preprocess(model)
    assert preprocess(Image.new("RGB", (400, 300))).shape == (1, 3, side, side)


def test_vgg_costs_what_the_paper_says() -> None:
    """Table 2 of Hu et al.: 15.47 G multiply-adds for VGG-16; SE's layers add 0.24 M."""
    with torch.device("meta"):
        system = SYSTEMS["se_vgg16_bn"]
        plain = count_costs(system.plain(1000, {}).eval(), (224, 224)).total
        gated = count_costs(system.build().eval(), (224, 224)).total
    assert round(plain.multiply_adds / 1e9, 2) == 15.47
    widths = (64, 64, 128, 128, *(256,) * 3, *(512,) * 6)
    assert gated.multiply_adds - plain.multiply_adds == sum(2 * c * (c // 16) for c in widths)


@pytest.mark.parametrize("name", SYSTEMS)
def test_without_a_file_the_error_says_what_works(name: str) -> None:
    with pytest.raises(WeightsError, match=rf"load_model\('{name}', trained=False\).*weights=PATH"):
        load(name)


def saved(model: nn.Module, path: Path) -> Path:
    torch.save({"state_dict": model.state_dict()}, path)
    return path


def test_weights_of_ones_own_are_loaded_with_their_number_of_classes(tmp_path: Path) -> None:
    trained = randomise_norms(SYSTEMS["se_bn_inception"].build(7)).eval()
    path = saved(trained, tmp_path / "mine.pth")
    net = load("se_bn_inception", weights=path)
    noise = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(net.model(noise), trained(noise))
    assert net.trained and len(net.labels) == 7 and not net.model.training


def inception_v3(*, auxiliary: bool) -> nn.Module:
    from torchvision.models import inception_v3

    model: nn.Module = inception_v3(num_classes=5, aux_logits=auxiliary, init_weights=False)
    return model


@pytest.mark.parametrize("auxiliary", [True, False])
def test_weights_of_a_network_made_with_insert_se_keep_their_factors(
    auxiliary: bool, tmp_path: Path
) -> None:
    """SE was put into a trained network, with factors of 2 before its blocks."""
    plain = randomise_norms(inception_v3(auxiliary=auxiliary)).eval()
    gated = insert_se(plain)
    net = load("se_inception_v3", weights=saved(gated, tmp_path / "mine.pth"))
    noise = torch.randn(1, 3, 96, 96)
    with torch.no_grad():
        torch.testing.assert_close(net.model(noise), plain(noise))
    assert len(find_blocks(net.model)) == 11


def test_a_file_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = saved(nn.Linear(2, 2), tmp_path / "linear.pth")
    with pytest.raises(WeightsError, match="does not fit BNInception"):
        load("se_bn_inception", weights=path)
