"""Networks small enough for every test."""

import os
from pathlib import Path

# Two processes run the tests on two cores; more threads would only wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
import torch
from hypothesis import settings
from jaxtyping import install_import_hook
from torch import nn

from tests.outside import pytest_runtest_setup, pytest_terminal_summary

__all__ = ["images", "network", "pytest_runtest_setup", "pytest_terminal_summary"]

ROOT = Path(__file__).parents[1]


def shaped() -> list[str]:
    """The modules with shapes in their annotations."""
    files = sorted((ROOT / "senet_viz").rglob("*.py"))
    with_shapes = [path for path in files if "\nfrom jaxtyping import" in path.read_text("utf-8")]
    return [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in with_shapes]


# A busy machine is no failure.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Before anything imports them: shapes in annotations are promises, and every test checks them.
install_import_hook(shaped(), "beartype.beartype")


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
