"""What a recording has seen: every call of every gate."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, fx, nn

from senet_viz.blocks.finding import Wanted, block_of, blocks_of, names_of
from senet_viz.blocks.layers import layers_of
from senet_viz.blocks.layouts import Layout
from senet_viz.blocks.passes import find, following, is_graph, kind_of_input, plan_of
from senet_viz.blocks.plan import PARTS, Plan, PlannedGate, called, make_plan
from senet_viz.blocks.pool_chains import sum_of
from senet_viz.blocks.tree import Tree
from senet_viz.core.arrays import Array, readonly
from senet_viz.core.errors import BlockError, CaptureError, SENetVizError
from senet_viz.core.records import BlockActivation, SEBlock, unknown_block
from senet_viz.core.translation import tr
from senet_viz.hooks.edits import EDITS, values_for
from senet_viz.hooks.gate_parts import GateParts
from senet_viz.hooks.plan_hooks import PlanHooks
from senet_viz.hooks.reader import Reader
from senet_viz.hooks.sites import Sites

_LOG = logging.getLogger(__name__)
Features = Literal["all", "none"] | Wanted | Iterable[Wanted]


class Recorder:
    """What the gates of a network did, pass after pass; indexed by name.

    doubts: a sentence for each gate that was not read as planned; it is followed in the next pass.
    problem: what was asked for is not there, which only the first pass could tell.
    """

    strict = False

    def __init__(
        self,
        model: nn.Module,
        features: Features,
        active: Callable[[], bool],
        *,
        tree: Tree,
        parts: Collection[str] = PARTS,
    ) -> None:
        self.model, self.tree, self.active = model, tree, active
        self.plan: Plan | None = next(iter(self.tree.plans.values()), None)
        self.doubts: list[str] = []
        self.problem: SENetVizError | None = None
        self._features = features
        self._parts = frozenset(parts)
        self._with_features: frozenset[str] | None = None
        self._stack: ExitStack | None = None
        self._hooks: dict[int, tuple[PlanHooks, Sites]] = {}
        self._now: dict[str, GateParts] = {}
        self._pending: list[tuple[PlannedGate, str, GateParts]] = []
        self._done: list[BlockActivation] = []
        self._order: dict[str, int] = {}
        self._end: Callable[[object], None] | None = None
        if self.plan is not None:
            self._keep(self.plan)

    @property
    def blocks(self) -> tuple[SEBlock, ...]:
        """The network's gates; none where it has not run and no input can be made up for it."""
        if self.plan is None:
            try:
                self.plan = plan_of(self.model)
            except CaptureError:
                return ()
        return blocks_of(self.plan)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the network to read it."""
        words = tr("Compiled parts of the network ran uncompiled, so that hooks fire.")
        return (words,) if self.tree.compiled else ()

    @property
    def silent(self) -> tuple[str, ...]:
        """Names of the gates that have not run, or were not read."""
        ran = {activation.block.name for activation in self.activations}
        return tuple(block.name for block in self.blocks if block.name not in ran)

    @property
    def activations(self) -> tuple[BlockActivation, ...]:
        """Every call of every gate, in the order in which they ran."""
        for gate, name, parts in self._pending:
            try:
                self._done.append(self._concluded(gate, name, parts))
            except Exception as error:  # one doubtful gate is no reason to lose the others
                self.doubt(name, error)
        self._pending.clear()
        return tuple(self._done)

    def in_firing_order(self) -> tuple[BlockActivation, ...]:
        """All calls; a block's ``index`` is its place in the order in which they fired."""
        return self.activations

    def calls(self, name: str) -> tuple[BlockActivation, ...]:
        """Every call of one gate, in order."""
        ran = [a.block.name for a in self.activations]
        names = tuple(dict.fromkeys((*ran, *(block.name for block in self.blocks))))
        if name not in names:
            raise BlockError(unknown_block(name, names))
        return tuple(a for a in self.activations if a.block.name == name)

    def __getitem__(self, name: str) -> BlockActivation:
        """All calls of one gate joined along the axis of inputs."""
        calls = self.calls(name)
        if not calls:
            raise CaptureError(
                tr(
                    "{name} has not run. Call the model inside the `with` block, in this thread",
                    name=name,
                )
            )
        return joined(calls)

    def attach(self, stack: ExitStack) -> None:
        """Act until the stack closes."""
        self._stack = stack
        if self.tree.compiled:
            stack.enter_context(torch.compiler.set_stance("force_eager"))

    def whole(self, name: str) -> bool:
        """Whether the feature maps of a gate are kept."""
        return self._with_features is not None and name.partition("@")[0] in self._with_features

    def add(self, gate: PlannedGate, name: str, parts: GateParts) -> None:
        parts.overridden = bool(values_for(self.model, gate.name, name))
        self._pending.append((gate, name, parts))

    def take(self) -> list[tuple[str, GateParts]]:
        """What was seen since this was last asked, not made into records."""
        taken = [(name, parts) for _, name, parts in self._pending]
        self._pending.clear()
        return taken

    def on_part(
        self, gate: PlannedGate, part: str, tensor: Tensor, layout: Layout, call: int
    ) -> None:
        """A part of a gate passes a hook."""
        now = self._now.get(gate.name)
        if now is None:
            now = self._now[gate.name] = GateParts(self.whole(gate.name), gate.scale)
        now.take(part, tensor, layout)

    def on_exit(self, gate: PlannedGate, call: int) -> None:
        """The module that owns a gate has run."""
        parts, name = self._now.pop(gate.name, None), called(gate.name, call)
        if parts is None or not parts.has(self._parts.intersection(gate.taps or ())):
            self.doubt(name, tr("it did not run as it did when it was found"))
        else:
            self.add(gate, name, parts)

    def forget(self) -> None:
        """Find anew in the next pass: the plan does not hold."""
        self.tree.plans.clear()

    def begin(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        """The network begins a pass: as planned, or followed as a whole where there is no plan."""
        marks = kind_of_input(args, kwargs)
        self.plan = self.tree.plans.get(marks)
        by_itself = isinstance(self.model, fx.GraphModule) or EDITS.get()
        if self.plan is None and by_itself:
            self.plan = self.tree.plans[marks] = find(self.model, args, kwargs)
        if self.plan is None:
            self._end = self._follow(marks, args, kwargs)
        else:
            self._keep_if_there(self.plan)
            self.use(self.plan)
            if "" in self.plan.sites:
                sites = self._hooks[id(self.plan)][1]
                sites.begin("", args, kwargs)
                self._end = sites.end

    def end(self, output: object) -> None:
        """The network has ended its pass."""
        end, self._end = self._end, None
        if end is not None:
            end(output)

    def use(self, plan: Plan) -> None:
        """Set the hooks of a plan, once, and begin a pass by it."""
        assert self._stack is not None
        if id(plan) not in self._hooks:
            first = [g for g in plan.blocks if g.taps is not None]

            def active() -> bool:
                """In passes that go by this plan."""
                return self.plan is plan and self.active()

            hooks = PlanHooks(self.tree, first, self._parts, self, active)
            hooks.set(self._stack)
            sites = Sites(self.model, self.tree, plan, active, self)
            sites.set(self._stack)
            self._hooks[id(plan)] = hooks, sites
        hooks, sites = self._hooks[id(plan)]
        hooks.restart()
        sites.restart()

    @property
    def _keeps_none(self) -> bool:
        return isinstance(self._features, str) and self._features == "none"

    def _keep(self, plan: Plan) -> None:
        """Which gates' feature maps are to be kept."""
        if self._with_features is None:
            everything = isinstance(self._features, str) and self._features == "all"
            wanted = [g.name for g in plan.gates] if everything else self._features
            self._with_features = frozenset()
            if not self._keeps_none:
                names = names_of(wanted, self.model, plan)
                self._with_features = frozenset(name.partition("@")[0] for name in names)

    def _keep_if_there(self, plan: Plan) -> None:
        """The pass is the person's own, and goes on where a name is unknown."""
        try:
            self._keep(plan)
        except SENetVizError as error:
            self.problem = error

    def _follow(
        self, marks: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Callable[[object], None]:
        reader = Reader(whole=lambda _number: not self._keeps_none)
        stack = ExitStack()
        follow, owners = stack.enter_context(
            following(self.model, keep=True, watcher=reader, root=False)
        )
        follow.take((args, dict(kwargs)))
        owners.enter(self.model, args)

        def end(output: object) -> None:
            owners.exit(self.model, args, kwargs, output)
            stack.close()
            if output is None:  # the pass failed
                return
            follow.give(output)
            plan = make_plan(self.model, follow, owners, graph=is_graph(self.model))
            self.plan = self.tree.plans.setdefault(marks, plan)
            self._keep_if_there(plan)
            for gate, (_, parts) in zip(plan.gates, reader.read(), strict=True):
                parts.whole = parts.whole and self.whole(gate.activation)
                self.add(gate, gate.activation, parts)

        return end

    def doubt(self, name: str, why: object) -> None:
        _LOG.info("%s was not read: %s", name, why)
        self.doubts.append(tr("{name} was not read: {why}.", name=name, why=str(why)))

    def _concluded(self, gate: PlannedGate, name: str, parts: GateParts) -> BlockActivation:
        layers, why = layers_of(gate, self.tree)
        block = block_of(gate, self._order.setdefault(name, len(self._order)), name=name)
        if parts.places != gate.places:
            block = replace(block, places=parts.places)
        record = parts.conclude(block, gate.gain, layers, why)
        if record.features is None or gate.chain is None:
            return record
        sums, why = sum_of(gate.name, gate.chain, self.tree)
        return replace(record, sums=sums, unsummed=why)


def joined(calls: tuple[BlockActivation, ...]) -> BlockActivation:
    """One activation of all inputs."""

    def join(arrays: list[Array]) -> Array:
        return readonly(np.concatenate(arrays))

    hidden = [a.hidden for a in calls if a.hidden is not None]
    logit = [a.logit for a in calls if a.logit is not None]
    features = [a.features for a in calls if a.features is not None]
    same_size = len({a.places for a in calls}) == 1
    return replace(
        calls[0],
        squeeze=join([a.squeeze for a in calls]),
        hidden=join(hidden) if hidden else None,
        excitation=join([a.excitation for a in calls]),
        factor=join([a.factor for a in calls]),
        logit=join(logit) if logit else None,
        features=join(features) if features and same_size else None,
        error=max(a.error for a in calls),
        output_scale=max(a.output_scale for a in calls),
        overridden=any(a.overridden for a in calls),
    )
