"""On real weights and real photographs, every block is verified, and none trivially."""

import pytest

import senet_viz as sv
from senet_viz.experiments.pointwise_baselines import capture_places
from senet_viz.models.embedded import VERSION_OF
from senet_viz.pictures.samples import SAMPLES
from tests.outside import outside

WEIGHTS = "weights/tf_mobilenetv3_small_100.in1k.pth"
PICTURES = [sample.name for sample in SAMPLES]


@pytest.mark.parametrize("picture", PICTURES)
def test_every_block_of_the_embedded_se_network_is_verified(picture: str) -> None:
    net = sv.load_model("se_resnet18_imagenette")
    seen = sv.capture(net.model, net.preprocess(sv.decode(sv.load_sample(picture))))
    assert len(seen) == 8
    for activation in seen:
        assert activation.proof == "verified" and activation.relative_error <= 1e-5
        assert activation.excitation.std() > 0.001


@pytest.mark.parametrize("name", VERSION_OF)
def test_every_place_of_the_embedded_networks_is_verified(name: str) -> None:
    net = sv.load_model(name)
    for picture in PICTURES:
        batch = net.preprocess(sv.decode(sv.load_sample(picture)))
        for place in capture_places(net.model, batch)[1]:
            assert place.relative_error <= 1e-5, (picture, place.name)
            assert abs(place.output).max() > 0


@pytest.mark.outside(WEIGHTS)
@pytest.mark.outside("photos")
def test_every_block_of_a_real_imagenet_network_is_verified_on_real_photographs() -> None:
    net = sv.load_model("tf_mobilenetv3_small_100", weights=outside(WEIGHTS))
    files = sorted(outside("photos").glob("*.jpg"))
    assert len(files) == 40
    for file in files:
        batch = net.preprocess(sv.decode(file.read_bytes()))
        seen = sv.capture(net.model, batch, features="none")
        assert len(seen) == 9
        assert {a.proof for a in seen} == {"verified"}
        assert max(a.relative_error for a in seen) <= 1e-5
        # The first block's gates are all the same on every photograph: hard sigmoids, saturated.
        assert [a.excitation.std() > 0.01 for a in seen] == [False] + [True] * 8
