"""find_blocks(): every kind of two libraries, no false positives, wrappers."""

import pytest
import timm
import torch
import torchvision
from timm.layers import GatherExcite
from timm.layers.squeeze_excite import SqueezeExciteCl
from torch import nn

import senet_viz as sv
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.models.residual import SqueezeExcitation, build
from tests.randomise_norms import randomise_norms


class SELayer(nn.Module):
    """The common home-made block: gate of shape (B, C)."""

    def __init__(self, channels: int, reduction: int = 4) -> None:
        super().__init__()
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            nn.Linear(channels, channels // reduction, bias=False),
            nn.ReLU(inplace=True),
            nn.Linear(channels // reduction, channels, bias=False),
            nn.Sigmoid(),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        gate = self.fc(self.avg_pool(x).flatten(1))
        return x * gate[:, :, None, None]


def home_made() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 16, 3), nn.BatchNorm2d(16), SELayer(16))


def timm_model(name: str) -> nn.Module:
    return timm.create_model(name, pretrained=False)


def resnet_with(attention: str) -> nn.Module:
    """A small timm ResNet with any of timm's attention modules in its four units."""
    return timm.models.ResNet(
        timm.models.resnet.BasicBlock,
        layers=(1, 1, 1, 1),
        channels=(16, 32, 48, 64),
        num_classes=10,
        zero_init_last=False,
        block_args={"attn_layer": attention},
    )


class Permuted(nn.Module):
    """A block that wants (n, h, w, c) amid layers that want (n, c, h, w)."""

    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        self.block = block

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.block(x.movedim(1, -1)).movedim(-1, 1)


def channels_last() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 16, 3), Permuted(SqueezeExciteCl(16)))


def gather_excite() -> nn.Module:
    """The one form that timm 1.0.31 can build."""
    return nn.Sequential(nn.Conv2d(3, 16, 3), GatherExcite(16, use_mlp=False))


ZOO = [
    ("senet_viz SqueezeExcitation", lambda: build("se"), 8, "sigmoid"),
    ("tests SELayer", home_made, 1, "sigmoid"),
    (
        "torchvision SqueezeExcitation",
        torchvision.models.mobilenet_v3_small,
        9,
        "hardsigmoid",
    ),
    ("timm SEModule", lambda: timm_model("seresnet18"), 8, "sigmoid"),
    (
        "timm SqueezeExcite",
        lambda: timm_model("mobilenetv3_small_050"),
        9,
        "hardsigmoid",
    ),
    ("timm SEModule", lambda: timm_model("legacy_seresnet18"), 8, "sigmoid"),
    ("timm EffectiveSEModule", lambda: timm_model("ese_vovnet19b_dw"), 4, "hardsigmoid"),
    ("timm EcaModule", lambda: timm_model("ecaresnet26t"), 8, "sigmoid"),
    ("timm EseModule", lambda: timm_model("hgnet_tiny"), 5, "sigmoid"),
    ("timm CecaModule", lambda: resnet_with("ceca"), 4, "sigmoid"),
    ("timm SqueezeExciteCl", channels_last, 1, "sigmoid"),
    ("timm ChannelAttn", lambda: resnet_with("cbam"), 4, "sigmoid"),
    ("timm LightChannelAttn", lambda: resnet_with("lcbam"), 4, "sigmoid"),
    ("timm GatherExcite", gather_excite, 1, "sigmoid"),
    ("timm GlobalContext", lambda: resnet_with("gc"), 4, "sigmoid"),
]


@pytest.mark.parametrize(("kind", "make", "count", "gate"), ZOO, ids=[z[0] for z in ZOO])
def test_every_kind_is_found_and_proved(kind, make, count: int, gate: str) -> None:
    network = randomise_norms(make())
    blocks = sv.find_blocks(network)
    assert len(blocks) == count
    assert {b.kind for b in blocks} == {kind}
    assert {b.gate for b in blocks} == {gate}
    pictures = torch.randn(2, 3, 96, 96, generator=torch.Generator().manual_seed(0))
    seen = sv.capture(network, pictures)
    assert [a.proof for a in seen] == ["verified"] * count
    for activation in seen:
        _, channels, _, _ = activation.require_features().shape
        assert activation.excitation.shape == activation.squeeze.shape == (2, channels)
        assert activation.block.channels == channels
        if activation.block.squeeze_by == "mean":
            means = activation.features.mean((2, 3))
            assert abs(activation.squeeze - means).max() <= 1e-4 * max(abs(means).max(), 1)


def test_reduction_is_measured() -> None:
    first, *_, last = sv.find_blocks(torchvision.models.mobilenet_v3_small())
    assert (first.channels, first.hidden, first.reduction) == (16, 8, 2.0)
    assert (last.channels, last.hidden, last.reduction) == (576, 144, 4.0)
    assert sv.find_blocks(timm_model("ecaresnet26t"))[0].reduction is None


@pytest.mark.parametrize(
    "network",
    [
        pytest.param(torchvision.models.squeezenet1_0, id="squeezenet"),
        pytest.param(torchvision.models.resnet18, id="resnet18"),
        pytest.param(lambda: timm_model("hgnetv2_b0"), id="hgnetv2 agg='se'"),
        pytest.param(lambda: build("nosqueeze"), id="per-pixel gate"),
        pytest.param(lambda: build("conv1x1"), id="no gate"),
    ],
)
def test_look_alikes_are_not_counted(network) -> None:
    assert sv.find_blocks(network()) == ()


def test_rdnet_containers_are_not_counted_twice() -> None:
    assert len(sv.find_blocks(timm_model("rdnet_tiny"))) == 15


def test_wrappers_are_taken_off_and_named(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "senet_viz")
    network = build("se")
    wrapped = nn.DataParallel(torch.compile(network, backend="eager"))
    assert sv.find_blocks(wrapped) == sv.find_blocks(network)
    inner, notes = unwrapped(wrapped)
    assert inner is network
    assert [note.split(" was used")[0] for note in notes] == [
        "The network inside DataParallel",
        "The network inside OptimizedModule",
    ]
    assert "The network inside DataParallel was used" in caplog.text


def test_ddp_is_taken_off() -> None:
    store = torch.distributed.HashStore()
    torch.distributed.init_process_group("gloo", store=store, rank=0, world_size=1)
    try:
        network = build("se")
        wrapped = nn.parallel.DistributedDataParallel(network)
        assert unwrapped(wrapped)[0] is network
        seen = sv.capture(wrapped, torch.zeros(1, 3, 32, 32))
        assert seen.names[0] == "layer1.0.se"
        assert "DistributedDataParallel" in seen.notes[0]
    finally:
        torch.distributed.destroy_process_group()


def test_what_was_found_is_looked_for_again_once_the_network_has_changed() -> None:
    network = build("se", seed=0)
    assert len(sv.find_blocks(network)) == 8
    network.layer1[0].se = nn.Identity()
    names = [block.name for block in sv.find_blocks(network)]
    assert len(names) == 7 and "layer1.0.se" not in names
    network.layer1[0].se = SqueezeExcitation(32, reduction=2)
    assert sv.find_blocks(network)[0].hidden == 16  # read again, not remembered


def test_what_an_example_is_made_of() -> None:
    """From the network's settings, its first layer, or as it was given."""
    assert sv.find_blocks(timm_model("test_byobnet"))[0].places == (40, 40)
    assert sv.find_blocks(home_made())[0].places == (222, 222)
    assert sv.find_blocks(home_made(), torch.zeros(1, 3, 12, 18))[0].places == (10, 16)

    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = home_made()

        def forward(self, *, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
            return self.body(left) + self.body(right)

    with pytest.raises(sv.CaptureError, match=r"none of the inputs .*\(1, 3, 224, 224\)"):
        sv.find_blocks(Two())
    pictures = {"left": torch.zeros(1, 3, 9, 9), "right": torch.zeros(1, 3, 9, 9)}
    assert [block.name for block in sv.find_blocks(Two(), pictures)] == ["body.2"]


def test_a_network_that_finds_nothing_in_a_picture_is_read() -> None:
    """As detectors do: boxes (0, 4), laid out as if there were some."""

    class Detector(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body, self.boxes = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 4, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            boxes = self.boxes(self.body(x)).permute(0, 2, 3, 1).reshape(-1, 2, 2)
            return boxes[boxes[:, 0, 0] > 1e9].reshape(1, 0, 4)

    assert sv.find_blocks(Detector()) == ()
