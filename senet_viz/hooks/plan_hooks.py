"""Hooks from a plan: each part of a gate is handed over where it passes in or out of a module."""

import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol

from torch import Tensor, nn

from senet_viz.blocks.hook_list import HookList
from senet_viz.blocks.layouts import Layout
from senet_viz.blocks.plan import PlannedGate
from senet_viz.blocks.taps import Tap
from senet_viz.blocks.tree import Tree

_LOG = logging.getLogger(__name__)


class Handler(Protocol):
    """Receives the parts of gates; what ``on_part`` returns stands in the part's place.

    strict: what goes wrong is raised, in the person's own pass.
    """

    strict: bool

    def on_part(
        self, gate: PlannedGate, part: str, tensor: Tensor, layout: Layout, call: int
    ) -> Tensor | None:
        """A part passes in this call of its owner; the network may overwrite the tensor later."""

    def on_exit(self, gate: PlannedGate, call: int) -> None:
        """The module that owns the gate has run, for the ``call``-th time in this pass."""


@dataclass(frozen=True, slots=True, eq=False)
class _Wanted:
    """A part of a gate, and where it passes a module."""

    gate: PlannedGate
    part: str
    tap: Tap


@dataclass(slots=True, eq=False)
class _Owner:
    """A module that owns gates: whether it runs, for which time, and what ran how often in that.

    plain: its parts run once in each of its calls and nowhere else, so that none of it is counted.
    """

    gates: list[PlannedGate]
    plain: bool = True
    running: bool = False
    call: int = 0
    counts: dict[str, int] = field(default_factory=dict)


class PlanHooks:
    """The hooks for gates whose parts pass in and out of modules.

    gates: of the first call of each owner. parts: those to hand over. What goes wrong in a hook
    stays there, unless the handler is strict.
    """

    def __init__(
        self,
        tree: Tree,
        gates: Collection[PlannedGate],
        parts: Collection[str],
        handler: Handler,
        active: Callable[[], bool],
    ) -> None:
        self._tree, self._parts, self._handler, self._active = tree, parts, handler, active
        self._owners: dict[str, _Owner] = {}
        for gate in gates:
            self._owners.setdefault(gate.owner, _Owner([])).gates.append(gate)

    def restart(self) -> None:
        """A new pass begins: counting of calls starts again."""
        for owner in self._owners.values():
            owner.call = 0

    def set(self, stack: ExitStack, *, first: bool = False) -> None:
        """Set all hooks until the stack closes; ``first``: before the hooks of others."""
        attached = HookList(stack)
        for name, owner in self._owners.items():
            at: dict[str, list[_Wanted]] = {}
            for gate in owner.gates:
                for part, tap in (gate.taps or {}).items():
                    if part in self._parts:
                        at.setdefault(tap.module, []).append(_Wanted(gate, part, tap))
            owner.plain = all(w.tap.alone for wanted in at.values() for w in wanted)
            at.setdefault(name, [])
            for module, wanted in at.items():
                self._hook(attached, owner, module, wanted, owns=module == name, first=first)

    def _hook(
        self,
        attached: HookList,
        owner: _Owner,
        at: str,
        wanted: list[_Wanted],
        *,
        owns: bool,
        first: bool,
    ) -> None:
        module = self._tree.module(at)
        ends = owns or any(not w.tap.is_input for w in wanted)
        before = [w for w in wanted if w.tap.is_input and not (ends and w.tap.lasting)]
        after = [w for w in wanted if w not in before]
        keywords = any(isinstance(w.tap.key, str) for w in wanted)

        def enter(_module: nn.Module, args: Any, kwargs: Any = None) -> None:
            if not self._active():
                return
            if owns:
                owner.running = True
                owner.counts.clear()
            elif not owner.plain:
                owner.counts[at] = owner.counts.get(at, 0) + 1
            for each in before:
                self._hand(each, owner, kwargs if isinstance(each.tap.key, str) else args)

        def leave(_module: nn.Module, args: Any, *rest: Any) -> Any:
            if not self._active():
                return None
            if not (owner.plain or owns or before):
                owner.counts[at] = owner.counts.get(at, 0) + 1
            new = None
            for each in after:
                if each.tap.is_input:
                    self._hand(each, owner, rest[0] if isinstance(each.tap.key, str) else args)
                    continue
                output = rest[-1] if new is None else new
                other = self._hand(each, owner, output)
                new = new if other is None else _with(output, each.tap.key, other)
            if owns:
                self._end(owner)
            return new

        if before or (owns and not owner.plain):
            attached.before(module, enter, keywords=keywords)
        if after or owns:
            attached.after(module, leave, keywords=keywords, first=first)

    def _end(self, owner: _Owner) -> None:
        owner.running = False
        owner.call += 1
        for gate in owner.gates:
            self._handler.on_exit(gate, owner.call)

    def _hand(self, each: _Wanted, owner: _Owner, holder: Any) -> Tensor | None:
        """Hand a part over, if this is the call it passes in."""
        tap = each.tap
        if not owner.plain and not (owner.running and tap.call == owner.counts.get(tap.module, 1)):
            return None
        try:
            tensor = holder if tap.key is None else holder[tap.key]
            return self._handler.on_part(each.gate, each.part, tensor, tap.layout, owner.call + 1)
        except Exception as error:
            if self._handler.strict:
                raise
            _LOG.debug("a hook failed", exc_info=error)
            return None


def _with(output: Any, key: Any, new: Tensor) -> Any:
    """An output with one part replaced."""
    if key is None:
        return new
    if isinstance(output, Mapping):
        changed = {**output, key: new}
        return changed if type(output) is dict else type(output)(**changed)
    parts = [new if i == key else each for i, each in enumerate(output)]
    return type(output)(*parts) if hasattr(output, "_fields") else type(output)(parts)
