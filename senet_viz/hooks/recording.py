"""record(): hooks on every SE block while a ``with`` block lasts."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch
from torch import Tensor, nn

from senet_viz.blocks import FoundBlock, unwrap
from senet_viz.errors import BlockError, CaptureError
from senet_viz.hooks.recorder import Recorder
from senet_viz.hooks.scope import (
    NO_KEYWORDS,
    compiled_parts,
    copied,
    first_tensor,
    required_blocks,
    session,
)
from senet_viz.records import TOLERANCE, BlockActivation, SEBlock, readonly, unknown_block

Features = Literal["all", "none"] | str | Iterable[str]


@contextmanager
def record(model: nn.Module, *, features: Features = "none") -> Iterator["Recorder"]:
    """Record every SE block in your own loop, over as many forward passes as you like.

    >>> import torch
    >>> from senet_viz.models.residual import build
    >>> network = build("se").eval()
    >>> with record(network) as recorder:
    ...     for batch in torch.zeros(2, 4, 3, 128, 128):
    ...         _ = network(batch)
    >>> recorder["layer3.1.se"].excitation.shape
    (8, 128)
    """
    inner = unwrap(model).model
    found = required_blocks(inner)
    keep = _kept(features, tuple(f.block.name for f in found))
    recorder = Recorder(tuple(f.block for f in found))
    with ExitStack() as stack:
        if compiled_parts(inner):
            stack.enter_context(torch.compiler.set_stance("force_eager"))
            recorder.notes = ("Compiled parts of the network ran uncompiled, so hooks fire.",)
        active = stack.enter_context(session())
        for place in found:
            _tap(place, active, recorder, stack, keep=place.block.name in keep)
        yield recorder


@dataclass(slots=True)
class _Scratch(threading.local):
    """What one thread has seen of the block call it is in."""

    features: Tensor | None = None
    squeeze: Tensor | None = None
    hidden: Tensor | None = None
    excitation: Tensor | None = None


def _tap(
    place: FoundBlock,
    active: Callable[[], bool],
    recorder: Recorder,
    stack: ExitStack,
    *,
    keep: bool,
) -> None:
    """Hook one block: its input, its squeeze, its hidden vector, its gate, and then the proof."""
    module, dialect = place.module, place.dialect
    scratch = _Scratch()

    def at_entry(
        _module: nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any] = NO_KEYWORDS
    ) -> None:
        if active():
            scratch.features = first_tensor(args, kwargs).detach().clone()
            scratch.squeeze = scratch.hidden = scratch.excitation = None

    def at_reduce(_module: nn.Module, args: tuple[Any, ...]) -> None:
        if active():
            scratch.squeeze = copied(args[0]).flatten(1)

    def at_hidden(_module: nn.Module, _args: object, output: Tensor) -> None:
        if active():
            scratch.hidden = copied(output).flatten(1)

    def at_gate(_module: nn.Module, _args: object, output: Tensor) -> None:
        if active():
            scratch.excitation = copied(output).flatten(1)

    def at_exit(_module: nn.Module, _args: object, output: Tensor) -> None:
        if active():
            recorder.add(_activation(place.block, scratch, output, keep=keep))

    handles = [
        module.register_forward_pre_hook(at_entry, with_kwargs=True),
        module.get_submodule(dialect.reduce).register_forward_pre_hook(at_reduce),
        module.get_submodule(dialect.gate).register_forward_hook(at_gate),
        module.register_forward_hook(at_exit),
    ]
    if dialect.hidden:
        handles.append(module.get_submodule(dialect.hidden).register_forward_hook(at_hidden))
    for handle in handles:
        stack.callback(handle.remove)


def _activation(
    block: SEBlock, scratch: _Scratch, output: Tensor, *, keep: bool
) -> BlockActivation:
    features, squeeze, excitation = scratch.features, scratch.squeeze, scratch.excitation
    if features is None or squeeze is None or excitation is None:
        raise CaptureError(f"{block.name} ran without its reduce layer or its gate running")
    if excitation.shape != features.shape[:2]:
        raise CaptureError(
            f"{block.name} is not a per-channel gate: its gate has "
            f"{excitation.shape[1]} numbers a picture for {features.shape[1]} channels"
        )
    gates = excitation.to(features.device)[:, :, None, None]
    seen = output.detach().float()
    error = (features.float() * gates - seen).abs().max().item()
    activation = BlockActivation(
        block=replace(block, channels=int(features.shape[1])),
        squeeze=readonly(squeeze.numpy()),
        hidden=None if scratch.hidden is None else readonly(scratch.hidden.numpy()),
        excitation=readonly(excitation.numpy()),
        features=readonly(copied(features).numpy()) if keep else None,
        spatial=(int(features.shape[2]), int(features.shape[3])),
        error=error,
        output_scale=seen.abs().max().item(),
        tolerance=max(TOLERANCE, 4 * torch.finfo(output.dtype).eps),
    )
    scratch.features = None
    return activation


def _kept(features: Features, names: tuple[str, ...]) -> frozenset[str]:
    if features == "all":
        return frozenset(names)
    if features == "none":
        return frozenset()
    wanted = (features,) if isinstance(features, str) else tuple(features)
    for name in wanted:
        if name not in names:
            raise BlockError(unknown_block(name, names))
    return frozenset(wanted)
