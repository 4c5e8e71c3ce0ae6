"""record(): every gate while a ``with`` block lasts, by hooks from a plan or by following."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Literal

import torch
from torch import Tensor, fx, nn

from senet_viz.flow.finding import find, following, is_graph, kind_of_input
from senet_viz.flow.hooked import Hooks, session
from senet_viz.flow.layouts import Layout
from senet_viz.flow.plan import PARTS, Plan, PlannedGate, called, make_plan
from senet_viz.flow.reader import Reader
from senet_viz.flow.records import GateActivation
from senet_viz.flow.running import unwrapped
from senet_viz.flow.seen import Seen
from senet_viz.flow.sites import Sites, watch_calls
from senet_viz.flow.tree import tree_of

_LOG = logging.getLogger(__name__)
Features = Literal["all", "none"] | str | Iterable[str]


class Recording:
    """What the gates of a network did, pass after pass.

    doubtful: a gate was not read as planned; it is followed in the next pass.
    """

    def __init__(self, model: nn.Module, features: Features, active: Callable[[], bool]) -> None:
        self.model, self.tree, self.active = model, tree_of(model), active
        self.plan: Plan | None = None
        self.doubts: list[str] = []
        self._features = features
        self._stack = ExitStack()
        self._hooks: dict[int, tuple[Hooks, Sites]] = {}
        self._now: dict[str, Seen] = {}
        self._pending: list[tuple[PlannedGate, str, Seen]] = []
        self._done: list[GateActivation] = []
        self._end: Callable[[object], None] | None = None

    @property
    def activations(self) -> tuple[GateActivation, ...]:
        """Every call of every gate, in the order in which they ran."""
        for gate, name, seen in self._pending:
            try:
                self._done.append(seen.conclude(gate, name))
            except Exception as error:
                self.doubt(name, error)
        self._pending.clear()
        return tuple(self._done)

    def whole(self, name: str) -> bool:
        """Whether the feature maps of a gate are kept."""
        if isinstance(self._features, str):
            return self._features == "all" or self._features == name
        return name in self._features

    def add(self, gate: PlannedGate, name: str, seen: Seen) -> None:
        self._pending.append((gate, name, seen))

    def seen(self, gate: PlannedGate, part: str, tensor: Tensor, layout: Layout) -> None:
        """A part of a gate passes a hook."""
        now = self._now.get(gate.name)
        if now is None:
            now = self._now[gate.name] = Seen(self.whole(gate.name), gate.scale)
        now.take(part, tensor, layout)

    def left(self, gate: PlannedGate, call: int) -> None:
        """The module that owns a gate has run."""
        seen, name = self._now.pop(gate.name, None), called(gate.name, call)
        if seen is None or gate.taps is None or len(seen.parts) < len(gate.taps) - seen.whole:
            self.doubt(name, "it did not run as it did when it was found")
        else:
            self.add(gate, name, seen)

    def forget(self) -> None:
        """Find anew in the next pass: the plan does not hold."""
        self.tree.plans.clear()

    def begin(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        """The network begins a pass: as planned, or followed as a whole where there is no plan."""
        marks = kind_of_input(args, kwargs)
        self.plan = self.tree.plans.get(marks)
        if self.plan is None and isinstance(self.model, fx.GraphModule) and not kwargs:
            self.plan = self.tree.plans[marks] = find(self.model, args)
        if self.plan is None:
            self._end = self._follow(marks, args, kwargs)
        else:
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
        if id(plan) not in self._hooks:
            first = [g for g in plan.blocks if g.taps is not None]
            hooks = Hooks(self.tree, first, PARTS, self, self.active)
            hooks.set(self._stack)
            sites = Sites(self.model, self.tree, plan, self.active, self)
            sites.set(self._stack)
            self._hooks[id(plan)] = hooks, sites
        hooks, sites = self._hooks[id(plan)]
        hooks.restart()
        sites.restart()

    def _follow(
        self, marks: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Callable[[object], None]:
        reader = Reader(whole=lambda _number: self._features != "none")
        stack = ExitStack()
        follow, owners = stack.enter_context(
            following(self.model, keep=True, watcher=reader, root=False)
        )
        follow.take((args, dict(kwargs)))
        owners.enter(self.model, args)

        def end(output: object) -> None:
            owners.exit(self.model, args, kwargs, output)
            follow.give(output)
            stack.close()
            plan = make_plan(self.model, follow, owners, graph=is_graph(self.model))
            self.plan = self.tree.plans[marks] = plan
            for gate, (_, seen) in zip(plan.gates, reader.read(), strict=True):
                seen.whole = seen.whole and self.whole(gate.name)
                self.add(gate, gate.activation, seen)

        return end

    def doubt(self, name: str, why: object) -> None:
        _LOG.info("%s was not read: %s", name, why)
        self.doubts.append(f"{name}: {why}")


@contextmanager
def record(model: nn.Module, *, features: Features = "none") -> Iterator[Recording]:
    """Record every gate in your own loop, over as many forward passes as you like.

    The first pass finds them, if none has before.

    >>> from senet_viz.models.residual import build
    >>> network = build("se").eval()
    >>> with record(network) as recorder:
    ...     for batch in torch.zeros(2, 4, 3, 128, 128):
    ...         _ = network(batch)
    >>> recorder.activations[-1].excitation.shape
    (4, 256)
    """
    inner, _ = unwrapped(model)
    with ExitStack() as stack:
        ours = stack.enter_context(session())

        def active() -> bool:
            """Not while activations are computed once more, for a backward pass."""
            return torch._C._current_graph_task_id() < 0 and ours()

        recording = Recording(inner, features, active)
        stack.enter_context(recording._stack)
        if recording.tree.compiled:
            stack.enter_context(torch.compiler.set_stance("force_eager"))
        watch_calls(inner, recording, stack, active)
        yield recording
