"""What a fixed 1x1 convolution can do in an SE block's place: the closed form and its bounds."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import senet_viz as sv
from senet_viz.experiments.fitted_maps import (
    fit_blocks,
    fit_convolution,
    fit_scale,
    normal_sums,
    sum_of,
)
from tests.randomise_norms import randomise_norms

SLACK = 1e-6


def drawn(seed: int, pictures: int, channels: int) -> tuple[np.ndarray, np.ndarray]:
    """Features (n, c, 4, 5) that are no zero-mean noise, and gates (n, c)."""
    draw = np.random.default_rng(seed)
    features = draw.normal(0.3, 1, (pictures, channels, 4, 5)).astype(np.float32)
    return features, draw.uniform(0.05, 0.95, (pictures, channels)).astype(np.float32)


def test_the_closed_form_is_numpys_least_squares() -> None:
    features, gates = drawn(0, 3, 6)
    sums = sum_of([normal_sums(u, s) for u, s in zip(features, gates, strict=True)])
    x = features.transpose(0, 2, 3, 1).reshape(-1, 6).astype(np.float64)
    y = (features * gates[:, :, None, None]).transpose(0, 2, 3, 1).reshape(-1, 6)
    with_bias = np.concatenate([x, np.ones((len(x), 1))], axis=1)
    expected, *_ = np.linalg.lstsq(with_bias, y.astype(np.float64), rcond=None)
    for ridge in (0.0, 1e-9):
        np.testing.assert_allclose(fit_convolution(sums, ridge=ridge), expected, atol=1e-5)
    residual = ((with_bias @ expected - y) ** 2).sum()
    assert sums.squared_error(expected) == pytest.approx(residual, rel=1e-5)
    per_channel = [np.linalg.lstsq(x[:, [c]], y[:, c], rcond=None)[0][0] for c in range(6)]
    np.testing.assert_allclose(fit_scale(sums), per_channel, atol=1e-5)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 7), st.floats(1e-6, 1e3))
def test_never_better_than_se_nor_worse_than_no_change(
    seed: int, pictures: int, channels: int, ridge: float
) -> None:
    features, gates = drawn(seed, pictures, channels)
    sums = sum_of([normal_sums(u, s) for u, s in zip(features, gates, strict=True)])
    convolution = sums.squared_error(fit_convolution(sums, ridge=ridge))
    bare = np.concatenate([np.eye(channels), np.zeros((1, channels))])
    scale = bare * np.append(fit_scale(sums), 0)[:, None]
    slack = SLACK * float(sums.power.sum())
    assert 0 <= convolution <= sums.squared_error(scale) + slack
    assert sums.squared_error(scale) <= sums.squared_error(bare) + slack


def test_every_block_of_a_network_in_one_pass_or_several(
    network: nn.Module, images: torch.Tensor
) -> None:
    whole = list(fit_blocks(network, lambda: [images[:2], images[2:]]))
    assert [fit.block.name for fit in whole] == [b.name for b in sv.find_blocks(network)]
    for fit in whole:
        assert fit.pictures == 3
        errors = fit.fitted
        assert 0 <= errors["convolution"] <= errors["scale"] + SLACK
        assert errors["scale"] <= errors["unchanged"] + SLACK
        assert fit.held_out["convolution"] <= fit.held_out["scale"]
        assert fit.by_picture == fit.held_out["convolution"]
    for one, other in zip(whole, fit_blocks(network, lambda: [images], budget=1), strict=True):
        assert one.held_out == pytest.approx(other.held_out, rel=1e-3)


def test_constant_gates_are_a_fixed_scale_and_leave_nothing(images: torch.Tensor) -> None:
    network = _with_constant_gates()
    for fit in fit_blocks(network, lambda: [images]):
        assert fit.held_out["scale"] == pytest.approx(0, abs=1e-3)
        gates = torch.sigmoid(network.get_submodule(fit.block.name).expand.bias.detach())
        np.testing.assert_allclose(fit.maps.scale, gates.numpy(), atol=1e-4)


def _with_constant_gates() -> nn.Module:
    from senet_viz.models.residual import build

    network = randomise_norms(build("se", seed=1))
    generator = torch.Generator().manual_seed(3)
    for block in sv.find_blocks(network):
        expand = network.get_submodule(block.name).expand
        expand.weight.data.zero_()
        expand.bias.data.uniform_(-2, 2, generator=generator)
    return network


def test_what_cannot_be_fitted_is_said(network: nn.Module, images: torch.Tensor) -> None:
    with pytest.raises(sv.CaptureError, match="at least two"):
        list(fit_blocks(network, lambda: [images[:1]]))
    with pytest.raises(sv.BlockError, match="nowhere"):
        list(fit_blocks(network, lambda: [images], blocks=["nowhere"]))
