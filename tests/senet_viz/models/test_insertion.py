"""SE in plain networks: where it stands, that nothing changes at first, and that gates learn."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import timm
import torch
import torchvision
from timm.models import vgg as timm_vgg
from timm.models.densenet import DenseNet as TimmDenseNet
from timm.models.inception_resnet_v2 import Block35
from timm.models.resnet import BasicBlock as TimmBasic
from timm.models.resnet import Bottleneck as TimmBottleneck
from timm.models.resnet import ResNet as TimmResNet
from torch import nn
from torchvision.models.densenet import DenseNet
from torchvision.models.inception import InceptionA, InceptionB
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet
from torchvision.models.vgg import VGG, make_layers

from senet_viz.blocks.finding import find_blocks
from senet_viz.core.errors import BlockError
from senet_viz.hooks import capture
from senet_viz.models.inception import BNInception
from senet_viz.models.insertion import Doubling, insert_se
from senet_viz.models.insertion_sites import Where
from senet_viz.models.residual import SqueezeExcitation
from tests.randomise_norms import randomise_norms

PLACES: tuple[Where, ...] = get_args(Where)
SHORT = (1, 1, 1, 1)


def small_vgg(*, batch_norm: bool) -> nn.Module:
    with torch.device("meta"):  # its classifier is too large to fill for nothing
        model = VGG(nn.Identity(), init_weights=False)
    model.features = make_layers([16, "M", 32, 32, "M"], batch_norm=batch_norm)
    model.avgpool, model.classifier = nn.AdaptiveAvgPool2d(1), nn.Linear(32, 10)
    return model


NETWORKS: dict[str, tuple[Callable[[], nn.Module], int, int]] = {  # builder, picture side, blocks
    "torchvision basic": (partial(ResNet, BasicBlock, SHORT), 64, 4),
    "torchvision ResNeXt": (
        partial(ResNet, Bottleneck, SHORT, 10, groups=32, width_per_group=4),
        64,
        4,
    ),
    "timm basic": (partial(TimmResNet, TimmBasic, SHORT), 64, 4),
    "timm bottleneck": (partial(TimmResNet, TimmBottleneck, SHORT, avg_down=True), 64, 4),
    "MobileNetV2": (torchvision.models.mobilenet_v2, 64, 17),
    "DenseNet": (partial(DenseNet, 16, (2, 3), 32), 64, 5),
    "timm DenseNet": (partial(TimmDenseNet, 16, (2, 3)), 64, 5),
    "Inception v3": (partial(torchvision.models.inception_v3, init_weights=False), 96, 11),
    "timm Inception v3": (partial(timm.create_model, "inception_v3"), 96, 11),
    "GoogLeNet": (
        partial(torchvision.models.googlenet, init_weights=False, aux_logits=False),
        64,
        9,
    ),
    "BN-Inception": (BNInception, 64, 10),
    "VGG": (partial(small_vgg, batch_norm=False), 64, 3),
    "VGG with BatchNorm": (partial(small_vgg, batch_norm=True), 64, 3),
    "timm VGG": (partial(timm_vgg.VGG, [16, "M", 32, 32, "M"]), 64, 3),
    "timm VGG with SiLU": (partial(timm_vgg.VGG, [16, "M", 8], act_layer=nn.SiLU), 64, 2),
}


def plain(name: str) -> tuple[nn.Module, torch.Tensor]:
    """The network in eval mode, far from trivial, and pictures for it."""
    torch.manual_seed(0)
    build, side, _ = NETWORKS[name]
    model = randomise_norms(build()).eval()
    return model, torch.randn(2, 3, side, side)


def difference(first: torch.Tensor, second: torch.Tensor) -> float:
    return float((first - second).abs().max() / second.abs().max())


@pytest.mark.parametrize("name", NETWORKS)
def test_the_output_is_at_first_unchanged_and_every_block_is_verified(name: str) -> None:
    model, pictures = plain(name)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    gated = insert_se(model, reduction=8)
    with torch.no_grad():
        expected = model(pictures)
    seen = capture(gated, pictures)
    assert seen.logits is not None and not expected.isnan().any()
    assert difference(torch.tensor(seen.logits), expected) <= 1e-4
    assert len(seen) == NETWORKS[name][2]
    assert {a.proof for a in seen} == {"verified"}
    assert all((a.excitation == 0.5).all() for a in seen)
    assert not find_blocks(model)
    torch.testing.assert_close(dict(model.state_dict()), before, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("name", "where"),
    [(name, where) for name in ("torchvision basic", "timm bottleneck") for where in PLACES]
    + [("MobileNetV2", "pre"), ("MobileNetV2", "post")],
)
def test_so_it_is_at_every_place_of_a_residual_unit(name: str, where: Where) -> None:
    model, pictures = plain(name)
    gated = insert_se(model, where=where)
    with torch.no_grad():
        assert difference(gated(pictures), model(pictures)) <= 1e-4
    assert {a.proof for a in capture(gated, pictures)} == {"verified"}


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("unit", [BasicBlock, TimmBasic])
@pytest.mark.parametrize("projected", [False, True])
def test_the_places_are_those_of_the_paper(
    unit: Callable[..., nn.Module], projected: bool, where: Where
) -> None:
    shortcut = nn.Sequential(nn.Conv2d(32, 32, 1), nn.BatchNorm2d(32)) if projected else None
    bare = randomise_norms(unit(32, 32, downsample=shortcut)).eval()
    x = torch.randn(2, 32, 8, 8)
    gated = insert_se(bare, where=where, start="random")
    (se,) = (m for m in gated.modules() if isinstance(m, SqueezeExcitation))
    path = nn.Identity() if shortcut is None else shortcut
    with torch.no_grad():
        act = torch.relu
        branch = lambda t: bare.bn2(bare.conv2(act(bare.bn1(bare.conv1(t)))))  # noqa: E731
        expected = {
            "standard": lambda: act(se(branch(x)) + path(x)),
            "pre": lambda: act(branch(se(x)) + path(x)),
            "post": lambda: se(act(branch(x) + path(x))),
            "identity": lambda: act(branch(x) + se(path(x))),
        }[where]()
        assert difference(gated(x), expected) <= 1e-6
        assert difference(bare(x), expected) > 0.01


@pytest.mark.parametrize("unit", [partial(InceptionA, 192, 32), partial(InceptionB, 288)])
def test_an_inception_module_is_gated_after_its_concat(unit: Callable[[], nn.Module]) -> None:
    bare = randomise_norms(unit()).eval()
    x = torch.randn(2, next(bare.parameters()).shape[1], 9, 9)
    gated = insert_se(bare, start="random")
    with torch.no_grad():
        torch.testing.assert_close(gated(x), gated.get_submodule("se")(bare(x)))


def test_a_unit_of_inception_resnet_is_gated_on_its_branch() -> None:
    bare = Block35(scale=0.17).eval()
    x = torch.randn(2, 320, 8, 8)
    gated = insert_se(bare)
    assert [b.name for b in find_blocks(gated)] == ["conv2d.se"]
    with torch.no_grad():
        assert difference(gated(x), bare(x)) <= 1e-6
        gated.get_submodule("conv2d.se.expand").bias.fill_(-1000.0)
        torch.testing.assert_close(gated(x), torch.relu(x))


def parameters(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize(
    ("name", "units", "same_as"),
    [
        ("resnet50", (3, 4, 6, 3), ("legacy_seresnet50", "seresnet50")),
        ("resnet101", (3, 4, 23, 3), ("legacy_seresnet101", "seresnet101")),
        ("resnet152", (3, 8, 36, 3), ("legacy_seresnet152", "seresnet152")),
        ("resnext50_32x4d", (3, 4, 6, 3), ("legacy_seresnext50_32x4d", "seresnext50_32x4d")),
        ("resnext101_32x8d", (3, 4, 23, 3), ("seresnext101_32x8d",)),
    ],
)
def test_new_parameters_follow_equation_5(
    name: str, units: tuple[int, ...], same_as: tuple[str, ...]
) -> None:
    with torch.device("meta"):
        model = torchvision.models.get_model(name)
        gated = insert_se(model)
        others = [timm.create_model(other) for other in same_as]
    added = {k: p.numel() for k, p in gated.named_parameters() if ".se." in k}
    widths = (256, 512, 1024, 2048)
    weights = 2 / 16 * sum(n * c**2 for n, c in zip(units, widths, strict=True))
    biases = sum(n * (c + c // 16) for n, c in zip(units, widths, strict=True))
    assert sum(n for k, n in added.items() if k.endswith("weight")) == weights
    assert sum(n for k, n in added.items() if k.endswith("bias")) == biases
    assert parameters(gated) == parameters(model) + weights + biases
    assert {parameters(other) for other in others} == {parameters(gated)}
    if name == "resnet50":
        assert (weights, biases, parameters(gated)) == (2_514_944, 16_048, 28_088_024)


@pytest.mark.parametrize(
    ("name", "where"), [("torchvision basic", w) for w in PLACES] + [("BN-Inception", "standard")]
)
def test_gates_learn(name: str, where: Where) -> None:
    """With all else frozen, a few steps move the gates off 0.5 and apart, and the loss falls."""
    model, pictures = plain(name)
    gated = insert_se(model, where=where).requires_grad_(False)
    for module in gated.modules():
        if isinstance(module, SqueezeExcitation):
            module.requires_grad_(True)
    learning = [p for p in gated.parameters() if p.requires_grad]
    optimiser = torch.optim.Adam(learning, lr=0.01)
    before = [p.clone() for p in learning]
    losses = []
    for _ in range(6):
        loss = nn.functional.cross_entropy(gated(pictures), torch.tensor([1, 2]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.9 * losses[0], losses
    assert all(not torch.equal(a, b) for a, b in zip(before, learning, strict=True))
    for activation in capture(gated, pictures):
        assert activation.proof == "verified"
        assert abs(activation.excitation - 0.5).max() > 0.01
        assert np.ptp(activation.excitation, axis=1).min() > 0.01


def test_a_random_start_leaves_the_plain_weights_and_puts_no_factor_anywhere() -> None:
    model, pictures = plain("GoogLeNet")
    gated = insert_se(model, start="random")
    assert not any(isinstance(m, Doubling) for m in gated.modules())
    own = {k.replace("inner.", ""): v for k, v in gated.state_dict().items() if ".se." not in k}
    torch.testing.assert_close(own, dict(model.state_dict()), rtol=0, atol=0)
    gates = capture(gated, pictures)[0].excitation
    assert gates.std() > 0.005 and gates.min() > 0.0 and gates.max() < 1.0


def test_weights_with_a_factor_do_not_load_where_there_is_none() -> None:
    model, _ = plain("GoogLeNet")
    state = insert_se(model).state_dict()
    assert "inception3a.doubling.factor" in state
    with pytest.raises(RuntimeError, match="doubling"):
        insert_se(model, start="random").load_state_dict(state)


@pytest.mark.parametrize("name", ["torchvision basic", "timm basic", "BN-Inception"])
def test_the_result_can_be_saved_and_loaded(name: str, tmp_path: Path) -> None:
    model, pictures = plain(name)
    gated = insert_se(model)
    for module in gated.modules():
        if isinstance(module, SqueezeExcitation):
            nn.init.normal_(module.expand.weight)
    torch.save(gated, tmp_path / "whole.pt")
    whole = torch.load(tmp_path / "whole.pt", weights_only=False)
    again = insert_se(plain(name)[0])
    again.load_state_dict(gated.state_dict())
    with torch.no_grad():
        expected = gated(pictures)
        torch.testing.assert_close(whole(pictures), expected)
        torch.testing.assert_close(again(pictures), expected)


def test_names_of_the_plain_network_stay_recognisable() -> None:
    for name in ("torchvision basic", "timm basic", "BN-Inception", "VGG"):
        model, _ = plain(name)
        kept = [k.replace(".inner.", ".") for k in insert_se(model).state_dict()]
        assert [k for k in kept if ".se." not in k and "doubling" not in k] == list(
            model.state_dict()
        )
    seen = find_blocks(insert_se(plain("timm basic")[0]))
    assert [b.name for b in seen] == [f"layer{stage}.0.se" for stage in (1, 2, 3, 4)]


def test_mode_and_number_format_are_those_of_the_network() -> None:
    model = ResNet(BasicBlock, SHORT).to(torch.bfloat16)
    gated = insert_se(model, reduction=4)
    assert all(m.training for m in gated.modules())
    assert {p.dtype for p in gated.parameters()} == {torch.bfloat16}
    assert not any(m.training for m in insert_se(model.eval()).modules())
    assert [b.reduction for b in find_blocks(gated)] == [4.0] * 4


def test_layers_that_take_no_factor_get_one_before_the_block() -> None:
    frozen = torchvision.ops.FrozenBatchNorm2d
    torch.manual_seed(0)
    model = ResNet(BasicBlock, SHORT, norm_layer=frozen).eval()
    gated = insert_se(model)
    assert sum(isinstance(m, Doubling) for m in gated.modules()) == 4
    x = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        assert difference(gated(x), model(x)) <= 1e-6


def test_wrappers_are_looked_through() -> None:
    gated = insert_se(nn.DataParallel(ResNet(BasicBlock, SHORT)))
    assert type(gated) is ResNet and len(find_blocks(gated)) == 4


@pytest.mark.parametrize(
    ("build", "options", "says"),
    [
        (lambda: timm.create_model("seresnet18"), {}, "SE blocks already.*layer1.0.se.*plain"),
        (torchvision.models.squeezenet1_1, {}, "SqueezeNet has no unit.*ResNeXt, MobileNetV2"),
        (partial(ResNet, BasicBlock, SHORT), {"where": "front"}, "'front' is none of standard, pr"),
        (partial(ResNet, BasicBlock, SHORT), {"start": "zero"}, "'zero' is none of unchanged"),
        (partial(ResNet, BasicBlock, SHORT), {"reduction": 0}, "reduction=0 is no ratio"),
        (
            partial(ResNet, BasicBlock, SHORT),
            {"reduction": 65},
            "no hidden unit at layer1.0, which has 64 channels. Give 64 or less",
        ),
        (
            partial(small_vgg, batch_norm=False),
            {"where": "post"},
            "'post' does not fit VGG: VGG at VGG takes 'standard'",
        ),
        (
            torchvision.models.mobilenet_v2,
            {"where": "identity"},
            "InvertedResidual at features.1 takes 'standard' or 'pre' or 'post'",
        ),
        (
            partial(TimmResNet, TimmBasic, SHORT, block_args={"attn_layer": "nl"}),
            {},
            "layer1.0 has a NonLocalAttn in SE's place",
        ),
    ],
)
def test_errors_say_what_is_wrong_and_what_would_work(
    build: Callable[[], nn.Module], options: dict[str, object], says: str
) -> None:
    with torch.device("meta"):
        model = build()
    with pytest.raises(BlockError, match=says):
        insert_se(model, **options)  # type: ignore[arg-type]
