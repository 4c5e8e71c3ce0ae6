"""SE beside 1x1 convolutions: the exact facts, each against an independent computation."""

import numpy as np
import pytest
import torch
from torch import nn

import senet_viz as sv
from senet_viz.analysis.gains import effective_gain
from senet_viz.experiments.pointwise_baselines import (
    capture_places,
    mixing_matrix,
    pointwise_is_linear,
    shuffle_pixels,
)
from senet_viz.models.residual import VERSIONS, build, slot_names
from tests.randomise_norms import randomise_norms


@pytest.fixture
def features() -> np.ndarray:
    return np.random.default_rng(3).normal(size=(2, 32, 8, 8)).astype(np.float32)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_place_of_every_version_is_proved(version, images: torch.Tensor) -> None:
    network = randomise_norms(build(version, seed=4)).eval()
    logits, places = capture_places(network, images)
    with torch.no_grad():
        np.testing.assert_allclose(logits, network(images).numpy(), rtol=1e-5)
    assert [p.name for p in places] == list(slot_names(network))
    assert {p.version for p in places} == {version}
    for place in places:
        assert place.relative_error <= 1e-5
        assert np.abs(place.output).max() > 0
        assert (place.gate is None) == (version in ("conv1x1", "plain"))


def test_the_proof_notices_another_weight(images: torch.Tensor) -> None:
    network = randomise_norms(build("conv1x1", seed=4)).eval()
    block = network.get_submodule("layer2.0.conv1x1")
    original = block.forward
    block.forward = lambda x: original(x) * 1.001
    _, places = capture_places(network, images)
    wrong = [p.name for p in places if p.relative_error > 1e-5]
    assert wrong == ["layer2.0.conv1x1"]


def test_se_gates_equal_those_of_capture(network: nn.Module, images: torch.Tensor) -> None:
    seen = sv.capture(network, images)
    for place, block in zip(capture_places(network.eval(), images)[1], seen, strict=True):
        np.testing.assert_array_equal(place.gate[:, :, 0, 0], block.excitation)
        np.testing.assert_allclose(
            effective_gain(place.features, place.output), block.excitation, rtol=1e-5
        )


def test_only_the_family_has_places(images: torch.Tensor) -> None:
    with pytest.raises(sv.BlockError, match="Linear is not one of the embedded networks"):
        capture_places(nn.Linear(3, 3), images)


def test_effective_gain_is_least_squares(features: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    output = features * 0.3 + rng.normal(size=features.shape).astype(np.float32)
    gain = effective_gain(features, output)
    for n, c in ((0, 0), (1, 17)):
        u, y = features[n, c].reshape(-1, 1), output[n, c].ravel()
        assert gain[n, c] == pytest.approx(np.linalg.lstsq(u, y, rcond=None)[0][0], rel=1e-4)
    features[0, 5] = 0
    assert np.isnan(effective_gain(features, output)[0, 5])


def test_a_pointwise_convolution_is_a_linear_layer_at_each_pixel(features: np.ndarray) -> None:
    convolution = nn.Conv2d(32, 7, 1)
    assert pointwise_is_linear(convolution, features) < 1e-5
    with pytest.raises(sv.BlockError, match=r"kernel_size=\(3, 3\).* is not a 1x1 convolution"):
        pointwise_is_linear(nn.Conv2d(32, 7, 3), features)


def test_shuffling_pixels_moves_local_gates_only(features: np.ndarray) -> None:
    squeezed = shuffle_pixels(build("se", seed=0).get_submodule("layer1.0.se"), features)
    local = shuffle_pixels(build("nosqueeze", seed=0).get_submodule("layer1.0.nosqueeze"), features)
    assert squeezed.largest < 1e-6
    assert local.largest > 0.01 and local.mean > 0.001
    with pytest.raises(sv.BlockError, match="PointwiseMix has no gate"):
        shuffle_pixels(build("conv1x1").get_submodule("layer1.0.conv1x1"), features)


def test_the_mixing_matrix_is_the_block_without_its_relu(features: np.ndarray) -> None:
    block = build("conv1x1", seed=0).get_submodule("layer1.0.conv1x1")
    nn.init.zeros_(block.reduce.bias)
    nn.init.zeros_(block.expand.bias)
    block.act = nn.Identity()
    with torch.no_grad():
        expected = block(torch.tensor(features)).numpy()
    mixed = np.einsum("oc,nchw->nohw", mixing_matrix(block), features)
    np.testing.assert_allclose(mixed, expected, rtol=1e-3, atol=1e-5)
    with pytest.raises(sv.BlockError, match="does not mix"):
        mixing_matrix(nn.Identity())
