"""Cached library calls for fitted maps, and this session's fits."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import streamlit as st
from torch import Tensor

from dashboard.runtime import allowed_folders, cache, picture_cache
from dashboard.runtime.offers import Chosen
from dashboard.services import networks, sweeps
from dashboard.services.inspections import Inspection
from dashboard.session import selection, view_keys
from senet_viz.analysis.fixed_maps import FixedFit
from senet_viz.core.errors import InputError
from senet_viz.core.translation import tr
from senet_viz.experiments.fitted_maps import FOLDS, fit_blocks
from senet_viz.pictures.labelled_folders import LabelledSet, find_pictures

Source = Literal["offer", "folder"]
SOURCE = view_keys.FITTED_TO
_KEPT = "fitting_kept"
Done = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Fit:
    """Fixed maps as far as they were fitted, of which network and to which pictures.

    ``key`` tells one set of pictures from another, ``source`` says it in words, or names the
    folder of which ``most`` pictures were taken; ``blocks`` is how many blocks the network has.
    """

    key: tuple[object, ...]
    source: str
    blocks: int
    fits: tuple[FixedFit, ...] = ()
    unreadable: tuple[str, ...] = ()
    most: int = 0

    @property
    def offered(self) -> bool:
        """Whether they are the pictures on offer."""
        return "offer" in self.key


def offer_key(inspection: Inspection) -> tuple[object, ...]:
    return (
        inspection.key,
        inspection.network.trained,
        "offer",
        tuple(p.sha256 for p in selection.pictures()),
    )


def folder_key(inspection: Inspection, folder: str, most: int) -> tuple[object, ...]:
    return (inspection.key, inspection.network.trained, "folder", folder, most)


def last(inspection: Inspection, source: Source) -> Fit | None:
    """The last fit of this network to pictures of this kind, if they are still the same."""
    fit: Fit | None = st.session_state.get(_KEPT, {}).get(source)
    if fit is None or fit.key[:2] != (inspection.key, inspection.network.trained):
        return None
    return None if source == "offer" and fit.key != offer_key(inspection) else fit


def keep(source: Source, fit: Fit) -> None:
    st.session_state.setdefault(_KEPT, {})[source] = fit


def fit_offer(inspection: Inspection, done: Done) -> Iterator[FixedFit]:
    """Every block, fitted to the pictures on offer; ``done`` gets the pictures of a pass."""
    shown = cache.polite(done)

    def batches() -> Iterator[Tensor]:
        for number, chosen in enumerate(selection.pictures(), start=1):
            yield _prepared(inspection.network, chosen)
            shown(number)

    yield from cache.by_turns(fit_blocks(inspection.network.model, batches))


def files_in(folder: str, most: int) -> LabelledSet:
    """At most ``most`` picture files in a folder and its subfolders, always the same; no labels."""
    path = allowed_folders.named(folder)
    listing = find_pictures(path, may_open=allowed_folders.may_open)
    files = listing.files
    if len(files) < 2:
        raise InputError(
            tr(
                "{path} holds {pictures} picture(s), and a fit needs at least two",
                path=path,
                pictures=len(files),
            )
        )
    order = np.random.default_rng(0).permutation(len(files))[:most]
    return LabelledSet(path, tuple(files[i] for i in order), (0,) * len(order), listing.counted)


def fit_files(
    inspection: Inspection, pictures: LabelledSet, done: Done, unreadable: list[str]
) -> Iterator[FixedFit]:
    """Every block, fitted to picture files; those that are none are passed over."""
    shown = cache.polite(done)

    def batches() -> Iterator[Tensor]:
        number = 0
        unreadable.clear()  # each pass reads all files
        for images, _ in sweeps.batches(inspection.network, pictures, unreadable):
            yield images
            number += len(images)
            shown(number)

    yield from cache.by_turns(fit_blocks(inspection.network.model, batches))


def one_block(inspection: Inspection, block: str) -> FixedFit:
    """One block, fitted to the pictures on offer."""
    pictures = selection.pictures()
    keys = tuple(p.sha256 for p in pictures)
    return _one_block(inspection.key, block, keys, pictures, trained=inspection.network.trained)


def parts(pictures: int) -> int:
    """In how many parts pictures are left out in turn."""
    return min(FOLDS, pictures)


@cache.keep(words=lambda: tr("Fitting the fixed maps of this block …"))
def _one_block(
    name: str,
    block: str,
    pictures: tuple[str, ...],  # noqa: ARG001 (the cache's key)
    _pictures: Sequence[Chosen],
    *,
    trained: bool,
) -> FixedFit:
    net = networks.network(name, trained=trained)
    (fit,) = fit_blocks(net.model, lambda: (_prepared(net, p) for p in _pictures), blocks=[block])
    return fit


def _prepared(net: networks.Network, chosen: Chosen) -> Tensor:
    return net.preprocess(picture_cache.picture(chosen.sha256, chosen.data).image)
