"""record() and watch(): the person's own loop."""

import numpy as np
import pytest
import torch
from torch import nn

import senet_viz as sv
from senet_viz.hooks import watch
from senet_viz.models.residual import build
from tests.randomise_norms import randomise_norms


def test_a_recording_joins_batches(network: nn.Module, images: torch.Tensor) -> None:
    network.eval()
    whole = sv.capture(network, images)
    with torch.no_grad(), sv.record(network, features="all") as recorder:
        for picture in images:
            network(picture[None])
    for name in whole.names:
        assert len(recorder.calls(name)) == 3
        np.testing.assert_allclose(
            recorder[name].excitation, whole[name].excitation, rtol=1e-4, atol=1e-6
        )
        assert recorder[name].features.shape == whole[name].features.shape
        assert recorder[name].proof == "verified"
    network(images)
    assert len(recorder.calls(whole.names[0])) == 3, "hooks vanish at the end"


def test_gradients_still_flow_while_recording(network: nn.Module, images: torch.Tensor) -> None:
    with sv.record(network) as recorder:
        network(images).sum().backward()
    assert network.conv1.weight.grad is not None
    assert recorder["layer1.0.se"].excitation.shape == (3, 32)


def test_recordings_nest(network: nn.Module, images: torch.Tensor) -> None:
    network.eval()
    with sv.record(network) as outer:
        network(images)
        with sv.record(network) as inner:
            network(images)
    assert len(outer.calls("layer1.0.se")) == 2
    assert len(inner.calls("layer1.0.se")) == 1


def test_nothing_recorded_is_said(network: nn.Module) -> None:
    with sv.record(network) as recorder:
        pass
    assert recorder.silent == tuple(b.name for b in sv.find_blocks(network))
    with pytest.raises(sv.CaptureError, match=r"layer1.0.se has not run"):
        _ = recorder["layer1.0.se"]
    with pytest.raises(sv.BlockError, match="Did you mean"):
        recorder.calls("layer1.0")


def test_watch_keeps_what_later_operations_overwrite() -> None:
    class Adds(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.part = nn.Identity()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            out = self.part(x * 2)
            out += 100
            return out

    network = Adds()
    with watch(network, ["part"]) as seen:
        network(torch.ones(1, 1, 2, 2))
    assert (seen["part"].output == 2).all() and (seen["part"].input == 2).all()


def test_watch_copies_what_passes(images: torch.Tensor) -> None:
    network = randomise_norms(build("nosqueeze", seed=2)).eval()
    name = "layer1.0.nosqueeze"
    with torch.no_grad(), watch(network, [name, f"{name}.gate"]) as seen:
        network(images)
    np.testing.assert_allclose(
        seen[name].input * seen[f"{name}.gate"].output, seen[name].output, rtol=1e-6
    )
    with pytest.raises(sv.BlockError, match="Did you mean"), watch(network, ["layer1.0.se"]):
        pass
