"""One pass that finds all gates of a network and makes the plan of how to read them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.utils._pytree import tree_flatten

from senet_viz.blocks.examples import examples_for, shapes
from senet_viz.blocks.follower import Follower, Watcher
from senet_viz.blocks.graphs import run_graph
from senet_viz.blocks.network_runs import Inputs, placed, spread, undisturbed
from senet_viz.blocks.own_tensors import Buffers
from senet_viz.blocks.owners import Owners
from senet_viz.blocks.plan import Plan, make_plan
from senet_viz.blocks.sessions import unwatched
from senet_viz.blocks.tree import tree_of
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr

Marks = tuple[Any, ...]
NO_KEYWORDS: Mapping[str, Any] = MappingProxyType({})
Beside = Callable[[Follower], AbstractContextManager[object]]


def _nothing(_follow: Follower) -> AbstractContextManager[object]:
    return nullcontext()


def plan_of(model: nn.Module, example: Inputs | None = None) -> Plan:
    """The plan of an unwrapped network; made by one pass, and kept until the network changes.

    example: a tensor, a tuple or a mapping of the network's inputs; made up where none is given.

    Raises a CaptureError where there is none to be made up that the network takes.
    """
    plans: dict[Marks, Plan] = tree_of(model).plans
    if example is None:
        return next(iter(plans.values()), None) or _with_any(model)
    example = placed(model, example)
    marks = kind_of_input(*spread(example))
    if marks not in plans:
        plans[marks] = find(model, *spread(example))
    return plans[marks]


def kind_of_input(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Marks:
    """What of its arguments may decide which way a network takes."""
    # Types and numbers of dimensions, not sizes: a new size of picture should not cost a new plan.
    if len(args) == 1 and not kwargs and isinstance(args[0], Tensor):
        return (args[0].ndim,)
    leaves, tree = tree_flatten((args, dict(kwargs)))
    return (str(tree), *(leaf.ndim if isinstance(leaf, Tensor) else type(leaf) for leaf in leaves))


def find(model: nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any] = NO_KEYWORDS) -> Plan:
    """One pass, followed. Buffers, random state, modes and gradients are afterwards as before."""
    tree = tree_of(model)
    with (
        unwatched(),
        undisturbed(model, tree),
        Buffers(model) as buffers,
        following(model, buffers.save) as (f, owners),
    ):
        f.take((args, dict(kwargs)))
        if isinstance(model, fx.GraphModule) and not kwargs:
            output = run_graph(model, args, owners)
        else:
            output = model(*args, **kwargs)
        f.give(output)
    return make_plan(model, f, owners, graph=is_graph(model))


def is_graph(model: nn.Module) -> bool:
    """Whether a network runs as a graph, in which most modules are names only."""
    return isinstance(model, fx.GraphModule | torch.jit.ScriptModule)


@contextmanager
def following(
    model: nn.Module,
    on_write: Callable[[Tensor], None] | None = None,
    *,
    keep: bool = False,
    watcher: Watcher | None = None,
    root: bool = True,
    beside: Beside = _nothing,
) -> Iterator[tuple[Follower, Owners]]:
    """Follow all that runs in this thread, and in threads that the network starts.

    Without ``root`` the network itself is entered and left by hand. beside: what else to enter in
    each thread.
    """
    cell: list[Owners] = []
    follow = Follower(
        lambda: cell[0].frame(),  # noqa: PLW0108 - there is none yet
        keep=keep,
        watcher=watcher,
        on_write=on_write,
    )

    def join() -> Callable[[], object]:
        stack = ExitStack()
        stack.enter_context(_modes(follow, beside))
        return stack.close

    owners = Owners(tree_of(model).modules, follow.ledger, join)
    cell.append(owners)
    with owners.watching(root=root), _modes(follow, beside):
        yield follow, owners


@contextmanager
def alone(watcher: Watcher, beside: Beside = _nothing) -> Iterator[tuple[Follower, None]]:
    """Follow what one module computes in this thread, whatever it is made of."""
    follow = Follower(lambda: None, keep=True, watcher=watcher)
    with _modes(follow, beside):
        yield follow, None


@contextmanager
def _modes(follow: Follower, beside: Beside) -> Iterator[None]:
    with follow, beside(follow):
        yield


def _with_any(model: nn.Module) -> Plan:
    tried: list[str] = []
    first: Exception | None = None
    for example in examples_for(model):
        try:
            return plan_of(model, example)
        except Exception as error:  # each network has its own way to refuse an input
            tried.append(shapes(example))
            first = first or error
    raise CaptureError(
        tr(
            "{kind} takes none of the inputs that were tried ({shapes}). Give it one that it "
            "takes: example=torch.zeros(1, ...), a tuple, or a mapping of its inputs",
            kind=type(model).__name__,
            shapes="; ".join(tried) or tr("none could be made up"),
        )
    ) from first
