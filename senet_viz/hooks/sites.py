"""Modules with inline gates: they are followed operation by operation while they run."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from contextvars import ContextVar
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn.modules import module as shared_hooks

from senet_viz.blocks.follower import Follower
from senet_viz.blocks.hook_list import HookList
from senet_viz.blocks.owners import come, go
from senet_viz.blocks.passes import alone, following
from senet_viz.blocks.plan import Plan, PlannedGate, Site, called
from senet_viz.blocks.products import Product
from senet_viz.blocks.tree import Tree
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr
from senet_viz.hooks.edits import Above, edited_factor, values_for
from senet_viz.hooks.gate_proof import GateParts
from senet_viz.hooks.reader import Edit, Reader

_FOLLOWED: ContextVar[int] = ContextVar("senet_viz_followed", default=0)


class Taker(Protocol):
    """Receives the parts that were read."""

    def whole(self, name: str) -> bool: ...

    def add(self, gate: PlannedGate, name: str, parts: GateParts) -> None: ...

    def doubt(self, name: str, why: object) -> None: ...


class Passes(Protocol):
    """Is told when a network begins and ends a pass."""

    def begin(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None: ...

    def end(self, output: object) -> None: ...


class Sites:
    """Follows the modules of a plan that have to be followed, the outermost only.

    taker: who is given what was read; None where gates are only replaced, which is left to whoever
    follows already. only: the names of modules, where not all of them are meant.
    """

    def __init__(
        self,
        model: nn.Module,
        tree: Tree,
        plan: Plan,
        active: Callable[[], bool],
        taker: Taker | None,
        *,
        only: Collection[str | None] | None = None,
    ) -> None:
        self._model, self._tree, self._plan = model, tree, plan
        self.names = [name for name in plan.sites if only is None or name in only]
        self._active, self._taker = active, taker
        self._calls: dict[str, int] = {}
        self._depth = 0
        self._end: Callable[[object], None] | None = None

    def restart(self) -> None:
        """A new pass begins: counting of calls starts again."""
        self._calls.clear()
        self._depth = 0

    def set(self, stack: ExitStack) -> None:
        """Hook the modules until the stack closes; the whole network is begun and ended by hand."""
        for name in self.names:
            if name:
                watch_calls(
                    self._tree.module(name),
                    _Pass(self, name),
                    stack,
                    self._active,
                    first=self._taker is not None,
                )

    def begin(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        """A module begins to run."""
        self._depth += 1
        if self._depth > 1 or (self._taker is None and _FOLLOWED.get()):
            return
        call = self._calls[name] = self._calls.get(name, 0) + 1
        known = self._plan.sites[name]
        site = known[min(call, len(known)) - 1]
        values = [values_for(self._model, g.name, g.activation) if g else () for g in site.gates]
        reader = Reader(lambda number: self._whole(site, number), _edit(values))
        stack = ExitStack()
        stack.callback(_FOLLOWED.reset, _FOLLOWED.set(_FOLLOWED.get() + 1))

        def beside(follow: Follower) -> AbstractContextManager[object]:
            above = any(values) and torch.is_grad_enabled()
            return Above(follow, reader) if above else nullcontext()

        follow, owners = stack.enter_context(
            following(self._model, keep=True, watcher=reader, beside=beside, root=False)
            if self._plan.threads
            else alone(reader, beside)
        )
        given = {k: v for k, v in (*enumerate(args), *kwargs.items()) if isinstance(v, Tensor)}
        follow.take_known(given, site.given)
        follow.take((args, dict(kwargs)))
        if owners is not None:
            owners.enter(self._model, args)

        def end(output: object) -> None:
            if owners is not None:
                owners.exit(self._model, args, kwargs, output)
            stack.close()
            if output is None:  # the pass failed
                return
            follow.give(output)
            follow.findings()
            if self._taker is None:
                _require_met(site, reader, follow)
            later = call if call > len(known) else None
            self._collect(site, reader, later)

        self._end = end

    def end(self, output: object) -> None:
        """A module has run, or failed."""
        self._depth -= 1
        if self._depth == 0 and self._end is not None:
            end, self._end = self._end, None
            end(output)

    def _whole(self, site: Site, number: int) -> bool:
        gate = site.gates[number] if number < len(site.gates) else None
        return gate is not None and self._taker is not None and self._taker.whole(gate.name)

    def _collect(self, site: Site, reader: Reader, later: int | None) -> None:
        """Hand over what was read; later: the number of a call that the plan does not know."""
        if self._taker is None:
            return
        alike = len(reader.met) == len(site.gates)
        read = {id(product): parts for product, parts in reader.read()} if alike else {}
        for number, gate in enumerate(site.gates):
            if gate is None:
                continue
            parts = read.get(id(reader.met[number][0])) if alike else None
            if parts is None:
                self._taker.doubt(gate.name, tr("it did not run as it did when it was found"))
            else:
                self._taker.add(gate, called(gate.name, later or gate.call), parts)


def _require_met(site: Site, reader: Reader, follow: Follower) -> None:
    """Raise a CaptureError where an override found no gate: the caller has to know."""
    if follow.trouble and reader.edit is not None:
        raise follow.trouble[0]
    if reader.edit is not None and len(reader.met) < len(site.gates):
        names = ", ".join(gate.name for gate in site.gates if gate is not None)
        raise CaptureError(
            tr(
                "the gates of {names} did not run as they did when they were found, so no others "
                "could be put in force",
                names=names,
            )
        )


def _edit(gates: Sequence[tuple[Tensor, ...]]) -> Edit | None:
    """The edit that replaces gates, by their numbers; None where no gate is replaced."""

    def edit(number: int, product: Product) -> tuple[Tensor, Tensor] | None:
        values = gates[number] if number < len(gates) else ()
        return edited_factor(values, product) if values else None

    return edit if any(gates) else None


class _Pass:
    """The calls of one module, told to those who follow it."""

    def __init__(self, sites: Sites, name: str) -> None:
        self._sites, self._name = sites, name

    def begin(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        self._sites.begin(self._name, args, kwargs)

    def end(self, output: object) -> None:
        self._sites.end(output)


def watch_calls(
    module: nn.Module,
    passes: Passes,
    stack: ExitStack,
    active: Callable[[], bool],
    *,
    first: bool = False,
) -> None:
    """Tell of each call of a module in this context until the stack closes, also of failed ones.

    first: of its begin before others of ours are told: whoever reads gates follows what runs, and
    who overrides them leaves it to that.
    """

    def enter(each: nn.Module, args: Any, kwargs: Any = None) -> None:
        if each is not module:
            return
        if active():
            passes.begin(args, kwargs or {})
        else:
            come(module)

    def leave(each: nn.Module, args: Any, *rest: Any) -> None:
        if each is not module:
            return
        if active():
            passes.end(rest[-1])
        else:
            go(module)

    if isinstance(module, torch.jit.ScriptModule):  # takes no hooks of its own
        for handle in (
            shared_hooks.register_module_forward_pre_hook(enter),
            shared_hooks.register_module_forward_hook(leave, always_call=True),
        ):
            stack.callback(handle.remove)
    else:
        attached = HookList(stack)
        attached.before(module, enter, keywords=True, first=first)
        attached.after(module, leave, always=True)
