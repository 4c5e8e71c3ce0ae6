"""The layers beside an SE block that can take a fixed factor per channel, exactly.

Before the block: a BatchNorm or convolution whose answer goes to the block alone, with nothing in
between but what a factor of 0 or more passes through (ReLU, pooling, dropout, a concat). After it:
the convolutions that read its answer, if nothing else does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from senet_viz.core.errors import SENetVizError
from senet_viz.core.translation import tr
from senet_viz.costs.dataflow import Flow, Step

Side = Literal["outputs", "inputs"]
# f(s * x) = s * f(x) for each channel and every s of 0 or more.
PASSING = frozenset({
    "Identity", "Sequential", "ReLU", "LeakyReLU", "Dropout", "Dropout2d", "DropPath",
    "StochasticDepth", "AvgPool2d", "MaxPool2d", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d",
    "relu", "relu_", "dropout", "contiguous", "clone", "max_pool2d", "avg_pool2d",
    "adaptive_avg_pool2d",
})  # fmt: skip
# Every parameter of these scales what they put out, and nothing else.
NORMS = frozenset({"BatchNorm2d", "BatchNormAct2d", "FrozenBatchNorm2d", "GroupNorm", "BatchNorm"})
CONVOLUTIONS = frozenset({"Conv2d", "Conv2dSame"})
# Their weight is standardised again in each pass; the factor goes into the gain they have besides.
STANDARDISED = frozenset({"ScaledStdConv2d", "ScaledStdConv2dSame"})
PRODUCTS = frozenset({"mul", "mul_", "__mul__", "__rmul__", "__imul__", "multiply"})


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A layer, which of its sides takes the factor, and the block's channels it has to do with."""

    layer: str
    side: Side
    start: int
    stop: int

    def scale(self, model: nn.Module, gates: Tensor) -> None:
        """Multiply the layer's weights, in place, by its share of ``gates`` (c,)."""
        layer = model.get_submodule(self.layer)
        part = gates[self.start : self.stop].double()
        with torch.no_grad():
            standardised = type(layer).__name__ in STANDARDISED
            weight = layer.get_parameter("gain") if standardised else _weight(layer)
            if self.side == "inputs":
                weight.copy_(weight.double() * _by_input(layer, part))
                return
            weight.copy_(weight.double() * part.reshape(-1, *(1,) * (weight.ndim - 1)))
            if isinstance(bias := getattr(layer, "bias", None), Tensor):
                bias.copy_(bias.double() * part)


class NoPlaceError(SENetVizError):
    """No layer beside a block takes its factor; the words say what is in the way."""


def neighbours(model: nn.Module, flow: Flow, block: str, channels: int) -> tuple[Neighbour, ...]:
    """The layers that take the factor in place of the block ``block``, before it if possible.

    Raises NoPlaceError with both reasons where there are none.
    """
    step = flow.of(block)
    if step is None or len(step.writes) != 1 or not step.reads:
        raise NoPlaceError(tr("it did not run exactly once"))
    entering, leaving, own = step.reads[0], step.writes[0], {step}
    product = _product(flow, entering, leaving)
    if product is not None:  # the block hands back its gate, and the network multiplies
        leaving, own = product.writes[0], {step, product}
    search = _Search(flow, dict(model.named_modules()), own)
    try:
        return search.before(entering, 0, channels)
    except NoPlaceError as before:
        try:
            return search.after(leaving, channels)
        except NoPlaceError as after:
            raise NoPlaceError(
                tr("before it {before}; after it {after}", before=str(before), after=str(after))
            ) from None


def _product(flow: Flow, entering: int, leaving: int) -> Step | None:
    readers = flow.readers(leaving)
    if len(readers) == 1 and not readers[0].name and readers[0].kind in PRODUCTS:
        return readers[0] if entering in readers[0].reads else None
    return None


@dataclass(frozen=True, slots=True)
class _Search:
    flow: Flow
    modules: Mapping[str, nn.Module]
    own: set[Step]

    def before(self, value: int, start: int, channels: int) -> tuple[Neighbour, ...]:
        """Layers whose answer becomes ``value``, whose channels are the block's from ``start``."""
        others = [step for step in self.flow.readers(value) if step not in self.own]
        step = self.flow.writer(value)
        if others:
            raise NoPlaceError(tr("{called} reads the same maps", called=_called(others[0])))
        if step is None:
            raise NoPlaceError(tr("stands the picture"))
        if self._takes_on_outputs(step):
            return (Neighbour(step.name, "outputs", start, start + channels),)
        within = _Search(self.flow, self.modules, {step})
        if step.kind == "cat":
            return within._before_each(step, start, channels)
        if step.kind in PASSING and len(step.reads) == 1:
            return within.before(step.reads[0], start, channels)
        raise NoPlaceError(tr("stands {called}, which takes no factor", called=_called(step)))

    def _before_each(self, step: Step, start: int, channels: int) -> tuple[Neighbour, ...]:
        layers: list[Neighbour] = []
        at = start
        for value in step.reads:
            width = self._width(value)
            layers += self.before(value, at, width)
            at += width
        if at - start != channels:
            raise NoPlaceError(tr("stands a concat that is not along the channels"))
        return tuple(layers)

    def after(self, value: int, channels: int) -> tuple[Neighbour, ...]:
        """Convolutions that read ``value``, which nothing else reads."""
        layers: list[Neighbour] = []
        for step in self.flow.readers(value):
            layer = self.modules.get(step.name)
            if step.kind in CONVOLUTIONS and isinstance(layer, nn.Conv2d) and self._once(step):
                layers.append(Neighbour(step.name, "inputs", 0, channels))
            elif step.kind in PASSING and len(step.reads) == 1 and len(step.writes) == 1:
                layers += self.after(step.writes[0], channels)
            else:
                raise NoPlaceError(
                    tr("{called} reads its answer, and takes no factor", called=_called(step))
                )
        if not layers:
            raise NoPlaceError(tr("nothing reads its answer"))
        return tuple(layers)

    def _takes_on_outputs(self, step: Step) -> bool:
        layer = self.modules.get(step.name)
        if layer is None or not self._once(step) or not _affine(layer):
            return False
        act = getattr(layer, "act", None)
        if act is not None and type(act).__name__ not in PASSING:
            return False
        convolution = step.kind in CONVOLUTIONS | STANDARDISED and isinstance(layer, nn.Conv2d)
        return step.kind in NORMS or convolution

    def _width(self, value: int) -> int:
        """Channels of a value that a norm or convolution wrote, perhaps with a pooling after."""
        step = self.flow.writer(value)
        while step is not None:
            layer = self.modules.get(step.name)
            if layer is not None and _affine(layer):
                return len(_weight(layer))
            step = self.flow.writer(step.reads[0]) if len(step.reads) == 1 else None
        raise NoPlaceError(tr("stands a concat of what no layer wrote"))

    def _once(self, step: Step) -> bool:
        return bool(step.name) and step.name not in self.flow.repeated


def _affine(layer: nn.Module) -> bool:
    """Whether it has weights at all (a BatchNorm may do without)."""
    return isinstance(getattr(layer, "weight", None), Tensor)


def _weight(layer: nn.Module) -> Tensor:
    """A parameter, or the buffer of a frozen norm."""
    weight = layer.weight
    assert isinstance(weight, Tensor)
    return weight


def _called(step: Step) -> str:
    return f"{step.kind} {step.name}" if step.name else step.kind


def _by_input(layer: nn.Module, part: Tensor) -> Tensor:
    """The factors (o, i, 1, 1) of a convolution's weight, from one for each channel it takes."""
    assert isinstance(layer, nn.Conv2d)
    groups = layer.groups
    by_group = part.reshape(groups, 1, -1).expand(groups, layer.out_channels // groups, -1)
    return by_group.reshape(layer.out_channels, -1, 1, 1)
