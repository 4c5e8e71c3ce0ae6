"""Rankings of channels, made on pictures that are not the ones they are judged on."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from time import perf_counter

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.analysis.channel_removal import WAYS, RemovalRanking, Way
from senet_viz.blocks.finding import find_blocks, locate_blocks
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.core.arrays import Doubles, readonly
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.translation import tr
from senet_viz.costs.dataflow import Flow, trace_flow
from senet_viz.hooks.rehearsal import Rehearsal, rehearse
from senet_viz.models.network import Network
from senet_viz.removal.block_gates import Batch

DRAWS = 5
BUDGET = 2**28  # bytes for settings run together
MOST_EFFECTS = 500  # pictures for measured effects, of which each takes a pass for each channel


def rank_channels(
    net: Network,
    batches: Iterable[Batch],
    *,
    ways: Collection[Way] = WAYS,
    blocks: Sequence[str] = (),
    most_effects: int = MOST_EFFECTS,
) -> Iterator[tuple[RemovalRanking, ...]]:
    """Rankings in all these ways, state by state; the last has those that need no pictures.

    As ``rank_by_pictures``, ``rank_by_weights`` and ``rank_at_random`` make them.
    """
    by_pictures: tuple[RemovalRanking, ...] = ()
    if watched := [way for way in WAYS[:3] if way in ways]:
        for rankings in rank_by_pictures(
            net, batches, ways=watched, blocks=blocks, most_effects=most_effects
        ):
            by_pictures = tuple(rankings.values())
            yield by_pictures
    by_weights = (rank_by_weights(net, blocks=blocks),) if "weights" in ways else ()
    at_random = tuple(rank_at_random(net, blocks=blocks)) if "random" in ways else ()
    yield (*by_pictures, *by_weights, *at_random)


def rank_by_pictures(
    net: Network,
    batches: Iterable[Batch],
    *,
    ways: Sequence[Way] = ("gate", "effect", "estimate"),
    blocks: Sequence[str] = (),
    most_effects: int = MOST_EFFECTS,
) -> Iterator[dict[Way, RemovalRanking]]:
    """Rankings from what channels do on pictures (n, 3, h, w), the state after every batch.

    Scores are means over the pictures.

    gate: of the gates. effect: of the size of the change of the logit of the class that the
    network answers, as the channel's gate is set to 0; measured on the first ``most_effects``
    pictures. estimate: the same, as the gate times the derivative of that logit predicts it.
    blocks: names; every block if left out.

    Raises a CaptureError without pictures, a BlockError for an unknown block.
    """
    sums: dict[Way, dict[str, np.ndarray]] = {way: {} for way in ways}
    pictures: dict[Way, int] = dict.fromkeys(ways, 0)
    seconds: dict[Way, float] = dict.fromkeys(ways, 0.0)
    for images, _ in batches:
        started = perf_counter()
        rehearsal = rehearse(net.model, images)
        shared = perf_counter() - started
        for way in ways:
            count = len(images)
            if way == "effect":
                count = min(count, most_effects - pictures[way])
            if count <= 0:
                continue
            started = perf_counter()
            for name in blocks or [block.name for block in rehearsal.blocks]:
                scores = _scores(way, rehearsal, name)[:count].sum(0)
                sums[way][name] = sums[way].get(name, 0.0) + scores
            pictures[way] += count
            seconds[way] += perf_counter() - started + shared
        yield {
            way: RemovalRanking(
                way,
                {name: readonly(total / pictures[way]) for name, total in sums[way].items()},
                pictures[way],
                seconds[way],
            )
            for way in ways
        }
    if not any(pictures.values()):
        raise CaptureError(tr("no picture was given, and a ranking needs at least one"))


def rank_by_weights(net: Network, *, blocks: Sequence[str] = ()) -> RemovalRanking:
    """The L1 norm of the weights that make each channel, in the convolution before the block."""
    started = perf_counter()
    inner = unwrapped(net.model)[0]
    height, width = net.preprocess.input_size
    flow = trace_flow(inner, (height, width))
    scores: dict[str, Doubles] = {}
    for place in locate_blocks(inner):
        name = place.block.name
        if blocks and name not in blocks:
            continue
        layer = None if place.unit is None else _convolution_before(inner, flow, place.unit)
        if layer is None:
            raise BlockError(
                tr(
                    "before {block} stands no single convolution that makes its channels, so they "
                    "have no weights to rank by",
                    block=name,
                )
            )
        norms = layer.weight.detach().abs().double().flatten(1).sum(1)
        scores[name] = readonly(norms.cpu().numpy())
    return RemovalRanking("weights", scores, 0, perf_counter() - started)


def rank_at_random(net: Network, *, blocks: Sequence[str] = ()) -> Iterator[RemovalRanking]:
    """Five draws."""
    channels = {block.name: block.channels for block in find_blocks(net.model)}
    for draw in range(DRAWS):
        source = np.random.default_rng(draw)
        scores = {
            name: readonly(source.random(count or 0))
            for name, count in channels.items()
            if not blocks or name in blocks
        }
        yield RemovalRanking("random", scores, 0, 0.0, draw)


def _scores(way: Way, rehearsal: Rehearsal, block: str) -> np.ndarray:
    """For each picture and channel (n, c)."""
    replay = rehearsal.at(block)
    gates, classes = replay.gates, rehearsal.logits.argmax(1)
    if way == "gate":
        return gates.double().cpu().numpy()
    if way == "estimate":
        with torch.enable_grad():
            moved = gates[None].clone().requires_grad_()
            logits = replay.run(moved)[0]
            followed = logits.gather(1, classes[:, None]).sum()
            (slope,) = torch.autograd.grad(followed, moved)
        return (gates * slope[0]).abs().double().cpu().numpy()
    before = rehearsal.logits.gather(1, classes[:, None])[:, 0]
    effects = []
    at_once = replay.at_once(BUDGET)
    for start in range(0, gates.shape[1], at_once):
        part = torch.arange(start, min(start + at_once, gates.shape[1]))
        put = gates[None].repeat(len(part), 1, 1)
        put[torch.arange(len(part)), :, part] = 0
        with torch.no_grad():
            logits = replay.run(put)
        index = classes[None, :, None].expand(len(part), -1, 1)
        effects.append((logits.gather(2, index)[:, :, 0] - before).abs())
    scores: Tensor = torch.cat(effects).T.double()
    return scores.cpu().numpy()


def _convolution_before(model: nn.Module, flow: Flow, unit: str) -> nn.Conv2d | None:
    """The convolution whose answer, passed through layers of one input, is the block's."""
    step = flow.of(unit)
    modules = dict(model.named_modules())
    while step is not None and step.reads:
        step = flow.writer(step.reads[0])
        if step is None or (not step.name and len(step.reads) != 1):
            return None
        layer = modules.get(step.name) if step.name else None
        if isinstance(layer, nn.Conv2d):
            return layer
    return None
