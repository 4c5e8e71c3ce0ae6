"""Trajectories are what the network says of each perturbed picture by itself."""

import numpy as np
import pytest
from PIL import Image

import senet_viz as sv
from senet_viz.analysis.stability import relative_movement
from senet_viz.experiments.perturbation_sweep import gate_spread, trajectories
from senet_viz.models.network import Network
from senet_viz.pictures.perturbations import Perturbation, perturb


@pytest.fixture(scope="module")
def net() -> Network:
    return sv.load_model("se_resnet18_imagenette")


@pytest.fixture(scope="module")
def china() -> Image.Image:
    return sv.decode(sv.load_sample("china"))


def test_trajectories_are_what_each_picture_gives_by_itself(
    net: Network, china: Image.Image
) -> None:
    dim = Perturbation("brightness", 0.6)
    moved = trajectories(net, china, "blur", fixed=[dim, Perturbation("blur", 1)])
    own = sv.capture(net.model, net.preprocess(china))
    assert moved.followed == int(own.logits.argmax())
    for at in (0, 5):
        blurred = perturb(china, [dim, Perturbation("blur", moved.strengths[at])])
        seen = sv.capture(net.model, net.preprocess(blurred))
        for name in moved.names:
            np.testing.assert_allclose(moved.gates[name][at], seen[name].excitation[0], atol=1e-5)
        share = np.exp(seen.logits[0]) / np.exp(seen.logits[0]).sum()
        assert moved.probability[at] == pytest.approx(share[moved.followed], abs=1e-4)
        assert moved.likeliest[at] == seen.logits[0].argmax()


def test_another_class_can_be_followed(net: Network, china: Image.Image) -> None:
    every = [trajectories(net, china, "crop", followed=k).probability for k in (0, 1)]
    assert not np.allclose(*every)


def test_movement_is_the_mean_deviation_over_the_strengths(
    net: Network, china: Image.Image
) -> None:
    moved = trajectories(net, china, "contrast")
    gates = moved.gates[moved.names[2]]
    by_hand = np.mean([np.sqrt(np.mean((g - g.mean()) ** 2)) for g in gates.T.astype(float)])
    assert moved.movement[2] == pytest.approx(by_hand, rel=1e-6)
    first = moved.most_moving(moved.names[2], 3)
    assert first[0] == gates.std(0).argmax()
    assert len(first) == 3


def test_relative_movement_is_against_the_reference_pictures(
    net: Network, china: Image.Image
) -> None:
    moved = trajectories(net, china, "contrast")
    spread = gate_spread(net, [])
    ratio = relative_movement(moved, spread)
    name = moved.names[-1]
    assert ratio[-1] == pytest.approx(
        moved.movement[-1] / net.reference.usual(name)[1].astype(float).mean(), rel=1e-6
    )
    still = {n: np.zeros_like(s) for n, s in spread.items()}
    assert np.isnan(relative_movement(moved, still)).all()
    with pytest.raises(sv.BlockError, match="was not given"):
        relative_movement(moved, {})


def test_without_reference_statistics_the_given_pictures_are_the_measure(
    china: Image.Image,
) -> None:
    small = sv.load_model("mobilenetv3_small_050", trained=False)
    with pytest.raises(sv.CaptureError, match="at least two"):
        gate_spread(small, [china])
    pictures = [china, china.transpose(Image.Transpose.ROTATE_90)]
    spread = gate_spread(small, pictures)
    gates = [
        sv.capture(small.model, small.preprocess(p))[0].excitation[0].astype(float)
        for p in pictures
    ]
    name = next(iter(spread))
    assert spread[name] == pytest.approx(np.abs(gates[0] - gates[1]) / 2, abs=1e-6)
