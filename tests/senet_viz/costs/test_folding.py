"""Planted constant gates fold away exactly, in every family, and what cannot fold says why."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
import torchvision
from torch import nn

import senet_viz as sv
from senet_viz.analysis.variance import FIXED, off_mean
from senet_viz.blocks.finding import locate_blocks
from senet_viz.costs import (
    compare_accuracy,
    fold_constant_gates,
    measure_profile,
    read_profile,
)
from senet_viz.costs.folding import largest_difference
from senet_viz.models.inception import build_se_bn_inception
from senet_viz.models.residual import build
from senet_viz.verification.random_weights import randomise

FAMILIES: dict[str, Callable[[], nn.Module]] = {
    "ours": lambda: build("se"),
    "timm SE-ResNet": lambda: timm.create_model("seresnet18"),
    "timm legacy SE-ResNet": lambda: timm.create_model("legacy_seresnet18"),
    "torchvision MobileNetV3": torchvision.models.mobilenet_v3_small,
    "timm MobileNetV3": lambda: timm.create_model("mobilenetv3_small_050"),
    "timm EfficientNet": lambda: timm.create_model("efficientnet_b0"),
    "torchvision RegNetY": torchvision.models.regnet_y_400mf,
    "timm effective SE": lambda: timm.create_model("ese_vovnet19b_dw"),
    "SE-BN-Inception": build_se_bn_inception,
    "SE put into ResNet": lambda: sv.insert_se(torchvision.models.resnet18()),
}
PICTURES = torch.randn(2, 3, 96, 96, generator=torch.Generator().manual_seed(3))


def planted(model: nn.Module) -> tuple[nn.Module, dict[str, np.ndarray]]:
    """The last FC's weight is 0, so each gate is its non-linearity of the bias; and those gates."""
    model.eval()
    places = locate_blocks(model)
    randomise(model, [model.get_submodule(place.unit) for place in places])
    draw = torch.Generator().manual_seed(1)
    gates = {}
    for place in places:
        unit = model.get_submodule(place.unit)
        last = [m for m in unit.modules() if isinstance(m, nn.Conv2d | nn.Linear)][-1]
        nn.init.zeros_(last.weight)
        last.bias.data.uniform_(-2, 2, generator=draw)
        hard = place.block.gate == "hardsigmoid"
        squash = nn.functional.hardsigmoid if hard else torch.sigmoid
        gates[place.block.name] = squash(last.bias.detach()).numpy()
    return model, gates


@pytest.mark.parametrize("family", FAMILIES)
def test_constant_gates_fold_away_exactly(family: str) -> None:
    model, gates = planted(FAMILIES[family]())
    before = sum(p.numel() for p in model.parameters())
    units = [model.get_submodule(place.unit) for place in locate_blocks(model)]
    in_se = sum(p.numel() for unit in units for p in unit.parameters())
    with torch.no_grad():
        expected = model(PICTURES)
        done = fold_constant_gates(model, gates, images=PICTURES)
        found = done.model(PICTURES)
        assert torch.equal(model(PICTURES), expected), "the network given has changed"
    assert expected.std() > 0
    assert float((found - expected).abs().max() / expected.abs().max()) < 1e-4
    assert done.refused == () and len(done.folds) == len(gates)
    assert sv.find_blocks(done.model) == ()
    assert done.parameters_saved == in_se > 0
    assert sum(p.numel() for p in done.model.parameters()) == before - in_se


def test_the_factor_goes_before_the_block_or_after_it() -> None:
    for family, layer, side in (
        ("ours", "layer2.0.bn2", "weight"),
        ("timm EfficientNet", "blocks.1.0.conv_pwl", "weight"),
    ):
        model, gates = planted(FAMILIES[family]())
        done = fold_constant_gates(model, gates, images=PICTURES)
        assert layer in [place for fold in done.folds for place in fold.into]
        name = next(f.block.name for f in done.folds if layer in f.into)
        was = model.get_submodule(layer).get_parameter(side).detach()
        now = done.model.get_submodule(layer).get_parameter(side).detach()
        factor = torch.tensor(gates[name])
        wanted = was * (factor if was.ndim == 1 else factor[None, :, None, None])
        torch.testing.assert_close(now, wanted)


def test_blocks_that_move_with_the_picture_stay(network: nn.Module) -> None:
    profile = measure_profile(network, PICTURES.split(1))
    still = "layer2.1.se"
    profile[still] = (profile[still][0], np.full(64, 0.009, np.float32))
    for name in ("layer1.0.se", "layer4.1.se"):
        profile[name] = (profile[name][0], np.full_like(profile[name][1], 0.2))
    done = fold_constant_gates(network, profile, images=PICTURES)
    moving = {name for name, (mean, std) in profile.items() if off_mean(mean, std**2) >= FIXED}
    assert moving, "nothing moves, so nothing is tested"
    assert {kept.block.name for kept in done.refused} == moving
    assert all("depend on the picture" in kept.why for kept in done.refused)
    assert still in [fold.block.name for fold in done.folds]
    assert done.inexactness < 1e-5
    assert done.difference == largest_difference(done.model, network.eval(), PICTURES) > 1e-5


class Doubly(nn.Module):
    """An SE block between a SiLU and another: no layer beside it takes a factor."""

    def __init__(self, *, shared: bool = False) -> None:
        super().__init__()
        self.shared = shared
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.act = nn.SiLU()
        self.se = timm.layers.SEModule(8)
        self.last = nn.Conv2d(8, 4, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        if self.shared:
            return (self.last(self.act(self.se(x))) + x[:, :4]).mean((2, 3))
        return self.last(self.act(self.se(self.act(x)))).mean((2, 3))


@pytest.mark.parametrize(("shared", "reason"), [(False, "SiLU act"), (True, "reads the same maps")])
def test_no_place_for_a_factor_is_a_reason_to_stay(shared: bool, reason: str) -> None:
    model, gates = planted(Doubly(shared=shared))
    done = fold_constant_gates(model, gates, images=PICTURES)
    assert done.folds == ()
    assert reason in done.refused[0].why
    assert done.difference == 0


class Twice(nn.Module):
    """One convolution before two SE blocks: its weights cannot take two factors."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 1)
        self.mix = nn.Conv2d(8, 8, 1)
        self.first, self.second = timm.layers.SEModule(8), timm.layers.SEModule(8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.tanh(self.first(self.mix(self.stem(x))))
        return torch.tanh(self.second(self.mix(x))).mean((2, 3))


def test_a_layer_used_twice_takes_no_factor() -> None:
    model, gates = planted(Twice())
    done = fold_constant_gates(model, gates, images=PICTURES)
    assert done.folds == () and len(done.refused) == 2


def test_mistakes_are_answered(network: nn.Module) -> None:
    with pytest.raises(sv.BlockError, match="no block 'layer9'"):
        fold_constant_gates(network, {"layer9": np.ones(32)})
    with pytest.raises(sv.BlockError, match=r"gates of shape \(31,\) do not fit layer1.0.se"):
        fold_constant_gates(network, {"layer1.0.se": np.ones(31)})
    with pytest.raises(sv.BlockError, match="finite"):
        fold_constant_gates(network, {"layer1.0.se": np.full(32, np.nan)})
    with pytest.raises(sv.BlockError, match="nothing to fold"):
        fold_constant_gates(build("plain"), {"layer1.0.se": np.ones(32)})


def test_a_profile_is_the_moments_of_the_gates(network: nn.Module, tmp_path: Path) -> None:
    profile = measure_profile(network, [PICTURES[:1], PICTURES, PICTURES.flip(3)])
    seen = sv.capture(network, torch.cat([PICTURES[:1], PICTURES, PICTURES.flip(3)]))
    for activation in seen:
        mean, std = profile[activation.block.name]
        np.testing.assert_allclose(mean, activation.excitation.mean(0), atol=1e-6)
        np.testing.assert_allclose(std, activation.excitation.std(0), atol=1e-6)
    file = tmp_path / "profile.npz"
    np.savez(
        file,
        **{f"mean/{n}": m for n, (m, _) in profile.items()},
        **{f"std/{n}": s for n, (_, s) in profile.items()},
    )
    read = read_profile(file)
    np.testing.assert_array_equal(read["layer1.0.se"][1], profile["layer1.0.se"][1])
    file.write_bytes(b"no arrays")
    with pytest.raises(sv.BlockError, match="cannot be read"):
        read_profile(file)


def test_accuracy_of_two_networks_counts_what_differs() -> None:
    first, second = build("se", seed=0), build("se", seed=5)
    with torch.no_grad():
        truth = first.eval()(PICTURES).argmax(1)
        other = int((second.eval()(PICTURES).argmax(1) == truth).sum())
    *_, last = compare_accuracy(first, second, [(PICTURES, truth.tolist())])
    assert (last.pictures, last.right, last.won) == (2, 2, 0)
    assert last.lost == 2 - other and last.after == other / 2
