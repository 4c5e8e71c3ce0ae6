"""The four stored networks: what stands in each, and what they do with one picture."""

from dataclasses import dataclass

from dashboard.runtime.cache import keep
from dashboard.runtime.picture_cache import picture
from dashboard.services import networks
from dashboard.services.networks import EMBEDDED
from senet_viz.analysis.gains import effective_gain
from senet_viz.core.arrays import Array
from senet_viz.core.records import PlaceActivation, Version
from senet_viz.core.translation import tr
from senet_viz.experiments.pointwise_baselines import (
    Shuffle,
    capture_places,
    mixing_matrix,
    pointwise_is_linear,
    shuffle_pixels,
)


def words() -> dict[Version, str]:
    """What stands in the block's place in each version."""
    return {
        "se": tr("Squeeze and excitation"),
        "nosqueeze": tr("1×1 convolutions as a gate (no squeeze)"),
        "conv1x1": tr("1×1 convolutions instead"),
        "plain": tr("Nothing there"),
    }


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """One picture through one embedded network, at every place of the family."""

    logits: Array
    places: tuple[PlaceActivation, ...]


@keep()
def comparison(name: str, sha256: str, _data: bytes) -> Comparison:
    """The same picture through one of the embedded networks."""
    net = networks.network(name)
    batch = net.preprocess(picture(sha256, _data).image)
    logits, places = capture_places(net.model, batch)
    return Comparison(logits, places)


def gains(place: PlaceActivation) -> Array:
    """Effective gain (c,) of each channel at one place for one picture."""
    gain: Array = effective_gain(place.features, place.output)[0]
    return gain


def mixing(name: str, place: PlaceActivation) -> Array:
    return mixing_matrix(networks.network(name).model.get_submodule(place.name))


def linear_difference(place: PlaceActivation) -> float:
    """A 1x1 convolution against a fully connected layer at each pixel, on this picture."""
    block = networks.network(EMBEDDED[2]).model.get_submodule(place.name).get_submodule("reduce")
    return pointwise_is_linear(block, place.features)


def shuffled(name: str, place: PlaceActivation) -> Shuffle:
    return shuffle_pixels(networks.network(name).model.get_submodule(place.name), place.features)
