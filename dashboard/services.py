"""The only cached calls, and the only door from the views to senet_viz.

Keys are names and sha256 sums, never pixels or models: Streamlit hashes large arrays by sample.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import streamlit as st

from senet_viz import images
from senet_viz.analysis import rank_channels, summarize
from senet_viz.baselines import (
    capture_places,
    effective_gain,
    mixing_matrix,
    pointwise_is_linear,
    shuffle_pixels,
)
from senet_viz.costs import count_costs
from senet_viz.hooks import capture
from senet_viz.models.catalogue import ModelEntry, list_models, load_model
from senet_viz.models.embedded import VERSION_OF
from senet_viz.models.network import Network
from senet_viz.models.residual import slot_names
from senet_viz.records import (
    Array,
    BlockActivation,
    BlockSummary,
    Capture,
    ChannelRanking,
    Costs,
    PlaceActivation,
    Shuffle,
    Version,
)

__all__ = ["Network"]  # views name the type without importing from the library's models

EMBEDDED = tuple(VERSION_OF)
Usual = tuple[Array, Array]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One picture through one network: the pixels it really got (h, w, 3) and its blocks."""

    pixels: npt.NDArray[np.uint8]
    capture: Capture


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """One picture through one embedded network, at every place of the family."""

    logits: Array
    places: tuple[PlaceActivation, ...]


@st.cache_data(show_spinner=False)
def entries() -> dict[str, ModelEntry]:
    """Every network that can be opened in Inspect and Layers: those with an SE block."""
    return {entry.name: entry for entry in list_models() if entry.blocks > 0}


@st.cache_resource(max_entries=5, show_spinner="Loading the network and its weights …")
def network(name: str, *, trained: bool = True) -> Network:
    return load_model(name, trained=trained)


@st.cache_resource(max_entries=32, show_spinner=False)
def picture(sha256: str, _data: bytes) -> images.Picture:  # noqa: ARG001 (the cache's key)
    return images.read(_data)


@st.cache_resource(max_entries=24, show_spinner=False)
def thumbnail(sha256: str, _data: bytes) -> npt.NDArray[np.uint8]:
    """A small copy (h, w, 3) for the gallery, cut to a square."""
    image = picture(sha256, _data).image
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    small = images.fit(image.crop((left, top, left + side, top + side)), longest=160)
    return np.asarray(small)


@st.cache_resource(max_entries=6, show_spinner="One forward pass through the network …")
def seen(name: str, sha256: str, _data: bytes, *, trained: bool = True) -> Seen:
    """The one forward pass for this picture and network; everything else is read from it."""
    net = network(name, trained=trained)
    batch = net.preprocess(picture(sha256, _data).image)
    return Seen(net.preprocess.pixels(batch)[0], capture(net.model, batch))


def ranking(
    activation: BlockActivation, net: Network, *, top: int, unusual: bool
) -> ChannelRanking:
    return rank_channels(activation, top=top, usual=usual(activation, net) if unusual else None)


def usual(activation: BlockActivation, net: Network) -> Usual | None:
    """Mean and deviation (c,) of each gate over the reference set; None without one."""
    return None if net.reference is None else net.reference.usual(activation.block.name)


def summaries(captured: Capture, net: Network) -> tuple[BlockSummary, ...]:
    return summarize(captured, reference=net.reference)


@st.cache_resource(max_entries=48, show_spinner=False)
def comparison(name: str, sha256: str, _data: bytes) -> Comparison:
    """The same picture through one of the embedded networks."""
    net = network(name)
    batch = net.preprocess(picture(sha256, _data).image)
    logits, places = capture_places(net.model, batch)
    return Comparison(logits, places)


@st.cache_data(show_spinner=False)
def costs(name: str) -> Costs:
    net = network(name)
    return count_costs(net.model, net.preprocess.input_size, places=slot_names(net.model))


def version(name: str) -> Version:
    """Which of the four versions an embedded network is."""
    return VERSION_OF[name]


def gains(place: PlaceActivation) -> Array:
    """Effective gain (c,) of each channel at one place for one picture."""
    gain: Array = effective_gain(place.features, place.output)[0]
    return gain


def mixing(name: str, place: PlaceActivation) -> Array:
    return mixing_matrix(network(name).model.get_submodule(place.name))


def linear_difference(place: PlaceActivation) -> float:
    """A 1x1 convolution against a fully connected layer at each pixel, on this picture."""
    block = network(EMBEDDED[2]).model.get_submodule(place.name).get_submodule("reduce")
    return pointwise_is_linear(block, place.features)


def shuffled(name: str, place: PlaceActivation) -> Shuffle:
    return shuffle_pixels(network(name).model.get_submodule(place.name), place.features)
