"""One picture, signal or volume through one network: the source of evidence and reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from senet_viz.analysis.ranking import rank_channels, summarize
from senet_viz.blocks.finding import find_others
from senet_viz.core.arrays import Array, readonly
from senet_viz.core.errors import BlockError, InputError
from senet_viz.core.records import BlockActivation, Capture, OtherAttention, unknown_block
from senet_viz.core.summaries import BlockSummary, ChannelRanking
from senet_viz.core.translation import tr
from senet_viz.figures.base.sources import Source
from senet_viz.figures.block.feature_maps import Scope
from senet_viz.figures.block.network_inputs import input_picture
from senet_viz.hooks import capture
from senet_viz.models.array_inputs import ArrayPreprocess
from senet_viz.models.network import Network
from senet_viz.models.wording import one_line
from senet_viz.pictures import decoding
from senet_viz.pictures.array_files import ArrayFile, read_array

File = decoding.Picture | ArrayFile
Pixels = npt.NDArray[np.uint8]
Order = Literal["gate", "unusual"]


@dataclass(frozen=True, eq=False)
class Inspection:
    """A picture, the pixels the network really got of it, and what it did with them.

    ``name`` is the person's name for the picture; ``pixels`` (h, w, 3) are what the network saw,
    ``size`` (width, height) is that of the file, ``notes`` how it was converted.

    Of a signal or a volume ``values`` (c, t) or (c, d, h, w) are what went in and ``pixels`` a
    drawing of it; ``size`` is the shape in the file and ``dtype`` its type of number.
    """

    network: Network
    name: str
    sha256: str
    format: str
    size: tuple[int, ...]
    notes: tuple[str, ...]
    pixels: Pixels
    capture: Capture
    values: Array | None = field(default=None, kw_only=True)
    dtype: str = field(default="", kw_only=True)

    @cached_property
    def summaries(self) -> tuple[BlockSummary, ...]:
        """Every block in a few numbers."""
        return summarize(self.capture, reference=self.network.reference)

    @cached_property
    def others(self) -> tuple[OtherAttention, ...]:
        """Attention modules of the network that are not per-channel gates, each with the reason."""
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
    """The bytes of a file, decoded, preprocessed and captured in one forward pass.

    A picture, or a .npy or .npz file if the network takes arrays (``ArrayPreprocess``). Raises an
    ImageError or an InputError for bytes that are neither, and whatever ``capture`` raises.

    >>> import senet_viz as sv
    >>> net = sv.load_model("se_resnet18_imagenette")
    >>> inspect_file(net, sv.load_sample("china"), name="china.jpg").pixels.shape
    (128, 128, 3)
    """
    read = read_array if isinstance(network.preprocess, ArrayPreprocess) else decoding.read
    return inspect_picture(network, read(data), name=name)


def inspect_picture(network: Network, picture: File, *, name: str) -> Inspection:
    """The same for a picture, or an array, that is decoded already."""
    pixels, captured, values = pass_through(network, picture)
    return inspection_from_capture(network, picture, pixels, captured, name=name, values=values)


def inspection_from_capture(
    network: Network,
    picture: File,
    pixels: Pixels,
    captured: Capture,
    *,
    name: str,
    values: Array | None = None,
) -> Inspection:
    """The inspection of a picture, or an array, that was captured already."""
    return Inspection(
        network=network,
        name=name,
        sha256=picture.sha256,
        format=picture.format,
        size=picture.size,
        notes=picture.notes,
        pixels=pixels,
        capture=captured,
        values=values,
        dtype=picture.dtype if isinstance(picture, ArrayFile) else "",
    )


def pass_through(network: Network, file: File) -> tuple[Pixels, Capture, Array | None]:
    """One forward pass: what the network saw, what it did with it, and the array that went in.

    Raises an InputError for an array that the network cannot take.
    """
    if isinstance(file, ArrayFile):
        return _array_passed(network, file)
    batch = network.preprocess(file.image)
    return network.preprocess.pixels(batch)[0], capture(network.model, batch), None


def _array_passed(network: Network, file: ArrayFile) -> tuple[Pixels, Capture, Array]:
    preprocess = network.preprocess
    if not isinstance(preprocess, ArrayPreprocess):
        raise InputError(
            tr(
                "{network} takes pictures, and an array of shape {shape} was given. Give a "
                "picture, or a network for signals or volumes",
                network=network.title,
                shape=str(file.size),
            )
        )
    values = readonly(preprocess.shaped(file.values))
    try:
        captured = capture(network.model, preprocess(values))
    except (RuntimeError, ValueError, IndexError, AssertionError) as error:
        raise InputError(
            tr(
                "{network} cannot take an array of shape {shape} ({reason}). It takes {wanted}; "
                "a longer one may work",
                network=network.title,
                shape=str(file.size),
                reason=one_line(error),
                wanted=preprocess.wanted,
            )
        ) from error
    return input_picture(values), captured, values
