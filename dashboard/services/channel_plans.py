"""Channels under a plan: ranked on one half of its pictures, judged on the other, and cut away."""

from collections.abc import Collection, Generator
from dataclasses import replace

from dashboard.runtime.work_queue import MODELS
from dashboard.services import networks
from dashboard.services.plan_records import Curved, Narrowed, Planned
from dashboard.services.plans import ROUNDS, behind, network_of
from senet_viz.analysis.channel_removal import Way
from senet_viz.core.errors import InputError
from senet_viz.core.translation import tr
from senet_viz.costs import compare_accuracy, measure_latency
from senet_viz.models import Judged
from senet_viz.models.saved_writing import saved_network
from senet_viz.removal import (
    cut_channels,
    cut_stages,
    find_stages,
    mean_squeezes,
    rank_channels,
    read_batches,
    removal_curves,
    require_apart,
)


def curving(planned: Planned, ways: Collection[Way]) -> Generator[Curved, None, None]:
    """Rankings in these ways, then right answers against the share of channels removed."""
    return _curving(planned, network_of(planned.network), ways)


def _curving(
    planned: Planned, net: networks.Network, ways: Collection[Way]
) -> Generator[Curved, None, None]:
    first, second = planned.pictures.halves()
    require_apart(first, second)
    with MODELS.behind():
        stages, _ = find_stages(net)
    tied = [block.block.name for stage in stages if len(stage.blocks) > 1 for block in stage.blocks]
    state = Curved(planned, 0, tied=tuple(tied))
    # One picture at a time: others have their turn between them
    for rankings in behind(rank_channels(net, read_batches(net, first, at_once=1), ways=ways)):
        state = replace(state, rankings=rankings, done=max(each.pictures for each in rankings))
        yield state
    for curves in behind(removal_curves(net, state.rankings, read_batches(net, second))):
        yield replace(state, curves=curves, done=len(first.files) + curves[0].pictures)


def narrowing(
    curved: Curved, way: Way, share: float, *, stages: bool
) -> Generator[Narrowed, None, None]:
    """The network without this share of its channels, judged, timed and saved.

    stages: one choice is made for each stage, as by ``cut_stages``.
    """
    return _narrowing(curved, network_of(curved.planned.network), way, share, stages)


def _narrowing(
    curved: Curved, net: networks.Network, way: Way, share: float, stages: bool
) -> Generator[Narrowed, None, None]:
    first, second = curved.planned.pictures.halves()
    ranking = next(each for each in curved.rankings if each.way == way)
    images = (batch for batch, _ in behind(read_batches(net, first)))
    squeezes = mean_squeezes(net.model, images)
    if stages:
        cut = cut_stages(net, ranking, share, squeezes=squeezes)
    else:
        removed = {block: ranking.lowest(block, share) for block in ranking.scores}
        cut = cut_channels(net, removed, squeezes=squeezes)
    refused = tuple(cut.refused.items())
    if not cut.blocks:
        raise InputError(tr("no channel was removed: {why}", why=refused[0][1] if refused else ""))
    state = None
    for change in behind(compare_accuracy(net.model, cut.network.model, read_batches(net, second))):
        state = Narrowed(curved, way, share, stages, cut.blocks, refused, change)
        yield state
    assert state is not None  # the curves were made over the same pictures
    size = net.preprocess.input_size
    *_, latency = behind(measure_latency(net.model, size, other=cut.network.model, rounds=ROUNDS))
    judged = Judged(
        state.change.pictures,
        state.change.right,
        state.change.right_after,
        curved.curves[0].truth,
        second.source,
    )
    content, _ = saved_network(cut.network, cut=cut.blocks, judged=judged)
    yield replace(state, latency=latency, content=content)
