"""tap_gates(): nothing but the gates, for passes over more pictures than anyone will look at."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from senet_viz.blocks.finding import FoundBlock, unwrap
from senet_viz.core.arrays import Array, readonly
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import unknown_block
from senet_viz.core.translation import tr
from senet_viz.hooks.hook_session import (
    compiled_parts,
    copied,
    evaluating,
    required_blocks,
    session,
)


@dataclass(frozen=True, slots=True, eq=False)
class GateTap:
    """What the gates gave since they were last taken."""

    names: tuple[str, ...]
    _seen: dict[str, list[Tensor]] = field(default_factory=dict)

    def add(self, name: str, gate: Tensor) -> None:
        self._seen.setdefault(name, []).append(gate)

    def take(self) -> tuple[Array, ...]:
        """The gates (n, c) of every block in the order of ``names``, for one forward pass.

        Raises a CaptureError where a block did not run exactly once since the last call.
        """
        seen = dict(self._seen)
        self._seen.clear()
        for name in self.names:
            if len(seen.get(name, ())) != 1:
                raise CaptureError(
                    tr(
                        "{name} ran {value} times in a forward pass; gates can be tapped only "
                        "where every block runs once",
                        name=name,
                        value=len(seen.get(name, ())),
                    )
                )
        return tuple(readonly(seen[name][0].numpy()) for name in self.names)


@contextmanager
def tap_gates(model: nn.Module, names: Iterable[str]) -> Iterator[GateTap]:
    """Copy the gates of the named blocks, in eval mode, and prove nothing.

    A fifth cheaper than ``record`` on a small network: no feature map is touched. Capture a
    picture first, so that the blocks are known to be read rightly. Raises a BlockError for a name
    the model does not have.

    >>> from senet_viz.models.residual import build
    >>> network = build("se")
    >>> with torch.no_grad(), tap_gates(network, ["layer3.1.se"]) as tap:
    ...     _ = network(torch.zeros(2, 3, 64, 64))
    >>> tap.take()[0].shape
    (2, 128)
    """
    inner = unwrap(model).model
    found = {place.block.name: place for place in required_blocks(inner)}
    tap = GateTap(tuple(names))
    with ExitStack() as stack:
        if compiled_parts(inner):
            stack.enter_context(torch.compiler.set_stance("force_eager"))
        stack.enter_context(evaluating(inner))
        active = stack.enter_context(session())
        for name in tap.names:
            if name not in found:
                raise BlockError(unknown_block(name, tuple(found)))
            _tap(found[name], tap, active, stack)
        yield tap


def _tap(place: FoundBlock, tap: GateTap, active: Callable[[], bool], stack: ExitStack) -> None:
    """The last call of the gate within one call of its block counts, as in a capture."""
    last: dict[str, Tensor] = {}

    def at_gate(_module: nn.Module, _args: object, output: Tensor) -> None:
        if active():
            gate = copied(output).flatten(1)
            last["gate"] = gate.sigmoid() if place.dialect.inline == "sigmoid" else gate

    def at_exit(_module: nn.Module, _args: object, _output: object) -> None:
        if active() and "gate" in last:
            tap.add(place.block.name, last.pop("gate"))

    gate = place.module.get_submodule(place.dialect.gate)
    stack.callback(gate.register_forward_hook(at_gate).remove)
    stack.callback(place.module.register_forward_hook(at_exit).remove)
