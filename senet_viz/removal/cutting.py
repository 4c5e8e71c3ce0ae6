"""Channels taken out for good: convolutions, norms and FCs around an SE block made narrower.

Where the gate stands inside a branch, as in MBConv, the convolutions before and after it shrink.
Where a sum follows, as in SE-ResNet, only the convolution before it can: the other side of the sum
has every channel, so the kept ones are put back at their places, and the others are 0. The
dependency graph of torch-pruning takes a channel before a sum off the whole stage instead, which is
another network than the one with that gate closed; so the flow that folding goes by is used here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.blocks.finding import FoundBlock, locate_blocks
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.core.arrays import Array, readonly
from senet_viz.core.errors import BlockError, SENetVizError
from senet_viz.core.records import unknown_block
from senet_viz.core.translation import tr
from senet_viz.costs.adjacent_layers import CONVOLUTIONS, NORMS, PASSING
from senet_viz.costs.dataflow import Flow, Step, trace_flow
from senet_viz.costs.shapes_only import own_copy, shared_copy
from senet_viz.hooks import capture
from senet_viz.models.network import Network
from senet_viz.models.saved_manifest import CutBlock
from senet_viz.models.stand_ins import KeptChannels, put_at, say_shapes

# One number to one number, and 0 to 0: channels that are 0 before it may as well be gone.
ELEMENTWISE = PASSING - {"contiguous", "clone"} | frozenset({
    "SiLU", "Swish", "Hardswish", "GELU", "Mish", "ReLU6", "ELU", "PReLU", "Tanh",
    "silu", "silu_", "hardswish", "hardswish_", "relu6", "gelu", "contiguous", "clone",
})  # fmt: skip


class NoCutError(SENetVizError):
    """The channels of a block cannot be taken out; the words say why."""


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """The narrower network, the records of the blocks cut, and why ``refused`` ones stay."""

    network: Network
    blocks: tuple[CutBlock, ...]
    refused: Mapping[str, str]


def cut_channels(
    net: Network,
    removed: Mapping[str, Sequence[int]],
    *,
    squeezes: Mapping[str, Array] | None = None,
) -> Cut:
    """``net`` without these channels of these blocks; ``net.model`` itself is not changed.

    removed: block name to channel numbers. squeezes: block name to the mean (c,) of each squeezed
    channel over pictures; what the channels that go gave to the hidden units on average goes into
    the bias of the first FC. Without it that is dropped.

    Raises a BlockError for an unknown block or channel.
    """
    inner = unwrapped(net.model)[0]
    places = {place.block.name: place for place in locate_blocks(inner)}
    height, width = net.preprocess.input_size
    flow, model = trace_flow(inner, (height, width)), shared_copy(inner)
    blocks: list[CutBlock] = []
    reasons: dict[str, str] = {}
    for name, channels in removed.items():
        if name not in places:
            raise BlockError(unknown_block(name, tuple(places)))
        if not channels:
            continue
        try:
            plan = _Plan.of(inner, flow, places[name], channels)
        except NoCutError as error:
            reasons[name] = str(error)
            continue
        mean = None if squeezes is None else squeezes.get(name)
        model, block = plan.apply(model, mean)
        blocks.append(block)
    return Cut(replace(net, model=model), tuple(blocks), reasons)


def mean_squeezes(model: nn.Module, batches: Iterable[Tensor]) -> dict[str, Array]:
    """Each block's mean squeezed channels (c,) over pictures, in batches (n, 3, h, w)."""
    sums: dict[str, np.ndarray] = {}
    pictures = 0
    for images in batches:
        for activation in capture(model, images, features="none"):
            if activation.squeeze is not None:
                total = activation.squeeze.astype(np.float64).sum(0)
                sums[activation.block.name] = sums.get(activation.block.name, 0) + total
        pictures += len(images)
    return {name: readonly((total / pictures).astype(np.float32)) for name, total in sums.items()}


@dataclass(frozen=True, slots=True)
class _Plan:
    """What becomes narrower: layers by the side that loses channels; the block's own two FCs."""

    place: FoundBlock
    removed: tuple[int, ...]
    width: int
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]
    first: str
    second: str

    @classmethod
    def of(
        cls, model: nn.Module, flow: Flow, place: FoundBlock, channels: Sequence[int]
    ) -> "_Plan":
        unit = place.unit
        if unit is None or place.gives_gate:
            raise NoCutError(tr("its gate is multiplied in elsewhere"))
        first, second, width = own_layers(model, unit)
        gone = tuple(sorted(set(channels)))
        require_left(place.block.name, width, gone)
        step = flow.of(unit)
        if step is None or len(step.writes) != 1 or not step.reads:
            raise NoCutError(tr("it did not run exactly once"))
        walk = _Walk(flow, dict(model.named_modules()))
        before = walk.before(step.reads[0], step)
        return cls(place, gone, width, before, walk.after(step.writes[0]), first, second)

    def apply(self, model: nn.Module, squeeze: Array | None) -> tuple[nn.Module, CutBlock]:
        unit, added = self.place.unit or "", not self.inputs
        remaining = channels_left(self.width, self.removed)
        touched = (*self.outputs, *self.inputs, self.first, self.second)
        for name in touched:
            put_at(model, name, own_copy(model.get_submodule(name)))
        if squeeze is not None:
            compensate(model.get_submodule(self.first), self.removed, squeeze)
        for name in (*self.outputs, self.second):
            narrow(model.get_submodule(name), remaining, axis=0)
        for name in (*self.inputs, self.first):
            narrow(model.get_submodule(name), remaining, axis=1)
        if added:
            inner = model.get_submodule(unit)
            model = put_at(model, unit, KeptChannels(inner, remaining, self.width))
            touched = tuple(
                name.replace(f"{unit}.", f"{unit}.inner.", 1)
                if name.startswith(f"{unit}.")
                else name
                for name in touched
            )
        name = self.place.block.name
        return model, CutBlock(name, unit, self.width, self.removed, touched, added)


def require_left(block: str, width: int, removed: tuple[int, ...]) -> None:
    """A BlockError where one of these, ascending, is no channel, or all would be gone."""
    if removed[0] < 0 or removed[-1] >= width or len(removed) == width:
        raise BlockError(
            tr(
                "{removed} channels of {block} were to be removed: give numbers from 0 to "
                "{last}, and leave at least one",
                removed=len(removed),
                block=block,
                last=width - 1,
            )
        )


def channels_left(width: int, removed: Sequence[int]) -> Tensor:
    """The numbers of the other channels, ascending."""
    return torch.tensor(sorted({*range(width)} - {*removed}))


def is_depthwise(layer: nn.Module | None) -> bool:
    """A convolution that treats each channel by itself."""
    return isinstance(layer, nn.Conv2d) and layer.groups == layer.in_channels == layer.out_channels


def own_layers(model: nn.Module, unit: str) -> tuple[str, str, int]:
    """The names of the block's two FCs, and its channels."""
    layers = [
        (f"{unit}.{name}" if name else unit, layer)
        for name, layer in model.get_submodule(unit).named_modules()
        if isinstance(layer, nn.Conv2d | nn.Linear)
    ]
    if len(layers) == 2:
        (first, reduce), (second, expand) = layers
        (hidden, width), (wide, inside) = reduce.weight.shape[:2], expand.weight.shape[:2]
        if width == wide and hidden == inside:
            return first, second, int(width)
    raise NoCutError(tr("its gate does not come from two fully connected layers"))


@dataclass(frozen=True, slots=True)
class _Walk:
    """Along the flow from a block, over layers that treat each channel by itself."""

    flow: Flow
    modules: Mapping[str, nn.Module]

    def before(self, value: int, reader: Step) -> tuple[str, ...]:
        """Norms and depthwise convolutions before ``value``, back to the convolution of it."""
        names: list[str] = []
        while True:
            others = [step for step in self.flow.readers(value) if step is not reader]
            step = self.flow.writer(value)
            if others or step is None or len(step.reads) != 1:
                raise NoCutError(tr("what stands before it is read elsewhere too"))
            layer = self._layer(step)
            if layer is not None:
                names.append(step.name)
            if isinstance(layer, nn.Conv2d) and layer.groups == 1:
                return tuple(names)
            if not (is_depthwise(layer) or step.kind in NORMS | ELEMENTWISE):
                raise NoCutError(
                    tr("before it stands {kind}, which mixes channels by groups", kind=step.kind)
                )
            value, reader = step.reads[0], step

    def after(self, value: int) -> tuple[str, ...]:
        """Convolutions that read ``value``; () where something else does, such as a sum."""
        names: list[str] = []
        for step in self.flow.readers(value):
            layer = self._layer(step)
            if isinstance(layer, nn.Conv2d) and layer.groups == 1:
                names.append(step.name)
            elif step.kind in ELEMENTWISE and len(step.reads) == len(step.writes) == 1:
                behind = self.after(step.writes[0])
                if not behind:
                    return ()
                names += behind
            else:
                return ()
        return tuple(names)

    def _layer(self, step: Step) -> nn.Module | None:
        """A layer with weights, which has to run once."""
        layer = self.modules.get(step.name) if step.name else None
        if layer is None or not any(True for _ in layer.parameters()):
            return None
        known = step.kind in NORMS | CONVOLUTIONS
        if step.name in self.flow.repeated or not known:
            raise NoCutError(tr("beside it stands {kind}", kind=step.kind))
        return layer


def compensate(first: nn.Module, removed: Sequence[int], squeeze: Array) -> None:
    """What the removed channels gave to the hidden units on average, into the first FC's bias."""
    weight, bias = first.weight, first.bias
    if not isinstance(weight, Tensor) or not isinstance(bias, Tensor):
        return
    gone = list(removed)
    mean = torch.as_tensor(np.array(squeeze)[gone]).to(weight)
    with torch.no_grad():
        bias += weight.flatten(1)[:, gone] @ mean


def narrow(layer: nn.Module, remaining: Tensor, *, axis: int) -> None:
    """Leave the ``remaining`` channels of a layer: what it puts out (0), or what it takes (1)."""
    for name, tensor in list(layer.named_parameters(recurse=False)):
        if tensor.ndim > axis:
            left = tensor.detach().index_select(axis, remaining.to(tensor.device))
            setattr(layer, name, nn.Parameter(left, tensor.requires_grad))
    if axis == 0:
        for name, buffer in list(layer.named_buffers(recurse=False)):
            if buffer.ndim:
                setattr(layer, name, buffer.index_select(0, remaining.to(buffer.device)))
    say_shapes(layer)
