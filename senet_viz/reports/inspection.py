"""One picture through one network: what evidence and reports are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from senet_viz.analysis.ranking import rank_channels, summarize
from senet_viz.blocks.finding import find_others
from senet_viz.core.arrays import Array
from senet_viz.core.errors import BlockError
from senet_viz.core.records import BlockActivation, Capture, OtherAttention, unknown_block
from senet_viz.core.summaries import BlockSummary, ChannelRanking
from senet_viz.figures.base.sources import Source
from senet_viz.figures.block.feature_maps import Scope
from senet_viz.hooks import capture
from senet_viz.models.network import Network
from senet_viz.pictures import decoding

Order = Literal["gate", "unusual"]


@dataclass(frozen=True, eq=False)
class Inspection:
    """A picture, the pixels the network really got of it, and what it did with them.

    ``name`` is what the person calls the picture; ``pixels`` (h, w, 3) are what the network saw,
    ``size`` (width, height) those of the file, ``notes`` what was done to it on the way.
    """

    network: Network
    name: str
    sha256: str
    format: str
    size: tuple[int, int]
    notes: tuple[str, ...]
    pixels: npt.NDArray[np.uint8]
    capture: Capture

    @cached_property
    def summaries(self) -> tuple[BlockSummary, ...]:
        """Every block in a few numbers."""
        return summarize(self.capture, reference=self.network.reference)

    @cached_property
    def others(self) -> tuple[OtherAttention, ...]:
        """Attention in the network that is no per-channel gate, each with the reason."""
        return find_others(self.network.model)

    def usual(self, block: str) -> tuple[Array, Array] | None:
        """Mean and deviation (c,) of each gate over the reference set; None without one."""
        reference = self.network.reference
        return None if reference is None else reference.usual(block)

    def source(self, block: str = "") -> Source:
        """What a chart of this inspection, or of one block in it, is made from."""
        return Source(self.network.title, block, self.name)

    def ranking(self, activation: BlockActivation, settings: "Settings") -> ChannelRanking:
        usual = self.usual(activation.block.name) if settings.order == "unusual" else None
        return rank_channels(activation, top=settings.top, usual=usual)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person chose for looking: every one of these goes into a manifest.

    ``blocks`` are those of which feature maps are kept and every figure is drawn for print; with
    none the one two thirds down is. ``top`` channels at each end, in the ``order`` of the gate or
    of its distance from what is usual; ``scope`` is the range that colours of maps stand for.
    """

    blocks: tuple[str, ...] = ()
    top: int = 8
    order: Order = "gate"
    scope: Scope = "pair"

    def chosen(self, capture: Capture) -> tuple[str, ...]:
        """The blocks looked at closely; a BlockError for a name that is not there."""
        for name in self.blocks:
            if name not in capture.names:
                raise BlockError(unknown_block(name, capture.names))
        return self.blocks or (capture.names[2 * len(capture) // 3],)

    def record(self, capture: Capture) -> Mapping[str, Any]:
        return {
            "blocks": list(self.chosen(capture)),
            "top": self.top,
            "order": self.order,
            "scope": self.scope,
        }


def inspect_file(network: Network, data: bytes, *, name: str) -> Inspection:
    """The bytes of a picture's file, decoded, preprocessed and captured in one forward pass.

    Raises an ImageError for bytes that are no picture, and whatever ``capture`` raises.

    >>> import senet_viz as sv
    >>> net = sv.load_model("se_resnet18_imagenette")
    >>> inspect_file(net, sv.load_sample("china"), name="china.jpg").pixels.shape
    (128, 128, 3)
    """
    picture = decoding.read(data)
    return inspect_picture(network, picture, name=name)


def inspect_picture(network: Network, picture: decoding.Picture, *, name: str) -> Inspection:
    """The same for a picture that is decoded already."""
    batch = network.preprocess(picture.image)
    captured = capture(network.model, batch)
    return inspection_from_capture(
        network, picture, network.preprocess.pixels(batch)[0], captured, name=name
    )


def inspection_from_capture(
    network: Network,
    picture: decoding.Picture,
    pixels: npt.NDArray[np.uint8],
    captured: Capture,
    *,
    name: str,
) -> Inspection:
    """The inspection of a picture that was captured already."""
    return Inspection(
        network=network,
        name=name,
        sha256=picture.sha256,
        format=picture.format,
        size=picture.size,
        notes=picture.notes,
        pixels=pixels,
        capture=captured,
    )
