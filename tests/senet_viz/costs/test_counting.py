"""Costs against counts worked out from shapes, and against the paper."""

import pytest
import timm

from senet_viz.costs import count_costs
from senet_viz.models.residual import REDUCTION, VERSIONS, WIDTHS, build, slot_names


def by_hand(version: str) -> list[tuple[int, int]]:
    """(parameters, multiply-adds) of each place at 128 px, from the widths alone."""
    counts = []
    for stage, c in enumerate(WIDTHS):
        m, side = c // REDUCTION, 32 >> stage
        weights = 2 * c * m
        pixels = {"se": 1, "nosqueeze": side**2, "conv1x1": side**2}.get(version, 0)
        parameters = weights + m + c if pixels else 0
        counts += [(parameters, weights * pixels)] * 2
    return counts


@pytest.mark.parametrize("version", VERSIONS)
def test_places_cost_what_their_shapes_say(version) -> None:
    model = build(version).eval()
    costs = count_costs(model, (128, 128), places=slot_names(model))
    assert [(c.parameters, c.multiply_adds) for c in costs.places.values()] == by_hand(version)
    assert costs.total.parameters == sum(p.numel() for p in model.parameters())
    plain = count_costs(build("plain").eval(), (128, 128)).total
    assert costs.total.parameters - costs.in_places.parameters == plain.parameters
    assert costs.total.multiply_adds - costs.in_places.multiply_adds == plain.multiply_adds


def test_the_papers_se_resnet_50() -> None:
    """28.1 M parameters and 3.87 G multiply-adds, table 2 and 16 of Hu et al. 2017."""
    total = count_costs(timm.create_model("legacy_seresnet50").eval(), (224, 224)).total
    assert total.parameters == 28_088_024
    assert total.multiply_adds / 1e9 == pytest.approx(3.87, rel=0.01)
