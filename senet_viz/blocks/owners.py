"""Which modules are running, in each thread, and what passes in and out of them."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from threading import get_ident
from typing import Any

import torch
from torch import Tensor, nn

from senet_viz.blocks.frames import Frame, Key, Place
from senet_viz.blocks.hook_list import HookList
from senet_viz.blocks.values import Ledger

_LOG = logging.getLogger(__name__)
_STRANGERS: set[tuple[int, int]] = set()


def come(network: nn.Module) -> None:
    """This thread begins a pass of its own through a network that others may follow."""
    _STRANGERS.add((get_ident(), id(network)))


def go(network: nn.Module) -> None:
    """The pass has ended."""
    _STRANGERS.discard((get_ident(), id(network)))


def parts(values: object) -> Iterator[tuple[Key, Tensor]]:
    """The tensors among a module's arguments or in its output, by key; of the first level only."""
    if isinstance(values, Tensor):
        yield None, values
    elif isinstance(values, Mapping):
        yield from ((k, v) for k, v in values.items() if isinstance(v, Tensor))
    elif isinstance(values, list | tuple):
        yield from ((k, v) for k, v in enumerate(values) if isinstance(v, Tensor))


class Owners:
    """The running modules of one network.

    A thread of the network's own is told by what it works on: tensors of this pass. ``join`` is
    called in it, and what that gives when it leaves its first module.
    """

    def __init__(
        self,
        modules: Mapping[str, nn.Module],
        ledger: Ledger,
        join: Callable[[], Callable[[], object]],
    ) -> None:
        self.threads = 1
        self.calls: dict[str, list[Frame]] = {}
        self._modules, self._ledger, self._join = modules, ledger, join
        self._names = {id(module): name for name, module in modules.items()}
        self._main = get_ident()
        self._running: dict[int, Frame | None] = {self._main: None}
        self._leave: dict[int, tuple[Frame | None, Callable[[], object]]] = {}
        self._stood_in: list[Frame] = []

    def frame(self) -> Frame | None:
        """The call that runs in this thread."""
        return self._running.get(get_ident())

    def idle(self) -> frozenset[str]:
        """The modules that have not run."""
        return frozenset(self._modules.keys() - self.calls.keys())

    @contextmanager
    def watching(self, *, root: bool) -> Iterator[None]:
        """Hooks on all modules; without ``root`` the network itself is entered and left by hand."""
        with ExitStack() as stack:
            attached = HookList(stack)
            network = self._modules.get("")
            if root and network is not None and not isinstance(network, torch.jit.ScriptModule):
                attached.before(network, self._come)
                attached.after(network, self._go, always=True)
            for name, module in self._modules.items():
                if (name or root) and not isinstance(module, torch.jit.ScriptModule):
                    attached.before(module, self.enter)
                    attached.after(module, self.exit, keywords=True, always=True)
            yield

    def enter(self, module: nn.Module, args: tuple[Any, ...]) -> None:
        """A module begins to run."""
        try:
            thread = get_ident()
            if thread in self._running or self._joins(thread, args):
                frame = self._push(self._names[id(module)], module)
                for key, tensor in enumerate(args):
                    if isinstance(tensor, Tensor):
                        self._note(frame, key, tensor, is_input=True)
        except Exception:  # the pass is the person's own
            _LOG.debug("a module was not noted", exc_info=True)

    def exit(self, module: nn.Module, _args: object, *rest: object) -> None:
        """A module has run, or failed; rest: its keyword arguments and its output.

        Without the first where another thread's pass had read the hooks before they were taken off.
        """
        try:
            *kwargs, output = rest
            frame = self._running.get(get_ident())
            if frame is not None and frame.module is module:
                for tensor, value, place in frame.arguments:
                    place.lasting = self._ledger.of(tensor) is value
                frame.arguments.clear()
                for key, tensor in parts(kwargs[0] if kwargs else ()):
                    self._note(frame, key, tensor, is_input=True)
                for key, tensor in parts(output):
                    self._note(frame, key, tensor, is_input=False)
                self._pop(frame)
        except Exception:
            _LOG.debug("a module was not noted", exc_info=True)

    def stand_in(self, modules: Sequence[tuple[str, Any]]) -> None:
        """A graph goes on within these modules, outermost first, which do not run themselves."""
        shared = 0
        for frame, (name, _) in zip(self._stood_in, modules, strict=False):
            if frame.name != name:
                break
            shared += 1
        del self._stood_in[shared:]
        root = self._running[self._main]
        root = root.path()[0] if root is not None and root.name == "" else None
        self._running[self._main] = self._stood_in[-1] if self._stood_in else root
        for name, kind in modules[shared:]:
            self._stood_in.append(self._push(name, kind))

    def _push(self, name: str, module: Any) -> Frame:
        thread = get_ident()
        calls = self.calls.setdefault(name, [])
        frame = Frame(name, module, self._running[thread], len(calls) + 1, self._ledger.tick())
        calls.append(frame)
        self._running[thread] = frame
        return frame

    def _pop(self, frame: Frame) -> None:
        thread = get_ident()
        self._running[thread] = frame.around
        if thread in self._leave and self._leave[thread][0] is frame.around:
            self._leave.pop(thread)[1]()
            del self._running[thread]

    def _note(self, frame: Frame, key: Key, tensor: Tensor, *, is_input: bool) -> None:
        value = self._ledger.of(tensor)
        if value is None or (is_input and value.clock > frame.clock):
            return
        place = Place(frame, is_input, key, value.axes, lasting=is_input)
        value.places.append(place)
        if is_input:
            frame.given[key] = value
            frame.arguments.append((tensor, value, place))

    def _come(self, network: nn.Module, _args: object) -> None:
        """A thread that runs the whole network runs a pass of its own."""
        if get_ident() not in self._running:
            come(network)

    def _go(self, network: nn.Module, _args: object, _output: object) -> None:
        go(network)

    def _joins(self, thread: int, args: tuple[Any, ...]) -> bool:
        stranger = (thread, id(self._modules.get(""))) in _STRANGERS
        ours = not stranger and any(self._ledger.of(tensor) for _, tensor in parts(args))
        if ours:
            around = self._running[self._main]
            self._running[thread] = around
            self._leave[thread] = (around, self._join())
            self.threads += 1
        return ours
