"""watch(): copies of what passes through any named module."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from senet_viz.blocks.hook_list import HookList
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.blocks.sessions import session
from senet_viz.core.arrays import Array, readonly
from senet_viz.core.errors import BlockError
from senet_viz.core.records import unknown_block
from senet_viz.hooks.hook_session import NO_KEYWORDS, first_tensor
from senet_viz.hooks.network_output import copied


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """Copies of what went into a module and what came out, float32."""

    input: Array
    output: Array


@contextmanager
def watch(model: nn.Module, names: Iterable[str]) -> Iterator[dict[str, Passage]]:
    """Copy input and output of any named modules; for places that are not SE blocks.

    The last call wins. Raises BlockError for a name the model does not have.
    """
    passages: dict[str, Passage] = {}
    modules = dict(unwrapped(model)[0].named_modules())
    with ExitStack() as stack:
        active = stack.enter_context(session())
        for name in names:
            if name not in modules:
                raise BlockError(unknown_block(name, tuple(modules)))
            _watch_one(modules[name], name, active, passages, stack)
        yield passages


def _watch_one(
    module: nn.Module,
    name: str,
    active: Callable[[], bool],
    passages: dict[str, Passage],
    stack: ExitStack,
) -> None:
    entered = threading.local()

    def at_entry(
        _module: nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any] = NO_KEYWORDS
    ) -> None:
        if active():
            entered.value = copied(first_tensor(args, kwargs))

    def at_exit(_module: nn.Module, _args: object, output: Tensor) -> None:
        if active():
            passages[name] = Passage(
                readonly(entered.value.numpy()), readonly(copied(output).numpy())
            )

    attached = HookList(stack)
    attached.before(module, at_entry, keywords=True)
    attached.after(module, at_exit)
