"""The cached door to the library for blocks without pooling, and what was measured of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import streamlit as st

from dashboard.runtime import cache, picture_cache
from dashboard.runtime.offers import Chosen
from dashboard.services import networks, sweeps
from dashboard.services.subject import Subject
from senet_viz.analysis.pixel_gates import PixelGates
from senet_viz.core.translation import tr
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
    found: UnpooledAccuracy
    unreadable: tuple[str, ...]


def possible(looked: Subject) -> tuple[str, ...]:
    """The blocks that have a form without pooling."""
    return unpoolable(looked.net.model)


def gates(looked: Subject, block: str, picture: Chosen, rows: int | None = None) -> PixelGates:
    """One block's gate and those of its pixels, for any picture on offer."""
    given = (looked.name, block, rows, picture.sha256, picture.data)
    return _gates(*given, trained=looked.net.trained)


def answers(looked: Subject, block: str, rows: int | None) -> WithoutPooling:
    """What the network says of the picture looked at: as it is, and without pooling."""
    picture = looked.picture
    given = (looked.name, block, rows, picture.sha256, picture.data)
    return _answers(*given, trained=looked.net.trained)


def over_pictures(
    looked: Subject,
    block: str,
    pictures: LabelledSet,
    unreadable: list[str],
    rows: int | None,
) -> Iterator[UnpooledAccuracy]:
    """Accuracy with and without pooling, after every few pictures."""
    batches = sweeps.batches(looked.net, pictures, unreadable)
    yield from cache.by_turns(accuracy_without_pooling(looked.net.model, batches, block, rows=rows))


def keep(found: Measured) -> None:
    st.session_state[_ACCURACY] = found


def kept(looked: Subject, block: str, rows: int | None) -> Measured | None:
    """The last measurement of this session if it was of this block, pooled over these rows."""
    found: Measured | None = st.session_state.get(_ACCURACY)
    own = (looked.name, looked.net.trained, block, rows)
    same = found and (found.network, found.trained, found.block, found.rows) == own
    return found if same else None


@cache.keep(words=lambda: tr("One forward pass without pooling …"))
def _gates(
    name: str, block: str, rows: int | None, sha256: str, _data: bytes, *, trained: bool
) -> PixelGates:
    net = networks.network(name, trained=trained)
    batch = net.preprocess(picture_cache.picture(sha256, _data).image)
    return at_pixels(net.model, batch, block, rows=rows)


@cache.keep(words=lambda: tr("Forward passes without pooling …"))
def _answers(
    name: str, block: str, rows: int | None, sha256: str, _data: bytes, *, trained: bool
) -> WithoutPooling:
    net = networks.network(name, trained=trained)
    batch = net.preprocess(picture_cache.picture(sha256, _data).image)
    return without_pooling(net.model, batch, block, rows=rows)
