"""rehearse(): going on from a block gives what a whole forward pass under override gives."""

import gc
import threading
import weakref

import numpy as np
import pytest
import timm
import torch
from timm.layers.cbam import LightChannelAttn
from torch import nn

import senet_viz as sv
from senet_viz.hooks.rehearsal import rehearse
from senet_viz.hooks.shared_weight_copy import shell_of
from senet_viz.models.residual import build
from senet_viz.verification.random_weights import randomise

KINDS = {
    "hard sigmoid, in-place": "mobilenetv3_small_100",
    "SiLU, in-place": "efficientnet_b0",
    "legacy, shared ReLU": "legacy_seresnet18",
    "no bottleneck": "ecaresnet26t",
    "regnet": "regnety_002",
    "gain outside": "eca_nfnet_l0",
    "ghost": "ghostnet_050",
    "anti-aliasing": "seresnextaa101d_32x8d",
}


def some_gates(own: torch.Tensor, settings: int) -> torch.Tensor:
    draw = torch.Generator().manual_seed(3)
    gates = own.expand(settings, *own.shape).clone()
    gates[0, :, 1] = 0
    gates[1:] = torch.rand(gates[1:].shape, generator=draw)
    return gates


def naive(model: nn.Module, images: torch.Tensor, block: str, gates: torch.Tensor) -> torch.Tensor:
    found = []
    for setting in gates:
        with sv.override(model, {block: setting.numpy()}), torch.no_grad():
            found.append(model.eval()(images))
    return torch.stack(found)


def same(found: torch.Tensor, expected: torch.Tensor) -> bool:
    return bool((found - expected).abs().max() <= 1e-5 * expected.abs().max())


@pytest.mark.parametrize("name", KINDS.values(), ids=KINDS.keys())
def test_it_equals_full_passes_and_skips_what_ran_before(name: str) -> None:
    model = timm.create_model(name).eval()
    randomise(model, ())
    images = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    rehearsal = rehearse(model, images)
    middle = rehearsal.blocks[len(rehearsal.blocks) // 2].name
    replay = rehearsal.at(middle)
    gates = some_gates(replay.gates, 3)
    with torch.no_grad():
        found = replay.run(gates)
    assert same(found, naive(model, images, middle, gates))
    assert not same(found, replay.logits.expand_as(found)), "the edit must have an effect"
    ran = {name for name in replay.skipped if "." not in name}
    assert len(ran) >= 2 or len(replay.skipped) > 8, replay.skipped


def test_every_block_of_one_rehearsal_in_any_order(
    network: nn.Module, images: torch.Tensor
) -> None:
    rehearsal = rehearse(network, images)
    for block in reversed(rehearsal.blocks):
        replay = rehearsal.at(block.name)
        gates = some_gates(replay.gates, 2)
        with torch.no_grad():
            twice = [replay.run(gates), replay.run(gates)]
        assert torch.equal(*twice)
        assert same(twice[0], naive(network, images, block.name, gates))


def test_the_sigmoid_written_into_a_block_is_replaced_too() -> None:
    torch.manual_seed(0)
    block = LightChannelAttn(8, rd_channels=4)
    model = nn.Sequential(
        nn.Conv2d(3, 8, 3), block, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
    )
    images = torch.randn(2, 3, 16, 16)
    replay = rehearse(model, images).at("1")
    captured = sv.capture(model, images)
    np.testing.assert_allclose(replay.gates.numpy(), captured["1"].excitation, atol=1e-6)
    gates = some_gates(replay.gates, 2)
    with torch.no_grad():
        assert same(replay.run(gates), naive(model, images, "1", gates))
    assert "0" in replay.skipped


def test_an_addition_in_place_after_the_block_does_not_spoil_the_memory() -> None:
    class Spoiler(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.se = nn.Conv2d(3, 32, 3, padding=1), build("se").layer1[0].se

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = self.first(x)
            x += self.se(x)
            return x.mean((2, 3))

    model, images = Spoiler(), torch.randn(1, 3, 16, 16)
    replay = rehearse(model, images).at("se")
    gates = some_gates(replay.gates, 3)
    with torch.no_grad():
        found = [replay.run(gates) for _ in range(3)]
    assert torch.equal(found[0], found[2])
    assert same(found[2], naive(model, images, "se", gates))
    assert replay.skipped


def test_a_network_that_answers_otherwise_the_second_time_is_run_whole() -> None:
    class Counting(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.se = nn.Conv2d(3, 32, 3), build("se").layer1[0].se
            self.passes = 0

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.passes += 1
            return self.se(self.first(x)).mean((2, 3)) * self.passes

    assert rehearse(Counting(), torch.randn(1, 3, 16, 16)).at("se").skipped == ()


def test_nothing_is_left_behind_on_the_network(network: nn.Module, images: torch.Tensor) -> None:
    calls: list[int] = []
    network.conv1.register_forward_hook(lambda *_: calls.append(1))
    state = {name: value.clone() for name, value in network.state_dict().items()}
    network.train()
    rehearsal = rehearse(network, images)
    rehearsal.at("layer2.0.se").run(some_gates(rehearsal.at("layer2.0.se").gates, 2))
    assert network.training and calls, "the person's own hook runs with the network's forward"
    assert all("forward" not in vars(module) for module in network.modules())
    assert sum(len(m._forward_hooks) for m in network.modules()) == 1
    assert all(torch.equal(value, state[name]) for name, value in network.state_dict().items())
    assert all(p.grad is None for p in network.parameters())


def test_the_copy_shares_its_weights_and_goes_away(network: nn.Module) -> None:
    shell = shell_of(network)
    assert shell.conv1.weight is network.conv1.weight
    assert shell.bn1.running_mean is network.bn1.running_mean
    assert shell.conv1 is not network.conv1
    gone = weakref.ref(shell)
    del shell
    gc.collect()
    assert gone() is None


def test_the_gates_slope_is_that_of_small_steps(network: nn.Module, images: torch.Tensor) -> None:
    model = network.double()
    replay = rehearse(model, images[:1].double()).at("layer3.0.se")
    gates = replay.gates[None].double().requires_grad_()
    logit = replay.run(gates)[0, 0, 4]
    (slope,) = torch.autograd.grad(logit, gates)
    step = torch.zeros_like(gates)
    step[0, 0, 7] = 1e-3
    with torch.no_grad():
        up, down = (replay.run(gates + s)[0, 0, 4] for s in (step, -step))
    assert float((up - down) / 2e-3) == pytest.approx(float(slope[0, 0, 7]), rel=2e-2)
    assert float(slope.abs().max()) > 0


def test_threads_each_with_a_rehearsal_of_their_own(network: nn.Module) -> None:
    network.eval()
    wrong: list[int] = []

    def work(seed: int) -> None:
        images = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(seed))
        with torch.no_grad():
            expected = network(images)
        for _ in range(4):
            replay = rehearse(network, images).at("layer3.1.se")
            if not same(replay.run(replay.gates[None])[0], expected):
                wrong.append(seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_what_cannot_be_followed_is_said(network: nn.Module, images: torch.Tensor) -> None:
    rehearsal = rehearse(network, images)
    with pytest.raises(sv.BlockError, match=r"Did you mean 'layer3.1.se'"):
        rehearsal.at("layer3.1")
    with pytest.raises(sv.BlockError, match=r"do not fit layer1.0.se: give \(e, 3, 32\)"):
        rehearsal.at("layer1.0.se").run(torch.ones(3, 32))
    with pytest.raises(sv.BlockError, match="has no SE block"):
        rehearse(nn.Sequential(nn.Conv2d(3, 8, 1)), images)
    features_only = nn.Sequential(nn.Conv2d(3, 32, 1), network.layer1[0].se)
    with pytest.raises(sv.CaptureError, match="Choose a classifier"):
        rehearse(features_only, images)
