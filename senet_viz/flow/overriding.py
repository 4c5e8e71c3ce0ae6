"""override(): other gates in force while a ``with`` block lasts."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from senet_viz.core.errors import BlockError
from senet_viz.flow.edits import EDITS, Edit, edited, values_for
from senet_viz.flow.finding import plan_of
from senet_viz.flow.hooked import Hooks, session
from senet_viz.flow.layouts import Layout
from senet_viz.flow.plan import Plan, PlannedGate
from senet_viz.flow.running import Inputs, unwrapped
from senet_viz.flow.sites import Sites, watch_calls
from senet_viz.flow.tree import tree_of
from senet_viz.core.translation import tr
from senet_viz.core.records import unknown_block

Gate = float | npt.ArrayLike


@contextmanager
def override(
    model: nn.Module, gates: Mapping[str, Gate], *, example: Inputs | None = None
) -> Iterator[None]:
    """Put other gates in force, for this thread only, while the ``with`` block lasts.

    gates: name to one number, an array (c,), or an array (n, c). NaN entries keep the network's own
    gate, so single channels can be set. Overrides nest: the inner one has the last word where both
    speak. A ``capture`` inside sees the gates in force. Gradients are those of the new gates.

    Raises BlockError for an unknown name or an array that does not fit it.

    >>> from senet_viz.flow.capturing import capture
    >>> from senet_viz.models.residual import build
    >>> network = build("se")
    >>> with override(network, {"layer1.0.se": 1.0}):
    ...     seen = capture(network, torch.ones(1, 3, 64, 64))
    >>> float(seen.activations[0].excitation.min())
    1.0
    """
    inner, _ = unwrapped(model)
    plan = plan_of(inner, example)
    named = {gate.name: gate for gate in plan.blocks}
    edit = Edit(inner, {name: _checked(named, name, given) for name, given in gates.items()})
    changed = [gate for name, gate in named.items() if name in edit.values]
    with ExitStack() as stack:
        if tree_of(inner).compiled:
            stack.enter_context(torch.compiler.set_stance("force_eager"))
        _Overriding(inner, plan, changed, stack)
        stack.callback(EDITS.reset, EDITS.set((*EDITS.get(), edit)))
        yield


class _Overriding:
    """Puts the gates of all overrides in force where the gates pass, or where they are followed."""

    def __init__(
        self, model: nn.Module, plan: Plan, changed: list[PlannedGate], stack: ExitStack
    ) -> None:
        self._model = model
        active, tree = stack.enter_context(session()), tree_of(model)
        hooked = [gate for gate in changed if gate.taps is not None]
        followed = {gate.followed for gate in changed if gate.taps is None}
        self._hooks = Hooks(tree, hooked, ("excitation",), self, active)
        self._sites = Sites(model, tree, plan, active, None, only=followed)
        self._whole = "" in followed
        self._hooks.set(stack, first=True)
        self._sites.set(stack)
        watch_calls(model, self, stack, active)

    def begin(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        self._hooks.restart()
        self._sites.restart()
        if self._whole:
            self._sites.begin("", args, kwargs)

    def end(self, output: object) -> None:
        if self._whole:
            self._sites.end(output)

    def seen(self, gate: PlannedGate, part: str, tensor: Tensor, layout: Layout) -> Tensor | None:
        values = values_for(self._model, gate.name)
        return edited(values, tensor, layout) if values else None

    def left(self, gate: PlannedGate, call: int) -> None:
        pass


def _checked(named: Mapping[str, PlannedGate], name: str, given: Gate) -> Tensor:
    if name not in named:
        raise BlockError(unknown_block(name, tuple(named)))
    value = torch.as_tensor(np.array(given, dtype=np.float32))
    channels = named[name].channels
    if not (value.ndim == 0 or (value.ndim in (1, 2) and value.shape[-1] in (1, channels))):
        raise BlockError(
            tr(
                "gates of shape {shape} do not fit {name}: give one number, ({channels},) "
                "or (n, {channels})",
                shape=tuple(value.shape),
                name=name,
                channels=channels,
            )
        )
    if value.isinf().any():
        raise BlockError(
            tr("the gates for {name} hold an infinite number; give finite ones", name=name)
        )
    return value
