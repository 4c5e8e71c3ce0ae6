"""follow_calls(): what happens before and after every call of some modules."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from torch import nn

from senet_viz.blocks.hook_list import HookList
from senet_viz.blocks.sessions import session
from senet_viz.hooks.hook_session import NO_KEYWORDS

Given = tuple[tuple[Any, ...], Mapping[str, Any]]  # positional arguments and keywords of a call
Entered = Callable[[str, Given], None]
Left = Callable[[str, Given, Any], None]


@contextmanager
def follow_calls(
    modules: Mapping[str, nn.Module], *, entered: Entered, left: Left
) -> Iterator[None]:
    """Run ``entered(name, given)`` before each call and ``left(name, given, output)`` after it.

    Only calls of this context count: another thread may run the same modules meanwhile. Both are
    handed the tensors themselves, not copies.

    >>> import torch
    >>> layer, seen = nn.ReLU(), []
    >>> with follow_calls(
    ...     {"act": layer},
    ...     entered=lambda name, given: None,
    ...     left=lambda name, given, output: seen.append((name, float(output))),
    ... ):
    ...     _ = layer(torch.tensor(-1.0))
    >>> seen
    [('act', 0.0)]
    """
    with ExitStack() as stack:
        active, attached = stack.enter_context(session()), HookList(stack)

        def at_entry(
            name: str, _module: nn.Module, args: Any, kwargs: Mapping[str, Any] = NO_KEYWORDS
        ) -> None:
            if active():
                entered(name, (args, kwargs))

        def at_exit(name: str, _module: nn.Module, args: Any, *rest: Any) -> None:
            if active():
                kwargs, output = rest
                left(name, (args, kwargs), output)

        for name, module in modules.items():
            attached.before(module, partial(at_entry, name), keywords=True)
            attached.after(module, partial(at_exit, name), keywords=True)
        yield
