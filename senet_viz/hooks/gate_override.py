"""override(): other gates in force while a ``with`` block lasts."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from senet_viz.blocks.finding import Wanted, names_of, required_plan
from senet_viz.blocks.layouts import Layout
from senet_viz.blocks.network_runs import Inputs, unwrapped
from senet_viz.blocks.passes import find, kind_of_input
from senet_viz.blocks.plan import Plan, PlannedGate, called
from senet_viz.blocks.sessions import session
from senet_viz.blocks.tree import Tree, tree_of
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.translation import tr
from senet_viz.hooks.edits import EDITS, Edit, edited, values_for
from senet_viz.hooks.plan_hooks import PlanHooks
from senet_viz.hooks.sites import Sites, watch_calls

Gate = float | npt.ArrayLike


@contextmanager
def override(
    model: nn.Module, gates: Mapping[Any, Gate], *, example: Inputs | None = None
) -> Iterator[None]:
    """Put other gates in force, for this thread only, while the ``with`` block lasts.

    gates: from a gate's name, index or module to one number, an array (c,), or an array (n, c) of
    excitations. NaN entries keep the network's own gate, so single channels can be set. A name
    stands for every call of its module, ``name@2`` for the second alone. Overrides nest: the inner
    one has the last word where both speak. A ``capture`` inside sees the gates in force. Gradients
    are those of the new gates. example: an input of the model, where none can be made up for it and
    it was not captured before; without one the gates are looked for in the first pass inside.

    Raises BlockError for an unknown gate or an array that does not fit it.

    >>> from senet_viz.hooks import capture
    >>> from senet_viz.models.residual import build
    >>> network = build("se")
    >>> with override(network, {"layer1.0.se": 1.0}):
    ...     seen = capture(network, torch.ones(1, 3, 64, 64))
    >>> float(seen["layer1.0.se"].excitation.min())
    1.0
    """
    inner, _ = unwrapped(model)
    given = {wanted: _tensor(gate, wanted) for wanted, gate in gates.items()}
    edit = Edit(inner, {})
    with overriding(inner, edit) as begun:
        try:
            plan = required_plan(inner, example)
        except CaptureError:  # no input can be made up: the first pass inside shows what there is
            begun.resolve = lambda plan: edit.put(_named(inner, plan, given))
        else:
            edit.put(_named(inner, plan, given))
        yield


@contextmanager
def overriding(
    model: nn.Module, edit: Edit, planned: tuple[Tree, Plan] | None = None
) -> Iterator["Overriding"]:
    """Put an edit's excitations in force; they may still be set while it lasts.

    planned: the gates to go by, even if the network changes.
    """
    with ExitStack() as stack:
        if tree_of(model).compiled:
            stack.enter_context(torch.compiler.set_stance("force_eager"))
        begun = Overriding(model, edit, stack, planned)
        stack.callback(EDITS.reset, EDITS.set((*EDITS.get(), edit)))
        yield begun


class Overriding:
    """Puts the gates of all overrides in force where the gates pass, or where they are followed.

    resolve: what to do once the network's gates are known.
    """

    strict = True

    def __init__(
        self,
        model: nn.Module,
        edit: Edit,
        stack: ExitStack,
        planned: tuple[Tree, Plan] | None,
    ) -> None:
        self.resolve: Any = None
        self._model, self._edit, self._stack, self._planned = model, edit, stack, planned
        self._active = stack.enter_context(session())
        self._set: dict[int, tuple[PlanHooks, Sites]] = {}
        self._sites: Sites | None = None
        self._plan_now: Plan | None = None
        watch_calls(model, self, stack, self._active)

    def begin(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        tree, plan = self._planned or self._plan(args, kwargs)
        if self.resolve is not None:
            resolve, self.resolve = self.resolve, None
            resolve(plan)
        self._plan_now = plan
        hooks, sites = self._hooked(tree, plan)
        hooks.restart()
        sites.restart()
        if "" in sites.names:
            self._sites = sites
            sites.begin("", args, kwargs)

    def end(self, output: object) -> None:
        sites, self._sites = self._sites, None
        if sites is not None:
            sites.end(output)

    def on_part(
        self, gate: PlannedGate, part: str, tensor: Tensor, layout: Layout, call: int
    ) -> Tensor | None:
        values = values_for(self._model, gate.name, called(gate.name, call))
        return edited(values, tensor, layout) if values else None

    def on_exit(self, gate: PlannedGate, call: int) -> None:
        pass

    def _plan(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Tree, Plan]:
        tree, marks = tree_of(self._model), kind_of_input(args, kwargs)
        if marks not in tree.plans:
            tree.plans[marks] = find(self._model, args, kwargs)
        return tree, tree.plans[marks]

    def _hooked(self, tree: Tree, plan: Plan) -> tuple[PlanHooks, Sites]:
        """The hooks of a plan, set once."""
        if id(plan) not in self._set:
            bases = {name.partition("@")[0] for name in self._edit.values}
            changed = [gate for gate in plan.blocks if gate.name in bases]
            hooked = [gate for gate in changed if gate.taps is not None]
            followed = {gate.followed for gate in plan.gates if gate.name in bases} - {None}

            def active() -> bool:
                """In passes that go by this plan."""
                return self._plan_now is plan and self._active()

            hooks = PlanHooks(tree, hooked, ("excitation",), self, active)
            sites = Sites(self._model, tree, plan, active, None, only=followed)
            hooks.set(self._stack, first=True)
            sites.set(self._stack)
            self._set[id(plan)] = hooks, sites
        return self._set[id(plan)]


def _named(model: nn.Module, plan: Plan, given: Mapping[Wanted, Tensor]) -> dict[str, Tensor]:
    """The excitations by the gates' names, checked."""
    channels = {gate.activation: gate.channels for gate in plan.gates}
    named: dict[str, Tensor] = {}
    for wanted, value in given.items():
        for name in names_of(wanted, model, plan):
            wide = channels[name]
            if not (value.ndim == 0 or (value.ndim in (1, 2) and value.shape[-1] in (1, wide))):
                raise BlockError(
                    tr(
                        "gates of shape {shape} do not fit {name}: give one number, ({channels},) "
                        "or (n, {channels})",
                        shape=tuple(value.shape),
                        name=name,
                        channels=wide,
                    )
                )
            named[name] = value
    return named


def _tensor(given: Gate, wanted: Wanted) -> Tensor:
    name = wanted if isinstance(wanted, str | int) else type(wanted).__name__
    try:
        value = torch.as_tensor(np.array(given, dtype=np.float32))
    except (TypeError, ValueError) as error:
        raise BlockError(
            tr(
                "the gates for {name} are {kind}; give one number or an array of numbers",
                name=name,
                kind=type(given).__name__,
            )
        ) from error
    if value.isinf().any():
        raise BlockError(
            tr("the gates for {name} hold an infinite number; give finite ones", name=name)
        )
    return value
