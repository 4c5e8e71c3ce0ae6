"""unpool(): a trained SE block's own layers applied to every pixel instead of to the mean."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from senet_viz.analysis.pixel_gates import PixelGates
from senet_viz.blocks.excitation_layers import read_layers
from senet_viz.blocks.finding import FoundBlock, unwrap
from senet_viz.core.arrays import Array, readonly
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import ExcitationLayers, unknown_block
from senet_viz.core.translation import tr
from senet_viz.hooks.hook_session import (
    NO_KEYWORDS,
    compiled_parts,
    copied,
    first_tensor,
    required_blocks,
    session,
)

ALIKE = 1e-4
_ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "none": lambda x: x,
    "relu": F.relu,
    "relu6": F.relu6,
    "silu": F.silu,
    "swish": F.silu,
    "hardswish": F.hardswish,
    "gelu": F.gelu,
}


def unpoolable(model: nn.Module) -> tuple[str, ...]:
    """Names of the blocks ``unpool`` can be used on: one or two plain layers, then the gate.

    Left out are blocks whose gate is no plain sum of hidden units (ECA's convolution over
    channels, norms between the layers, a second pass for the maximum).
    """
    found = required_blocks(unwrap(model).model)
    return tuple(place.block.name for place in found if _layers(place) is not None)


@contextmanager
def unpool(
    model: nn.Module, names: Iterable[str] | None = None, *, keep: Iterable[str] = ()
) -> Iterator[dict[str, PixelGates]]:
    """Leave the pooling out of trained SE blocks, for this thread, while the ``with`` block lasts.

    The fully connected layers become 1x1 convolutions with the same weights, so that every pixel
    gates itself (the form of Hu et al. 2017, section 7.1, which was trained in that form; here
    nothing is trained again). names: the blocks to change, all that can be by default. What was
    seen in the blocks of ``keep``, which must be among them, is in the dictionary handed out.

    A ``capture`` inside marks these blocks as failed, since no gate vector explains their output
    any more; take the logits by a call of the model.

    Raises BlockError for a block that is unknown or has no such layers; CaptureError, from within
    the model's call, where the layers do not give back the block's own gate at its own squeeze.

    >>> from senet_viz.models.residual import build
    >>> network = build("se", seed=0).eval()
    >>> with unpool(network, ["layer3.1.se"], keep=["layer3.1.se"]) as seen, torch.no_grad():
    ...     logits = network(torch.ones(1, 3, 64, 64))
    >>> seen["layer3.1.se"].gates.shape
    (1, 128, 4, 4)
    """
    inner = unwrap(model).model
    found = {place.block.name: place for place in required_blocks(inner)}
    chosen = {name: _required_layers(found, name) for name in _chosen(found, names)}
    kept = frozenset(keep)
    for name in kept.difference(chosen):
        raise BlockError(unknown_block(name, tuple(chosen)))
    seen: dict[str, PixelGates] = {}
    with ExitStack() as stack:
        if compiled_parts(inner):
            stack.enter_context(torch.compiler.set_stance("force_eager"))
        active = stack.enter_context(session())
        for name, layers in chosen.items():
            _Unpooled(found[name], layers, active, seen, name in kept).hook(stack)
        yield seen


def _chosen(found: Mapping[str, FoundBlock], names: Iterable[str] | None) -> tuple[str, ...]:
    if names is not None:
        return tuple(names)
    return tuple(name for name, place in found.items() if _layers(place) is not None)


def _required_layers(found: Mapping[str, FoundBlock], name: str) -> ExcitationLayers:
    if name not in found:
        raise BlockError(unknown_block(name, tuple(found)))
    layers = _layers(found[name])
    if layers is None:
        raise BlockError(
            tr(
                "the gate of {name} ({kind}) is not made by one or two plain layers, so "
                "there is no form of it without pooling; unpoolable() names the blocks "
                "that have one",
                name=name,
                kind=found[name].block.kind,
            )
        )
    return layers


def _layers(place: FoundBlock) -> ExcitationLayers | None:
    layers = read_layers(place.module, place.dialect)
    return layers if layers is not None and layers.non_linearity in _ACTIVATIONS else None


@dataclass(frozen=True, slots=True, eq=False)
class _Unpooled:
    """The hooks on one block: its input, its squeeze and gate for the proof, its output."""

    place: FoundBlock
    layers: ExcitationLayers
    active: Callable[[], bool]
    seen: dict[str, PixelGates]
    keep: bool

    def hook(self, stack: ExitStack) -> None:
        module, dialect, scratch = self.place.module, self.place.dialect, _Scratch()

        def at_entry(
            _module: nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any] = NO_KEYWORDS
        ) -> None:
            if self.active():
                scratch.features = first_tensor(args, kwargs).clone()
                scratch.squeeze = scratch.excitation = None

        def at_reduce(_module: nn.Module, args: tuple[Any, ...]) -> None:
            if self.active() and scratch.squeeze is None:
                scratch.squeeze = dialect.squeeze(module, args[0].detach().clone())

        def at_gate(_module: nn.Module, _args: object, output: Tensor) -> None:
            if self.active():
                gate = output.detach().flatten(1).clone()
                scratch.excitation = gate.sigmoid() if dialect.inline == "sigmoid" else gate

        def at_exit(_module: nn.Module, _args: object, output: Tensor) -> Tensor | None:
            return self._replaced(scratch, output) if self.active() else None

        for handle in (
            module.register_forward_pre_hook(at_entry, with_kwargs=True),
            module.get_submodule(dialect.reduce).register_forward_pre_hook(at_reduce),
            module.get_submodule(dialect.gate).register_forward_hook(at_gate),
            module.register_forward_hook(at_exit, prepend=True),
        ):
            stack.callback(handle.remove)

    def _replaced(self, scratch: "_Scratch", output: Tensor) -> Tensor:
        features, squeeze, excitation = scratch.features, scratch.squeeze, scratch.excitation
        name, axis = self.place.block.name, self.place.dialect.channel_axis
        if features is None or squeeze is None or excitation is None:
            raise CaptureError(tr("{name} ran without its reduce layer or its gate", name=name))
        scratch.features = None
        maps = features.movedim(axis, 1)
        error = self._proved(squeeze, excitation)
        multiplies = self._multiplies(maps, excitation, output.movedim(axis, 1))
        gates = self._gates(maps)
        if self.keep:
            own, at_pixels, vector = (_array(tensor) for tensor in (maps, gates, excitation))
            self.seen[name] = PixelGates(own, at_pixels, vector, error)
        new = maps * gates if multiplies else gates
        return new.movedim(1, axis).to(output.dtype)

    def _proved(self, squeeze: Tensor, excitation: Tensor) -> float:
        """The error of the layers at the block's own squeeze, where its own gate is known."""
        own = self._gates(squeeze[:, :, None, None])[:, :, 0, 0]
        error = float((own - excitation).abs().max())
        if not error <= _tolerance(excitation):
            raise CaptureError(
                tr(
                    "the layers of {block} give a gate that is off by {error:.1g} at its own "
                    "squeeze, so its form without pooling is not known",
                    block=self.place.block.name,
                    error=error,
                )
            )
        return error

    def _multiplies(self, maps: Tensor, excitation: Tensor, output: Tensor) -> bool:
        """True where the block gave features times gate, False where it gave the gate itself."""
        gate = excitation[:, :, None, None]
        if output.shape == maps.shape:
            error = (maps * gate - output).abs().max()
            if float(error) <= _tolerance(output) * max(1.0, float(output.abs().max())):
                return True
        if output.shape == gate.shape and torch.equal(output, gate):
            return False  # its caller multiplies
        raise CaptureError(
            tr(
                "{block} gave neither its features times its gate nor its gate, so there "
                "is no telling what its form without pooling would give",
                block=self.place.block.name,
            )
        )

    def _gates(self, x: Tensor) -> Tensor:
        """The excitation at every pixel of x (n, c, h, w)."""
        layers = self.layers
        hidden = x if layers.reduce is None else _mix(x, layers.reduce, layers.reduce_bias)
        hidden = _ACTIVATIONS[layers.non_linearity](hidden)
        logit = _mix(hidden, layers.expand, layers.expand_bias)
        if self.place.dialect.inline == "sigmoid":
            return logit.sigmoid()
        # forward(), not a call: what others have hooked to the gate is not meant for pixels
        gates: Tensor = self.place.module.get_submodule(self.place.dialect.gate).forward(logit)
        return gates


class _Scratch(threading.local):
    """What one thread has seen of the block call it is in."""

    features: Tensor | None = None
    squeeze: Tensor | None = None
    excitation: Tensor | None = None


def _array(tensor: Tensor) -> Array:
    return readonly(copied(tensor).numpy())


def _tolerance(tensor: Tensor) -> float:
    """Wider in half precision, where a gate has two or three digits."""
    return max(ALIKE, 8 * torch.finfo(tensor.dtype).eps)


def _mix(x: Tensor, weight: Array, bias: Array | None) -> Tensor:
    """A layer's weights (o, c) at every pixel of x (n, c, h, w)."""
    kernel = torch.tensor(weight, dtype=x.dtype, device=x.device)[:, :, None, None]
    shift = None if bias is None else torch.tensor(bias, dtype=x.dtype, device=x.device)
    return F.conv2d(x, kernel, shift)
