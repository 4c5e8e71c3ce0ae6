"""Hooks put on modules and taken off again, in a third of the time that handles take.

What a hook wants is noted before the hook is listed, and forgotten after it. A thread that had read
the hooks of a module before they were taken off may still call one, then without keyword arguments:
hooks do without them.
"""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count, dropwhile
from typing import Any, cast

from torch import nn

_keys = count(-1, -1)
OURS: set[int] = set()
"""Keys of the hooks that are set here; they change nothing about a network."""


class HookList:
    """Hooks on several modules; all are taken off together."""

    def __init__(self, stack: ExitStack) -> None:
        self._listed: list[tuple[nn.Module, int]] = []
        stack.callback(self._take_off)

    def before(
        self,
        module: nn.Module,
        hook: Callable[..., Any],
        *,
        keywords: bool = False,
        first: bool = False,
    ) -> None:
        """Call ``hook(module, args)`` before the module runs; with keywords, ``kwargs`` too.

        first: before the other hooks that are set here, but after those of others before them.
        """
        hooks = cast("OrderedDict[int, Any]", module._forward_pre_hooks)
        later = list(dropwhile(lambda k: k not in OURS, hooks)) if first else ()
        key = self._key(module)
        if keywords:
            module._forward_pre_hooks_with_kwargs[key] = True
        hooks[key] = hook
        for other in later:
            hooks.move_to_end(other)

    def after(
        self,
        module: nn.Module,
        hook: Callable[..., Any],
        *,
        keywords: bool = False,
        always: bool = False,
        first: bool = False,
    ) -> None:
        """Call ``hook(module, args, output)`` when the module has run.

        keywords: with ``kwargs`` before the output. always: also when it has failed. first: before
        the hooks of others.
        """
        key = self._key(module)
        if keywords:
            module._forward_hooks_with_kwargs[key] = True
        if always:
            module._forward_hooks_always_called[key] = True
        module._forward_hooks[key] = hook
        if first:
            module._forward_hooks.move_to_end(key, last=False)  # type: ignore[attr-defined]

    def _key(self, module: nn.Module) -> int:
        key = next(_keys)
        OURS.add(key)
        self._listed.append((module, key))
        return key

    def _take_off(self) -> None:
        for module, key in self._listed:
            module._forward_pre_hooks.pop(key, None)
            module._forward_hooks.pop(key, None)
            module._forward_pre_hooks_with_kwargs.pop(key, None)
            module._forward_hooks_with_kwargs.pop(key, None)
            module._forward_hooks_always_called.pop(key, None)
            OURS.discard(key)
        self._listed.clear()
