"""rehearse(): run a network once, then again and again from one block's gate on."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor, nn

from senet_viz.blocks.finding import blocks_of, required_plan
from senet_viz.blocks.hook_list import HookList
from senet_viz.blocks.layouts import Layout, arrange
from senet_viz.blocks.network_runs import placed, unwrapped
from senet_viz.blocks.plan import Plan, PlannedGate
from senet_viz.blocks.sessions import session
from senet_viz.blocks.tree import tree_of
from senet_viz.core.arrays import readonly
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import Activation, SEBlock, unknown_block
from senet_viz.core.scenes import Scene
from senet_viz.core.translation import tr
from senet_viz.hooks.gate_proof import GateParts
from senet_viz.hooks.network_output import (
    copied,
    guess_activation,
    numbers_in,
    scenes_in,
    scores_in,
)
from senet_viz.hooks.plan_hooks import PlanHooks
from senet_viz.hooks.replay import Replay
from senet_viz.hooks.shared_weight_copy import shell_of
from senet_viz.hooks.sites import Sites


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

    strict = True

    def __init__(self, model: nn.Module, images: Tensor) -> None:
        inner, _ = unwrapped(model)
        images = placed(inner, images)
        if images.ndim == 4:
            images = images.contiguous(memory_format=torch.channels_last)
        self._images = images
        self._shell = shell_of(inner)
        plan = required_plan(self._shell, images)
        self._planned = tree_of(self._shell), plan
        self._blocks = {block.name: block for block in blocks_of(plan)}
        self._calls: dict[str, _Calls] = {}
        self._gates: dict[str, list[tuple[int, Tensor]]] = {name: [] for name in self._blocks}
        self._clock = iter(range(10**9))
        self._output = self._rehearse()

    @property
    def blocks(self) -> tuple[SEBlock, ...]:
        return tuple(self._blocks.values())

    @property
    def logits(self) -> Tensor:
        """(n, k); a CaptureError where the network is no classifier."""
        scores, _ = scores_in(self._output)
        if scores is None:
            raise CaptureError(
                tr(
                    "{kind} does not answer with class scores (n, k), so there is no logit "
                    "to follow. Choose a classifier",
                    kind=type(self._shell).__name__,
                )
            )
        return scores.float()

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """The boxes or the class map of each picture; empty for a classifier."""
        return scenes_in(self._output)

    def shares(self, logits: Tensor) -> Tensor:
        """What logits (..., k) of this network say of each class."""
        if self._activation == "softmax":
            return logits.softmax(-1)
        return logits.sigmoid() if self._activation == "sigmoid" else logits

    @cached_property
    def _activation(self) -> Activation:
        return guess_activation(readonly(copied(self.logits).numpy()), self._shell)[0]

    def at(self, block: str) -> Replay:
        """Everything after the gate of one block.

        Raises a BlockError where there is no such block, a CaptureError where it did not run
        exactly once.
        """
        if block not in self._blocks:
            raise BlockError(unknown_block(block, tuple(self._blocks)))
        passes = self._gates[block]
        if len(passes) != 1:
            runs = len(passes)
            raise CaptureError(
                tr("the gate of {block} ran {runs} times; it must run once", block=block, runs=runs)
            )
        (tick, gates), *_ = passes
        largest = max(
            a.nbytes
            for calls in self._calls.values()
            for a, ended in zip(calls.answers, calls.ended, strict=True)
            if a is not None and ended > tick
        )
        largest = max(largest, *(part.nbytes for each in numbers_in(self._output) for part in each))
        se_block = self._blocks[block]
        replay = Replay(
            self._shell,
            self._planned,
            se_block,
            self._images,
            numbers_in(self._output),
            largest=largest,
        )
        return replay.prepare(gates, self._answers_before("", self._shell, tick))

    def whole(self, name: str) -> bool:
        return False

    def on_part(
        self, gate: PlannedGate, part: str, tensor: Tensor, layout: Layout, call: int
    ) -> None:
        """A gate passes a hook: what is over by now need not be run again."""
        own = arrange(tensor, layout).detach().float().clone()
        self._gates[gate.name].append((next(self._clock), own))

    def on_exit(self, gate: PlannedGate, call: int) -> None:
        pass

    def add(self, gate: PlannedGate, name: str, parts: GateParts) -> None:
        """A gate was followed: what was over before the module that was followed may be kept."""
        calls = self._calls.get(gate.followed or "")
        tick = calls.started[-1] if gate.followed and calls is not None else -1
        self._gates[gate.name].append((tick, parts.parts["excitation"].float()))

    def doubt(self, name: str, why: object) -> None:
        raise CaptureError(tr("{name} was not read: {why}.", name=name, why=str(why)))

    def _answers_before(self, name: str, module: nn.Module, tick: int) -> dict[str, list[Tensor]]:
        """The answers of the outermost modules that were done by then."""
        calls = self._calls.get(name)
        if calls is not None and calls.kept_before(tick, len(self._images)):
            return {name: [a for a in calls.answers if a is not None]}
        answers: dict[str, list[Tensor]] = {}
        for child, inner in module.named_children():
            answers |= self._answers_before(f"{name}.{child}" if name else child, inner, tick)
        return answers

    def _rehearse(self) -> object:
        tree, plan = self._planned
        watched = self._watched({tree.module(name) for name in _places(plan)})
        for name in watched.values():
            self._calls[name] = _Calls()

        def start(module: nn.Module, *_: object) -> None:
            self._calls[watched[module]].started.append(next(self._clock))

        def end(module: nn.Module, _args: object, output: object) -> None:
            calls = self._calls[watched[module]]
            calls.ended.append(next(self._clock))
            calls.answers.append(output.clone() if isinstance(output, Tensor) else None)

        with ExitStack() as stack:
            active = stack.enter_context(session())
            attached = HookList(stack)
            for module in watched:
                attached.before(module, start)
                attached.after(module, end)
            hooked = [gate for gate in plan.blocks if gate.taps is not None]
            PlanHooks(tree, hooked, ("excitation",), self, active).set(stack)
            sites = Sites(self._shell, tree, plan, active, self)
            sites.set(stack)
            stack.enter_context(torch.no_grad())
            if "" in sites.names:
                sites.begin("", (self._images,), {})
            raw = self._shell(self._images)
            if "" in sites.names:
                sites.end(raw)
        if not numbers_in(raw):
            raise CaptureError(
                tr(
                    "{kind} answers with neither class scores (n, k) nor boxes nor a class for "
                    "every pixel, so no change of its answer can be measured. Choose a classifier, "
                    "a detector or a segmentation network",
                    kind=type(self._shell).__name__,
                )
            )
        return raw

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


def _places(plan: Plan) -> set[str]:
    """The modules that gates come out of, or that are followed for theirs."""
    taps = [gate.taps for gate in plan.gates]
    hooked = {each["excitation"].module for each in taps if each is not None}
    return hooked | {gate.followed for gate in plan.gates if gate.followed}


def rehearse(model: nn.Module, images: Tensor) -> Rehearsal:
    """Run ``model`` once on ``images`` (n, 3, h, w), to go on from any block with other gates.

    Modules that had finished before the block's gate are not run again: their answers are kept,
    and repeated for every setting of the gates. It is checked that the network comes to the same
    answer that way; where it does not, everything is run again (``Replay.skipped`` is empty).

    Raises BlockError where the model has no SE block, CaptureError where it answers with neither
    class scores nor a scene.

    >>> from senet_viz.models.residual import build
    >>> replay = rehearse(build("se"), torch.ones(1, 3, 64, 64)).at("layer2.0.se")
    >>> off = torch.ones_like(replay.gates)[None]
    >>> replay.run(off).shape, "layer1" in replay.skipped
    (torch.Size([1, 1, 10]), True)
    """
    return Rehearsal(model, images)
