"""What a network did with a picture: the forward passes that several views look at, kept.

Keys are names and sha256 sums, never pixels: Streamlit hashes large arrays by sample.
"""

from dataclasses import dataclass
from importlib import import_module

import numpy as np
import numpy.typing as npt

from dashboard.runtime.cache import keep
from dashboard.runtime.picture_cache import picture
from dashboard.services import networks
from senet_viz.analysis.gate_account import GateAccount, explain_gate
from senet_viz.analysis.ranking import rank_channels, summarize
from senet_viz.blocks.finding import find_others
from senet_viz.core.arrays import Array
from senet_viz.core.gate_reference import GateReference
from senet_viz.core.records import BlockActivation, Capture, OtherAttention
from senet_viz.core.summaries import BlockSummary, ChannelRanking
from senet_viz.core.translation import tr
from senet_viz.hooks import capture
from senet_viz.models.network import Network

# Plotly asks of every array whether it is pandas', once anyone has begun to import that: the first
# two people at once would find it half there. So it is imported before anyone is served.
import_module("pandas")

Usual = tuple[Array, Array]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One picture through one network: the pixels it really got (h, w, 3) and its blocks.

    ``others`` is attention in the network that is no per-channel gate, each with the reason.
    """

    pixels: npt.NDArray[np.uint8]
    capture: Capture
    others: tuple[OtherAttention, ...]


@keep(words=lambda: tr("One forward pass through the network …"))
def seen(name: str, sha256: str, _data: bytes, *, trained: bool = True) -> Seen:
    """The one forward pass for this picture and network; everything else is read from it."""
    net = networks.network(name, trained=trained)
    batch = net.preprocess(picture(sha256, _data).image)
    captured = capture(net.model, batch)
    return Seen(net.preprocess.pixels(batch)[0], captured, find_others(net.model))


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


def summaries(
    name: str, picture_sha256: str, seen: Seen, net: Network, *, reference: str
) -> tuple[BlockSummary, ...]:
    """Every block of the picture in a few numbers; ``reference`` is the key of the network's."""
    return _summaries(
        name, picture_sha256, reference, seen.capture, net.reference, trained=net.trained
    )


@keep(turns=None)
def _summaries(
    name: str,  # noqa: ARG001 (these are the cache's key)
    picture_sha256: str,  # noqa: ARG001
    reference: str,  # noqa: ARG001
    _captured: Capture,
    _reference: GateReference | None,
    *,
    trained: bool,  # noqa: ARG001
) -> tuple[BlockSummary, ...]:
    return summarize(_captured, reference=_reference)
