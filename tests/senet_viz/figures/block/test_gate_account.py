"""The waterfall shows every term of the sum, the rest as one, and says what it shows."""

import numpy as np
import pytest
import torch

import senet_viz as sv
from senet_viz.analysis.gate_account import GateAccount, UnitAccount, explain_gate
from senet_viz.figures.block.gate_account import gate_waterfall, unit_waterfall
from senet_viz.models.residual import build


@pytest.fixture(scope="module")
def account() -> GateAccount:
    torch.manual_seed(0)
    seen = sv.capture(build("se", seed=0), torch.randn(1, 3, 64, 64))
    return explain_gate(seen["layer3.1.se"], 7)


def test_the_steps_end_at_the_logit(account: GateAccount) -> None:
    (trace,) = gate_waterfall(account, top=5, dark=False).figure.data
    assert len(trace.y) == 1 + 5 + 1 + 1
    assert list(trace.measure) == ["relative"] * 7 + ["total"]
    assert sum(trace.x[:-1]) == pytest.approx(trace.x[-1], abs=1e-5)
    assert trace.x[-1] == pytest.approx(account.logit, abs=1e-6)
    assert trace.y[6] == f"{len(account.units) - 5} others"


def test_units_come_by_size_and_carry_their_numbers(account: GateAccount) -> None:
    (trace,) = gate_waterfall(account, top=4, dark=True).figure.data
    assert tuple(trace.customdata[1:5]) == account.order[:4]
    assert [trace.customdata[i] for i in (0, 5, 6)] == [-1, -1, -1]
    sizes = np.abs(trace.x[1:5])
    assert list(sizes) == sorted(sizes, reverse=True)


def test_no_step_for_others_where_all_are_shown(account: GateAccount) -> None:
    chart = gate_waterfall(account, top=100, dark=False)
    assert not any("other" in step for step in chart.figure.data[0].y)
    assert len(chart.table["step"]) == len(chart.table["contribution"]) == 2 + len(account.units)


def test_a_units_channels_end_at_its_sum(account: GateAccount) -> None:
    unit = account.units[account.order[0]]
    chart = unit_waterfall(unit, top=6, exact=True, dark=False)
    (trace,) = chart.figure.data
    assert sum(trace.x[:-1]) == pytest.approx(unit.before, abs=1e-6)
    assert trace.y[1] == f"ch {np.argmax(np.abs(unit.contribution))}"
    assert "ReLU" in chart.reads
    assert "does not pass on" in unit_waterfall(unit, top=6, exact=False, dark=False).reads


def unit(*, bias: float, contribution: list[float]) -> UnitAccount:
    before = bias + sum(contribution)
    return UnitAccount(3, bias, np.array(contribution), max(before, 0.0), 1.0)


@pytest.mark.parametrize(
    ("given", "title"),
    [
        (
            unit(bias=0.0, contribution=[2.0, -0.5, 1.0]),
            "Unit 3 is on, at 2.500: channels 0 and 2 add most",
        ),
        (
            unit(bias=1.5, contribution=[0.5, 0.25]),
            "Unit 3 is on, at 2.250: its bias and channels 0 and 1 add most",
        ),
        (unit(bias=0.0, contribution=[-2.0, 0.5, 0.25]), "Unit 3 is off: channel 0 takes most"),
        (unit(bias=1.0, contribution=[0.0, 0.0, 0.0]), "Unit 3 is on, at 1.000, by its bias"),
    ],
    ids=["on", "bias and channels", "off", "bias alone"],
)
def test_titles_of_units_say_what_drives_them(given: UnitAccount, title: str) -> None:
    assert unit_waterfall(given, top=8, exact=True, dark=False).title == title


def test_titles_of_gates_say_who_pulls_and_who_resists(account: GateAccount) -> None:
    title = gate_waterfall(account, top=5, dark=False).title
    up = [n for n in account.order if account.contribution[n] > 0]
    down = [n for n in account.order if account.contribution[n] < 0]
    first, second = (up, down) if account.logit > 0 else (down, up)
    assert title.startswith(f"Gate 7 is {account.gate:.3f}, more ")
    assert f"by units {first[0]} and {first[1]}" in title
    assert f"against units {second[0]}" in title or not second
