"""The account of a gate adds up, on both levels, and refuses where it would not."""

from dataclasses import replace

import numpy as np
import pytest
import timm
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import senet_viz as sv
from senet_viz.analysis.gate_account import explain_gate
from senet_viz.models.residual import SqueezeExcitation, build
from tests.randomise_norms import randomise_norms
from tests.senet_viz.blocks.test_finding import ZOO, resnet_with

NO_PLAIN_SUM = {"EcaModule", "CecaModule", "GatherExcite", "GlobalContext", "ChannelAttn"}
WITH_BOTTLENECK = [entry for entry in ZOO if entry[0].removeprefix("timm ") not in NO_PLAIN_SUM]


@pytest.mark.parametrize(
    ("kind", "make"), [z[:2] for z in WITH_BOTTLENECK], ids=[z[0] for z in WITH_BOTTLENECK]
)
def test_adds_up_for_every_kind(kind: str, make) -> None:
    torch.manual_seed(0)
    seen = sv.capture(randomise_norms(make()), torch.randn(2, 3, 64, 64))
    for activation in seen:
        for channel in (0, activation.excitation.shape[1] - 1):
            account = explain_gate(activation, channel, 1)
            total = account.bias + account.contribution.sum()
            assert total == pytest.approx(activation.logit[1, channel], rel=1e-5, abs=1e-5)
            assert account.error <= 1e-5
            assert len(account.units) == (activation.block.hidden or 0)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**31 - 1),
    channels=st.sampled_from((4, 8, 24)),
    reduction=st.sampled_from((1, 2, 4)),
    spread=st.floats(0.01, 4.0),
)
def test_both_levels_add_up_for_random_blocks_and_pictures(
    seed: int, channels: int, reduction: int, spread: float
) -> None:
    torch.manual_seed(seed)
    block = SqueezeExcitation(channels, reduction=reduction)
    for parameter in block.parameters():
        nn.init.normal_(parameter, std=spread)
    (seen,) = sv.capture(nn.Sequential(block), torch.randn(1, channels, 5, 5))
    account = explain_gate(seen, channels - 1)
    assert account.error <= 1e-5
    for unit in account.units:
        assert unit.value == pytest.approx(max(unit.before, 0), rel=1e-4, abs=1e-4)
    terms = [account.bias, *(unit.weight * unit.before for unit in account.units if unit.on)]
    # Large terms that cancel: what is left is as exact as they are.
    exact_to = 1e-5 * max(1.0, sum(map(abs, terms)))
    assert sum(terms) == pytest.approx(account.logit, abs=exact_to)


def test_a_batchnorm_between_the_layers_is_folded_in() -> None:
    model = randomise_norms(timm.create_model("rexnet_100"))
    activation = sv.capture(model, torch.randn(1, 3, 64, 64))[0]
    assert explain_gate(activation, 5).error <= 1e-5


def test_other_non_linearities_are_exact_a_level_at_a_time() -> None:
    model = randomise_norms(torchvision.models.efficientnet_b0())
    account = explain_gate(sv.capture(model, torch.randn(1, 3, 64, 64))[3], 0)
    assert not account.exact_through
    unit = account.units[0]
    assert unit.value == pytest.approx(unit.before / (1 + np.exp(-unit.before)), abs=1e-5)


@pytest.mark.parametrize("attention", ["gc", "cbam", "eca"])
def test_what_is_no_plain_sum_is_refused(attention: str) -> None:
    torch.manual_seed(0)
    activation = sv.capture(resnet_with(attention), torch.randn(1, 3, 64, 64))[0]
    with pytest.raises(sv.BlockError, match="no plain sum of hidden units"):
        explain_gate(activation, 0)


def test_an_overridden_gate_is_not_explained() -> None:
    model = build("se", seed=0)
    with sv.override(model, {"layer1.0.se": 0.9}):
        seen = sv.capture(model, torch.ones(1, 3, 64, 64))
    with pytest.raises(sv.CaptureError, match=r"was overridden: 0\.900"):
        explain_gate(seen["layer1.0.se"], 0)


def test_weights_that_do_not_make_the_logit_are_noticed() -> None:
    activation = sv.capture(build("se", seed=0), torch.ones(1, 3, 64, 64))[0]
    layers = replace(activation.layers, expand=activation.layers.expand * 1.01)
    with pytest.raises(sv.CaptureError, match="misses what was captured"):
        explain_gate(replace(activation, layers=layers), 0)
    layers = replace(activation.layers, reduce=activation.layers.reduce * 1.5)
    with pytest.raises(sv.CaptureError, match="misses what was captured"):
        explain_gate(replace(activation, layers=layers), 0)


def test_weights_are_read_again_after_they_changed() -> None:
    model = build("se", seed=0)
    explain_gate(sv.capture(model, torch.ones(1, 3, 64, 64))[0], 0)
    with torch.no_grad():
        model.get_submodule("layer1.0.se.expand").weight.mul_(-2)
    account = explain_gate(sv.capture(model, torch.ones(1, 3, 64, 64))[0], 0)
    assert account.error <= 1e-5


@pytest.mark.parametrize(("channel", "image"), [(32, 0), (-1, 0), (0, 1)])
def test_what_is_not_there_is_said(channel: int, image: int) -> None:
    activation = sv.capture(build("se", seed=0), torch.ones(1, 3, 64, 64))[0]
    with pytest.raises(sv.BlockError, match=r"channels 0 to 31 and pictures 0 to 0"):
        explain_gate(activation, channel, image)
