"""What leaving the pooling out changes: the numbers are those of a network built in that form."""

import numpy as np
import pytest
import torch
from torch import nn

import senet_viz as sv
from senet_viz.analysis.gains import effective_gain
from senet_viz.experiments.pooling_removal import accuracy_without_pooling, without_pooling
from tests.senet_viz.hooks.test_pixel_gating import NAME, hooks, no_squeeze


def rebuilt(network: nn.Module, images: torch.Tensor, names: tuple[str, ...]) -> np.ndarray:
    """Logits with NoSqueeze modules in place of these blocks; the blocks are put back."""
    kept = {name: network.get_submodule(name) for name in names}
    for name, block in kept.items():
        network.get_submodule(name.rpartition(".")[0]).se = no_squeeze(block)
    with torch.no_grad():
        logits = network.eval()(images).numpy()
    for name, block in kept.items():
        network.get_submodule(name.rpartition(".")[0]).se = block
    return logits


def test_three_sets_of_logits_and_the_blocks_own_numbers(
    network: nn.Module, images: torch.Tensor
) -> None:
    network.train()
    seen = without_pooling(network, images, NAME)
    assert network.training and hooks(network) == 0
    names = tuple(block.name for block in sv.find_blocks(network))
    np.testing.assert_allclose(seen.logits, rebuilt(network, images, ()), atol=1e-5)
    np.testing.assert_allclose(seen.logits_one, rebuilt(network, images, (NAME,)), atol=1e-4)
    np.testing.assert_allclose(seen.logits_all, rebuilt(network, images, names), atol=1e-4)
    own = sv.capture(network, images)[NAME]
    np.testing.assert_allclose(seen.excitation, own.excitation, atol=1e-6)
    before, after = own.recalibrated, own.require_features() * seen.gates
    expected = np.linalg.norm(after - before) / np.linalg.norm(before)
    assert seen.relative_change == pytest.approx(expected, rel=1e-4)
    np.testing.assert_allclose(
        seen.gain, effective_gain(own.require_features(), after), rtol=1e-4, atol=1e-5
    )
    assert (seen.gain >= seen.gates.min((2, 3)) - 1e-6).all()
    assert (seen.gain <= seen.gates.max((2, 3)) + 1e-6).all()


def test_accuracy_counts_won_and_lost_batch_by_batch(
    network: nn.Module, images: torch.Tensor
) -> None:
    many = torch.randn(12, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    # noise looks alike to a network of noise: centred logits make it say different things
    network.fc.bias.data -= torch.tensor(rebuilt(network, many, ()).mean(0))
    names = tuple(block.name for block in sv.find_blocks(network))
    said = [rebuilt(network, many, chosen).argmax(1) for chosen in ((), (NAME,), names)]
    labels = np.where(np.arange(12) % 2 == 0, said[0], said[2])
    batches = [(many[:5], labels[:5]), (many[5:], labels[5:])]
    first, last = accuracy_without_pooling(network, batches, NAME)
    assert (first.pictures, last.pictures) == (5, 12)
    right = [s == labels for s in said]
    assert last.right == right[0].sum() and last.accuracy == pytest.approx(right[0].mean())
    for which in (0, 1):
        assert last.won[which] == (right[which + 1] & ~right[0]).sum()
        assert last.lost[which] == (right[0] & ~right[which + 1]).sum()
        change = right[which + 1].astype(float) - right[0]
        assert last.change(which) == pytest.approx(change.mean())
        assert last.standard_error(which) == pytest.approx(change.std() / np.sqrt(12))
    assert last.won[1] + last.lost[1] > 0


def test_what_cannot_be_asked_is_said(network: nn.Module, images: torch.Tensor) -> None:
    with pytest.raises(sv.BlockError, match="nowhere"):
        without_pooling(network, images, "nowhere")
    with pytest.raises(sv.CaptureError, match="at least one"):
        list(accuracy_without_pooling(network, [], NAME))
    headless = nn.Sequential(network.conv1, network.bn1, network.layer1)
    with pytest.raises(sv.CaptureError, match="not one score a class"):
        without_pooling(headless, images, "2.0.se")
