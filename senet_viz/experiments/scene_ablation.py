"""Does a gate matter to what a network finds? Replace gates and compare boxes or class maps."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.analysis.effects import Replacement
from senet_viz.analysis.scene_effects import (
    ClassCounts,
    Measure,
    SceneAccuracyEffect,
    SceneAccuracyEffects,
    SceneBlockEffect,
    SceneChannelEffects,
    compare_scenes,
    jackknife_error,
    mean_overlap,
)
from senet_viz.core.arrays import Array, Counts, Doubles, readonly
from senet_viz.core.errors import CaptureError
from senet_viz.core.extras import require_extra
from senet_viz.core.process_memory import keeping_freed_memory
from senet_viz.core.records import SEBlock
from senet_viz.core.scenes import Detection, Scene, Segmentation
from senet_viz.core.translation import tr
from senet_viz.experiments.ablation import (
    BUDGET,
    PERMUTATIONS,
    Progress,
    each_in_turn,
    replacements,
    require_one_picture,
)
from senet_viz.experiments.average_precision import mean_average_precision
from senet_viz.hooks.rehearsal import Rehearsal, rehearse
from senet_viz.hooks.replay import Replay
from senet_viz.pictures.scene_truth import TrueBoxes

Truth = TrueBoxes | Counts
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
    if run.true_boxes:
        yield run.state(precision=True)


@dataclass(slots=True)
class _Run:
    """What was found so far: as the network is, and for each block and replacement."""

    usual: Mapping[str, Array] | None
    seed: int
    pictures: int = 0
    boxes: bool = False
    blocks: dict[str, SEBlock] = field(default_factory=dict)
    sizes: dict[Setting, list[float]] = field(default_factory=dict)
    true_boxes: list[TrueBoxes] = field(default_factory=list)
    detections: dict[Setting | None, list[Detection]] = field(default_factory=dict)
    counts: dict[Setting | None, list[ClassCounts]] = field(default_factory=dict)

    def add(self, rehearsal: Rehearsal, truth: Truth | None) -> None:
        (before,) = _scenes(rehearsal)
        self.boxes, self.pictures = isinstance(before, Detection), self.pictures + 1
        if isinstance(truth, TrueBoxes):
            require_extra("detection")
            self.true_boxes.append(truth)
        self._judge(None, before, truth)
        for block in rehearsal.blocks:
            replay, self.blocks[block.name] = rehearsal.at(block.name), block
            settings = replacements(replay, self.usual, self.seed + self.pictures, 1)
            for how, gates in settings.items():
                (after,) = _run(replay, torch.stack(gates), 1)
                setting = block.name, how
                self.sizes.setdefault(setting, []).append(compare_scenes(before, after).size())
                self._judge(setting, after, truth)

    def _judge(self, setting: Setting | None, scene: Scene, truth: Truth | None) -> None:
        if isinstance(truth, TrueBoxes) and isinstance(scene, Detection):
            self.detections.setdefault(setting, []).append(scene)
        elif isinstance(truth, np.ndarray) and isinstance(scene, Segmentation):
            self.counts.setdefault(setting, []).append(class_counts(scene.classes, truth))

    def state(self, *, precision: bool = False) -> SceneAccuracyEffects:
        """The state so far; mAP where ``precision`` asks for it."""
        measure: Measure | None = "mIoU" if self.counts else "mAP" if precision else None
        before = self._truth(None, measure)
        return SceneAccuracyEffects(
            pictures=self.pictures,
            boxes=self.boxes,
            effects=tuple(self._effect(s, measure, before) for s in self.sizes),
            measure=measure,
            truth=before[0],
        )

    def _truth(
        self, setting: Setting | None, measure: Measure | None
    ) -> tuple[float | None, Doubles | None]:
        """Over all pictures and, of mIoU, with each of them left out."""
        if measure == "mIoU":
            return mean_overlap(self.counts[setting])
        if measure == "mAP":
            return mean_average_precision(self.true_boxes, self.detections[setting]), None
        return None, None

    def _effect(
        self,
        setting: Setting,
        measure: Measure | None,
        before: tuple[float | None, Doubles | None],
    ) -> SceneAccuracyEffect:
        sizes = np.array(self.sizes[setting])
        sizes = sizes[np.isfinite(sizes)]
        change, error = None, None
        truth, without_one = self._truth(setting, measure)
        if truth is not None and before[0] is not None:
            change = truth - before[0]
        if without_one is not None and before[1] is not None:
            error = jackknife_error(without_one - before[1])
        return SceneAccuracyEffect(
            block=self.blocks[setting[0]],
            how=setting[1],
            pictures=len(sizes),
            change=float(sizes.mean()) if len(sizes) else float("nan"),
            standard_error=float(sizes.std(ddof=1) / len(sizes) ** 0.5)
            if len(sizes) > 1
            else float("nan"),
            truth_change=change,
            truth_error=error,
        )


def class_counts(predicted: Counts, wanted: Counts) -> ClassCounts:
    """Places by class of a class map (h, w) and a mask, which is brought to its size.

    Of the mask the nearest place is taken; places of -1 in it are left out.
    """
    rows, columns = (
        ((np.arange(size) + 0.5) * whole / size).astype(int)
        for size, whole in zip(predicted.shape, wanted.shape, strict=True)
    )
    mask = wanted[rows][:, columns]
    counted = mask >= 0
    one, other = predicted[counted], mask[counted]
    classes = int(max(predicted.max(initial=0), wanted.max(initial=0))) + 1

    def places(numbers: Counts) -> np.ndarray:
        return readonly(np.bincount(numbers[numbers >= 0], minlength=classes).astype(np.float64))

    return ClassCounts(places(one[one == other]), places(other), places(one))


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
