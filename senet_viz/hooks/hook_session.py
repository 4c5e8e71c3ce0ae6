"""Who a hook acts for, and the state of a model while it does."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from senet_viz.blocks.finding import FoundBlock, find_others, locate_blocks
from senet_viz.blocks.module_tree import walk
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.translation import tr

# PyTorch notes that a hook wants keywords a moment after it lists the hook, and forgets it a moment
# before. Another thread that passes in between calls the hook without them.
NO_KEYWORDS: Mapping[str, Any] = MappingProxyType({})

_SESSIONS: ContextVar[tuple[object, ...]] = ContextVar("senet_viz_sessions", default=())


@contextmanager
def session() -> Iterator[Callable[[], bool]]:
    """Yields a question hooks ask: am I running in the context that set me up?"""
    mark = object()
    token = _SESSIONS.set((*_SESSIONS.get(), mark))
    try:
        yield lambda: mark in _SESSIONS.get()
    finally:
        _SESSIONS.reset(token)


@dataclass(slots=True)
class _Held:
    """How many captures run through a model, and which of its modules were in training mode."""

    users: int
    training: list[nn.Module]


_HELD: "WeakKeyDictionary[nn.Module, _Held]" = WeakKeyDictionary()
_HELD_LOCK = threading.Lock()


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Eval mode while anyone needs it; the last one out puts training modules back.

    The flag is set by itself, as ``eval()`` does in the end: a ``train()`` of the person's own
    may do more than set it, and could not be undone.
    """
    with _HELD_LOCK:
        held = _HELD.get(model)
        if held is None:
            held = _HELD[model] = _Held(0, [m for m in walk(model).values() if m.training])
            for module in held.training:
                module.training = False
        held.users += 1
    try:
        yield
    finally:
        with _HELD_LOCK:
            held.users -= 1
            if held.users == 0:
                for module in held.training:
                    module.training = True
                del _HELD[model]


def required_blocks(model: nn.Module) -> tuple[FoundBlock, ...]:
    found = locate_blocks(model)
    if not found:
        others = find_others(model)
        kinds = {other.kind: other.why for other in others}
        name = type(model).__name__
        seen = tr(
            "{name} has no SE block of a known kind, and none was recognised by its structure.",
            name=name,
        )
        for kind, why in kinds.items():
            known = sum(o.kind == kind for o in others)
            seen = tr(
                "{seen} It has {known} of {kind}, which is not a per-channel gate: {why}.",
                seen=seen,
                known=known,
                kind=kind,
                why=why,
            )
        raise BlockError(
            tr("{seen} A kind of your own is read after register_dialect()", seen=seen)
        )
    return found


def compiled_parts(model: nn.Module) -> bool:
    return any(
        module.__class__.__name__ == "OptimizedModule"
        or module.__dict__.get("_compiled_call_impl") is not None
        for module in walk(model).values()
    )


def copied(tensor: Tensor) -> Tensor:
    return tensor.detach().to("cpu", torch.float32, copy=True)


def first_tensor(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Tensor:
    for value in (*args, *kwargs.values()):
        if isinstance(value, Tensor):
            return value
    raise CaptureError(tr("a block was called without a tensor"))
