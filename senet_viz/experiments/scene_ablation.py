"""Does a gate matter to what a network finds? Replace gates and compare boxes or class maps."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from senet_viz.analysis.effects import Replacement
from senet_viz.analysis.scene_effects import (
    SceneAccuracyEffect,
    SceneAccuracyEffects,
    SceneBlockEffect,
    SceneChannelEffects,
    compare_scenes,
)
from senet_viz.core.arrays import Array, readonly
from senet_viz.core.errors import CaptureError
from senet_viz.core.process_memory import keeping_freed_memory
from senet_viz.core.records import SEBlock
from senet_viz.core.scenes import Scene
from senet_viz.core.translation import tr
from senet_viz.experiments.ablation import (
    BUDGET,
    PERMUTATIONS,
    Progress,
    each_in_turn,
    replacements,
    require_one_picture,
)
from senet_viz.experiments.scene_tally import SceneTally, Truth
from senet_viz.hooks.rehearsal import Rehearsal, rehearse
from senet_viz.hooks.replay import Replay

Setting = tuple[str, Replacement]


@keeping_freed_memory()
def scene_channel_effects(
    model: nn.Module,
    image: Tensor,
    block: str,
    *,
    put: float | Array = 0.0,
    budget: int = BUDGET,
    progress: Progress | None = None,
) -> SceneChannelEffects:
    """What becomes of the boxes or the class map as each channel's gate is replaced in turn.

    As ``channel_effects``, for detectors and segmentation networks. image: (1, 3, h, w). put: what
    replaces the gates, one number or (c,); 0 removes the channel. ``progress`` is called with
    (channels done, channels).

    Raises BlockError for an unknown block, CaptureError for more than one picture or a network
    that finds neither boxes nor a class map.
    """
    require_one_picture(image)
    rehearsal = rehearse(model, image)
    (before,) = _scenes(rehearsal)
    replay = rehearsal.at(block)
    own = replay.gates[0]
    wanted, settings = each_in_turn(own, put)
    scenes = _run(replay, settings, replay.at_once(budget), progress)
    return SceneChannelEffects(
        block=replay.block,
        gate=readonly(own.cpu().numpy()),
        put=readonly(wanted.cpu().numpy()),
        changes=tuple(compare_scenes(before, after) for after in scenes),
    )


@keeping_freed_memory()
def scene_block_effects(
    model: nn.Module,
    image: Tensor,
    *,
    usual: Mapping[str, Array] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[SceneBlockEffect, ...]:
    """What becomes of the boxes or the class map when all gates of a block are replaced, by block.

    As ``block_effects``: by 1, by ``usual`` where it is given, and by the picture's own gates in
    eight other orders. image: (1, 3, h, w). ``progress`` is called with (blocks done, blocks).
    """
    require_one_picture(image)
    rehearsal = rehearse(model, image)
    (before,) = _scenes(rehearsal)
    effects: list[SceneBlockEffect] = []
    for index, block in enumerate(rehearsal.blocks):
        replay = rehearsal.at(block.name)
        for how, gates in replacements(replay, usual, seed, PERMUTATIONS).items():
            scenes = _run(replay, torch.stack(gates), replay.at_once(BUDGET))
            changes = tuple(compare_scenes(before, after) for after in scenes)
            effects.append(SceneBlockEffect(block, how, changes))
        if progress:
            progress(index + 1, len(rehearsal.blocks))
    return tuple(effects)


def scene_accuracy_effects(
    model: nn.Module,
    pictures: Iterable[tuple[Tensor, Truth | None]],
    *,
    usual: Mapping[str, Array] | None = None,
    seed: int = 0,
) -> Iterator[SceneAccuracyEffects]:
    """The same over many pictures: the mean change, and that of mAP or mIoU.

    pictures: pairs of one image (1, 3, h, w) and what is in it, in pixels of the image: TrueBoxes
    for a detector; for a segmentation network class numbers (h, w) of any size, -1 where nothing
    counts; None where that is not known. After each picture the state so far is handed out, with
    mIoU; mAP, which takes a while, is in the last state alone, and needs the extra ``detection``.
    """
    run = _Run(usual, seed)
    for image, truth in pictures:
        run.add(rehearse(model, image), truth)
        yield run.state()
    if run.tally.has_boxes:
        yield run.state(precision=True)


@dataclass(slots=True)
class _Run:
    """What was found so far, by block and replacement."""

    usual: Mapping[str, Array] | None
    seed: int
    blocks: dict[str, SEBlock] = field(default_factory=dict)
    tally: SceneTally[Setting] = field(default_factory=SceneTally)

    def add(self, rehearsal: Rehearsal, truth: Truth | None) -> None:
        (before,) = _scenes(rehearsal)
        self.tally.begin(before, truth)
        for block in rehearsal.blocks:
            replay, self.blocks[block.name] = rehearsal.at(block.name), block
            settings = replacements(replay, self.usual, self.seed + self.tally.pictures, 1)
            for how, gates in settings.items():
                (after,) = _run(replay, torch.stack(gates), 1)
                self.tally.judge((block.name, how), after)

    def state(self, *, precision: bool = False) -> SceneAccuracyEffects:
        """The state so far; mAP where ``precision`` asks for it."""
        before, changes = self.tally.changes(precision=precision)
        return SceneAccuracyEffects(
            pictures=self.tally.pictures,
            boxes=self.tally.boxes,
            effects=tuple(
                SceneAccuracyEffect(
                    block=self.blocks[name],
                    how=how,
                    pictures=change.pictures,
                    change=change.size,
                    standard_error=change.size_error,
                    truth_change=change.truth_change,
                    truth_error=change.truth_error,
                )
                for (name, how), change in changes.items()
            ),
            measure=self.tally.measure(precision=precision),
            truth=before,
        )


def _scenes(rehearsal: Rehearsal) -> tuple[Scene, ...]:
    scenes = rehearsal.scenes
    if len(scenes) != 1:
        raise CaptureError(
            tr(
                "the network finds neither boxes nor a class map in one picture; for a classifier "
                "there are channel_effects, block_effects and accuracy_effects"
            )
        )
    return scenes


def _run(
    replay: Replay, gates: Tensor, at_once: int, progress: Progress | None = None
) -> list[Scene]:
    """What is found with each of the settings, at most ``at_once`` of them at a time."""
    scenes: list[Scene] = []
    with torch.no_grad():
        for part in torch.split(gates, at_once):
            scenes += replay.scenes(part)
            if progress:
                progress(len(scenes), len(gates))
    return scenes
