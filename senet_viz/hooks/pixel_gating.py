"""unpool(): a trained block's own layers applied at every place instead of to the mean."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from senet_viz.analysis.pixel_gates import PixelGates
from senet_viz.blocks.anatomy import read_anatomy
from senet_viz.blocks.finding import required_plan
from senet_viz.blocks.frames import Frame
from senet_viz.blocks.layers import layers_of
from senet_viz.blocks.layouts import arrange, layout_of, put_back
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.blocks.passes import following
from senet_viz.blocks.plan import PlannedGate, called
from senet_viz.blocks.products import Product
from senet_viz.blocks.sessions import session
from senet_viz.blocks.taps import maps_layout
from senet_viz.blocks.tree import Tree, tree_of
from senet_viz.core.arrays import Array, readonly
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import ExcitationLayers, unknown_block
from senet_viz.core.translation import tr
from senet_viz.hooks.network_output import copied
from senet_viz.hooks.reader import matrix_of
from senet_viz.hooks.sites import watch_calls

ALIKE = 1e-4
Function = Callable[[Tensor], Tensor]
_ACTIVATIONS: Mapping[str, Function] = {
    "none": lambda x: x,
    "relu": F.relu,
    "relu6": F.relu6,
    "silu": F.silu,
    "swish": F.silu,
    "hardswish": F.hardswish,
    "gelu": F.gelu,
}
GATES: Mapping[str, Function] = {
    "none": lambda x: x,
    "sigmoid": torch.sigmoid,
    "hardsigmoid": F.hardsigmoid,
    "tanh": torch.tanh,
    "clamp": lambda x: x.clamp(0, 1),
    "relu": F.relu,
}

POOLS: Mapping[str, Callable[[Tensor, tuple[int, ...]], Tensor]] = {
    "mean": lambda x, places: x.mean(places, keepdim=True),
    "max": lambda x, places: x.amax(places, keepdim=True),
}


def unpoolable(model: nn.Module) -> tuple[str, ...]:
    """Names of the blocks ``unpool`` can be used on: one or two plain layers, then the gate.

    Left out are blocks whose gate is no plain sum of hidden units (ECA's convolution over
    channels, norms between the layers, a second pass for the maximum).
    """
    inner, _ = unwrapped(model)
    tree = tree_of(inner)
    return tuple(gate.name for gate in required_plan(inner).blocks if _layers(gate, tree))


@contextmanager
def unpool(
    model: nn.Module,
    names: Iterable[str] | None = None,
    *,
    keep: Iterable[str] = (),
    rows: int | None = None,
) -> Iterator[dict[str, PixelGates]]:
    """Leave the pooling out of trained SE blocks, for this thread, while the ``with`` block lasts.

    rows: instead of leaving the pooling out, pool over strips of this many rows of the feature maps
    (samples of a signal, slices of a volume), over their full width: each strip gates itself, as in
    the tiled squeeze of Vosco et al. 2021. One strip of all rows is the unchanged network. For
    blocks that squeeze by the mean or the maximum.

    The fully connected layers become 1x1 convolutions with the same weights, so that every place
    gates itself (the form of Hu et al. 2017, section 7.1, which was trained in that form; here
    nothing is trained again). names: the blocks to change, by default all that can be. The
    dictionary returned holds what was recorded in the blocks of ``keep``, which must be among
    ``names``. There are no gradients, and a ``capture`` inside sees the unchanged network; call the
    model for the logits.

    Raises BlockError for a block that is unknown or has no such layers; CaptureError, from within
    the model's call, where the layers do not give back the block's own gate at its own squeeze.

    >>> from senet_viz.models.residual import build
    >>> network = build("se", seed=0).eval()
    >>> with unpool(network, ["layer3.1.se"], keep=["layer3.1.se"]) as gates, torch.no_grad():
    ...     logits = network(torch.ones(1, 3, 64, 64))
    >>> gates["layer3.1.se"].gates.shape
    (1, 128, 4, 4)
    """
    if rows is not None and rows < 1:
        raise BlockError(tr("{rows} rows were asked for. A squeeze takes one or more", rows=rows))
    inner, _ = unwrapped(model)
    tree = tree_of(inner)
    planned = {
        gate.name: gate
        for gate in required_plan(inner).blocks
        if rows is None or gate.squeeze_by in POOLS
    }
    if names is None:
        names = [name for name, gate in planned.items() if _layers(gate, tree)]
    chosen = {name: required_layers(planned, name, tree) for name in names}
    wanted = frozenset(keep)
    for name in wanted.difference(chosen):
        raise BlockError(unknown_block(name, tuple(chosen)))
    pixel_gates: dict[str, PixelGates] = {}
    with ExitStack() as stack:
        if tree.compiled:
            stack.enter_context(torch.compiler.set_stance("force_eager"))
        active = stack.enter_context(session())
        changed = {planned[name].name: (planned[name], layers) for name, layers in chosen.items()}
        watch_calls(inner, _Unpooling(inner, changed, pixel_gates, wanted, rows), stack, active)
        yield pixel_gates


def required_layers(planned: Mapping[str, PlannedGate], name: str, tree: Tree) -> ExcitationLayers:
    """The layers that can stand at every place; a BlockError where there are none."""
    if name not in planned:
        raise BlockError(unknown_block(name, tuple(planned)))
    layers = _layers(planned[name], tree)
    if layers is None:
        raise BlockError(
            tr(
                "the gate of {name} ({kind}) is not made by one or two plain layers, so "
                "there is no form of it without pooling; unpoolable() names the blocks "
                "that have one",
                name=name,
                kind=planned[name].kind,
            )
        )
    return layers


def _layers(gate: PlannedGate, tree: Tree) -> ExcitationLayers | None:
    layers, _ = layers_of(gate, tree)
    plain = layers is not None and layers.non_linearity in _ACTIVATIONS
    return layers if plain and gate.gate in GATES and gate.scale is not None else None


class _Unpooling:
    """Follows whole passes of a network, and puts a factor for every place into its products."""

    def __init__(
        self,
        model: nn.Module,
        changed: Mapping[str, tuple[PlannedGate, ExcitationLayers]],
        pixel_gates: dict[str, PixelGates],
        keep: frozenset[str],
        rows: int | None,
    ) -> None:
        self._model, self._changed, self._keep = model, changed, keep
        self._pixel_gates = pixel_gates
        self._rows = rows
        self._end: Callable[[object], None] | None = None
        self._numbers: dict[int, int] = {}
        self._met: set[str] = set()
        self._problem: Exception | None = None

    def begin(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        stack = ExitStack()
        self._numbers, self._met, self._problem = {}, set(), None
        follow, owners = stack.enter_context(
            following(self._model, keep=True, watcher=self, root=False)
        )
        follow.take((args, dict(kwargs)))
        owners.enter(self._model, args)

        def end(output: object) -> None:
            owners.exit(self._model, args, kwargs, output)
            stack.close()

        self._end = end

    def end(self, output: object) -> None:
        end, self._end = self._end, None
        if end is not None:
            end(output)
        if output is None:
            return
        if self._problem is not None:
            raise self._problem
        if missing := self._changed.keys() - self._met:
            raise CaptureError(
                tr(
                    "{names} did not run as they did when they were found, so their pooling was "
                    "not left out",
                    names=", ".join(sorted(missing)),
                )
            )

    def before(self, product: Product, maps: Tensor, factor: Tensor) -> Tensor | None:
        """The factor for every place, where that is asked for."""
        if product.reason is not None:
            return None
        name = self._name(product.owner)
        if name not in self._changed:
            return None
        try:
            self._met.add(name)
            return self._factor(name, product, maps, factor)
        except Exception as error:  # raised when the pass has ended
            self._problem = error
            return None

    def after(self, product: Product, out: Tensor) -> None:
        """Nothing: what comes of it is the network's."""

    def _name(self, owner: Frame | None) -> str:
        number = self._numbers[id(owner)] = self._numbers.get(id(owner), 0) + 1
        name = owner.name if owner is not None else ""
        return name if number == 1 else f"{name}#{number}"

    def _factor(self, name: str, product: Product, maps: Tensor, factor: Tensor) -> Tensor:
        gate, layers = self._changed[name]
        parts, layout = read_anatomy(product), maps_layout(product)
        squeeze, excitation = parts.squeeze.tensor, parts.excitation.tensor
        assert squeeze is not None and excitation is not None
        excitation = arrange(excitation, layout_of(parts.excitation.axes))
        squeeze = arrange(squeeze, layout_of(parts.squeeze.axes))
        features = arrange(maps, layout).detach()
        function, (a, b) = GATES[gate.gate], gate.scale or (0.0, 1.0)
        in_force = matrix_of(product, maps, factor, layout)
        error = _proved(name, a + b * function(logits_at(squeeze, layers)), in_force)
        gates = function(logits_at(self._pooled(features, gate), layers))
        if name in self._keep:
            own, at_places, vector = (_array(tensor) for tensor in (features, gates, excitation))
            label = called(name, product.owner.call if product.owner is not None else 1)
            self._pixel_gates[label] = PixelGates(own, at_places, vector, error)
        return put_back((a + b * gates).to(maps.dtype), layout, maps.shape)

    def _pooled(self, features: Tensor, gate: PlannedGate) -> Tensor:
        """Features (n, c, *places), each place holding what its strip of rows is squeezed to."""
        if self._rows is None:
            return features
        others = tuple(range(2, features.ndim))
        strips = [
            POOLS[gate.squeeze_by](strip, others).expand_as(strip)
            for strip in torch.split(features, self._rows, dim=2)
        ]
        return torch.cat(strips, dim=2)


def _proved(name: str, own: Tensor, excitation: Tensor) -> float:
    """The error of the layers at the block's own squeeze, where its own gate is known."""
    error = float((own - excitation).abs().max())
    if not error <= max(ALIKE, 8 * torch.finfo(excitation.dtype).eps):
        raise CaptureError(
            tr(
                "the layers of {block} give a gate that is off by {error:.1g} at its own "
                "squeeze, so its form without pooling is not known",
                block=name,
                error=error,
            )
        )
    return error


def logits_at(x: Tensor, layers: ExcitationLayers) -> Tensor:
    """What the layers make of x (n, c, *places), at every place."""
    hidden = x if layers.reduce is None else _mix(x, layers.reduce, layers.reduce_bias)
    return _mix(_ACTIVATIONS[layers.non_linearity](hidden), layers.expand, layers.expand_bias)


def _mix(x: Tensor, weight: Array, bias: Array | None) -> Tensor:
    """A layer's weights (o, c) at every place of x (n, c, *places)."""
    matrix = torch.tensor(weight, dtype=x.dtype, device=x.device)
    shift = None if bias is None else torch.tensor(bias, dtype=x.dtype, device=x.device)
    return F.linear(x.movedim(1, -1), matrix, shift).movedim(-1, 1)


def _array(tensor: Tensor) -> Array:
    return readonly(copied(tensor).numpy())
