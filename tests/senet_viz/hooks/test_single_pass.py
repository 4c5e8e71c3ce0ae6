"""capture(): right numbers, and nothing left behind."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import nn

import senet_viz as sv
from senet_viz.models.residual import build
from tests.randomise_norms import randomise_norms


def by_hand(network: nn.Module, images: torch.Tensor, name: str) -> dict[str, np.ndarray]:
    """The same numbers without a hook: run the network up to the block with plain calls."""
    network.eval()
    with torch.no_grad():
        x = network.pool(network.act1(network.bn1(network.conv1(images))))
        for stage in range(1, 5):
            for place, unit in enumerate(getattr(network, f"layer{stage}")):
                branch = unit.bn2(unit.conv2(unit.act1(unit.bn1(unit.conv1(x)))))
                if name == f"layer{stage}.{place}.se":
                    squeeze = branch.mean((2, 3))
                    hidden = torch.relu(squeeze @ unit.se.reduce.weight.T + unit.se.reduce.bias)
                    logit = hidden @ unit.se.expand.weight.T + unit.se.expand.bias
                    return {
                        "features": branch.numpy(),
                        "squeeze": squeeze.numpy(),
                        "hidden": hidden.numpy(),
                        "excitation": torch.sigmoid(logit).numpy(),
                    }
                x = unit(x)
    raise KeyError(name)


@pytest.mark.parametrize("name", ["layer1.0.se", "layer3.1.se", "layer4.1.se"])
def test_every_number_equals_the_one_computed_by_hand(
    network: nn.Module, images: torch.Tensor, name: str
) -> None:
    expected = by_hand(network, images, name)
    seen = sv.capture(network, images)[name]
    for field, value in expected.items():
        np.testing.assert_allclose(getattr(seen, field), value, rtol=1e-5, atol=1e-6)
        assert getattr(seen, field).dtype == np.float32
    assert seen.excitation.std() > 0.01, "gates that hardly vary prove nothing"
    np.testing.assert_allclose(
        seen.recalibrated, expected["features"] * expected["excitation"][..., None, None], rtol=1e-5
    )


def test_blocks_come_in_firing_order_and_are_proved(
    network: nn.Module, images: torch.Tensor
) -> None:
    seen = sv.capture(network, images)
    assert seen.names == tuple(f"layer{s}.{u}.se" for s in range(1, 5) for u in range(2))
    assert [b.index for b in seen.blocks] == list(range(8))
    assert len(seen) == 8 and seen[0] is seen["layer1.0.se"] and seen[-1] is seen[7]
    assert all(a.proof == "verified" and a.relative_error <= 1e-5 for a in seen)
    assert seen.logits is not None and seen.logits.shape == (3, 10)
    assert seen["layer3.1.se"].block.reduction == 8.0


def test_what_follows_the_product_is_no_part_of_the_proof(images: torch.Tensor) -> None:
    class Shifted(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.pool = nn.AdaptiveAvgPool2d(1)
            self.fc = nn.Sequential(nn.Linear(3, 1), nn.ReLU(), nn.Linear(1, 3), nn.Sigmoid())

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            gate = self.fc(self.pool(x).flatten(1))[:, :, None, None]
            return x * gate + 0.1

    network = nn.Sequential(Shifted())
    seen = sv.capture(network, images)
    assert seen[0].proof == "verified"
    with torch.no_grad():
        np.testing.assert_allclose(seen[0].recalibrated + 0.1, network(images), atol=1e-6)


def test_an_all_zero_branch_is_called_trivial_not_verified(images: torch.Tensor) -> None:
    network = build("se")
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.zeros_(module.weight)
    assert {a.proof for a in sv.capture(network, images)} == {"trivial"}


def test_values_survive_later_in_place_operations(images: torch.Tensor) -> None:
    class InPlace(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3)
            self.se = build("se").get_submodule("layer1.0.se")
            self.conv.out_channels = 32
            self.conv = nn.Conv2d(3, 32, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            features = self.conv(x)
            out = self.se(features)
            out += 5
            features.zero_()
            return out.mean((2, 3))

    network = InPlace()
    with torch.no_grad():
        expected = network.conv(images)
    seen = sv.capture(network, images)[0]
    np.testing.assert_allclose(seen.features, expected.numpy(), rtol=1e-5, atol=1e-6)
    assert seen.proof == "verified"


def test_a_block_that_multiplies_in_place_is_read_rightly(images: torch.Tensor) -> None:
    class InPlaceLayer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.pool = nn.AdaptiveAvgPool2d(1)
            self.fc = nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 3), nn.Sigmoid())

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.mul_(self.fc(self.pool(x).flatten(1))[:, :, None, None])

    expected = images.numpy().copy()
    seen = sv.capture(nn.Sequential(InPlaceLayer()), images.clone())[0]
    np.testing.assert_array_equal(seen.features, expected)
    assert seen.proof == "verified"


def snapshot(network: nn.Module) -> tuple:
    hooks = tuple(
        (name, tuple(m._forward_hooks), tuple(m._forward_pre_hooks))
        for name, m in network.named_modules()
    )
    modes = tuple(m.training for m in network.modules())
    grads = tuple((p.requires_grad, p.grad is None) for p in network.parameters())
    return hooks, modes, grads, torch.get_rng_state().tolist(), torch.is_grad_enabled()


class BoomError(RuntimeError):
    """Raised in the middle of a forward pass."""


def break_forward(network: nn.Module) -> Callable[[], None]:
    def boom(*_args: object) -> None:
        torch.rand(3)
        raise BoomError

    return network.get_submodule("layer3.0.bn2").register_forward_hook(boom).remove


@pytest.mark.parametrize("ending", ["normal", "raises"])
def test_the_model_is_left_as_it_was(network: nn.Module, images: torch.Tensor, ending: str) -> None:
    network.layer2.eval()
    network.layer1[0].conv1.weight.requires_grad_(False)
    calls: list[int] = []
    network.get_submodule("layer1.0.se.gate").register_forward_hook(lambda *_: calls.append(1))
    mend = break_forward(network) if ending == "raises" else None
    before = snapshot(network)
    if mend:
        with pytest.raises(BoomError):
            sv.capture(network, images)
    else:
        sv.capture(network, images)
    assert snapshot(network) == before
    assert calls == [1], "somebody else's hook still fires"


def test_features_are_kept_only_where_asked(network: nn.Module, images: torch.Tensor) -> None:
    one = sv.capture(network, images, features=["layer2.0.se"])
    assert [a.features is not None for a in one] == [n == "layer2.0.se" for n in one.names]
    none = sv.capture(network, images, features="none")
    assert all(a.features is None for a in none)
    assert none["layer2.0.se"].proof == "verified"
    with pytest.raises(sv.BlockError, match=r"layer2.0.se.*features='all'"):
        _ = none["layer2.0.se"].recalibrated
    with pytest.raises(sv.BlockError, match=r"'layer2.0.sse'.*Did you mean 'layer2.0.se'"):
        sv.capture(network, images, features="layer2.0.sse")


def test_records_cannot_be_changed(network: nn.Module, images: torch.Tensor) -> None:
    seen = sv.capture(network, images)[0]
    for array in (seen.excitation, seen.features, seen.squeeze, seen.hidden):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(AttributeError):
        seen.error = 0.0


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ((3, 64, 64), r"shape \(3, 64, 64\) .* such as \(1, 3, 224, 224\)"),
        ((0, 3, 64, 64), "holds no number"),
        ((64,), r"such as \(1, 3, 224, 224\)"),
    ],
)
def test_wrong_shapes_are_explained(network: nn.Module, shape: tuple[int, ...], said: str) -> None:
    with pytest.raises(sv.CaptureError, match=said):
        sv.capture(network, torch.zeros(shape))


@pytest.mark.parametrize("given", [None, "a picture", {"x": 3}])
def test_what_is_no_input_is_explained(network: nn.Module, given: object) -> None:
    with pytest.raises(sv.CaptureError, match="capture needs a tensor"):
        sv.capture(network, given)


@pytest.mark.parametrize("given", [None, "seresnet18", torch.zeros(2)])
def test_what_is_no_network_is_explained(given: object) -> None:
    for ask in (sv.find_blocks, sv.find_others, lambda m: sv.capture(m, torch.zeros(1))):
        with pytest.raises(sv.CaptureError, match=r"is no network: give an nn\.Module"):
            ask(given)


def test_a_network_without_numbers_is_found_in_but_not_captured(images: torch.Tensor) -> None:
    with torch.device("meta"):
        network = build("se")
    assert len(sv.find_blocks(network)) == 8
    with pytest.raises(sv.CaptureError, match="meta device"):
        sv.capture(network, images)


def test_numpy_arrays_are_taken(network: nn.Module, images: torch.Tensor) -> None:
    theirs, ours = sv.capture(network, images.numpy()), sv.capture(network, images)
    np.testing.assert_array_equal(theirs[3].excitation, ours[3].excitation)


def test_a_network_without_se_says_so(images: torch.Tensor) -> None:
    with pytest.raises(sv.BlockError, match="has no SE block"):
        sv.capture(build("plain"), images)


def test_a_block_that_never_ran_is_not_there(network: nn.Module, images: torch.Tensor) -> None:
    network.add_module("spare", build("se").get_submodule("layer1.0.se"))
    assert "spare" not in sv.capture(network, images).names


def test_each_call_of_a_block_is_an_activation(network: nn.Module, images: torch.Tensor) -> None:
    network.layer1[1].se = network.layer1[0].se
    seen = sv.capture(network, images)
    assert seen.names[:3] == ("layer1.0.se", "layer1.0.se@2", "layer2.0.se")
    assert [a.block.index for a in seen] == list(range(8))
    assert len(sv.find_blocks(network)) == 7
    with sv.record(network.eval()) as recorder, torch.no_grad():
        network(images)
    for name in seen.names:
        (again,) = recorder.calls(name)
        np.testing.assert_array_equal(again.squeeze, seen[name].squeeze)
    assert not np.allclose(seen[0].squeeze, seen[1].squeeze)


def test_features_are_kept_of_names_numbers_and_modules(
    network: nn.Module, images: torch.Tensor
) -> None:
    asked = ["layer1.1.se", 3, network.layer4[1].se]
    seen = sv.capture(network, images, features=asked)
    kept = [a.block.name for a in seen if a.features is not None]
    assert kept == ["layer1.1.se", seen.names[3], "layer4.1.se"]
    with pytest.raises(sv.BlockError, match="no gate number 8"):
        sv.capture(network, images, features=8)
    with pytest.raises(sv.BlockError, match="Conv2d given owns no gate"):
        sv.capture(network, images, features=network.conv1)


def test_eight_threads_on_one_model_do_not_mix(network: nn.Module) -> None:
    pictures = [
        torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(i)) for i in range(8)
    ]
    alone = [sv.capture(network, p, features="none") for p in pictures]
    network.train()
    start = threading.Barrier(8)

    def work(i: int) -> list[sv.Capture]:
        start.wait()
        return [sv.capture(network, pictures[i], features="none") for _ in range(20)]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(work, range(8)))
    for i, captures in enumerate(together):
        for seen in captures:
            assert seen.names == alone[i].names
            for block, expected in zip(seen, alone[i], strict=True):
                np.testing.assert_allclose(block.excitation, expected.excitation, atol=1e-6)
    assert all(m.training for m in network.modules())
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in network.modules())


def test_half_precision_is_read_as_float32_with_a_tolerance_of_its_own(
    network: nn.Module, images: torch.Tensor
) -> None:
    seen = sv.capture(network.to(torch.bfloat16), images)
    assert seen[0].excitation.dtype == np.float32
    assert seen[0].tolerance == 4 * torch.finfo(torch.bfloat16).eps
    assert {a.proof for a in seen} == {"verified"}


def test_data_parallel_is_unwrapped_and_said(network: nn.Module, images: torch.Tensor) -> None:
    wrapped = nn.DataParallel(network)
    seen = sv.capture(wrapped, images)
    assert seen.names[0] == "layer1.0.se"
    assert any("DataParallel" in note for note in seen.notes)


def test_compiled_models_are_captured_eagerly_and_said(
    network: nn.Module, images: torch.Tensor
) -> None:
    expected = sv.capture(network, images)
    whole = sv.capture(torch.compile(network, backend="eager"), images)
    assert any("OptimizedModule" in note for note in whole.notes)
    np.testing.assert_array_equal(whole[3].excitation, expected[3].excitation)
    network.eval().compile(backend="eager")
    with torch.no_grad():
        network(images)
    in_place = sv.capture(network, images)
    assert any("ran uncompiled" in note for note in in_place.notes)
    np.testing.assert_array_equal(in_place[3].excitation, expected[3].excitation)


def test_a_compiled_stage_keeps_plain_names(images: torch.Tensor) -> None:
    network = randomise_norms(build("se", seed=1)).eval()
    expected = sv.capture(network, images)
    network.layer2 = torch.compile(network.layer2, backend="eager")
    with torch.no_grad():
        network(images)
    seen = sv.capture(network, images)
    assert seen.names == expected.names
    np.testing.assert_array_equal(seen[2].excitation, expected[2].excitation)
