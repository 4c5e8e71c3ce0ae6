"""The cached door to the library for What matters: sweeps over channels, blocks and pictures."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dashboard.runtime import allowed_folders, picture_cache
from dashboard.runtime.cache import Pool, by_turns, in_turn, polite
from dashboard.services import networks
from dashboard.services.inspections import Inspection
from senet_viz.analysis.channel_deletion import ChannelDeletion
from senet_viz.analysis.effects import AccuracyEffects, BlockEffect, ChannelEffects
from senet_viz.core.arrays import Array
from senet_viz.core.errors import ImageError, InputError
from senet_viz.core.readable_text import readable
from senet_viz.core.translation import tr
from senet_viz.experiments.ablation import (
    Batch,
    accuracy_effects,
    block_effects,
    channel_effects,
    mean_gates,
)
from senet_viz.experiments.channel_deletion import delete_channels
from senet_viz.pictures import decoding
from senet_viz.pictures.labelled_folders import LabelledSet, find_labelled

Key = tuple[Any, ...]
Classes = tuple[int, int | None]  # the one followed, and against which other
Done = Callable[[int, int], None]
AT_ONCE = 4
_SWEEPS = Pool(64)  # MB; a sweep is too costly to repeat


def channels_key(inspection: Inspection, block: str, followed: Classes | None, put: str) -> Key:
    """What tells one sweep over channels from another; in a scene no class is followed."""
    return (
        "channels",
        inspection.key,
        inspection.network.trained,
        inspection.sha256,
        inspection.reference,
        block,
        followed,
        put,
    )


def blocks_key(inspection: Inspection, followed: Classes | None) -> Key:
    trained, picture = inspection.network.trained, inspection.sha256
    return ("blocks", inspection.key, trained, picture, inspection.reference, followed)


def deletion_key(channels: Key) -> Key:
    """That of the test of rankings, after the sweep over channels of this key."""
    return ("deletion", *channels)


def recall(key: Key) -> Any:
    """The sweep if it was done already, else None."""
    return _SWEEPS.get(key)


def keep(key: Key, effects: Any) -> None:
    """Keep a sweep that was done."""
    _SWEEPS.put(key, effects)


def sweep_channels(inspection: Inspection, key: Key, *, done: Done) -> ChannelEffects:
    """Replace each channel's gate in turn, and keep what came of it."""
    *_, block, followed, put = key
    value = value_of(inspection, block, put)
    with in_turn():
        effects = channel_effects(
            inspection.network.model,
            input_of(inspection),
            block,
            followed[0],
            against=followed[1],
            put=value,
            progress=polite(done),
        )
    _SWEEPS.put(key, effects)
    return effects


def sweep_deletion(inspection: Inspection, key: Key, *, done: Done) -> tuple[ChannelDeletion, ...]:
    """Replace and give back ranked channels, as many as were replaced one by one."""
    with in_turn():
        deletions = delete_channels(
            inspection.network.model,
            input_of(inspection),
            _SWEEPS.get(key[1:]),
            progress=polite(done),
        )
    _SWEEPS.put(key, deletions)
    return deletions


def sweep_blocks(inspection: Inspection, key: Key, *, done: Done) -> tuple[BlockEffect, ...]:
    """Replace all gates of each block in turn, and keep what came of it."""
    with in_turn():
        effects = block_effects(
            inspection.network.model,
            input_of(inspection),
            key[-1][0],
            against=key[-1][1],
            usual=usual_gates(inspection),
            progress=polite(done),
        )
    _SWEEPS.put(key, effects)
    return effects


def labelled(folder: str, net: networks.Network) -> LabelledSet:
    """The labelled pictures in a folder of this machine."""
    place = allowed_folders.named(folder)
    return find_labelled(place, net.labels, may_open=allowed_folders.may_open)


def sweep_pictures(
    inspection: Inspection, pictures: LabelledSet, *, done: Done, unreadable: list[str]
) -> Iterator[AccuracyEffects]:
    """Replace all gates of each block over labelled pictures; the state after every few.

    Without reference statistics each gate's mean is first taken over these pictures; ``done`` is
    called with (pictures, all) of that pass. Files that are no pictures are added to
    ``unreadable`` and passed over.
    """
    net, usual = inspection.network, usual_gates(inspection)
    if usual is None:
        shown = polite(lambda count: done(count, len(pictures)))
        with in_turn():
            usual = mean_gates(
                net.model, (batch for batch, _ in batches(net, pictures, [])), progress=shown
            )
    yield from by_turns(
        accuracy_effects(net.model, batches(net, pictures, unreadable), usual=usual)
    )


def batches(net: networks.Network, pictures: LabelledSet, unreadable: list[str]) -> Iterator[Batch]:
    """A few preprocessed pictures at a time; unreadable ones are named in ``unreadable``."""
    ready: list[tuple[Tensor, int]] = []
    for path, number in zip(pictures.files, pictures.classes, strict=True):
        try:
            ready.append((net.preprocess(decoding.read(path.read_bytes()).image), number))
        except ImageError as error:
            unreadable.append(problem(path, error))
        if len(ready) == AT_ONCE:
            yield _together(ready)
            ready = []
    if ready:
        yield _together(ready)


def problem(path: Path, error: ImageError) -> str:
    """Why a file is not used, in a line."""
    return tr("{file}: {problem}", file=readable(path.name), problem=error.args[0])


def value_of(inspection: Inspection, block: str, put: str) -> float | Array:
    """What the gates of a block are set to, from the words of the page."""
    usual = inspection.network.reference.usual(block)[0] if inspection.network.reference else None
    values: dict[str, float | Array | None] = {"0": 0.0, "1": 1.0, "its usual value": usual}
    value = values[put]
    if value is None:
        raise InputError(
            tr("this network has no reference statistics, so no gate has a usual value")
        )
    return value


def _together(ready: list[tuple[Tensor, int]]) -> Batch:
    return torch.cat([picture for picture, _ in ready]), np.array([number for _, number in ready])


def input_of(inspection: Inspection) -> Tensor:
    """The picture looked at, preprocessed."""
    return inspection.network.preprocess(
        picture_cache.picture(inspection.sha256, inspection.picture.data).image
    )


def usual_gates(inspection: Inspection) -> dict[str, Array] | None:
    """Each block's mean gates over the reference pictures; None without any."""
    reference = inspection.network.reference
    if reference is None:
        return None
    return {name: reference.usual(name)[0] for name in inspection.capture.names}
