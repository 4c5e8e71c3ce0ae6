"""The plan of blocks: what every SE block does over pictures, and what goes without it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

import torch
from torch import Tensor

from senet_viz.analysis.cost_records import Latency, NetworkCosts
from senet_viz.analysis.effects import AccuracyChange
from senet_viz.analysis.removal_plan import BlockPlan, JointRemoval, RemovalPlan
from senet_viz.analysis.scene_effects import FindingsChange
from senet_viz.blocks.examples import picture_channels
from senet_viz.costs import Folded, Folding, count_network
from senet_viz.models.network import Network
from senet_viz.models.saved_manifest import Judged, JudgedFindings
from senet_viz.removal.block_gates import Batch, Gates, gates_over
from senet_viz.removal.judging import Judge, compare_networks

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
    """What every SE block of ``net`` does over pictures, and the change without it; state by state.

    batches: called for pairs of images (n, 3, h, w) and class numbers (n,), or None if the pictures
    have no labels; then the unchanged network's answers count as right. For a network that finds
    boxes or a class map: one image at a time with its boxes or mask, as for
    ``scene_accuracy_effects``; mAP is only in the last state. source: which pictures, in words.
    gates: what the gates are, from a survey; measured over the same pictures if left out. costs,
    latency: where they are known already; blocks are not timed here.

    Raises a CaptureError for fewer than two pictures or a network that gives neither scores by
    class nor boxes nor a class map, a BlockError for one without SE blocks.

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
    judge = Judge(net.model, {n: f for n, f in folds.items() if f.folds}, means)
    rows = [_row(each, known, folds, costs, latency) for each in known]

    def state(*, last: bool = False) -> RemovalPlan:
        score = judge.state(last=last)
        return RemovalPlan(
            network=net.name,
            source=source,
            truth="labels" if judge.labelled else "the network before",
            pictures=judge.pictures,
            right=judge.right,
            blocks=tuple(_judged(row, judge) for row in rows),
            score=score,
        )

    plan = None
    for images, labels in batches():
        judge.add(images, labels)
        plan = state()
        yield plan
    if plan is not None and plan.score is not None and plan.score.boxes and judge.labelled:
        yield state(last=True)


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

    for change, score in compare_networks(net.model, folded.model, noted()):
        yield JointRemoval(
            blocks=tuple(fold.block.name for fold in folded.folds),
            parameters=folded.parameters_saved,
            multiply_adds=before.multiply_adds - after.multiply_adds,
            change=change,
            truth="labels" if labelled else "the network before",
            source=source,
            latency=latency,
            score=score,
        )


def judged(joint: JointRemoval) -> Judged | JudgedFindings:
    """What the network's file records of its right answers, or of what it finds."""
    change = joint.change
    if isinstance(change, FindingsChange):
        assert joint.score is not None
        return JudgedFindings(
            joint.pictures, joint.score.words, joint.score.value, change.change, joint.source
        )
    return Judged(change.pictures, change.right, change.right_after, joint.truth, joint.source)


def _judged(row: BlockPlan, judge: Judge) -> BlockPlan:
    """The row with the results over the pictures so far."""
    folded, opened, at_mean = (
        judge.change(row.block.name, how) for how in ("folded", "opened", "at_mean")
    )
    assert opened is not None and at_mean is not None  # every block was replaced
    return replace(row, folded=folded, opened=opened, at_mean=at_mean)


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
