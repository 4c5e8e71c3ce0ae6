"""What a network did with a picture: the forward passes that several views look at, kept.

Keys are names and sha256 sums, never pixels: Streamlit hashes large arrays by sample.
"""

from dataclasses import dataclass
from importlib import import_module

import numpy as np
import numpy.typing as npt

from dashboard.runtime import picture_cache
from dashboard.runtime.cache import keep
from dashboard.services import networks
from senet_viz.analysis.gate_account import GateAccount, explain_gate
from senet_viz.analysis.ranking import rank_channels, summarize
from senet_viz.core.arrays import Array
from senet_viz.core.gate_reference import GateReference
from senet_viz.core.records import BlockActivation, Capture
from senet_viz.core.summaries import BlockSummary, ChannelRanking
from senet_viz.core.translation import tr
from senet_viz.models.network import Network
from senet_viz.reports.inspection import pass_through

# Plotly asks of every array whether it is pandas', once anyone has begun to import that: the first
# two people at once would find it half there. So it is imported before anyone is served.
import_module("pandas")

Usual = tuple[Array, Array]


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """One forward pass: the pixels (h, w, 3) that the network got, and what it did with them.

    ``values`` are the array that went in, where it was no picture: ``pixels`` then are a drawing.
    It holds no network: the cache must not keep weights that are no longer needed.
    """

    pixels: npt.NDArray[np.uint8]
    capture: Capture
    values: Array | None = None


@keep(words=lambda: tr("One forward pass through the network …"))
def passage(name: str, sha256: str, _data: bytes, *, trained: bool = True) -> Passage:
    """The one forward pass for this picture and network; everything else is read from it."""
    net = networks.network(name, trained=trained)
    return Passage(*pass_through(net, picture_cache.file(sha256, _data)))


def ranking(
    activation: BlockActivation, net: Network, *, top: int, unusual: bool
) -> ChannelRanking:
    return rank_channels(activation, top=top, usual=usual(activation, net) if unusual else None)


def account(activation: BlockActivation, channel: int) -> GateAccount:
    """The exact sum behind one gate of the picture."""
    return explain_gate(activation, channel)


def usual(activation: BlockActivation, net: Network) -> Usual | None:
    """Mean and deviation (c,) of each gate over the reference set; None without one."""
    return None if net.reference is None else net.reference.usual(activation.block.name)


@keep(turns=None)
def summaries(
    name: str,  # noqa: ARG001 (these are the cache's key)
    picture_sha256: str,  # noqa: ARG001
    reference: str,  # noqa: ARG001
    _captured: Capture,
    _reference: GateReference | None,
    *,
    trained: bool,  # noqa: ARG001
) -> tuple[BlockSummary, ...]:
    """Every block of the picture in a few numbers; ``reference`` is the key of the network's."""
    return summarize(_captured, reference=_reference)
