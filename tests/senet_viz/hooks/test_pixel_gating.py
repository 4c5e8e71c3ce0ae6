"""unpool(): the block's own layers at every pixel, and no trace of it afterwards."""

import threading

import numpy as np
import pytest
import timm
import torch
from torch import nn

import senet_viz as sv
from senet_viz.hooks import unpool, unpoolable
from senet_viz.models.residual import NoSqueeze, build
from tests.randomise_norms import randomise_norms

NAME = "layer2.1.se"


def logits(network: nn.Module, images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return network.eval()(images)


def hooks(network: nn.Module) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in network.modules())


def no_squeeze(block: nn.Module) -> NoSqueeze:
    """The embedded family's own NoSqueeze module with the weights of an SE block."""
    made = NoSqueeze(block.expand.out_features)
    state = {
        name: value[:, :, None, None] if value.ndim == 2 else value
        for name, value in block.state_dict().items()
    }
    made.load_state_dict(state)
    return made


def test_it_is_the_no_squeeze_module_with_the_same_weights(
    network: nn.Module, images: torch.Tensor
) -> None:
    with unpool(network, [NAME], keep=[NAME]) as seen:
        changed = logits(network, images)
    block, module = network.get_submodule(NAME), no_squeeze(network.get_submodule(NAME))
    network.layer2[1].se = module
    torch.testing.assert_close(changed, logits(network, images))
    network.layer2[1].se = block
    features = torch.tensor(seen[NAME].features)
    with torch.no_grad():
        gates = module.gate(module.expand(module.act(module.reduce(features))))
    np.testing.assert_allclose(seen[NAME].gates, gates, atol=1e-6)
    assert seen[NAME].error < 1e-6
    assert not torch.allclose(changed, logits(network, images), atol=1e-3)


def test_on_maps_without_structure_nothing_changes() -> None:
    block = nn.Sequential(build("se", seed=2).layer1[0].se).eval()
    values = torch.randn(2, 32, 1, 1, generator=torch.Generator().manual_seed(0))
    constant = values.expand(2, 32, 6, 5).contiguous()
    with unpool(block, keep=["0"]) as seen:
        changed = logits(block, constant)
    torch.testing.assert_close(changed, logits(block, constant))
    np.testing.assert_allclose(
        seen["0"].gates, np.broadcast_to(seen["0"].excitation[:, :, None, None], (2, 32, 6, 5)),
        atol=1e-6,
    )  # fmt: skip


@pytest.mark.parametrize("squeeze_by", ["mean", "max"])
def test_strips_gate_themselves_and_the_whole_map_is_the_network(squeeze_by: str) -> None:
    block = Pooling(squeeze_by)
    features = torch.randn(2, 8, 7, 5, generator=torch.Generator().manual_seed(0))
    with unpool(block, rows=7):
        torch.testing.assert_close(logits(block, features), block(features).detach())
    with unpool(block, keep=[""], rows=3) as seen:
        changed = logits(block, features)
    (strips,) = seen.values()
    for rows in (slice(0, 3), slice(3, 6), slice(6, 7)):
        own = sv.capture(block, features[:, :, rows])[0].excitation
        expected = np.broadcast_to(own[:, :, None, None], strips.gates[:, :, rows].shape)
        np.testing.assert_allclose(strips.gates[:, :, rows], expected, atol=1e-6)
    torch.testing.assert_close(changed, features * torch.tensor(strips.gates))
    with pytest.raises(sv.BlockError, match="A squeeze takes one or more"), unpool(block, rows=0):
        pass


class Pooling(nn.Module):
    """A block of its own that squeezes by the mean or the maximum."""

    def __init__(self, squeeze_by: str) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.down, self.up, self.squeeze_by = nn.Linear(8, 4), nn.Linear(4, 8), squeeze_by

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        z = x.mean((2, 3)) if self.squeeze_by == "mean" else x.amax((2, 3))
        return x * torch.sigmoid(self.up(torch.relu(self.down(z))))[:, :, None, None]


def test_moving_pixels_moves_pixel_gates_with_them_but_not_the_blocks_gate() -> None:
    block = nn.Sequential(build("se", seed=2).layer1[0].se).eval()
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(1, 32, 4, 6, generator=generator)
    order = torch.randperm(24, generator=generator)
    moved = features.flatten(2)[:, :, order].reshape(features.shape)
    found = []
    for maps in (features, moved):
        with unpool(block, keep=["0"]) as seen:
            logits(block, maps)
        found.append(seen["0"])
    first, second = found
    np.testing.assert_allclose(first.excitation, second.excitation, atol=1e-6)
    before = first.gates.reshape(1, 32, 24)
    assert np.abs(first.gates - second.gates).max() > 0.01
    np.testing.assert_allclose(
        before[:, :, order.numpy()], second.gates.reshape(1, 32, 24), atol=1e-6
    )


@pytest.mark.parametrize(
    "name",
    [
        "legacy_seresnet18",
        "mobilenetv3_small_050",  # hard sigmoid
        "efficientnet_b0",  # SiLU between the layers
        "ese_vovnet19b_dw",  # one layer, no bottleneck
        "rexnet_100",  # BatchNorm between the layers
    ],
)
def test_other_libraries_blocks_have_the_form_too(name: str) -> None:
    model = randomise_norms(timm.create_model(name)).eval()
    picture = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    names = unpoolable(model)
    assert names == tuple(block.name for block in sv.find_blocks(model))
    own = logits(model, picture)
    with unpool(model, keep=names) as seen:
        changed = logits(model, picture)
    assert set(seen) == set(names)
    assert max(s.error for s in seen.values()) < 1e-5
    assert any(s.gates.std((2, 3)).max() > 1e-4 for s in seen.values() if s.gates.shape[-1] > 1)
    assert float((changed - own).abs().max()) > 1e-4 * float(own.abs().max())
    torch.testing.assert_close(logits(model, picture), own)


def test_a_convolution_over_channels_has_no_such_form() -> None:
    model = timm.create_model("ecaresnet26t")
    assert unpoolable(model) == ()
    block = sv.find_blocks(model)[0].name
    with (
        pytest.raises(sv.BlockError, match="not made by one or two plain layers"),
        unpool(model, [block]),
    ):
        pass
    assert hooks(model) == 0


@pytest.mark.parametrize("how", ["outside the model", "in the model", "in a wrong name"])
def test_hooks_modes_and_weights_are_as_before_also_after_errors(
    network: nn.Module, images: torch.Tensor, how: str
) -> None:
    state = {name: value.clone() for name, value in network.state_dict().items()}
    modes = [m.training for m in network.modules()]
    names = ["layer1.0.se", "layer9.0.se"] if how == "in a wrong name" else None
    with (
        pytest.raises((ZeroDivisionError, sv.BlockError, RuntimeError)),
        unpool(network, names),
        torch.no_grad(),
    ):
        if how == "in the model":
            network(images[:, :2])
        _ = 1 / 0
    assert hooks(network) == 0
    assert modes == [m.training for m in network.modules()]
    assert all(torch.equal(value, state[name]) for name, value in network.state_dict().items())


def test_another_thread_never_sees_it(network: nn.Module, images: torch.Tensor) -> None:
    expected = logits(network, images)
    result: list[torch.Tensor] = []
    with unpool(network):
        changed = logits(network, images)
        other = threading.Thread(target=lambda: result.append(logits(network, images)))
        other.start()
        other.join()
    torch.testing.assert_close(result[0], expected)
    assert not torch.allclose(changed, expected, atol=1e-3)


def test_layers_that_do_not_make_the_gate_are_refused(
    network: nn.Module, images: torch.Tensor
) -> None:
    with (
        sv.override(network, {NAME: 0.25}),
        unpool(network, [NAME]),
        pytest.raises(sv.CaptureError, match=f"layers of {NAME} give a gate that is off"),
    ):
        logits(network, images)
    assert hooks(network) == 0


def test_what_is_kept_must_be_changed(network: nn.Module) -> None:
    with (
        pytest.raises(sv.BlockError, match=r"layer3\.0\.se"),
        unpool(network, [NAME], keep=["layer3.0.se"]),
    ):
        pass
