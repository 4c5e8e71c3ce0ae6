"""Receptive fields by strides and kernels: where the gradient is not 0, with gates held fixed."""

from typing import Any

import numpy as np
import pytest
import timm
import torch
from torch import nn

import senet_viz as sv
from senet_viz.hooks.receptive_field import receptive_fields
from senet_viz.models.residual import build

CONVOLUTIONS = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
POOLS = {1: nn.AvgPool1d, 2: nn.AvgPool2d, 3: nn.AvgPool3d}
MAXIMA = {1: nn.MaxPool1d, 2: nn.MaxPool2d, 3: nn.MaxPool3d}


class Gate(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.fc = nn.Linear(channels, channels)

    def forward(self, x: Any) -> Any:
        s = torch.sigmoid(self.fc(x.flatten(2).mean(2)))
        return x * s.reshape(*s.shape, *[1] * (x.ndim - 2))


class Net(nn.Module):
    """Strides, dilation, uneven padding, pooling, a shortcut and a branch, in d dimensions."""

    def __init__(self, d: int, *, top: str = "mean") -> None:
        super().__init__()
        conv = CONVOLUTIONS[d]
        self.stem, self.gate = conv(2, 4, 3, stride=2, padding=1), Gate(4)
        self.pool, self.top = POOLS[d](3, 2, 1), (MAXIMA if top == "max" else POOLS)[d](3, 2)
        self.wide, self.near = conv(4, 4, 3, padding=2, dilation=2), conv(4, 4, 1)
        self.last = Gate(8)

    def forward(self, x: Any) -> Any:
        x = self.gate(torch.relu(self.stem(x)))
        x = self.pool(nn.functional.pad(x, (1, 0)))
        x = x + self.near(x)
        x = torch.cat([self.wide(x), self.near(x)], 1)
        return self.last(self.top(torch.relu(x)))


def seen_by_gradient(model: nn.Module, module: nn.Module, image: Any, place: Any) -> list[slice]:
    """From where to where the gradient of one place of a module's input is not 0."""
    total = torch.zeros(image.shape[2:])
    gates = {block.name: 0.5 for block in sv.find_blocks(model, image)}
    for _ in range(12):
        kept: list[Any] = []
        x = torch.rand_like(image).requires_grad_()
        with (
            module.register_forward_pre_hook(lambda _m, given, kept=kept: kept.append(given[0])),
            sv.override(model, gates, example=image),
        ):
            model(x)
        (slope,) = torch.autograd.grad(kept[-1][(0, slice(None), *place)].sum(), x)
        total += slope[0].abs().sum(0)
    where = np.argwhere(total.numpy() > 0)
    return [
        slice(int(low), int(high) + 1) for low, high in zip(where.min(0), where.max(0), strict=True)
    ]


def positive(model: nn.Module) -> nn.Module:
    """With weights above 0, so that nothing cancels and no unit is off."""
    for parameter in model.parameters():
        nn.init.uniform_(parameter, 0.1, 0.2)
    return model.eval()


@pytest.mark.parametrize(("d", "size"), [(1, (90,)), (2, (61, 72)), (3, (26, 30, 28))])
def test_it_is_where_the_gradient_is(d: int, size: tuple[int, ...]) -> None:
    model, image = positive(Net(d)), torch.rand(1, 2, *size)
    fields = receptive_fields(model, image)
    assert fields["gate"].size == (3,) * d and fields["gate"].gates_before == 0
    field = fields["last"]
    for place in (
        (0,) * d,
        tuple(n // 2 for n in field.places),
        tuple(n - 1 for n in field.places),
    ):
        assert list(field.of(place)) == seen_by_gradient(model, model.last, image, place)
    assert receptive_fields(Net(d, top="max"), image)["last"] == field


def test_an_embedded_network_and_one_of_timm() -> None:
    model, image = positive(build("se")), torch.rand(1, 3, 64, 64)
    fields = receptive_fields(model, image)
    assert len(fields) == 8 and fields["layer4.1.se"].gates_before == 7
    module = model.get_submodule("layer2.0.se")
    found = seen_by_gradient(model, module, image, (4, 4))
    assert list(fields["layer2.0.se"].of((4, 4))) == found
    share = fields["layer2.0.se"].share((4, 4))
    assert share == (found[0].stop - found[0].start) * (found[1].stop - found[1].start) / 64**2
    mobile = timm.create_model("mobilenetv3_small_100").eval()
    sizes = [f.size[0] for f in receptive_fields(mobile, torch.rand(1, 3, 64, 64)).values()]
    assert len(sizes) == 9 and sizes == sorted(sizes)


def test_behind_a_gate_a_place_depends_on_all_of_the_picture() -> None:
    model, image = build("se", seed=0).eval(), torch.rand(1, 3, 160, 160, requires_grad=True)
    kept: list[Any] = []
    module = model.get_submodule("layer2.0.se")
    with module.register_forward_pre_hook(lambda _m, given: kept.append(given[0])):
        model(image)
    (slope,) = torch.autograd.grad(kept[0][0, :, 9, 9].sum(), image)
    reached = float((slope[0].abs().sum(0) > 0).float().mean())
    assert reached > 0.9 > 2 * receptive_fields(model, image)["layer2.0.se"].share((9, 9))


def test_what_has_no_field_is_left_out_and_other_inputs_refused() -> None:
    class Reshaped(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.gate = Gate(3)

        def forward(self, x: Any) -> Any:
            return self.gate(x.flip(3))

    assert receptive_fields(Reshaped(), torch.rand(1, 3, 8, 8)) == {}
    with pytest.raises(sv.CaptureError, match="has no receptive field to follow"):
        receptive_fields(build("se"), torch.rand(2, 3, 32, 32))
