"""Which modules are running, in each thread, and what passes in and out of them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import get_ident
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn
from torch.nn.modules import module as shared_hooks

if TYPE_CHECKING:
    from senet_viz.flow.axes import Axes
    from senet_viz.flow.values import Ledger, Value

Key = int | str | None


@dataclass(slots=True, eq=False)
class Frame:
    """One call of one module; ``counts``: how often each module was called within it."""

    name: str
    module: nn.Module
    call: int
    clock: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    given: "list[tuple[Tensor, Value, Place]]" = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Place:
    """Where a value passes in or out of a module.

    frames: from the network to the module. counts: which call of the module it is within each of
    them. key: which argument or which part of the output; None for an output that is one tensor.
    lasting: an argument that still holds the same numbers when the module has run.
    """

    frames: tuple[Frame, ...]
    counts: tuple[int, ...]
    is_input: bool
    key: Key
    axes: "Axes"
    lasting: bool = False


def parts(values: object) -> Iterator[tuple[Key, Tensor]]:
    """The tensors among a module's arguments or in its output, by key; of the first level only."""
    if isinstance(values, Tensor):
        yield None, values
    elif isinstance(values, Mapping):
        yield from ((k, v) for k, v in values.items() if isinstance(v, Tensor))
    elif isinstance(values, list | tuple):
        yield from ((k, v) for k, v in enumerate(values) if isinstance(v, Tensor))


class Owners:
    """The running modules of one network, known by hooks that all modules of the process share.

    A thread of the network's own is told by what it works on: tensors of this pass. ``join`` is
    called in it, and what that gives when it leaves its first module.
    """

    def __init__(
        self,
        names: Mapping[int, str],
        ledger: "Ledger",
        join: Callable[[], Callable[[], None]],
    ) -> None:
        self.threads = 1
        self._names, self._ledger, self._join = names, ledger, join
        self._calls: dict[str, int] = {}
        self._stacks: dict[int, list[Frame]] = {get_ident(): []}
        self._leave: dict[int, tuple[int, Callable[[], None]]] = {}
        self._main = get_ident()

    @property
    def frames(self) -> tuple[Frame, ...]:
        return tuple(self._stacks.get(get_ident(), ()))

    @contextmanager
    def watching(self) -> Iterator[None]:
        handles = (
            shared_hooks.register_module_forward_pre_hook(self._enter),
            shared_hooks.register_module_forward_hook(
                self._exit, with_kwargs=True, always_call=True
            ),
        )
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _enter(self, module: nn.Module, args: tuple[Any, ...]) -> None:
        name = self._names.get(id(module))
        stack = None if name is None else self._stack(args)
        if name is None or stack is None:
            return
        for frame in stack:
            frame.counts[name] = frame.counts.get(name, 0) + 1
        self._calls[name] = call = self._calls.get(name, 0) + 1
        stack.append(Frame(name, module, call, self._ledger.tick()))
        self._note(stack, args, is_input=True)

    def _exit(self, module: nn.Module, _args: object, kwargs: object, output: object) -> None:
        stack = self._stacks.get(get_ident())
        if not stack or stack[-1].module is not module:
            return
        self._note(stack, kwargs, is_input=True)
        for tensor, value, place in stack[-1].given:
            place.lasting = self._ledger.of(tensor) is value
        self._note(stack, output, is_input=False)
        stack.pop()
        depth, leave = self._leave.get(get_ident(), (-1, None))
        if leave is not None and len(stack) == depth:
            leave()
            del self._leave[get_ident()], self._stacks[get_ident()]

    def _stack(self, args: tuple[Any, ...]) -> list[Frame] | None:
        stack = self._stacks.get(get_ident())
        if stack is None and any(self._ledger.of(tensor) for _, tensor in parts(args)):
            around = list(self._stacks[self._main])
            stack = self._stacks[get_ident()] = around
            self._leave[get_ident()] = (len(around), self._join())
            self.threads += 1
        return stack

    def _note(self, stack: list[Frame], values: object, *, is_input: bool) -> None:
        top = stack[-1]
        for key, tensor in parts(values):
            value = self._ledger.of(tensor)
            if value is None or (is_input and value.clock > top.clock):
                continue
            counts = tuple(frame.counts.get(top.name, 0) for frame in stack[:-1])
            place = Place(tuple(stack), counts, is_input, key, value.axes)
            value.places.append(place)
            if is_input:
                top.given.append((tensor, value, place))
