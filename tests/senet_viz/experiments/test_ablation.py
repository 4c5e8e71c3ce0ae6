"""What sweeps over gates report equals what full passes under override give."""

import numpy as np
import pytest
import torch
from torch import nn

import senet_viz as sv
from senet_viz.analysis.effects import AccuracyEffect, AccuracyEffects, shuffles
from senet_viz.core.errors import BlockError
from senet_viz.experiments.ablation import (
    accuracy_effects,
    block_effects,
    channel_effects,
    mean_gates,
)
from senet_viz.models.residual import build
from tests.senet_viz.signal_networks import Gated

BLOCK = "layer2.0.se"


def logits(network: nn.Module, images: torch.Tensor, gates: dict[str, object]) -> torch.Tensor:
    with sv.override(network, gates), torch.no_grad():
        return network.eval()(images).double()


@pytest.mark.parametrize("put", [0.0, 1.0, "usual"])
def test_a_channels_change_is_that_of_a_whole_pass(
    network: nn.Module, images: torch.Tensor, put: float | str
) -> None:
    usual = np.random.default_rng(0).random(64).astype(np.float32)
    wanted = usual if put == "usual" else put
    seen: list[tuple[int, int]] = []
    effects = channel_effects(
        network, images[:1], BLOCK, 4, put=wanted, progress=lambda *at: seen.append(at)
    )
    before = logits(network, images[:1], {})[0]
    scale = float(before.abs().max())
    for channel in (0, 13, 63):
        only = np.full(64, np.nan)
        only[channel] = usual[channel] if put == "usual" else put
        after = logits(network, images[:1], {BLOCK: only})[0]
        assert effects.change[channel] == pytest.approx(
            float(after[4] - before[4]), abs=1e-5 * scale
        )
        assert effects.probability_change[channel] == pytest.approx(
            float(after.softmax(0)[4] - before.softmax(0)[4]), abs=1e-5
        )
    assert np.ptp(effects.change) > 1e-4 * scale
    assert seen[-1] == (64, 64)
    assert effects.logit == pytest.approx(float(before[4]), abs=1e-5 * scale)


def test_the_estimate_is_the_slope_times_the_step(network: nn.Module, images: torch.Tensor) -> None:
    own = sv.capture(network, images[:1])[BLOCK].excitation[0]
    effects = channel_effects(network, images[:1], BLOCK, 4, put=own * np.float32(0.9))
    halved = channel_effects(network, images[:1], BLOCK, 4, put=own * np.float32(0.95))
    np.testing.assert_allclose(halved.estimate * 2, effects.estimate, rtol=1e-4, atol=1e-8)
    assert effects.estimate_correlation is not None and effects.estimate_correlation > 0.9


def test_a_small_budget_gives_the_same_in_smaller_batches(
    network: nn.Module, images: torch.Tensor
) -> None:
    seen: list[tuple[int, int]] = []
    tight = channel_effects(
        network, images[:1], BLOCK, 0, budget=1, progress=lambda *at: seen.append(at)
    )
    roomy = channel_effects(network, images[:1], BLOCK, 0)
    np.testing.assert_allclose(tight.change, roomy.change, atol=1e-5)
    assert seen == [(done, 64) for done in range(1, 65)]


def test_blocks_are_replaced_one_at_a_time(network: nn.Module, images: torch.Tensor) -> None:
    image = images[:1]
    usual = mean_gates(network, [images])
    captured = sv.capture(network, image)
    found = {(e.block.name, e.how): e for e in block_effects(network, image, 2, usual=usual)}
    assert len(found) == 8 * 3
    before = logits(network, image, {})[0]
    orders = shuffles(64, 8, 0)
    own = captured[BLOCK].excitation[0]
    cases = {"one": [1.0], "usual": [usual[BLOCK]], "shuffled": [own[order] for order in orders]}
    for how, settings in cases.items():
        changes = [float(logits(network, image, {BLOCK: g})[0][2] - before[2]) for g in settings]
        effect = found[BLOCK, how]
        assert effect.logit_change == pytest.approx(np.mean(changes), abs=1e-5)
        assert effect.logit_spread == pytest.approx(np.std(changes), abs=1e-5)
    assert found[BLOCK, "one"].logit_change != found["layer3.1.se", "one"].logit_change


def test_mean_gates_are_those_of_the_captures(network: nn.Module, images: torch.Tensor) -> None:
    done: list[int] = []
    means = mean_gates(network, [images[:2], images[2:]], progress=done.append)
    for activation in sv.capture(network, images):
        expected = activation.excitation.mean(0)
        np.testing.assert_allclose(means[activation.block.name], expected, atol=1e-6)
    assert done == [2, 3]
    with pytest.raises(sv.CaptureError, match="at least one"):
        mean_gates(network, [])


def test_accuracy_counts_every_picture_won_and_lost(network: nn.Module) -> None:
    images = torch.randn(12, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    network.fc.bias.data -= logits(network, images, {}).mean(0).float()  # no class wins always
    before = logits(network, images, {})
    labels = before.argmax(1).numpy().copy()
    labels[::3] = logits(network, images, {BLOCK: 1.0}).argmax(1).numpy()[::3]
    batches = [(images[:5], labels[:5]), (images[5:], labels[5:])]
    usual = mean_gates(network, [images])
    states = list(accuracy_effects(network, batches, usual=usual))
    assert [s.pictures for s in states] == [5, 12]
    last = states[-1]
    truth = torch.as_tensor(labels)
    was = before.argmax(1) == truth
    assert last.right == int(was.sum())
    for how, gates in (("one", 1.0), ("usual", usual[BLOCK])):
        now = logits(network, images, {BLOCK: gates}).argmax(1) == truth
        effect = next(e for e in last.of(how) if e.block.name == BLOCK)
        assert (effect.won, effect.lost) == (int((now & ~was).sum()), int((was & ~now).sum()))
    assert {e.block.name for e in last.effects} == {b.name for b in sv.find_blocks(network)}
    assert any(e.won + e.lost for e in last.effects)


def test_a_change_comes_with_its_standard_error(network: nn.Module) -> None:
    block = sv.find_blocks(network)[0]
    effect = AccuracyEffect(block, "one", pictures=100, won=3, lost=8)
    differences = np.r_[np.ones(3), -np.ones(8), np.zeros(89)]
    assert effect.change == pytest.approx(differences.mean())
    assert effect.standard_error == pytest.approx(differences.std() / 10)
    assert AccuracyEffects(100, 80, ()).accuracy == 0.8


def test_where_lists_of_open_and_effective_channels_disagree(
    network: nn.Module, images: torch.Tensor
) -> None:
    effects = channel_effects(network, images[:1], BLOCK, 0)
    top = effects.most_effective(8)
    sizes = np.abs(effects.change)
    assert sizes[list(top)].min() >= np.delete(sizes, list(top)).max()
    most_open = set(np.argsort(-effects.gate)[:8].tolist())
    assert effects.shared(8) == len(most_open & set(top)) < 8


def test_mistakes_are_answered(network: nn.Module, images: torch.Tensor) -> None:
    with pytest.raises(sv.CaptureError, match="one input"):
        channel_effects(network, images, BLOCK, 0)
    with pytest.raises(sv.BlockError, match="classes 0 to 9"):
        channel_effects(network, images[:1], BLOCK, 10)
    with pytest.raises(sv.BlockError, match="there is no block 'nowhere'"):
        channel_effects(network, images[:1], "nowhere", 0)


@pytest.mark.parametrize(("places", "shape"), [(1, (1, 2, 40)), (3, (1, 2, 9, 6, 8))])
def test_channels_of_signals_and_volumes_are_measured(places: int, shape: tuple[int, ...]) -> None:
    gated, given = Gated(places).eval(), torch.randn(*shape)
    (block,) = sv.find_blocks(gated)
    effects = channel_effects(gated, given, block.name, 2)
    for channel in range(6):
        without = np.full(6, np.nan)
        without[channel] = 0
        change = logits(gated, given, {block.name: without}) - logits(gated, given, {})
        assert effects.change[channel] == pytest.approx(float(change[0, 2]), abs=1e-6)


def test_a_contrast_is_the_difference_of_two_classes() -> None:
    """Of logits; probability stays that of the class followed."""
    model, image = build("se", seed=0), torch.rand(1, 3, 64, 64)
    both, one, other = (
        channel_effects(model, image, "layer4.1.se", number, against=against)
        for number, against in ((3, 5), (3, None), (5, None))
    )
    assert (both.against, one.against) == (5, None)
    assert both.logit == pytest.approx(one.logit - other.logit, abs=1e-6)
    np.testing.assert_allclose(both.change, one.change - other.change, atol=1e-6)
    np.testing.assert_allclose(both.estimate, one.estimate - other.estimate, atol=1e-6)
    np.testing.assert_array_equal(both.probability_change, one.probability_change)
    sweeps = [block_effects(model, image, n, against=a) for n, a in ((3, 5), (3, None), (5, None))]
    for difference, first, second in zip(*sweeps, strict=True):
        expected = first.logit_change - second.logit_change
        assert difference.logit_change == pytest.approx(expected, abs=1e-6)
    with pytest.raises(BlockError, match="no class 99"):
        channel_effects(model, image, "layer4.1.se", 3, against=99)
