"""Networks small enough for every test."""

import os

# Two processes run the tests on two cores; more threads would only wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
import torch
from jaxtyping import install_import_hook
from torch import nn

from tests.outside import pytest_runtest_setup, pytest_terminal_summary

__all__ = ["images", "network", "pytest_runtest_setup", "pytest_terminal_summary"]

# Before anything imports them: the shapes in these modules' annotations are promises, and every
# test checks them.
install_import_hook(
    [
        "senet_viz.core.records",
        "senet_viz.core.gate_reference",
        "senet_viz.core.scenes",
        "senet_viz.experiments.ablation",
        "senet_viz.analysis.ranking",
        "senet_viz.experiments.pointwise_baselines",
        "senet_viz.analysis.gains",
        "senet_viz.analysis.picture_distances",
        "senet_viz.analysis.effects",
        "senet_viz.analysis.cost_records",
        "senet_viz.analysis.gate_account",
        "senet_viz.experiments.fitted_maps",
        "senet_viz.analysis.fixed_maps",
        "senet_viz.hooks",
        "senet_viz.analysis.training_steps",
        "senet_viz.analysis.separation",
        "senet_viz.analysis.variance",
        "senet_viz.analysis.selectivity",
        "senet_viz.analysis.redundancy",
        "senet_viz.analysis.embedding",
        "senet_viz.surveys.moments",
        "senet_viz.analysis.survey_records",
        "senet_viz.experiments.pooling_removal",
    ],
    "beartype.beartype",
)


@pytest.fixture
def network() -> nn.Module:
    """The embedded SE layout, untrained but far from trivial, in training mode."""
    from senet_viz.models.residual import build
    from tests.randomise_norms import randomise_norms

    return randomise_norms(build("se", seed=1))


@pytest.fixture
def images() -> torch.Tensor:
    """Three pictures (3, 3, 64, 64) of standard normal noise."""
    return torch.randn(3, 3, 64, 64, generator=torch.Generator().manual_seed(7))
