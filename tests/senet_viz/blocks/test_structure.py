"""Blocks of unknown classes: recognised by structure, used only after the proof holds."""

import pytest
import torch
import torch.nn.functional as F
import torchvision
from torch import nn

import senet_viz as sv
from senet_viz.blocks.dialects import Dialect, forget_dialect, register_dialect
from senet_viz.blocks.structure import recognise

PICTURES = torch.randn(2, 3, 24, 24, generator=torch.Generator().manual_seed(0))


class Gated(nn.Module):
    """A person's own unit: the gate is made in a Sequential, and multiplied in here."""

    def __init__(self, channels: int, how: str = "plain") -> None:
        super().__init__()
        self.how = how
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.se = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(channels, channels // 4, 1),
            nn.SiLU(),
            nn.Conv2d(channels // 4, channels, 1),
            nn.Sigmoid(),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv(x)
        gate = self.se(x)
        if self.how == "in place":
            return x.mul_(gate)
        if self.how == "gate first":
            return gate.expand_as(x) * x
        if self.how == "added":
            return x + gate
        return x * gate


class HandMade(nn.Module):
    """FCs with names of its own, the hidden ReLU and the view written into the forward."""

    def __init__(self, channels: int, twist: float = 1.0) -> None:
        super().__init__()
        self.squash = nn.Linear(channels, channels // 2)
        self.norm = nn.LayerNorm(channels // 2)
        self.spread = nn.Linear(channels // 2, channels)
        self.to_unit = nn.Hardsigmoid()
        self.twist = twist

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = F.relu(self.norm(self.squash(x.mean((2, 3)))))
        return x * self.to_unit(self.spread(hidden))[:, :, None, None] * self.twist


class MultiplyOnly(nn.Module):
    """A custom module around the gate Sequential that multiplies itself."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.make = nn.Sequential(nn.Conv2d(channels, channels, 1), nn.Sigmoid())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.make(self.pool(x))


class OwnECA(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(1, 1, 3, padding=1, bias=False)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.sigmoid(self.conv(x.mean((2, 3))[:, None]))[:, 0, :, None, None]


def network(*parts: nn.Module) -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), *parts).eval()


@pytest.mark.parametrize(
    ("part", "name", "hidden"),
    [
        pytest.param(lambda: Gated(8), "1.se", 2, id="gate multiplied in by the parent"),
        pytest.param(lambda: Gated(8, "in place"), "1.se", 2, id="multiplied in place"),
        pytest.param(lambda: Gated(8, "gate first"), "1.se", 2, id="gate expanded, and first"),
        pytest.param(lambda: HandMade(8), "1", 4, id="own names, inline ReLU, hard sigmoid"),
        pytest.param(lambda: nn.Sequential(HandMade(8)), "1.0", 4, id="inside a Sequential"),
        pytest.param(lambda: MultiplyOnly(8), "1", None, id="one layer, no bottleneck"),
        pytest.param(OwnECA, "1", None, id="ECA of one's own"),
    ],
)
def test_is_found_and_proved(part, name: str, hidden: int | None) -> None:
    model = network(part())
    (block,) = sv.find_blocks(model)
    assert (block.name, block.hidden, block.by_structure) == (name, hidden, True)
    assert block.kind.startswith("recognised by structure: ")
    (seen,) = sv.capture(model, PICTURES)
    assert seen.proof == "verified"
    assert seen.squeeze == pytest.approx(seen.require_features().mean((2, 3)), abs=1e-5)
    assert 0 < seen.excitation.min() < seen.excitation.max() < 1
    with sv.override(model, {name: 0.25}):
        assert sv.capture(model, PICTURES)[name].excitation == pytest.approx(0.25)


def test_the_hidden_vector_is_what_enters_the_expanding_layer() -> None:
    model = network(HandMade(8))
    (seen,) = sv.capture(model, PICTURES)
    block = model[1]
    z = torch.from_numpy(seen.squeeze.copy())
    hidden = F.relu(block.norm(block.squash(z))).detach().numpy()
    assert seen.hidden == pytest.approx(hidden, abs=1e-6)


@pytest.mark.parametrize(
    ("part", "why"),
    [
        pytest.param(lambda: HandMade(8, twist=1.5), "differs from its output by 0.3", id="twice"),
        pytest.param(lambda: Gated(8, "added"), "not multiplied into a feature map", id="added"),
    ],
)
def test_is_not_used_where_the_proof_fails(part, why: str) -> None:
    model = network(part())
    with pytest.raises(sv.BlockError, match=why):
        sv.capture(model, PICTURES)
    mixed = network(part(), Gated(8))
    seen = sv.capture(mixed, PICTURES)
    assert seen.names == ("2.se",)
    assert any(why in note for note in seen.notes)


def test_zero_features_prove_nothing() -> None:
    model = network(nn.ReLU(), HandMade(8))
    nn.init.constant_(model[0].bias, -1e4)
    with pytest.raises(sv.BlockError, match="all its features were 0"):
        sv.capture(model, PICTURES)


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(nn.Sequential(nn.Linear(8, 32), nn.GELU(), nn.Linear(32, 8)), id="MLP"),
        pytest.param(nn.Sequential(nn.Linear(8, 32), nn.Linear(32, 8), nn.Sigmoid()), id="wider"),
        pytest.param(nn.Sequential(nn.Conv2d(8, 8, 3), nn.Sigmoid()), id="3x3 is inputs=outputs"),
        pytest.param(nn.Sequential(nn.Linear(8, 1), nn.Sigmoid()), id="a binary classifier"),
        pytest.param(nn.LSTM(8, 8), id="LSTM"),
    ],
)
def test_other_modules_are_not_recognised(part: nn.Module) -> None:
    assert recognise(part) is None


def test_torchvision_networks_are_not_guessed_at() -> None:
    assert sv.find_blocks(torchvision.models.googlenet(init_weights=False)) == ()


def test_a_dialect_of_ones_own_comes_first_and_can_be_forgotten() -> None:
    model = network(HandMade(8, twist=1.5))

    class Doubled(HandMade):
        pass

    register_dialect(
        Dialect("HandMade", HandMade, reduce="squash", expand="spread", gate="to_unit")
    )
    try:
        (seen,) = sv.capture(model, PICTURES)
        assert (seen.block.kind, seen.proof) == ("HandMade", "failed")
        assert not seen.block.by_structure
        (right,) = sv.capture(network(Doubled(8)), PICTURES)
        assert (right.block.kind, right.proof) == ("HandMade", "verified")
    finally:
        forget_dialect("HandMade")
    assert sv.find_blocks(model)[0].by_structure
