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

NO_SHARE = "cannot be split into a share for each place"
ELSE = "pools something other than"
REFUSED = {
    "one gate for four channels": "one gate serves several channels",
    "a circular convolution along the channels": "written into a tensor in place",
    "global context that scales": "layer norm between its layers is not affine",
    "mean and deviation, two weights a channel": NO_SHARE,
    "1 + tanh of weighed norms": ELSE,
    "signals: a mean without the padding": "something that is not a pooling of its maps",
    "deviation: std": NO_SHARE,
    "deviation: by hand": ELSE,
    "contrast": ELSE,
    "var_mean": NO_SHARE,
    "norm: vector_norm": NO_SHARE,
    "norm: by hand": ELSE,
    "mean of squares": ELSE,
    "log-sum-exp": NO_SHARE,
    "(2 * x) * g": ELSE,
    "the rectified map": ELSE,
    "x * g1 * g2, both of x": ELSE,  # the second gate
}
"""Cases of the corpus whose gates are not a sum over places, and why."""


@pytest.mark.parametrize("case", PLAIN, ids=[case.name for case in PLAIN])
def test_it_adds_up_wherever_the_gate_is_a_sum(case: GateCase) -> None:
    refused = False
    for seen in reading.captured(case.build(), case.example()):
        logit = seen.excitation if seen.block.gate == "none" else seen.logit
        try:
            accounts = [explain_gate_by_place(seen, c) for c in (0, seen.excitation.shape[1] - 1)]
        except (sv.BlockError, sv.CaptureError) as error:
            assert REFUSED.get(case.name, "?") in str(error), error
            refused = True
            continue
        for account in accounts:
            assert account.map.shape == seen.places
            assert account.by_pool is not None
            np.testing.assert_allclose(account.by_pool.sum(0), account.map, atol=1e-12)
            total = account.constant + account.map.sum()
            scale = max(1.0, np.abs(account.map).sum(), abs(account.constant))
            assert total == pytest.approx(logit[0, account.number], abs=1e-5 * scale)
            assert set(account.pools) <= {"mean", "max", "sum", "softmax", "fixed"}
            assert len(account.pools) == 1 + (seen.block.squeeze_by == "mean and max")
    assert refused == (case.name in REFUSED)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**31 - 1),
    places=st.sampled_from(((7,), (5, 4), (3, 4, 2), (1, 1))),
    unit=st.sampled_from(("relu", "silu", "hardswish")),
    pool=st.sampled_from(("mean", "max", "softmax", "shared", "ends")),
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
    assert account.by_pool is not None and account.by_pool.shape == theirs.shape
    np.testing.assert_allclose(account.by_pool, theirs, atol=1e-5 * max(1, np.abs(theirs).max()))
    assert account.constant == pytest.approx(constant, abs=1e-5 * max(1, abs(constant)))
    assert account.by_secant == (unit != "relu")
    assert account.weights_fixed == (pool == "softmax")
    assert ("adds_max" in account.columns()) == (pool in ("shared", "ends"))


class Written(nn.Module):
    """A gate whose account by place is also computed by hand.

    pool: "shared" puts mean and maximum through the same layers, "ends" joins them end to end.
    """

    def __init__(self, channels: int, unit: str, pool: str, spread: float) -> None:
        super().__init__()
        wide = channels * (2 if pool == "ends" else 1)
        self.down, self.up = nn.Linear(wide, 4), nn.Linear(4, channels)
        self.score = nn.Conv1d(channels, 1, 1)
        for parameter in self.parameters():
            nn.init.normal_(parameter, std=spread)
        self.unit, self.pool = getattr(nn.functional, unit), pool

    def forward(self, x: Any) -> Any:
        flat = x.flatten(2)
        if self.pool == "softmax":
            pools = [flat @ self.score(flat).softmax(-1).transpose(1, 2)]
        else:
            pools = [flat.mean(2), flat.amax(2)][self._which()]
        if self.pool == "ends":
            pools = [torch.cat(pools, 1)]
        logit = sum(self.up(self.unit(self.down(z.flatten(1)))) for z in pools)
        gate = torch.sigmoid(logit)
        return x * gate.reshape(*gate.shape, *[1] * (x.ndim - 2))

    def _which(self) -> slice:
        return {"mean": slice(1), "max": slice(1, 2)}.get(self.pool, slice(2))

    def by_place(self, u: Any, channel: int) -> tuple[float, Any]:
        """The constant, and the map of each pool."""
        layers = (self.down.weight, self.down.bias, self.up.weight, self.up.bias)
        w1, b1, w2, b2 = (p.detach().double() for p in layers)
        flat = u.flatten(1)
        won = nn.functional.one_hot(flat.argmax(1), flat.shape[1])
        weights = [torch.full_like(flat, 1 / flat.shape[1]), won.double()][self._which()]
        if self.pool == "softmax":
            scores = self.score.weight.detach().double().flatten() @ flat
            weights = [scores.softmax(0).expand(flat.shape)]
        shared = [flat * each for each in weights]
        if self.pool == "ends":
            ways = [(w1, torch.cat([each.sum(1) for each in shared]))]
            parts = [(0, w1[:, :12], shared[0]), (0, w1[:, 12:], shared[1])]
        else:
            ways = [(w1, each.sum(1)) for each in shared]
            parts = [(i, w1, each) for i, each in enumerate(shared)]
        constant, slopes = 0.0, []
        for way, z in ways:
            entered = way @ z + b1
            slopes.append(self.unit(entered) / entered)
            constant += float(b2[channel] + (w2[channel] * slopes[-1] * b1).sum())
        maps = [
            torch.einsum("j,j,jc,cp->p", w2[channel], slopes[i], w, each) for i, w, each in parts
        ]
        return constant, torch.stack(maps).reshape(-1, *u.shape[1:]).numpy()


def test_a_sum_over_two_poolings_follows_its_weights() -> None:
    gate, x = Written(12, "relu", "shared", 0.5), torch.randn(1, 12, 5, 4)
    for _ in range(2):
        account = explain_gate_by_place(sv.capture(gate, x, features="all")[0], 3)
        constant, theirs = gate.by_place(x[0].double(), 3)
        assert account.constant == pytest.approx(constant, abs=1e-5)
        np.testing.assert_allclose(account.maps, theirs, atol=1e-5)
        with torch.no_grad():
            gate.down.weight.mul_(-2)


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
    with pytest.raises(sv.BlockError, match="standard deviation cannot be split"):
        explain_gate_by_place(seen, 0)
    (bare,) = sv.capture(
        nn.Sequential(SqueezeExcitation(8)), torch.randn(1, 8, 5, 5), features="none"
    )
    with pytest.raises(sv.BlockError, match="were not kept"):
        explain_gate_by_place(bare, 0)
