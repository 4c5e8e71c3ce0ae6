"""Running a network so that it is afterwards as it was."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves, tree_map_only

from senet_viz.blocks.tree import Tree, tree_of
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr

Inputs = Any  # a tensor, a tuple of arguments, or a mapping of keyword arguments


def spread(inputs: Inputs) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments and keyword arguments that inputs stand for."""
    if isinstance(inputs, Mapping):
        return (), dict(inputs)
    return (inputs if isinstance(inputs, tuple) else (inputs,)), {}


def call(model: Callable[..., Any], inputs: Inputs) -> Any:
    """The output for one tensor, a tuple of arguments, or a mapping of keyword arguments."""
    args, kwargs = spread(inputs)
    return model(*args, **kwargs)


def tensors_in(values: object) -> list[Tensor]:
    """All tensors in nested lists, tuples, dictionaries and what else PyTorch takes for a tree."""
    return [leaf for leaf in tree_leaves(values) if isinstance(leaf, Tensor)]


def placed(model: nn.Module, inputs: Inputs) -> Inputs:
    """The inputs where the network is, in its type, and as tensors of this pass alone.

    A thread is taken for one of the network's own if it works on the tensors of a pass, and another
    thread may be running the network on the very tensors that were given here.
    """
    like = next((p for p in model.parameters() if p.is_floating_point()), None)

    def put(tensor: Tensor) -> Tensor:
        own = tensor.detach()
        if like is None:
            return own
        return own.to(like.device, like.dtype if tensor.is_floating_point() else None)

    return tree_map_only(Tensor, put, inputs)


@dataclass(slots=True)
class _Held:
    """How many passes run through a network, and which of its modules were in training mode."""

    users: int
    training: list[nn.Module]


_HELD: "WeakKeyDictionary[nn.Module, _Held]" = WeakKeyDictionary()
_HELD_LOCK = threading.Lock()


@contextmanager
def evaluating(model: nn.Module, tree: Tree | None = None) -> Iterator[None]:
    """Eval mode while anyone needs it; the last one out puts training modules back.

    The flag is set by itself, as ``eval()`` does in the end: a ``train()`` of the person's own
    may do more than set it, and could not be undone.
    """
    with _HELD_LOCK:
        held = _HELD.get(model)
        if held is None:
            held = _HELD[model] = _Held(0, (tree or tree_of(model)).training())
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


@contextmanager
def undisturbed(model: nn.Module, tree: Tree) -> Iterator[None]:
    """No gradient, eval mode, torch's random state kept, compiled parts run as they are written."""
    first = next(model.parameters(), None)
    devices = [first.device] if first is not None and first.device.type == "cuda" else []
    with ExitStack() as stack:
        if tree.compiled:
            stack.enter_context(torch.compiler.set_stance("force_eager"))
        stack.enter_context(evaluating(model, tree))
        stack.enter_context(torch.random.fork_rng(devices=devices))
        stack.enter_context(torch.no_grad())
        yield


def unwrapped(model: object) -> tuple[nn.Module, tuple[str, ...]]:
    """The network inside its wrappers, and a sentence for each wrapper that was taken off.

    Raises a CaptureError for what is no network.
    """
    if not isinstance(model, nn.Module):
        raise CaptureError(
            tr(
                "{given} is no network: give an nn.Module, such as timm.create_model(...)",
                given=type(model).__name__,
            )
        )
    notes: list[str] = []
    while (wrapper := type(model).__name__) in _INSIDE:
        if wrapper == "OptimizedModule":
            notes.append(
                tr(
                    "The network inside {wrapper} was used: a compiled module drops hooks "
                    "silently.",
                    wrapper=wrapper,
                )
            )
        else:
            notes.append(
                tr(
                    "The network inside {wrapper} was used: its replicas would mix their captures.",
                    wrapper=wrapper,
                )
            )
        model = model.get_submodule(_INSIDE[wrapper])
    return model, tuple(notes)


_INSIDE = {
    "OptimizedModule": "_orig_mod",
    "DataParallel": "module",
    "DistributedDataParallel": "module",
}
