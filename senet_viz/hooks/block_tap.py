"""The hooks on one block: its input, its squeeze, its hidden vector, its gate, and the proof."""

import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from senet_viz.blocks.excitation_layers import read_layers
from senet_viz.blocks.finding import FoundBlock
from senet_viz.core.arrays import readonly
from senet_viz.core.errors import CaptureError
from senet_viz.core.records import TOLERANCE, BlockActivation
from senet_viz.core.translation import tr
from senet_viz.hooks.gate_products import Products
from senet_viz.hooks.hook_session import NO_KEYWORDS, copied, first_tensor
from senet_viz.hooks.proof import Maps, at_positions, copy_maps, largest_error
from senet_viz.hooks.recorder import Recorder


@dataclass(slots=True)
class _Scratch(threading.local):
    """What one thread has seen of the block call it is in."""

    features: Maps | None = None
    squeeze: Tensor | None = None
    hidden: Tensor | None = None
    logit: Tensor | None = None
    excitation: Tensor | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Tap:
    """Who listens at one block: the question whether to act, where to put it, what to keep."""

    active: Callable[[], bool]
    recorder: Recorder
    products: Products | None
    keep: bool

    def on(self, place: FoundBlock, stack: ExitStack) -> None:
        """Hook the block until ``stack`` closes."""
        module, dialect, active = place.module, place.dialect, self.active
        whole = self.keep or dialect.by_structure
        scratch = _Scratch()

        def at_entry(
            _module: nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any] = NO_KEYWORDS
        ) -> None:
            if active():
                scratch.features = copy_maps(
                    first_tensor(args, kwargs), axis=dialect.channel_axis, whole=whole
                )
                scratch.squeeze = scratch.hidden = scratch.logit = scratch.excitation = None

        def at_reduce(_module: nn.Module, args: tuple[Any, ...]) -> None:
            if active() and scratch.squeeze is None:  # CBAM's second call is for the maximum
                scratch.squeeze = dialect.squeeze(module, copied(args[0]))

        def at_expand(_module: nn.Module, args: tuple[Any, ...]) -> None:
            if active() and scratch.hidden is None:
                scratch.hidden = copied(args[0]).flatten(1)

        def at_logit(_module: nn.Module, args: tuple[Any, ...]) -> None:
            if active():
                scratch.logit = copied(args[0]).flatten(1)

        def at_gate(_module: nn.Module, _args: object, output: Tensor) -> None:
            if active():
                gate = copied(output).flatten(1)
                if dialect.inline == "sigmoid":
                    scratch.logit, gate = gate, gate.sigmoid()
                scratch.excitation = gate

        def at_exit(_module: nn.Module, _args: object, output: Tensor) -> None:
            if active():
                self._conclude(place, scratch, output)

        part = module.get_submodule
        handles = [
            module.register_forward_pre_hook(at_entry, with_kwargs=True),
            part(dialect.reduce).register_forward_pre_hook(at_reduce),
            part(dialect.gate).register_forward_hook(at_gate),
            module.register_forward_hook(at_exit),
        ]
        if dialect.expand:
            handles.append(part(dialect.expand).register_forward_pre_hook(at_expand))
        if not dialect.inline:
            handles.append(part(dialect.gate).register_forward_pre_hook(at_logit))
        for handle in handles:
            stack.callback(handle.remove)

    def _conclude(self, place: FoundBlock, scratch: _Scratch, output: Tensor) -> None:
        features, squeeze, excitation = scratch.features, scratch.squeeze, scratch.excitation
        if features is None or squeeze is None or excitation is None:
            raise CaptureError(
                tr("{block} ran without its reduce layer or its gate", block=place.block.name)
            )
        gating = _Gating(squeeze, scratch.hidden, scratch.logit, excitation)
        if self.products is not None and _returns_the_gate(output, excitation):
            self.products.expect(
                output, lambda u, out: self._add(place, gating, Maps(u, u.shape), out)
            )
        else:
            self._add(place, gating, features, output)
        scratch.features = None

    def _add(self, place: FoundBlock, gating: "_Gating", features: Maps, output: Tensor) -> None:
        """Record the block, or say why it is none; only a guess may turn out to be none."""
        axis = place.dialect.channel_axis
        whole = features.values.shape == features.shape
        seen = Maps(output.detach() if whole else at_positions(output.detach(), axis), output.shape)
        features, seen = features.channels_first(axis), seen.channels_first(axis)
        problem = _misfit(place.block.name, gating, features, seen)
        if problem is None:
            activation = _activation(place, gating, features, seen, keep=self.keep)
            self.recorder.add(activation)
        elif place.dialect.by_structure:
            self.recorder.rejected[place.block.name] = problem
        else:
            raise CaptureError(problem)


@dataclass(frozen=True, slots=True, eq=False)
class _Gating:
    """Squeeze (n, c), hidden (n, m), logit (n, c) and excitation (n, c) of one call."""

    squeeze: Tensor
    hidden: Tensor | None
    logit: Tensor | None
    excitation: Tensor


def _returns_the_gate(output: Tensor, excitation: Tensor) -> bool:
    return output.numel() == excitation.numel() and torch.equal(
        copied(output).flatten(1), excitation
    )


def _misfit(name: str, gating: _Gating, features: Maps, output: Maps) -> str | None:
    if len(features.shape) != 4 or features.shape != output.shape:
        return tr(
            "{name} turned {shape} into {shape_2}; a block that gates channels gives "
            "feature maps of the shape it was given, (n, c, h, w).",
            name=name,
            shape=tuple(features.shape),
            shape_2=tuple(output.shape),
        )
    if gating.excitation.shape != features.shape[:2]:
        return tr(
            "{name} is not a per-channel gate: its gate has {shape} numbers a picture "
            "for {shape_2} channels.",
            name=name,
            shape=gating.excitation.shape[1],
            shape_2=features.shape[1],
        )
    return None


def _activation(
    place: FoundBlock, gating: _Gating, features: Maps, output: Maps, *, keep: bool
) -> BlockActivation:
    gates = gating.excitation.to(features.values.device)
    error, scale = largest_error(features.values, gates, output.values)
    return BlockActivation(
        block=replace(place.block, channels=int(features.shape[1])),
        squeeze=readonly(gating.squeeze.numpy()),
        hidden=None if gating.hidden is None else readonly(gating.hidden.numpy()),
        excitation=readonly(gating.excitation.numpy()),
        features=readonly(features.values.to("cpu", torch.float32).numpy()) if keep else None,
        spatial=(int(features.shape[2]), int(features.shape[3])),
        error=error,
        output_scale=scale,
        tolerance=max(TOLERANCE, 4 * torch.finfo(output.values.dtype).eps),
        logit=None if gating.logit is None else readonly(gating.logit.numpy()),
        layers=read_layers(place.module, place.dialect),
    )
