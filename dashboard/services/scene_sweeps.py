"""The cached door to the library for What matters to networks that detect or segment."""

from collections.abc import Iterator

from torch import Tensor

from dashboard.runtime import allowed_folders
from dashboard.runtime.cache import by_turns, in_turn, polite
from dashboard.services import networks, sweeps
from dashboard.services.inspections import Inspection
from senet_viz.analysis.scene_effects import (
    SceneAccuracyEffects,
    SceneBlockEffect,
    SceneChannelEffects,
)
from senet_viz.core.errors import ImageError
from senet_viz.core.scenes import Detection
from senet_viz.experiments.ablation import mean_gates
from senet_viz.experiments.scene_ablation import (
    scene_accuracy_effects,
    scene_block_effects,
    scene_channel_effects,
)
from senet_viz.experiments.scene_tally import Truth
from senet_viz.pictures import decoding
from senet_viz.pictures.scene_truth import ScenePictures
from senet_viz.removal.named_pictures import scenes_for


def sweep_channels(
    inspection: Inspection, key: sweeps.Key, *, done: sweeps.Done
) -> SceneChannelEffects:
    """What becomes of boxes or a class map with each channel's gate replaced in turn."""
    *_, block, _, put = key
    value = sweeps.value_of(inspection, block, put)
    with in_turn():
        effects = scene_channel_effects(
            inspection.network.model,
            sweeps.input_of(inspection),
            block,
            put=value,
            progress=polite(done),
        )
    sweeps.keep(key, effects)
    return effects


def sweep_blocks(
    inspection: Inspection, key: sweeps.Key, *, done: sweeps.Done
) -> tuple[SceneBlockEffect, ...]:
    """What becomes of boxes or a class map with all gates of each block replaced in turn."""
    with in_turn():
        effects = scene_block_effects(
            inspection.network.model,
            sweeps.input_of(inspection),
            usual=sweeps.usual_gates(inspection),
            progress=polite(done),
        )
    sweeps.keep(key, effects)
    return effects


def find_pictures(folder: str, inspection: Inspection) -> ScenePictures:
    """The pictures in a folder of this machine, with their boxes or masks if they have any."""
    boxes = isinstance(inspection.capture.scene, Detection)
    place = allowed_folders.named(folder.strip())
    return scenes_for(inspection.network, place, boxes=boxes, may_open=allowed_folders.may_open)


def sweep_pictures(
    inspection: Inspection, pictures: ScenePictures, *, done: sweeps.Done, unreadable: list[str]
) -> Iterator[SceneAccuracyEffects]:
    """The same over many pictures in their own shape; the state after each.

    ``done`` and ``unreadable`` are as in ``sweeps.sweep_pictures``.
    """
    net, usual = inspection.network, sweeps.usual_gates(inspection)
    if usual is None:
        shown = polite(lambda number: done(number, len(pictures)))
        with in_turn():
            inputs = (batch for batch, _ in _batches(net, pictures, []))
            usual = mean_gates(net.model, inputs, progress=shown)
    yield from by_turns(
        scene_accuracy_effects(net.model, _batches(net, pictures, unreadable), usual=usual)
    )


def _batches(
    net: networks.Network, pictures: ScenePictures, unreadable: list[str]
) -> Iterator[tuple[Tensor, Truth | None]]:
    for file in pictures.files:
        try:
            image, truth = decoding.read(file.read_bytes()).image, pictures.truth(file)
        except ImageError as error:
            unreadable.append(sweeps.problem(file, error))
            continue
        yield net.preprocess.uncropped(image), truth
