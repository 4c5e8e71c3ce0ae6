"""Cached library calls for blocks without pooling, and this session's measurements."""

from collections.abc import Iterator
from dataclasses import dataclass

import streamlit as st

from dashboard.runtime import cache, picture_cache
from dashboard.runtime.offers import Chosen
from dashboard.services import networks, sweeps
from dashboard.services.inspections import Inspection
from senet_viz.analysis.pixel_gates import PixelFormCost, PixelGates, ShuffledPixels
from senet_viz.core.translation import tr
from senet_viz.experiments.pixel_form import pixel_form_cost, shuffle_places
from senet_viz.experiments.pooling_removal import (
    UnpooledAccuracy,
    WithoutPooling,
    accuracy_without_pooling,
    at_pixels,
    without_pooling,
)
from senet_viz.hooks import unpoolable
from senet_viz.pictures.labelled_folders import LabelledSet

_ACCURACY = "unpooling_accuracy"


@dataclass(frozen=True, slots=True)
class Measured:
    """Accuracy without pooling as far as it was measured: of what, and over which pictures.

    ``rows`` are those that were pooled over in its place, None for none.
    """

    network: str
    trained: bool
    block: str
    folder: str
    wanted: int
    rows: int | None
    accuracies: UnpooledAccuracy
    unreadable: tuple[str, ...]


def possible(inspection: Inspection) -> tuple[str, ...]:
    """The blocks that have a form without pooling."""
    return unpoolable(inspection.network.model)


def gates(
    inspection: Inspection, block: str, picture: Chosen, rows: int | None = None
) -> PixelGates:
    """One block's gate and those of its pixels, for any picture on offer."""
    given = (inspection.key, block, rows, picture.sha256, picture.data)
    return _gates(*given, trained=inspection.network.trained)


def shuffled(inspection: Inspection, block: str) -> ShuffledPixels:
    """The block's gates and those of its pixels, before and after the pixels change places."""
    picture = inspection.picture
    given = (inspection.key, block, picture.sha256, picture.data)
    return _shuffled(*given, trained=inspection.network.trained)


def cost(inspection: Inspection, block: str) -> PixelFormCost:
    """What the block and its 1×1 form cost, measured once."""
    picture = inspection.picture
    given = (inspection.key, block, picture.sha256, picture.data)
    return _cost(*given, trained=inspection.network.trained)


def answers(inspection: Inspection, block: str, rows: int | None) -> WithoutPooling:
    """What the network says of the picture looked at: as it is, and without pooling."""
    picture = inspection.picture
    given = (inspection.key, block, rows, picture.sha256, picture.data)
    return _answers(*given, trained=inspection.network.trained)


def over_pictures(
    inspection: Inspection,
    block: str,
    pictures: LabelledSet,
    unreadable: list[str],
    rows: int | None,
) -> Iterator[UnpooledAccuracy]:
    """Accuracy with and without pooling, after every few pictures."""
    batches = sweeps.batches(inspection.network, pictures, unreadable)
    model = inspection.network.model
    yield from cache.by_turns(accuracy_without_pooling(model, batches, block, rows=rows))


def keep(measured: Measured) -> None:
    st.session_state[_ACCURACY] = measured


def last(inspection: Inspection, block: str, rows: int | None) -> Measured | None:
    """The last measurement of this session if it was of this block, pooled over these rows."""
    measured: Measured | None = st.session_state.get(_ACCURACY)
    own = (inspection.key, inspection.network.trained, block, rows)
    return (
        measured
        if measured and (measured.network, measured.trained, measured.block, measured.rows) == own
        else None
    )


@cache.keep(words=lambda: tr("One forward pass without pooling …"))
def _gates(
    name: str, block: str, rows: int | None, sha256: str, _data: bytes, *, trained: bool
) -> PixelGates:
    net = networks.network(name, trained=trained)
    batch = net.preprocess(picture_cache.picture(sha256, _data).image)
    return at_pixels(net.model, batch, block, rows=rows)


@cache.keep()
def _shuffled(name: str, block: str, sha256: str, _data: bytes, *, trained: bool) -> ShuffledPixels:
    model = networks.network(name, trained=trained).model
    return shuffle_places(model, _gates(name, block, None, sha256, _data, trained=trained), block)


@cache.keep(words=lambda: tr("Both forms are timed …"))
def _cost(name: str, block: str, sha256: str, _data: bytes, *, trained: bool) -> PixelFormCost:
    model = networks.network(name, trained=trained).model
    return pixel_form_cost(model, _gates(name, block, None, sha256, _data, trained=trained), block)


@cache.keep(words=lambda: tr("Forward passes without pooling …"))
def _answers(
    name: str, block: str, rows: int | None, sha256: str, _data: bytes, *, trained: bool
) -> WithoutPooling:
    net = networks.network(name, trained=trained)
    batch = net.preprocess(picture_cache.picture(sha256, _data).image)
    return without_pooling(net.model, batch, block, rows=rows)
