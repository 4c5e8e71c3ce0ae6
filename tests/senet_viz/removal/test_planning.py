"""The plan of blocks: every number is that of the network itself with the block changed."""

import numpy as np
import pytest
import torch
from torch import nn

import senet_viz as sv
from senet_viz.analysis.removal_plan import RemovalPlan
from senet_viz.analysis.survey_variance import split_survey
from senet_viz.costs import fold_constant_gates
from senet_viz.models import Network
from senet_viz.removal import (
    fold_together,
    gates_of_survey,
    gates_over,
    judge_together,
    plan_removal,
)
from senet_viz.surveys.tables import shipped_survey

NAME = "se_resnet18_imagenette"
PICTURES = torch.randn(12, 3, 64, 64, generator=torch.Generator().manual_seed(5))
with torch.no_grad():
    LABELS = sv.load_model(NAME).model(PICTURES).argmax(1).tolist()
LABELS[:3] = [(label + 1) % 10 for label in LABELS[:3]]
BATCHES = [(PICTURES[:8], LABELS[:8]), (PICTURES[8:], LABELS[8:])]


@pytest.fixture(scope="module")
def net() -> Network:
    return sv.load_model(NAME)


@pytest.fixture(scope="module")
def plan(net: Network) -> RemovalPlan:
    *_, found = plan_removal(net, lambda: BATCHES, source="noise")
    return found


def right(model: nn.Module) -> torch.Tensor:
    with torch.no_grad():
        return model(PICTURES).argmax(1) == torch.tensor(LABELS)


def test_each_change_is_that_of_the_network_so_changed(net: Network, plan: RemovalPlan) -> None:
    was = right(net.model)
    assert (plan.truth, plan.pictures, plan.right) == ("labels", 12, int(was.sum()))
    gates = sv.capture(net.model, PICTURES)
    for row in plan.blocks:
        own = gates[row.block.name].excitation
        assert row.saturated == pytest.approx(((own <= 0.05) | (own >= 0.95)).mean())
        for change, put in ((row.opened, 1.0), (row.at_mean, own.mean(0))):
            with sv.override(net.model, {row.block.name: put}):
                now = right(net.model)
            assert (change.won, change.lost) == (int((now & ~was).sum()), int((was & ~now).sum()))
        assert row.folded == row.at_mean, "folding is no more than holding the gates"
    changes = [row.opened.change for row in plan.blocks]
    assert any(changes), "nothing changes, so nothing is tested"


def test_the_verdict_is_that_of_a_survey(net: Network) -> None:
    survey = sv.load_survey(shipped_survey(NAME))
    gates = gates_of_survey(survey)
    *_, found = plan_removal(net, lambda: BATCHES[:1], source="noise", gates=gates)
    expected = split_survey(survey)
    assert [row.verdict for row in found.blocks] == [each.verdict for each in expected.values()]
    assert [row.off_mean for row in found.blocks] == [each.relative for each in expected.values()]


def test_ticked_blocks_are_measured_together(net: Network) -> None:
    gates, blocks = gates_over(net.model, BATCHES), ["layer1.0.se", "layer4.1.se"]
    small, done = fold_together(net, gates, blocks)
    *_, joint = judge_together(net, done, BATCHES, source="noise")
    assert joint.blocks == tuple(blocks)
    assert joint.change.right_after == int(right(small.model).sum())
    assert joint.parameters == 292 + 9432 and joint.multiply_adds > 0
    means = {name: each.profile for name, each in gates.items()}
    again = fold_constant_gates(net.model, means, blocks=blocks)
    torch.testing.assert_close(small.model(PICTURES[:1]), again.model(PICTURES[:1]))


def test_without_labels_the_networks_own_answers_count(net: Network) -> None:
    *_, found = plan_removal(net, lambda: [(PICTURES, None)], source="noise")
    assert (found.truth, found.right) == ("the network before", 12)
    assert all(row.opened.won == 0 for row in found.blocks)
    assert max(row.opened.lost for row in found.blocks) > 0


def test_a_fixed_block_is_proposed_and_a_table_says_all(network: nn.Module, net: Network) -> None:
    still = network.eval()
    nn.init.zeros_(still.layer2[0].se.expand.weight)
    made = Network(**{**{n: getattr(net, n) for n in net.__slots__}, "model": still})
    *_, found = plan_removal(made, lambda: BATCHES[:1], source="noise")
    row = next(each for each in found.blocks if each.block.name == "layer2.0.se")
    assert row.verdict == "fixed scale" and "layer2.0.se" in found.fixed
    columns = found.columns()
    assert columns["off_mean"][2] == pytest.approx(0, abs=1e-6)
    assert np.isnan(columns["milliseconds"]).all() and columns["folded_change"][2] == 0


def test_one_picture_is_too_few(net: Network) -> None:
    with pytest.raises(sv.CaptureError, match="at least two"):
        list(plan_removal(net, lambda: [(PICTURES[:1], None)], source="noise"))
