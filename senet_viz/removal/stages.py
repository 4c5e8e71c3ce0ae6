"""One choice of channels for a whole stage: blocks before the sums of one stream lose the same.

Where a sum follows a gate, the other side of it has every channel, and a choice for one block lets
little shrink. If every block before the sums of a stage loses the same channels, and the layers
that begin the stage and read it with them, the stream itself is narrower. It is another network
than the one with those gates closed: the channels are gone on the other side of the sums too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from torch import nn

from senet_viz.analysis.channel_removal import RemovalRanking
from senet_viz.blocks.finding import FoundBlock, locate_blocks
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.core.arrays import Array
from senet_viz.core.translation import tr
from senet_viz.costs.adjacent_layers import NORMS
from senet_viz.costs.dataflow import Flow, Step, trace_flow
from senet_viz.costs.shapes_only import own_copy, shared_copy
from senet_viz.models.network import Network
from senet_viz.models.saved_manifest import CutBlock
from senet_viz.models.stand_ins import put_at
from senet_viz.removal.cutting import (
    ELEMENTWISE,
    Cut,
    NoCutError,
    channels_left,
    compensate,
    is_depthwise,
    narrow,
    own_layers,
    require_left,
)

SUMS = frozenset({"add", "add_", "iadd", "__add__", "__iadd__"})
POOLED = frozenset({"mean", "flatten", "Flatten"})


@dataclass(frozen=True, slots=True)
class Stage:
    """Blocks of one stream of ``width`` channels, and the layers that write it or read it."""

    blocks: tuple[FoundBlock, ...]
    width: int
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]


def cut_stages(
    net: Network,
    ranking: RemovalRanking,
    share: float,
    *,
    squeezes: Mapping[str, Array] | None = None,
) -> Cut:
    """``net`` without ``share`` of the channels of every stage; ``net.model`` is not changed.

    The channels that go come lowest by the sum of their ranks in the blocks of the stage. A block
    inside a branch, as in MBConv, is a stage of its own. squeezes: as in ``cut_channels``.

    Raises a BlockError where no channel of a stage would be left.
    """
    inner = unwrapped(net.model)[0]
    stages, refused = find_stages(net)
    model = shared_copy(inner)
    blocks: list[CutBlock] = []
    for stage in stages:
        names = [place.block.name for place in stage.blocks]
        removed = ranking.lowest_together(names, share)
        if removed:
            require_left(names[0], stage.width, removed)
            blocks += _apply(model, stage, removed, squeezes or {})
    return Cut(replace(net, model=model), tuple(blocks), refused)


def find_stages(net: Network) -> tuple[tuple[Stage, ...], dict[str, str]]:
    """The stages of a network, and why the blocks that are in none stay as they are."""
    inner = unwrapped(net.model)[0]
    places = locate_blocks(inner)
    flow = trace_flow(inner, net.preprocess.input_size)
    stages: list[Stage] = []
    refused: dict[str, str] = {}
    for place in places:
        if any(place in stage.blocks for stage in stages):
            continue
        try:
            stages.append(_Stream(inner, flow, places).around(place))
        except NoCutError as error:
            refused[place.block.name] = str(error)
    return tuple(stages), refused


def _apply(
    model: nn.Module, stage: Stage, removed: tuple[int, ...], squeezes: Mapping[str, Array]
) -> list[CutBlock]:
    left = channels_left(stage.width, removed)
    own = [own_layers(model, place.unit or "") for place in stage.blocks]
    outputs = (*stage.outputs, *(second for _, second, _ in own))
    inputs = (*stage.inputs, *(first for first, _, _ in own))
    touched = tuple(dict.fromkeys((*outputs, *inputs)))
    for name in touched:
        put_at(model, name, own_copy(model.get_submodule(name)))
    for place, (first, _, _) in zip(stage.blocks, own, strict=True):
        if place.block.name in squeezes:
            compensate(model.get_submodule(first), removed, squeezes[place.block.name])
    for axis, names in enumerate((outputs, inputs)):
        for name in names:
            narrow(model.get_submodule(name), left, axis=axis)
    return [
        CutBlock(place.block.name, place.unit or "", stage.width, removed, touched, added=False)
        for place in stage.blocks
    ]


@dataclass(slots=True)
class _Stream:
    """All values that have the same channels as a block's answer, through sums and what passes."""

    model: nn.Module
    flow: Flow
    places: tuple[FoundBlock, ...]
    outputs: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    blocks: list[FoundBlock] = field(default_factory=list)

    def around(self, place: FoundBlock) -> Stage:
        step = None if place.unit is None else self.flow.of(place.unit)
        if step is None or place.gives_gate:
            raise NoCutError(tr("its gate is multiplied in elsewhere"))
        width = own_layers(self.model, place.unit or "")[2]
        visited: set[int] = set()
        left = [step.writes[0]]
        while left:
            value = left.pop()
            if value not in visited:
                visited.add(value)
                left += self._beside(value, width)
        order = [each for each in self.places if each in self.blocks]
        return Stage(tuple(order), width, tuple(self.outputs), tuple(self.inputs))

    def _beside(self, value: int, width: int) -> list[int]:
        """The values tied to this one; layers on the way are noted."""
        writer = self.flow.writer(value)
        if writer is None:
            raise NoCutError(tr("what stands before it is read elsewhere too"))
        layer = self._layer(writer)
        tied: list[int] = []
        if isinstance(layer, nn.Conv2d) and layer.groups == 1:
            self._note(self.outputs, writer, layer.out_channels == width)
        else:
            tied += self._through(writer)
        for reader in self.flow.readers(value):
            layer = self._layer(reader)
            if isinstance(layer, nn.Conv2d) and layer.groups == 1:
                self._note(self.inputs, reader, layer.in_channels == width)
            elif isinstance(layer, nn.Linear):
                self._note(self.inputs, reader, layer.in_features == width)
            else:
                tied += self._through(reader)
        return tied

    def _through(self, step: Step) -> tuple[int, ...]:
        layer = self._layer(step)
        unit = next((place for place in self.places if place.unit == step.name), None)
        if step.name and unit is not None:
            if unit not in self.blocks:
                self.blocks.append(unit)
        elif is_depthwise(layer) or step.kind in NORMS:
            self._note(self.outputs, step, layer is not None)
        elif step.kind not in SUMS | POOLED | ELEMENTWISE:
            raise NoCutError(tr("beside it stands {kind}", kind=step.kind))
        return (*step.reads, *step.writes)

    def _layer(self, step: Step) -> nn.Module | None:
        return self.model.get_submodule(step.name) if step.name else None

    def _note(self, layers: list[str], step: Step, fits: bool) -> None:
        if not fits or step.name in self.flow.repeated:
            raise NoCutError(tr("beside it stands {kind}", kind=step.kind))
        if step.name not in layers:
            layers.append(step.name)
