"""Channels: rankings say what they measured, curves count it, and cut networks do the same."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from torch import nn

import senet_viz as sv
from senet_viz.analysis.channel_removal import RemovalRanking
from senet_viz.blocks.finding import locate_blocks
from senet_viz.experiments.ablation import channel_effects
from senet_viz.models import Network, save_network
from senet_viz.removal import (
    cut_channels,
    cut_stages,
    find_stages,
    rank_at_random,
    rank_by_pictures,
    rank_by_weights,
    rank_channels,
    removal_curves,
)
from tests.randomise_norms import randomise_norms

NAME, BLOCK = "se_resnet18_imagenette", "layer4.1.se"
PICTURES = torch.randn(3, 3, 64, 64, generator=torch.Generator().manual_seed(5))


@pytest.fixture(scope="module")
def net() -> Network:
    return sv.load_model(NAME)


def test_rankings_are_what_they_say(net: Network) -> None:
    *_, found = rank_by_pictures(net, [(PICTURES, None)], blocks=[BLOCK], most_effects=2)
    assert [found[way].pictures for way in ("gate", "effect", "estimate")] == [3, 2, 3]
    gates = sv.capture(net.model, PICTURES)[BLOCK].excitation
    np.testing.assert_allclose(found["gate"].scores[BLOCK], gates.mean(0), rtol=1e-4)
    with torch.no_grad():
        classes = net.model(PICTURES).argmax(1).tolist()
    each = [channel_effects(net.model, PICTURES[i : i + 1], BLOCK, classes[i]) for i in range(3)]
    effect = np.mean([np.abs(one.change) for one in each[:2]], axis=0)
    np.testing.assert_allclose(found["effect"].scores[BLOCK], effect, atol=1e-4)
    estimate = np.mean([np.abs(one.estimate) for one in each], axis=0)
    np.testing.assert_allclose(found["estimate"].scores[BLOCK], estimate, atol=1e-4)
    weight = net.model.get_submodule("layer4.1.conv2").weight
    np.testing.assert_allclose(
        rank_by_weights(net).scores[BLOCK], weight.abs().sum((1, 2, 3)).detach(), rtol=1e-5
    )
    draws = list(rank_at_random(net))
    assert len({draw.lowest(BLOCK, 0.1) for draw in draws}) == 5


def test_a_curve_counts_the_network_with_those_gates_closed(net: Network) -> None:
    *_, (ranking,) = rank_channels(net, [(PICTURES, None)], ways=["gate"])
    labels, shares = [0, 1, 2], (0.5, 1)
    with torch.no_grad():
        whole = net.model(PICTURES).softmax(1)
    *_, (curve,) = removal_curves(net, [ranking], [(PICTURES, labels)], shares=shares)
    *_, (bare,) = removal_curves(net, [ranking], [(PICTURES, None)], shares=shares)
    of_label, of_answer = whole[range(3), labels], whole.max(1).values
    assert curve.probability_before == pytest.approx(float(of_label.mean()), rel=1e-5)
    assert bare.probability_before == pytest.approx(float(of_answer.mean()), rel=1e-5)
    for place, share in enumerate(shares):
        own = sv.capture(net.model, PICTURES)
        put = {}
        for seen in own:
            gates = np.full(seen.excitation.shape[1], np.nan)
            gates[np.argsort(seen.excitation.mean(0))[: round(share * gates.size)]] = 0
            put[seen.block.name] = gates
        with torch.no_grad(), sv.override(net.model, put):
            found = net.model(PICTURES).softmax(1)
        right = (found.argmax(1) == torch.tensor(labels)).double().mean()
        agreed = (found.argmax(1) == whole.argmax(1)).double().mean()
        assert curve.accuracy[place] == pytest.approx(float(right))
        assert curve.agreement[place] == bare.accuracy[place] == pytest.approx(float(agreed))
        for each, classes in ((curve, torch.tensor(labels)), (bare, whole.argmax(1))):
            expected = float(found[range(3), classes].mean())
            assert each.probability[place] == pytest.approx(expected, rel=1e-4)
    assert curve.columns()["share_removed"].tolist() == [0.5, 1]


FAMILIES = {
    "SE-ResNet": ("legacy_seresnet18", True),
    "MBConv of timm": ("mobilenetv3_small_050", False),
    "MBConv of torchvision": ("mobilenet_v3_small", False),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_cut_network_is_the_network_with_those_gates_at_0(family: str, tmp_path: Path) -> None:
    name, added = FAMILIES[family]
    net = sv.load_model(name, trained=False)
    randomise_norms(net.model).eval()
    places = locate_blocks(net.model)
    removed = {p.block.name: list(range(0, p.block.channels, 3)) for p in places[:4]}
    for place in places[:4]:  # what goes says nothing to the hidden units
        unit = net.model.get_submodule(place.unit)
        first = next(m for m in unit.modules() if isinstance(m, nn.Conv2d | nn.Linear))
        first.weight.data[:, removed[place.block.name]] = 0
    cut = cut_channels(net, removed)
    assert cut.refused == {} and [block.added for block in cut.blocks] == [added] * 4
    picture = torch.randn(1, 3, 96, 96, generator=torch.Generator().manual_seed(1))
    put = {}
    for place in places[:4]:
        put[place.block.name] = np.full(place.block.channels, np.nan)
        put[place.block.name][removed[place.block.name]] = 0
    with torch.no_grad():
        found = cut.network.model(picture)
        with sv.override(net.model, put):
            expected = net.model(picture)
    assert float((found - expected).abs().max() / expected.abs().max()) < 1e-4
    fewer = [sum(p.numel() for p in m.parameters()) for m in (cut.network.model, net.model)]
    assert fewer[0] < fewer[1]
    file = tmp_path / "cut.safetensors"
    save_network(cut.network, file, cut=cut.blocks)
    with torch.no_grad():
        torch.testing.assert_close(sv.load_model(file).model(picture), found, rtol=0, atol=1e-5)


def test_what_the_removed_channels_gave_on_average_is_kept(net: Network) -> None:
    squeeze = sv.capture(net.model, PICTURES[:1])[BLOCK].squeeze[0]
    cut = cut_channels(net, {BLOCK: range(40)}, squeezes={BLOCK: squeeze})
    with torch.no_grad():
        found = cut.network.model(PICTURES[:1])
        with sv.override(net.model, {BLOCK: np.r_[np.zeros(40), np.full(152, np.nan)]}):
            torch.testing.assert_close(found, net.model(PICTURES[:1]), rtol=1e-4, atol=1e-4)


def test_a_stage_cut_by_one_choice_is_the_network_with_those_channels_at_0(
    net: Network, tmp_path: Path
) -> None:
    ranking = next(rank_at_random(net))
    stages, kept = find_stages(net)
    assert [len(stage.blocks) for stage in stages] == [2, 2, 2, 2] and kept == {}
    with pytest.raises(sv.BlockError, match="leave at least one"):
        cut_stages(net, ranking, 1.0)
    cut = cut_stages(net, ranking, 0.25)
    zeroed = deepcopy(net.model)
    for stage in stages:
        removed = ranking.lowest_together([place.block.name for place in stage.blocks], 0.25)
        for norm in map(zeroed.get_submodule, stage.outputs):
            if isinstance(norm, nn.BatchNorm2d):
                norm.weight.data[list(removed)] = norm.bias.data[list(removed)] = 0
    with torch.no_grad():
        found, expected = cut.network.model(PICTURES), zeroed(PICTURES)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    assert cut.network.model.get_submodule("layer3.1.conv1").in_channels == 96
    save_network(cut.network, tmp_path / "cut.safetensors", cut=cut.blocks)
    again = sv.load_model(tmp_path / "cut.safetensors").model
    with torch.no_grad():
        torch.testing.assert_close(again(PICTURES), found, rtol=0, atol=1e-5)


def test_what_cannot_be_cut_says_why(net: Network) -> None:
    grouped = timm.create_model("regnety_002").eval()
    blocks = sv.find_blocks(grouped)
    cut = cut_channels(replace(net, model=grouped), {blocks[0].name: [0]})
    assert cut.blocks == () and "mixes channels by groups" in cut.refused[blocks[0].name]
    with pytest.raises(sv.BlockError, match="leave at least one"):
        cut_channels(net, {BLOCK: range(192)})
    assert RemovalRanking("gate", {BLOCK: np.arange(4.0)}, 1, 0.0).lowest(BLOCK, 0.5) == (0, 1)
