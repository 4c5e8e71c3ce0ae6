"""Shares of branches in selective kernels and split attention, kept by network and picture."""

from dashboard.runtime import picture_cache
from dashboard.runtime.cache import keep
from dashboard.services import networks
from senet_viz.analysis.branch_shares import BranchShares
from senet_viz.blocks.finding import find_blocks, find_others, nothing_found
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.blocks.passes import plan_of
from senet_viz.core.translation import tr
from senet_viz.hooks.branch_shares import BRANCHES, branch_shares


@keep(words=lambda: tr("One forward pass through the network …"))
def shares(name: str, sha256: str, _data: bytes, *, trained: bool) -> tuple[BranchShares, ...]:
    """Those of every module with branches, for one picture."""
    net = networks.network(name, trained=trained)
    return branch_shares(net.model, net.preprocess(picture_cache.picture(sha256, _data).image))


def alone(net: networks.Network) -> bool:
    """Whether it has branches to choose from and no SE block."""
    return not find_blocks(net.model) and has(net)


def sentence(net: networks.Network) -> str:
    """Why it has no SE block, and what it has instead."""
    model, _ = unwrapped(net.model)
    return nothing_found(model, plan_of(model))


def has(net: networks.Network) -> bool:
    """Whether a softmax shares channels out between branches anywhere in it."""
    return any(each.reason == BRANCHES for each in find_others(net.model))
