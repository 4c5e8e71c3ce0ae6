"""What each place adds to a gate comes to the captured logit, on any network, or is refused."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import nn

import senet_viz as sv
from senet_viz.analysis.gate_places import (
    explain_block_by_place,
    explain_gate_by_place,
    explain_unit_by_place,
)
from senet_viz.models.residual import SqueezeExcitation, build
from tests.corpus import reading
from tests.corpus.case import GateCase
from tests.corpus.catalogue import PLAIN

EXPLAINED = [c for c in PLAIN if all(g.squeeze_by in ("mean", "max") for g in c.gates)]


@pytest.mark.parametrize("case", EXPLAINED, ids=[case.name for case in EXPLAINED])
def test_it_adds_up_wherever_the_gate_has_an_account(case: GateCase) -> None:
    for seen in reading.captured(case.build(), case.example()):
        if seen.layers is None:
            with pytest.raises(sv.BlockError, match="cannot be accounted for"):
                explain_gate_by_place(seen, 0)
            continue
        if not pools_its_features(seen):
            with pytest.raises(sv.CaptureError, match="pools something other than"):
                explain_gate_by_place(seen, 0)
            continue
        logit = seen.excitation if seen.block.gate == "none" else seen.logit
        for channel in {0, seen.excitation.shape[1] - 1}:
            account = explain_gate_by_place(seen, channel)
            assert account.map.shape == seen.places
            total = account.constant + account.map.sum()
            scale = max(1.0, np.abs(account.map).sum(), abs(account.constant))
            assert total == pytest.approx(logit[0, channel], abs=1e-5 * scale)


def pools_its_features(seen: sv.BlockActivation) -> bool:
    """Whether the squeeze is of the very maps that are multiplied, not of others like 2·x."""
    assert seen.features is not None
    flat = seen.features.reshape(*seen.features.shape[:2], -1)
    pooled = flat.max(2) if seen.block.squeeze_by == "max" else flat.mean(2)
    return bool(np.allclose(pooled, seen.squeeze, rtol=1e-2, atol=1e-3))


@settings(max_examples=30)
@given(
    seed=st.integers(0, 2**31 - 1),
    places=st.sampled_from(((7,), (5, 4), (3, 4, 2), (1, 1))),
    unit=st.sampled_from(("relu", "silu", "hardswish")),
    pool=st.sampled_from(("mean", "amax")),
    spread=st.floats(0.05, 2.0),
)
@example(seed=34713, places=(1, 1), unit="silu", pool="mean", spread=1.9375)  # enters near 0
def test_it_is_the_hand_written_sum(
    seed: int, places: tuple[int, ...], unit: str, pool: str, spread: float
) -> None:
    torch.manual_seed(seed)
    gate = Written(12, unit, pool, spread)
    x = torch.randn(2, 12, *places)
    (seen,) = sv.capture(gate, x, features="all")
    account = explain_gate_by_place(seen, 5, 1)
    constant, theirs = gate.by_place(x[1].double(), 5)
    np.testing.assert_allclose(account.map, theirs, atol=1e-5 * max(1, np.abs(theirs).max()))
    assert account.constant == pytest.approx(constant, abs=1e-5 * max(1, abs(constant)))
    assert account.by_secant == (unit != "relu")


class Written(nn.Module):
    """A gate whose account by place is written out beside it."""

    def __init__(self, channels: int, unit: str, pool: str, spread: float) -> None:
        super().__init__()
        self.down, self.up = nn.Linear(channels, 4), nn.Linear(4, channels)
        for parameter in self.parameters():
            nn.init.normal_(parameter, std=spread)
        self.unit, self.pool = getattr(nn.functional, unit), pool

    def forward(self, x: Any) -> Any:
        flat = x.flatten(2)
        z = flat.mean(2) if self.pool == "mean" else flat.amax(2)
        gate = torch.sigmoid(self.up(self.unit(self.down(z))))
        return x * gate.reshape(*gate.shape, *[1] * (x.ndim - 2))

    def by_place(self, u: Any, channel: int) -> tuple[float, Any]:
        w1, b1, w2, b2 = (p.detach().double() for p in self.parameters())
        flat = u.flatten(1)
        if self.pool == "mean":
            shared = flat / flat.shape[1]
        else:
            shared = flat * nn.functional.one_hot(flat.argmax(1), flat.shape[1])
        entered = w1 @ shared.sum(1) + b1
        slope = self.unit(entered) / entered
        map_ = torch.einsum("j,j,jc,cp->p", w2[channel], slope, w1, shared)
        constant = b2[channel] + (w2[channel] * slope * b1).sum()
        return float(constant), map_.reshape(u.shape[1:]).numpy()


def test_a_hidden_unit_and_the_difference_of_two_pictures() -> None:
    model = build("se", seed=0)
    seen = sv.capture(model, torch.randn(2, 3, 64, 64), features="all")["layer3.1.se"]
    unit = explain_unit_by_place(seen, 2, 1)
    hidden = seen.hidden
    assert hidden is not None and unit.of == "unit"
    assert max(0.0, unit.constant + unit.map.sum()) == pytest.approx(hidden[1, 2], abs=1e-5)
    one, other = (explain_gate_by_place(seen, 7, image) for image in (0, 1))
    apart = one.minus(other)
    assert apart.constant + apart.map.sum() == pytest.approx(one.logit - other.logit, abs=1e-5)
    assert apart.less and not one.less
    with pytest.raises(sv.BlockError, match="Give the same gate of two inputs"):
        one.minus(unit)
    with pytest.raises(sv.BlockError, match="hidden units 0 to"):
        explain_unit_by_place(seen, 999)


def test_a_block_as_a_whole_is_the_mean_of_its_gates() -> None:
    model = build("se", seed=0)
    seen = sv.capture(model, torch.randn(2, 3, 64, 64), features="all")["layer2.0.se"]
    whole, logit = explain_block_by_place(seen, 1), seen.logit
    each = [sv.explain_gate_by_place(seen, c, 1) for c in range(seen.excitation.shape[1])]
    np.testing.assert_allclose(whole.map, np.mean([a.map for a in each], axis=0), atol=1e-9)
    assert logit is not None and whole.logit == pytest.approx(logit[1].mean(), abs=1e-6)
    assert whole.constant + whole.map.sum() == pytest.approx(whole.logit, abs=1e-5)


def test_what_gives_no_place_its_share_is_refused() -> None:
    class Deviation(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(6, 6)

        def forward(self, x: Any) -> Any:
            gate = torch.sigmoid(self.fc(x.flatten(2).std(2)))
            return x * gate[:, :, None, None]

    (seen,) = sv.capture(Deviation(), torch.randn(1, 6, 5, 5), features="all")
    with pytest.raises(sv.BlockError, match="is the standard deviation, which does not give each"):
        explain_gate_by_place(seen, 0)
    (bare,) = sv.capture(
        nn.Sequential(SqueezeExcitation(8)), torch.randn(1, 8, 5, 5), features="none"
    )
    with pytest.raises(sv.BlockError, match="were not kept"):
        explain_gate_by_place(bare, 0)
