"""Covering the places a gate comes from: what falls, against random places, by either edit."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import senet_viz as sv
from senet_viz.analysis.gate_places import explain_gate_by_place
from senet_viz.analysis.place_deletion import (
    COVERS,
    Cover,
    Covering,
    delete_places,
    highest_places,
    random_places,
)
from senet_viz.experiments.place_deletion import (
    delete_from_picture,
    deletion_by_block,
    enlarged,
)
from senet_viz.models.residual import SqueezeExcitation, build


def sharp(places: tuple[int, ...] = (8, 8)) -> Any:
    """One block, and maps with a few places that make up most of its account."""
    torch.manual_seed(0)
    gate, x = SqueezeExcitation(8, reduction=4), torch.rand(1, 8, *places) * 0.1
    nn.init.ones_(gate.reduce.weight)
    nn.init.ones_(gate.expand.weight)
    x[:, :, 2:4] += 5
    return gate, x


@pytest.mark.parametrize("cover", COVERS)
def test_a_gate_of_few_places_falls_when_they_are_covered(cover: Cover) -> None:
    gate, x = sharp()
    (seen,) = sv.capture(gate, x)
    (curve,) = delete_places(seen, [1], cover=cover)
    assert curve.as_far == 0 and curve.area > 2 * curve.random_area.mean()
    assert curve.logit == pytest.approx(seen.logit[0, 1], rel=1e-5)


def test_the_fall_is_that_of_the_networks_own_gate() -> None:
    gate, x = sharp()
    (seen,) = sv.capture(gate, x)
    (curve,) = delete_places(seen, [1], cover="mean", random_sets=1)
    mask = highest_places(explain_gate_by_place(seen, 1).map, curve.shares.tolist())[-1]
    changed = Covering(x[0].numpy(), "mean").covered(mask, np.random.default_rng(0))
    (after,) = sv.capture(gate, torch.as_tensor(changed)[None])
    assert curve.fall[-1] == pytest.approx(seen.logit[0, 1] - after.logit[0, 1], rel=1e-4)


def test_with_nothing_before_the_block_both_edits_are_one() -> None:
    gate, x = sharp()
    (seen,) = sv.capture(gate, x)
    (direct,) = delete_places(seen, [1], cover="blur", random_sets=3)
    (again,) = delete_from_picture(gate, x, {"": [1]}, cover="blur", random_sets=3)
    np.testing.assert_allclose(again.fall, direct.fall, rtol=1e-3)
    np.testing.assert_allclose(again.random, direct.random, rtol=1e-3, atol=1e-5)
    assert (direct.edited, again.edited) == ("block", "picture")


@pytest.mark.parametrize("places", [(40,), (5, 6), (3, 4, 5)])
@pytest.mark.parametrize("cover", COVERS)
def test_what_is_not_covered_stays_and_what_is_comes_from_the_rest(
    cover: Cover, places: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(0)
    values = np.stack([np.full(places, 2.0), rng.random(places)])
    mask = random_places(places, [0.5], 1, 0)[0, 0]
    changed = Covering(values, cover).covered(mask, rng)
    np.testing.assert_array_equal(changed[:, ~mask], values[:, ~mask])
    np.testing.assert_allclose(changed[0][mask], 2)
    assert np.isfinite(changed).all() and (changed[1][mask] != values[1][mask]).all()
    if cover == "mean":
        values[:, mask] = 99
        np.testing.assert_allclose(Covering(values, cover).covered(mask, rng), changed)


def test_all_covered_by_the_mean_leaves_the_mean() -> None:
    values = np.random.default_rng(0).random((2, 4, 4))
    changed = Covering(values, "mean").covered(np.ones((4, 4), bool), np.random.default_rng(0))
    np.testing.assert_allclose(changed.mean((1, 2)), values.mean((1, 2)))


def test_random_sets_grow_and_have_the_size_asked_for() -> None:
    sets = random_places((6, 5), [0.1, 0.4, 1.0], 4, 7)
    assert sets.sum((2, 3)).tolist() == [[3, 12, 30]] * 4
    assert (sets[:, 0] <= sets[:, 1]).all()
    assert not (sets[0] == sets[1]).all()


def test_places_become_rectangles_of_the_picture() -> None:
    mask = np.array([[True, False], [False, True]])
    assert enlarged(mask, (4, 5)).sum() == 2 * 3 + 2 * 2


def test_a_table_over_pictures_and_what_has_no_account() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.fc = SqueezeExcitation(3, reduction=1), nn.Linear(3, 3)

        def forward(self, x: Any) -> Any:
            x = self.first(x)
            return x * torch.sigmoid(self.fc(x.std((2, 3))))[:, :, None, None]

    torch.manual_seed(0)
    table, left_out = deletion_by_block(
        Two(), torch.rand(3, 1, 3, 16, 16), channels=2, random_sets=4
    )
    assert [(row.edited, row.cover) for row in table if row.cover == "blur"] == [
        ("block", "blur"),
        ("picture", "blur"),
    ]
    assert {row.block.name for row in table} == {"first"} and table[0].pictures == 3
    for row in table:
        assert row.difference == pytest.approx(row.area - row.random)
        assert row.is_better == (row.difference > 2 * row.difference_error)
    assert "cannot be split into a share for each place" in left_out[""]


def test_other_inputs_and_units_are_refused() -> None:
    with pytest.raises(sv.CaptureError, match="Covered is one picture"):
        delete_from_picture(build("se"), torch.rand(2, 3, 32, 32), {"layer1.0.se": [0]})

    class Elu(SqueezeExcitation):
        def forward(self, x: Any) -> Any:
            hidden = nn.functional.elu(self.reduce(x.mean((2, 3))))
            return x * torch.sigmoid(self.expand(hidden))[:, :, None, None]

    (seen,) = sv.capture(Elu(8, reduction=4), torch.rand(1, 8, 4, 4))
    with pytest.raises(sv.BlockError, match="are elu, which is not supported here"):
        delete_places(seen, [0])
