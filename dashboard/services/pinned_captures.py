"""The pinned pictures through the network: one forward pass each, kept between reruns.

Keys are names and sha256 sums, never pixels. Feature maps are not kept: gates of twelve pictures
are small, their maps are not.
"""

from collections.abc import Iterator
from time import monotonic

import numpy as np
import numpy.typing as npt
import streamlit as st

from dashboard.runtime import picture_cache
from dashboard.runtime.cache import keep
from dashboard.services import networks
from dashboard.session.pinned_pictures import Pin
from senet_viz.analysis.picture_distances import PictureComparison, compare_pictures, usual_distance
from senet_viz.analysis.separation import ChannelSeparation, separate_channels
from senet_viz.core.arrays import Array, Doubles
from senet_viz.core.records import Capture
from senet_viz.core.translation import tr
from senet_viz.figures.block.map_blocks import MapBlock, gate_spread
from senet_viz.hooks import capture

PATIENCE = 0.6  # seconds before the progress is shown


def captured(name: str, pinned: tuple[Pin, ...], *, trained: bool) -> tuple[Capture, ...]:
    """The gates of each pinned picture."""
    return tuple(
        gates(name, pin.chosen.sha256, pin.chosen.data, trained=trained)
        for pin in one_by_one(pinned)
    )


def gates_of_all(captures: tuple[Capture, ...]) -> dict[str, Array]:
    """The gates (n, c) of every block over all these pictures."""
    return {
        name: np.concatenate([capture[name].excitation for capture in captures])
        for name in captures[0].names
    }


def one_by_one(pinned: tuple[Pin, ...]) -> Iterator[Pin]:
    """The pictures in order, with progress where it takes long.

    A click in the meantime ends it; finished passes stay cached.
    """
    began, slot = monotonic(), st.empty()
    for done, pin in enumerate(pinned):
        if monotonic() - began > PATIENCE:
            slot.progress(
                done / len(pinned),
                tr("Picture {number} of {pictures} …", number=done + 1, pictures=len(pinned)),
            )
        yield pin
    slot.empty()


@keep()
def gates(name: str, sha256: str, _data: bytes, *, trained: bool) -> Capture:
    """The one forward pass for this picture and network."""
    net = networks.network(name, trained=trained)
    batch = net.preprocess(picture_cache.picture(sha256, _data).image)
    return capture(net.model, batch, features="none")


@keep(turns=None)
def pixels(name: str, sha256: str, _data: bytes, *, trained: bool) -> npt.NDArray[np.uint8]:
    """What the network sees of a picture (h, w, 3), without running it."""
    net = networks.network(name, trained=trained)
    batch = net.preprocess(picture_cache.picture(sha256, _data).image)
    got: npt.NDArray[np.uint8] = net.preprocess.pixels(batch)[0]
    return got


def compared(captures: tuple[Capture, ...], pinned: tuple[Pin, ...]) -> PictureComparison:
    return compare_pictures(captures, groups=[pin.group for pin in pinned])


def map_blocks(captures: tuple[Capture, ...], compared: PictureComparison) -> list[MapBlock]:
    """The network map's blocks, each with the pinned pictures' gates together."""
    first, gates = captures[0], {name: compared.gates[name] for name in compared.names}
    return [
        MapBlock(
            name=name,
            channels=gates[name].shape[1],
            side=max(first[name].places, default=1),
            reduction=first[name].block.reduction,
            spread=gate_spread(gates[name]),
        )
        for name in gates
    ]


@keep(turns=None)
def separation(
    key: tuple[object, ...],  # noqa: ARG001 (the cache's key)
    groups: tuple[str, ...],
    _gates: Array,
) -> ChannelSeparation:
    """``key`` says of which network, block and pictures the gates (n, c) are."""
    return separate_channels(_gates, groups)


def usual_distances(net: networks.Network, names: tuple[str, ...]) -> Doubles | None:
    """The distance (b,) expected of two reference pictures; None without reference statistics."""
    if net.reference is None:
        return None
    return np.array([usual_distance(net.reference.usual(n)[1]) for n in names])
