"""Attention that is no per-channel gate is declared, with the reason."""

import numpy as np
import pytest
import timm
import torch
import torchvision
from torch import nn

import senet_viz as sv
from senet_viz.models.residual import build
from tests.senet_viz.blocks.test_finding import resnet_with


def timm_model(name: str) -> nn.Module:
    with torch.device("meta"):
        return timm.create_model(name, pretrained=False)


@pytest.mark.parametrize(
    ("make", "kind", "declared", "read", "why"),
    [
        (lambda: timm_model("skresnet18"), "timm SelectiveKernel", 8, 0, "add up to 1"),
        (lambda: timm_model("resnest14d"), "timm SplitAttn", 4, 0, "between branches"),
        (lambda: timm_model("gcresnext26ts"), "timm GlobalContext", 8, 0, "not gating"),
        (lambda: timm_model("ghostnetv2_100"), "timm GhostModuleV2", 14, 7, "place to place"),
        (lambda: build("nosqueeze"), "senet_viz NoSqueeze", 8, 0, "place to place"),
        (lambda: timm_model("iformer_t"), "timm SHMA", 5, 0, "place to place"),
        (lambda: resnet_with("cbam"), "timm SpatialAttn", 4, 4, "place to place"),
        (lambda: resnet_with("coord"), "timm CoordAttn", 4, 0, "place to place"),
        (
            lambda: torchvision.models.segmentation.lraspp_mobilenet_v3_large(
                weights=None, weights_backbone=None
            ),
            "torchvision LRASPPHead",
            1,
            8,
            "scale another one",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else None,
)
def test_is_declared(make, kind: str, declared: int, read: int, why: str) -> None:
    model = make()
    others = sv.find_others(model)
    assert [o.kind for o in others] == [kind] * declared
    assert all(why in other.why for other in others)
    assert len(sv.find_blocks(model)) == read
    names = dict(model.named_modules())
    assert all(other.name in names for other in others)


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_the_gates_of_a_recurrent_layer_are_declared_with_and_without_values(
    kind: type[nn.RNNBase],
) -> None:
    """Over the rows of a map; with values an LSTM is one operation."""

    class Rows(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.rnn = nn.Conv2d(3, 8, 3, padding=1), kind(8, 8, batch_first=True)
            self.fc = nn.Linear(8, 8)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            maps = self.conv(x).permute(0, 2, 3, 1)
            rows = self.rnn(maps.flatten(0, 1))[0].reshape(maps.shape)
            out: torch.Tensor = rows * torch.sigmoid(self.fc(rows.mean((1, 2))))[:, None, None]
            return out

    found = []
    for device in ("cpu", "meta"):
        model, x = Rows().eval().to(device), torch.rand(2, 3, 6, 5, device=device)
        others = sv.find_others(model, x)
        assert [(other.name, other.reason) for other in others] == [("rnn", "per place")]
        found.append([(b.name, b.squeeze_by) for b in sv.find_blocks(model, x)])
    assert found == [[("", "mean")]] * 2
    if kind is nn.LSTM:
        seen = sv.capture(Rows().eval(), torch.rand(2, 3, 6, 5))
        assert [activation.proof for activation in seen] == ["verified"]


def test_the_kernels_of_experts_are_declared() -> None:
    others = sv.find_others(timm_model("tf_efficientnet_cc_b0_4e"))
    assert {other.reason for other in others} == {"kernels"}


def test_networks_of_nothing_else_say_what_they_have() -> None:
    with pytest.raises(sv.BlockError, match="8 of timm SelectiveKernel, which is not a per-chan"):
        sv.capture(timm.create_model("skresnet18"), torch.zeros(1, 3, 64, 64))


@pytest.mark.parametrize("name", ["hgnetv2_b0", "seresnet18", "resnet18", "vit_tiny_patch16_224"])
def test_nothing_is_declared_where_there_is_nothing(name: str) -> None:
    assert sv.find_others(timm_model(name)) == ()


def test_the_number_outside_an_nfnets_block_is_part_of_the_factor() -> None:
    network = timm.create_model("test_nfnet")
    assert {b.factor for b in sv.find_blocks(network)} == {"2·s"}
    assert {b.factor for b in sv.find_blocks(timm_model("seresnet18"))} == {"s"}
    for name, parameter in network.named_parameters():
        if name.endswith("conv3.gain"):  # starts at 0, which would make every branch 0
            nn.init.ones_(parameter)
    block = sv.find_blocks(network)[-1]
    unit = network.get_submodule(block.name.rpartition(".")[0])
    came: list[torch.Tensor] = []
    assert block.name.endswith("attn_last")  # it gates after conv3, so drop_path comes next
    unit.drop_path.register_forward_pre_hook(lambda _m, args: came.append(args[0].clone()))
    seen = sv.capture(network, torch.randn(1, 3, 64, 64))[block.name]
    np.testing.assert_allclose(seen.factor, 2 * seen.excitation)
    scaled = seen.recalibrated
    assert abs(scaled).max() > 0
    assert came[0].numpy() == pytest.approx(scaled, rel=1e-5, abs=1e-6)
