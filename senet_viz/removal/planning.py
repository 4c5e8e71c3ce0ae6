"""The plan of blocks: what every SE block does over pictures, and what goes without it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.analysis.cost_records import Latency, NetworkCosts
from senet_viz.analysis.effects import AccuracyChange
from senet_viz.analysis.removal_plan import BlockPlan, JointRemoval, RemovalPlan
from senet_viz.blocks.examples import picture_channels
from senet_viz.core.arrays import Array
from senet_viz.costs import Folded, Folding, compare_accuracy, count_network
from senet_viz.costs.right_answers import truth_of
from senet_viz.costs.shapes_only import shared_copy
from senet_viz.hooks.rehearsal import rehearse
from senet_viz.models.network import Network
from senet_viz.models.saved_manifest import Judged
from senet_viz.removal.block_gates import Batch, Gates, gates_over

Batches = Callable[[], Iterable[Batch]]


def plan_removal(
    net: Network,
    batches: Batches,
    *,
    source: str,
    gates: Gates | None = None,
    costs: NetworkCosts | None = None,
    latency: Latency | None = None,
) -> Iterator[RemovalPlan]:
    """What every SE block of ``net`` does over pictures, and what goes without it; state by state.

    batches: called for pairs of images (n, 3, h, w) and class numbers (n,), or None where the
    pictures have no labels; then right is what the network answers as it is. source: which
    pictures, in words. gates: what the gates are, from a survey; measured over the same pictures
    if left out. costs, latency: where they are known already; blocks are not timed here.

    Raises a CaptureError for fewer than two pictures or a network that is no classifier, a
    BlockError for one without SE blocks.

    >>> from senet_viz.models.catalogue import load_model
    >>> pictures = torch.rand(2, 3, 128, 128)
    >>> net = load_model("se_resnet18_imagenette")
    >>> *_, plan = plan_removal(net, lambda: [(pictures, None)], source="noise")
    >>> plan.right, len(plan.blocks)
    (2, 8)
    """
    known = gates_over(net.model, batches()) if gates is None else gates
    costs = costs or count_network(net.model, net.preprocess.input_size)
    means = {name: each.profile for name, each in known.items()}
    folding, folds = Folding(net.model, images=_noise(net)), dict[str, Folded]()
    for name in means:
        folds[name] = folding.fold(means, blocks=[name])
    judge = _Judge(net.model, {n: f for n, f in folds.items() if f.folds}, means)
    rows = [_row(each, known, folds, costs, latency) for each in known]
    for images, labels in batches():
        judge.add(images, labels)
        yield RemovalPlan(
            network=net.name,
            source=source,
            truth="labels" if judge.labelled else "the network before",
            pictures=judge.pictures,
            right=judge.right,
            blocks=tuple(judge.judged(row) for row in rows),
        )


def fold_together(net: Network, gates: Gates, blocks: Collection[str]) -> tuple[Network, Folded]:
    """``net`` with these blocks folded away at their mean gates, and what became of each."""
    means = {name: each.profile for name, each in gates.items()}
    done = Folding(net.model, images=_noise(net)).fold(means, blocks=blocks)
    return replace(net, model=done.model), done


def judge_together(
    net: Network,
    folded: Folded,
    batches: Iterable[Batch],
    *,
    source: str,
    latency: Latency | None = None,
) -> Iterator[JointRemoval]:
    """What the blocks of ``folded`` save and cost together, state by state."""
    before, after = (
        count_network(model, net.preprocess.input_size).total for model in (net.model, folded.model)
    )
    labelled = True

    def noted() -> Iterator[Batch]:
        nonlocal labelled
        for images, labels in batches:
            labelled = labels is not None
            yield images, labels

    for change in compare_accuracy(net.model, folded.model, noted()):
        yield JointRemoval(
            blocks=tuple(fold.block.name for fold in folded.folds),
            parameters=folded.parameters_saved,
            multiply_adds=before.multiply_adds - after.multiply_adds,
            change=change,
            truth="labels" if labelled else "the network before",
            source=source,
            latency=latency,
        )


def judged(joint: JointRemoval) -> Judged:
    """What the file of the network says of its right answers."""
    change = joint.change
    return Judged(change.pictures, change.right, change.right_after, joint.truth, joint.source)


class _Judge:
    """Counts right answers of a network with each block folded, opened, and at its mean."""

    def __init__(
        self,
        model: nn.Module,
        folds: Mapping[str, Folded],
        means: Mapping[str, tuple[Array, Array]],
    ) -> None:
        self.pictures = self.right = 0
        self.labelled = True
        self._model, self._means = model, means
        self._folded = {name: shared_copy(done.model) for name, done in folds.items()}
        self._won: Counter[tuple[str, str]] = Counter()
        self._lost: Counter[tuple[str, str]] = Counter()

    def add(self, images: Tensor, labels: Sequence[int] | None) -> None:
        self.labelled = labels is not None
        rehearsal = rehearse(self._model, images)
        answers = rehearsal.logits.argmax(1)
        truth = truth_of(labels, answers)
        was = answers == truth
        self.pictures, self.right = self.pictures + len(images), self.right + int(was.sum())
        for name, (mean, _) in self._means.items():
            replay = rehearsal.at(name)
            held = torch.as_tensor(np.array(mean)).to(replay.gates).expand_as(replay.gates)
            with torch.no_grad():
                logits = replay.run(torch.stack([torch.ones_like(held), held]))
                for how, now in zip(("opened", "at_mean"), logits, strict=True):
                    self._count((name, how), was, now.argmax(1) == truth)
                if name in self._folded:
                    now = self._folded[name](images)
                    self._count((name, "folded"), was, now.argmax(1) == truth)

    def judged(self, row: BlockPlan) -> BlockPlan:
        name = row.block.name
        return replace(
            row,
            folded=self._change(name, "folded") if name in self._folded else None,
            opened=self._change(name, "opened"),
            at_mean=self._change(name, "at_mean"),
        )

    def _count(self, key: tuple[str, str], was: Tensor, now: Tensor) -> None:
        self._won[key] += int((now & ~was).sum())
        self._lost[key] += int((was & ~now).sum())

    def _change(self, name: str, how: str) -> AccuracyChange:
        key = (name, how)
        return AccuracyChange(self.pictures, self.right, self._won[key], self._lost[key])


def _row(
    name: str,
    gates: Gates,
    folds: Mapping[str, Folded],
    costs: NetworkCosts,
    latency: Latency | None,
) -> BlockPlan:
    """All that is known of a block before the pictures are judged."""
    cost = next(each for each in costs.blocks if each.block.name == name)
    timed = latency is not None and name in latency.blocks
    nothing = AccuracyChange(0, 0, 0, 0)
    return BlockPlan(
        block=cost.block,
        verdict=gates[name].split.verdict,
        off_mean=gates[name].split.relative,
        saturated=gates[name].saturated,
        parameters=cost.cost.parameters,
        multiply_adds=cost.cost.multiply_adds,
        milliseconds=latency.block_ms(name) if latency is not None and timed else None,
        folded=None,
        opened=nothing,
        at_mean=nothing,
        why_not=next((k.why for k in folds[name].refused if k.block.name == name), ""),
    )


def _noise(net: Network) -> Tensor:
    """One input of the size that the network is given."""
    channels = picture_channels(net.model)
    draw = torch.Generator().manual_seed(0)
    return torch.randn(1, channels, *net.preprocess.input_size, generator=draw)
