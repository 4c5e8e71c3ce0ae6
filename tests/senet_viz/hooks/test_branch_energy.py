"""Where branch meets shortcut: both summands are the ones the network really adds."""

import threading

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import senet_viz as sv
from senet_viz.analysis.branch_energy import Meeting, meeting_of
from senet_viz.hooks import watch
from senet_viz.hooks.branch_energy import meet
from senet_viz.models.residual import SqueezeExcitation, build
from tests.randomise_norms import randomise_norms


def shares(branch: np.ndarray, shortcut: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """By hand: the share of each picture (n,), and of each place (n, h, w)."""
    a, b = (x.astype(np.float64) ** 2 for x in (branch, shortcut))
    whole = a.sum((1, 2, 3)) / (a.sum((1, 2, 3)) + b.sum((1, 2, 3)))
    return whole, a.sum(1) / (a.sum(1) + b.sum(1))


@pytest.mark.parametrize("unit", ["layer1.0", "layer2.0", "layer3.1"])
def test_our_own_network_by_hand(network: nn.Module, images: Tensor, unit: str) -> None:
    with watch(network, [f"{unit}.se", f"{unit}.shortcut"]) as seen:
        network.eval()(images)
    whole, places = shares(seen[f"{unit}.se"].output, seen[f"{unit}.shortcut"].output)
    found = meeting_of(meet(network, images), f"{unit}.se")
    np.testing.assert_allclose(found.share, whole, rtol=1e-5)
    np.testing.assert_allclose(found.share_map, places, rtol=1e-4, atol=1e-7)
    assert ((found.share_map >= 0) & (found.share_map <= 1)).all()


def timm_model(name: str) -> nn.Module:
    import timm

    with torch.random.fork_rng():
        torch.manual_seed(0)
        return randomise_norms(timm.create_model(name, pretrained=False)).eval()


@pytest.mark.parametrize(
    ("name", "block", "branch", "shortcut"),
    [
        ("seresnet18", "layer2.1.se", "layer2.1.se", "layer2.0"),
        ("seresnet18", "layer2.0.se", "layer2.0.se", "layer2.0.downsample"),
        ("legacy_seresnext26_32x4d", "layer1.1.se_module", "layer1.1.se_module", "layer1.0"),
        ("mobilenetv3_small_050", "blocks.2.1.se", "blocks.2.1.bn3", "blocks.2.0"),
        ("efficientnet_b0", "blocks.1.1.se", "blocks.1.1.bn3", "blocks.1.0"),
    ],
    ids=lambda value: value if "." not in value else "",
)
def test_summands_of_timm_networks_also_where_they_add_in_place(
    name: str, block: str, branch: str, shortcut: str
) -> None:
    model = timm_model(name)
    images = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(3))
    with watch(model, [branch, shortcut]) as seen, torch.no_grad():
        model(images)
    whole, _ = shares(seen[branch].output, seen[shortcut].output)
    np.testing.assert_allclose(meeting_of(meet(model, images), block).share, whole, rtol=1e-4)


def test_a_torchvision_block_with_a_projection_after_it() -> None:
    from torchvision.models import mobilenet_v3_small

    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = randomise_norms(mobilenet_v3_small()).eval()
    images = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(3))
    with watch(model, ["features.5.block.3", "features.4"]) as seen, torch.no_grad():
        model(images)
    whole, _ = shares(seen["features.5.block.3"].output, seen["features.4"].output)
    meetings = meet(model, images)
    np.testing.assert_allclose(meeting_of(meetings, "features.5.block.2").share, whole, rtol=1e-4)
    assert not meeting_of(meetings, "features.4.block.2").is_added  # it halves the map


def test_a_block_without_a_shortcut_has_no_share() -> None:
    meetings = meet(timm_model("mobilenetv3_small_050"), torch.rand(1, 3, 64, 64))
    alone = [m for m in meetings if not m.is_added]
    halving = {"blocks.0.0.se", "blocks.2.0.se", "blocks.4.0.se"}
    assert {m.block.name for m in alone} == halving
    with pytest.raises(sv.BlockError, match="not added to a shortcut"):
        _ = alone[0].share


class Summed(nn.Module):
    """An SE block, and one way to add what it gives."""

    def __init__(self, way: str) -> None:
        super().__init__()
        self.se, self.way = SqueezeExcitation(16), way

    def forward(self, x: Tensor) -> Tensor:
        branch, x = 2 * self.se(x) + 1, x.clone()
        if self.way == "into the branch":
            branch += x
            return branch
        if self.way == "into the shortcut":
            return x.add_(branch)
        if self.way == "scaled":
            return torch.add(x, branch, alpha=0.5)
        if self.way == "with itself":
            return branch + branch.relu()
        if self.way == "broadcast":
            return branch + x.mean((2, 3), keepdim=True)
        return x.__radd__(branch)


@pytest.mark.parametrize(
    ("way", "scale"),
    [("into the branch", 1), ("into the shortcut", 1), ("scaled", 0.5), ("from the right", 1)],
)
def test_every_way_to_add(way: str, scale: float, images: Tensor) -> None:
    model = Summed(way).eval()
    x = torch.randn(2, 16, 5, 7, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        branch = 2 * model.se(x) + 1
    whole, places = shares(scale * branch.numpy(), x.numpy())
    (found,) = meet(model, x)
    np.testing.assert_allclose(found.share, whole, rtol=1e-5)
    np.testing.assert_allclose(found.share_map, places, rtol=1e-5)


@pytest.mark.parametrize("way", ["with itself", "broadcast"])
def test_what_is_no_meeting(way: str) -> None:
    (found,) = meet(Summed(way), torch.randn(2, 16, 5, 7))
    assert not found.is_added


def test_nothing_of_it_stays_and_outputs_are_as_before(network: nn.Module, images: Tensor) -> None:
    before = sv.capture(network, images).logits
    meet(network, images)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in network.modules())
    assert network.training
    np.testing.assert_array_equal(sv.capture(network, images).logits, before)


def test_another_thread_runs_the_same_network_undisturbed(images: Tensor) -> None:
    model = randomise_norms(build("se", seed=1)).eval()
    alone = meet(model, images)
    found: list[tuple[Meeting, ...]] = []

    def work() -> None:
        for _ in range(4):
            found.append(meet(model, images))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    for meetings in found:
        for one, other in zip(meetings, alone, strict=True):
            np.testing.assert_allclose(one.share_map, other.share_map, rtol=1e-5)


def test_no_energy_at_all_has_no_share() -> None:
    nothing = np.zeros((1, 2, 2), dtype=np.float32)
    some = np.ones((1, 2, 2), dtype=np.float32)
    block = sv.SEBlock("se", 0, "test", "sigmoid", 4, 2)
    assert np.isnan(Meeting(block, nothing, nothing).share).all()
    assert Meeting(block, some, nothing).share_map.tolist() == [[[1, 1], [1, 1]]]
    with pytest.raises(sv.BlockError, match="no block 'sse'"):
        meeting_of([Meeting(block, some, some)], "sse")
