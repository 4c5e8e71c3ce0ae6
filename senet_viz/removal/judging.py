"""What a network answers or finds with each block changed, compared with the unchanged network."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.analysis.effects import AccuracyChange
from senet_viz.analysis.removal_plan import Change, SceneScore
from senet_viz.analysis.scene_effects import FindingsChange
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.core.arrays import Array
from senet_viz.core.scenes import Scene
from senet_viz.costs import Folded, compare_accuracy
from senet_viz.costs.right_answers import truth_of
from senet_viz.costs.shapes_only import shared_copy
from senet_viz.experiments.scene_tally import SceneTally
from senet_viz.hooks.network_output import scenes_in
from senet_viz.hooks.rehearsal import Rehearsal, rehearse
from senet_viz.hooks.replay import Replay
from senet_viz.removal.block_gates import Batch

Setting = tuple[str, str]  # a block, and how it was changed


class Judge:
    """A network over pictures, with each block folded, opened, and at its mean."""

    def __init__(
        self,
        model: nn.Module,
        folds: Mapping[str, Folded],
        means: Mapping[str, tuple[Array, Array]],
    ) -> None:
        self.labelled = True
        self._model, self._means = model, means
        self._folded = {name: shared_copy(done.model) for name, done in folds.items()}
        self._counts: _Counts = _Answers()
        self._changes: Mapping[Setting, Change] = {}

    @property
    def pictures(self) -> int:
        return self._counts.pictures

    @property
    def right(self) -> int:
        """Right answers of a classifier so far."""
        return self._counts.right

    def add(self, images: Tensor, truth: Any) -> None:
        """images (n, 3, h, w), of a network that finds boxes or a class map n = 1."""
        self.labelled = truth is not None
        rehearsal = rehearse(self._model, images)
        if not self.pictures and rehearsal.scenes:
            self._counts = _Findings()
        self._counts.begin(rehearsal, truth)
        for name, (mean, _) in self._means.items():
            replay = rehearsal.at(name)
            held = torch.as_tensor(np.array(mean)).to(replay.gates).expand_as(replay.gates)
            with torch.no_grad():
                both = self._counts.replayed(replay, torch.stack([torch.ones_like(held), held]))
                for how, answer in zip(("opened", "at_mean"), both, strict=True):
                    self._counts.judge((name, how), answer)
                if name in self._folded:
                    answer = self._counts.read(self._folded[name](images))
                    self._counts.judge((name, "folded"), answer)

    def state(self, *, last: bool) -> SceneScore | None:
        """Update ``change``, and return the score of what is found, None for a classifier.

        last: no picture follows, so mAP is computed too.
        """
        score, self._changes = self._counts.state(last=last)
        return score

    def change(self, name: str, how: str) -> Change | None:
        """None if the block was not changed in this way."""
        return self._changes.get((name, how))


class _Counts(Protocol):
    """The counts so far, of answers or of what is found."""

    @property
    def pictures(self) -> int: ...

    @property
    def right(self) -> int: ...

    def begin(self, rehearsal: Rehearsal, truth: Any) -> None: ...

    def replayed(self, replay: Replay, gates: Tensor) -> Sequence[Any]: ...

    def read(self, output: object) -> Any: ...

    def judge(self, setting: Setting, answer: Any) -> None: ...

    def state(self, *, last: bool) -> tuple[SceneScore | None, Mapping[Setting, Change]]: ...


class _Answers:
    """Right answers of a classifier."""

    def __init__(self) -> None:
        self.pictures = self.right = 0
        self._won: Counter[Setting] = Counter()
        self._lost: Counter[Setting] = Counter()

    def begin(self, rehearsal: Rehearsal, truth: Sequence[int] | None) -> None:
        answers = rehearsal.logits.argmax(1)
        self._truth = truth_of(truth, answers)
        self._was = answers == self._truth
        self.pictures += len(answers)
        self.right += int(self._was.sum())

    def replayed(self, replay: Replay, gates: Tensor) -> Sequence[Tensor]:
        return tuple(replay.run(gates))

    def read(self, output: Any) -> Any:
        return output

    def judge(self, setting: Setting, logits: Tensor) -> None:
        now = logits.argmax(1) == self._truth
        self._won[setting] += int((now & ~self._was).sum())
        self._lost[setting] += int((self._was & ~now).sum())

    def state(self, *, last: bool) -> tuple[None, dict[Setting, Change]]:  # noqa: ARG002 - no answer waits
        return None, {
            setting: AccuracyChange(self.pictures, self.right, won, self._lost[setting])
            for setting, won in self._won.items()
        }


class _Findings:
    """The boxes or the class maps of a network."""

    right = 0

    def __init__(self) -> None:
        self._tally: SceneTally[Setting] = SceneTally()

    @property
    def pictures(self) -> int:
        return self._tally.pictures

    def begin(self, rehearsal: Rehearsal, truth: Any) -> None:
        (before,) = rehearsal.scenes
        self._tally.begin(before, truth)

    def replayed(self, replay: Replay, gates: Tensor) -> Sequence[Scene]:
        return [scene for each in gates for scene in replay.scenes(each[None])]

    def read(self, output: object) -> Scene:
        (scene,) = scenes_in(output)
        return scene

    def judge(self, setting: Setting, scene: Scene) -> None:
        self._tally.judge(setting, scene)

    def state(self, *, last: bool) -> tuple[SceneScore, Mapping[Setting, FindingsChange]]:
        value, changes = self._tally.changes(precision=last)
        measure = self._tally.measure(precision=last)
        return SceneScore(self._tally.boxes, measure, value), changes


def compare_networks(
    first: nn.Module, second: nn.Module, batches: Iterable[Batch]
) -> Iterator[tuple[Change, SceneScore | None]]:
    """As ``compare_accuracy``, for networks that find boxes or a class map too.

    For these the score of the first network comes with the change; mAP only in the last state.
    """
    left = iter(batches)
    images, truth = next(left)

    def every() -> Iterator[Batch]:
        yield images, truth
        yield from left

    networks = [shared_copy(unwrapped(network)[0]) for network in (first, second)]
    with torch.no_grad():
        if not scenes_in(networks[0](images)):
            yield from ((change, None) for change in compare_accuracy(first, second, every()))
            return
    tally: SceneTally[str] = SceneTally()
    for image, wanted in every():
        with torch.no_grad():
            (before,), (after,) = (scenes_in(network(image)) for network in networks)
        tally.begin(before, wanted)
        tally.judge("", after)
        yield _only(tally, last=False)
    if tally.has_boxes:
        yield _only(tally, last=True)


def _only(tally: SceneTally[str], *, last: bool) -> tuple[FindingsChange, SceneScore]:
    value, changes = tally.changes(precision=last)
    return changes[""], SceneScore(tally.boxes, tally.measure(precision=last), value)
