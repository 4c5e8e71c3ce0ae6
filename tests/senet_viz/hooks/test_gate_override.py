"""override(): gates put in force, seen by recorders, gone afterwards, nobody else's business."""

import threading

import numpy as np
import pytest
import torch
from torch import nn

import senet_viz as sv


def logits(network: nn.Module, images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return network.eval()(images)


def test_gates_of_one_equal_a_network_without_that_gate(
    network: nn.Module, images: torch.Tensor
) -> None:
    with sv.override(network, {"layer3.1.se": 1.0}):
        edited = logits(network, images)
    network.layer3[1].se, kept = nn.Identity(), network.layer3[1].se
    without = logits(network, images)
    network.layer3[1].se = kept
    torch.testing.assert_close(edited, without)
    assert not torch.allclose(edited, logits(network, images), atol=1e-3)


@pytest.mark.parametrize("value", ["scalar", "channels", "pictures"])
def test_every_shape_of_gate_is_put_in_force_and_seen(
    network: nn.Module, images: torch.Tensor, value: str
) -> None:
    rng = np.random.default_rng(0)
    given = {"scalar": 0.25, "channels": rng.random(64), "pictures": rng.random((3, 64))}[value]
    with sv.override(network, {"layer2.0.se": given}):
        seen = sv.capture(network, images)["layer2.0.se"]
    np.testing.assert_allclose(seen.excitation, np.broadcast_to(given, (3, 64)), rtol=1e-6)
    assert seen.proof == "verified"


def test_nan_keeps_the_networks_own_gate(network: nn.Module, images: torch.Tensor) -> None:
    own = sv.capture(network, images)["layer1.0.se"].excitation
    only = np.full(32, np.nan)
    only[5] = 0.0
    with sv.override(network, {"layer1.0.se": only}):
        seen = sv.capture(network, images)["layer1.0.se"].excitation
    assert (seen[:, 5] == 0).all()
    np.testing.assert_array_equal(np.delete(seen, 5, 1), np.delete(own, 5, 1))


def test_overrides_nest_and_the_inner_one_has_the_last_word(
    network: nn.Module, images: torch.Tensor
) -> None:
    outer, inner = np.full(32, np.nan), np.full(32, np.nan)
    outer[[1, 2]], inner[[2, 3]] = 0.1, 0.9
    name = "layer1.0.se"
    with sv.record(network.eval()) as recorder, sv.override(network, {name: outer}):
        with sv.override(network, {name: inner}):
            network(images)
        network(images)
    both, one = recorder.calls(name)
    np.testing.assert_allclose(both.excitation[0, [1, 2, 3]], [0.1, 0.9, 0.9], rtol=1e-6)
    np.testing.assert_allclose(one.excitation[0, [1, 2]], [0.1, 0.1], rtol=1e-6)
    assert one.excitation[0, 3] != pytest.approx(0.9)


@pytest.mark.parametrize("record_first", [True, False])
def test_a_recording_sees_the_override_whichever_came_first(
    network: nn.Module, images: torch.Tensor, record_first: bool
) -> None:
    name = "layer2.1.se"
    network.eval()
    if record_first:
        with sv.record(network) as recorder, sv.override(network, {name: 0.5}):
            network(images)
    else:
        with sv.override(network, {name: 0.5}), sv.record(network) as recorder:
            network(images)
    assert (recorder[name].excitation == 0.5).all()


def test_another_thread_never_sees_the_edit(network: nn.Module, images: torch.Tensor) -> None:
    expected = logits(network, images)
    result: list[torch.Tensor] = []
    with sv.override(network, {"layer1.0.se": 0.0}):
        edited = logits(network, images)
        other = threading.Thread(target=lambda: result.append(logits(network, images)))
        other.start()
        other.join()
    torch.testing.assert_close(result[0], expected)
    assert not torch.allclose(edited, expected, atol=1e-3)


def test_everything_is_gone_also_after_an_error(network: nn.Module, images: torch.Tensor) -> None:
    expected = logits(network, images)
    with pytest.raises(ZeroDivisionError), sv.override(network, {"layer1.0.se": 0.0}):
        _ = 1 / 0
    torch.testing.assert_close(logits(network, images), expected)
    assert not any(m._forward_hooks for m in network.modules())


@pytest.mark.parametrize(
    ("gates", "message"),
    [
        ({"layer1.0.sse": 1.0}, "Did you mean 'layer1.0.se'"),
        ({"layer1.0.se": np.ones(7)}, r"shape \(7,\) do not fit layer1.0.se.*\(32,\)"),
        ({"layer1.0.se": np.inf}, "infinite"),
    ],
)
def test_what_does_not_fit_is_explained(
    network: nn.Module, gates: dict[str, object], message: str
) -> None:
    with pytest.raises(sv.BlockError, match=message), sv.override(network, gates):
        pass
    assert not any(m._forward_hooks for m in network.modules())


def test_gates_for_another_number_of_pictures_are_explained(
    network: nn.Module, images: torch.Tensor
) -> None:
    with (
        pytest.raises(sv.CaptureError, match=r"\(2, 32\).*3 pictures"),
        sv.override(network, {"layer1.0.se": np.ones((2, 32))}),
    ):
        sv.capture(network, images)
