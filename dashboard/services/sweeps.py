"""The cached door to the library for What matters: sweeps over channels, blocks and pictures."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dashboard.runtime import allowed_folders, picture_cache
from dashboard.runtime.cache import Pool, by_turns, in_turn, polite
from dashboard.services import networks
from dashboard.services.subject import Subject
from senet_viz.analysis.effects import AccuracyEffects, BlockEffect, ChannelEffects
from senet_viz.analysis.scene_effects import (
    SceneAccuracyEffects,
    SceneBlockEffect,
    SceneChannelEffects,
)
from senet_viz.core.arrays import Array
from senet_viz.core.errors import ImageError, InputError
from senet_viz.core.extras import require_extra
from senet_viz.core.readable_text import readable
from senet_viz.core.scenes import Detection
from senet_viz.core.translation import tr
from senet_viz.experiments.ablation import (
    Batch,
    accuracy_effects,
    block_effects,
    channel_effects,
    mean_gates,
)
from senet_viz.experiments.scene_ablation import (
    Truth,
    scene_accuracy_effects,
    scene_block_effects,
    scene_channel_effects,
)
from senet_viz.pictures import decoding
from senet_viz.pictures.labelled_folders import LabelledSet, find_labelled
from senet_viz.pictures.scene_truth import ScenePictures, find_scenes

Key = tuple[Any, ...]
Done = Callable[[int, int], None]
AT_ONCE = 4
_KEPT = Pool(64)  # MB; a sweep is too dear to do twice


def channels_key(looked: Subject, block: str, followed: int | None, put: str) -> Key:
    """What tells one sweep over channels from another; no class is followed in a scene."""
    return (
        "channels",
        looked.name,
        looked.net.trained,
        looked.picture.sha256,
        block,
        followed,
        put,
    )


def blocks_key(looked: Subject, followed: int | None) -> Key:
    return ("blocks", looked.name, looked.net.trained, looked.picture.sha256, followed)


def kept_channels(key: Key) -> ChannelEffects | None:
    """The sweep if it was done already."""
    found: ChannelEffects | None = _KEPT.get(key)
    return found


def kept_blocks(key: Key) -> tuple[BlockEffect, ...] | None:
    found: tuple[BlockEffect, ...] | None = _KEPT.get(key)
    return found


def sweep_channels(looked: Subject, key: Key, *, done: Done) -> ChannelEffects:
    """Replace each channel's gate in turn, and keep what came of it."""
    *_, block, followed, put = key
    value = _value(looked, block, put)
    with in_turn():
        found = channel_effects(
            looked.net.model, _batch(looked), block, followed, put=value, progress=polite(done)
        )
    _KEPT.put(key, found)
    return found


def kept_scene_channels(key: Key) -> SceneChannelEffects | None:
    """The same of boxes or a class map."""
    found: SceneChannelEffects | None = _KEPT.get(key)
    return found


def kept_scene_blocks(key: Key) -> tuple[SceneBlockEffect, ...] | None:
    found: tuple[SceneBlockEffect, ...] | None = _KEPT.get(key)
    return found


def sweep_scene_channels(looked: Subject, key: Key, *, done: Done) -> SceneChannelEffects:
    """What becomes of boxes or a class map with each channel's gate replaced in turn."""
    *_, block, _, put = key
    value = _value(looked, block, put)
    with in_turn():
        found = scene_channel_effects(
            looked.net.model, _batch(looked), block, put=value, progress=polite(done)
        )
    _KEPT.put(key, found)
    return found


def sweep_scene_blocks(looked: Subject, key: Key, *, done: Done) -> tuple[SceneBlockEffect, ...]:
    """What becomes of boxes or a class map with all gates of each block replaced in turn."""
    with in_turn():
        found = scene_block_effects(
            looked.net.model, _batch(looked), usual=_usual(looked), progress=polite(done)
        )
    _KEPT.put(key, found)
    return found


def scene_pictures(folder: str, looked: Subject) -> ScenePictures:
    """The pictures in a folder of this machine, with their boxes or masks if they have any."""
    boxes = isinstance(looked.seen.capture.scene, Detection)
    if boxes:
        require_extra("detection")
    place = allowed_folders.named(folder.strip())
    may_open = allowed_folders.may_open
    found = find_scenes(place, looked.net.labels, boxes=boxes, may_open=may_open)
    if not found.truths or looked.net.preprocess.whole is not None:
        return found
    why = tr("its boxes or masks: the network is not given whole pictures")
    return replace(found, truths={}, left_out=(*found.left_out, why))


def sweep_scenes(
    looked: Subject, pictures: ScenePictures, *, done: Done, unreadable: list[str]
) -> Iterator[SceneAccuracyEffects]:
    """The same over many pictures in their own shape; the state after each.

    ``done`` and ``unreadable`` are as in ``sweep_pictures``.
    """
    net, usual = looked.net, _usual(looked)
    if usual is None:
        shown = polite(lambda number: done(number, len(pictures)))
        with in_turn():
            inputs = (batch for batch, _ in _scene_batches(net, pictures, []))
            usual = mean_gates(net.model, inputs, progress=shown)
    yield from by_turns(
        scene_accuracy_effects(net.model, _scene_batches(net, pictures, unreadable), usual=usual)
    )


def _scene_batches(
    net: networks.Network, pictures: ScenePictures, unreadable: list[str]
) -> Iterator[tuple[Tensor, Truth | None]]:
    for file in pictures.files:
        try:
            image, truth = decoding.read(file.read_bytes()).image, pictures.truth(file)
        except ImageError as error:
            unreadable.append(_problem(file, error))
            continue
        yield net.preprocess.uncropped(image), truth


def _value(looked: Subject, block: str, put: str) -> float | Array:
    """What the gates of a block are set to, from the words of the page."""
    usual = looked.net.reference.usual(block)[0] if looked.net.reference else None
    values: dict[str, float | Array | None] = {"0": 0.0, "1": 1.0, "its usual value": usual}
    value = values[put]
    if value is None:
        raise InputError(
            tr("this network has no reference statistics, so no gate has a usual value")
        )
    return value


def sweep_blocks(looked: Subject, key: Key, *, done: Done) -> tuple[BlockEffect, ...]:
    """Replace all gates of each block in turn, and keep what came of it."""
    with in_turn():
        found = block_effects(
            looked.net.model, _batch(looked), key[-1], usual=_usual(looked), progress=polite(done)
        )
    _KEPT.put(key, found)
    return found


def labelled(folder: str, net: networks.Network) -> LabelledSet:
    """The labelled pictures in a folder of this machine."""
    place = allowed_folders.named(folder)
    return find_labelled(place, net.labels, may_open=allowed_folders.may_open)


def sweep_pictures(
    looked: Subject, pictures: LabelledSet, *, done: Done, unreadable: list[str]
) -> Iterator[AccuracyEffects]:
    """Replace all gates of each block over labelled pictures; the state after every few.

    Without reference statistics each gate's mean is first taken over these pictures; ``done`` is
    called with (pictures, all) of that pass. Files that are no pictures are added to
    ``unreadable`` and passed over.
    """
    net, usual = looked.net, _usual(looked)
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
            unreadable.append(_problem(path, error))
        if len(ready) == AT_ONCE:
            yield _together(ready)
            ready = []
    if ready:
        yield _together(ready)


def _problem(path: Path, error: ImageError) -> str:
    return tr("{file}: {problem}", file=readable(path.name), problem=error.args[0])


def _together(ready: list[tuple[Tensor, int]]) -> Batch:
    return torch.cat([picture for picture, _ in ready]), np.array([number for _, number in ready])


def _batch(looked: Subject) -> Tensor:
    return looked.net.preprocess(
        picture_cache.picture(looked.picture.sha256, looked.picture.data).image
    )


def _usual(looked: Subject) -> dict[str, Array] | None:
    reference = looked.net.reference
    if reference is None:
        return None
    return {name: reference.usual(name)[0] for name in looked.seen.capture.names}
