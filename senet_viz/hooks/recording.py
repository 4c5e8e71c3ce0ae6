"""record(): every gate while a ``with`` block lasts, by hooks from a plan or by following."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import torch
from torch import nn

from senet_viz.blocks.network_runs import unwrapped
from senet_viz.blocks.sessions import session
from senet_viz.blocks.tree import Tree, tree_of
from senet_viz.hooks.recorder import Features, Recorder
from senet_viz.hooks.sites import watch_calls


@contextmanager
def record(model: nn.Module, *, features: Features = "none") -> Iterator[Recorder]:
    """Record every gate in your own loop, over as many forward passes as you like.

    features: which gates' feature maps to keep: ``"all"``, ``"none"``, or gates by name, index or
    module. Nothing is looked for beforehand: the first pass finds the gates, if none has before.

    >>> from senet_viz.models.residual import build
    >>> network = build("se").eval()
    >>> with record(network) as recorder:
    ...     for batch in torch.zeros(2, 4, 3, 128, 128):
    ...         _ = network(batch)
    >>> recorder["layer3.1.se"].excitation.shape
    (8, 128)
    """
    inner, _ = unwrapped(model)
    with recording(inner, features, tree_of(inner)) as recorder:
        yield recorder


@contextmanager
def recording(model: nn.Module, features: Features, tree: Tree) -> Iterator[Recorder]:
    """The same of a network that is in no wrapper, and is made of this tree."""
    with ExitStack() as stack:
        ours = stack.enter_context(session())

        def active() -> bool:
            """Not while activations are computed once more, for a backward pass."""
            return torch._C._current_graph_task_id() < 0 and ours()

        recorder = Recorder(model, features, active, tree=tree)
        recorder.attach(stack)
        watch_calls(model, recorder, stack, active, first=True)
        yield recorder
