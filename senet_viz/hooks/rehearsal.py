"""rehearse(): run a network once, then again and again from one block's gate on."""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from senet_viz.blocks.finding import unwrap
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import SEBlock, unknown_block
from senet_viz.core.translation import tr
from senet_viz.hooks.hook_session import required_blocks
from senet_viz.hooks.replay import Replay
from senet_viz.hooks.shell import shell_of


@dataclass(slots=True)
class _Calls:
    """When a module ran, on a clock that ticks at each start and end, and what it answered."""

    started: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    answers: list[Tensor | None] = field(default_factory=list)

    def kept_before(self, tick: int, pictures: int) -> bool:
        """Whether every call was over by then, and each answer is one tensor of the pictures."""
        return (
            bool(self.ended)
            and len(self.ended) == len(self.started)
            and max(self.ended) < tick
            and all(a is not None and a.ndim > 1 and len(a) == pictures for a in self.answers)
        )


class Rehearsal:
    """One forward pass of a private copy of a network, ready to be gone on with at any block.

    The weights are those of the network itself, not copied; its hooks and modes are not touched.
    """

    def __init__(self, model: nn.Module, images: Tensor) -> None:
        inner = unwrap(model).model
        parameter = next((p for p in inner.parameters() if p.is_floating_point()), None)
        if parameter is not None:
            images = images.to(parameter.device, parameter.dtype)
        self._images = images.contiguous(memory_format=torch.channels_last)
        self._shell = shell_of(inner)
        self._places = {p.block.name: p for p in required_blocks(self._shell)}
        self._calls: dict[str, _Calls] = {}
        self._gates: dict[str, Tensor] = {}
        self.logits = self._rehearse()

    @property
    def blocks(self) -> tuple[SEBlock, ...]:
        return tuple(place.block for place in self._places.values())

    def at(self, block: str) -> Replay:
        """Everything after the gate of one block.

        Raises a BlockError where there is no such block, a CaptureError where it did not run
        exactly once.
        """
        if block not in self._places:
            raise BlockError(unknown_block(block, tuple(self._places)))
        place = self._places[block]
        gate = self._name(place.module.get_submodule(place.dialect.gate))
        starts = self._calls[gate].started
        if len(starts) != 1:
            runs = len(starts)
            raise CaptureError(
                tr("the gate of {block} ran {runs} times; it must run once", block=block, runs=runs)
            )
        largest = max(
            a.nbytes
            for calls in self._calls.values()
            for a, ended in zip(calls.answers, calls.ended, strict=True)
            if a is not None and ended > starts[0]
        )
        replay = Replay(self._shell, place, self._images, self.logits, largest=largest)
        return replay.prepare(self._gates[block], self._kept("", self._shell, starts[0]))

    def _kept(self, name: str, module: nn.Module, tick: int) -> dict[str, list[Tensor]]:
        """The answers of the outermost modules that were done by then."""
        calls = self._calls.get(name)
        if calls is not None and calls.kept_before(tick, len(self._images)):
            return {name: [a for a in calls.answers if a is not None]}
        kept: dict[str, list[Tensor]] = {}
        for child, inner in module.named_children():
            kept |= self._kept(f"{name}.{child}" if name else child, inner, tick)
        return kept

    def _name(self, wanted: nn.Module) -> str:
        names: dict[nn.Module, str] = {m: name for name, m in self._shell.named_modules()}
        return names[wanted]

    def _rehearse(self) -> Tensor:
        gates = {
            place.module.get_submodule(place.dialect.gate): place for place in self._places.values()
        }
        watched = self._watched(set(gates))
        handles = []
        clock = iter(range(10**9))

        def start(module: nn.Module, *_: object) -> None:
            self._calls[watched[module]].started.append(next(clock))

        def end(module: nn.Module, _args: object, output: object) -> None:
            calls = self._calls[watched[module]]
            calls.ended.append(next(clock))
            calls.answers.append(output.clone() if isinstance(output, Tensor) else None)
            if module in gates and isinstance(output, Tensor):
                place = gates[module]
                flat = output.flatten(1).float()
                self._gates[place.block.name] = flat.sigmoid() if place.dialect.inline else flat

        for module, name in watched.items():
            self._calls[name] = _Calls()
            handles.append(module.register_forward_pre_hook(start))
            handles.append(module.register_forward_hook(end))
        try:
            with torch.no_grad():
                output = self._shell(self._images)
        finally:
            for handle in handles:
                handle.remove()
        if not isinstance(output, Tensor) or output.ndim != 2:
            raise CaptureError(
                tr(
                    "{kind} does not answer with class scores (n, k), so there is no logit "
                    "to follow. Choose a classifier",
                    kind=type(self._shell).__name__,
                )
            )
        return output.float()

    def _watched(self, gates: set[nn.Module]) -> dict[nn.Module, str]:
        """Modules with a gate inside them, and the parts of those: no finer is ever needed."""
        watched: dict[nn.Module, str] = {}

        def walk(name: str, module: nn.Module) -> None:
            watched.setdefault(module, name)
            if module in gates or any(part in gates for part in module.modules()):
                for child, inner in module.named_children():
                    walk(f"{name}.{child}" if name else child, inner)

        walk("", self._shell)
        return watched


def rehearse(model: nn.Module, images: Tensor) -> Rehearsal:
    """Run ``model`` once on ``images`` (n, 3, h, w), to go on from any block with other gates.

    Modules that had finished before the block's gate are not run again: their answers are kept,
    and repeated for every setting of the gates. It is checked that the network comes to the same
    logits that way; where it does not, everything is run again (``Replay.skipped`` is empty).

    Raises BlockError where the model has no SE block, CaptureError where it is no classifier.

    >>> from senet_viz.models.residual import build
    >>> replay = rehearse(build("se"), torch.ones(1, 3, 64, 64)).at("layer2.0.se")
    >>> off = torch.ones_like(replay.gates)[None]
    >>> replay.run(off).shape, "layer1" in replay.skipped
    (torch.Size([1, 1, 10]), True)
    """
    return Rehearsal(model, images)
