"""Which layer's answer is read by which: the flow of tensors through one forward pass.

Names say little about what stands beside an SE block, and registration order can mislead. So the
network is run once on shapes alone, and every layer and function notes what it reads and writes.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from senet_viz.blocks.finding import locate_blocks
from senet_viz.blocks.network_runs import tensors_in
from senet_viz.costs.shapes_only import over_shapes
from senet_viz.hooks.calls import Given, follow_calls

# Layers with parts of their own that are one step all the same (timm's joined norm and activation).
_WHOLE = (nn.modules.batchnorm._BatchNorm, nn.GroupNorm, nn.Conv2d)


@dataclass(frozen=True, slots=True)
class Step:
    """One layer or function as it ran; ``name`` is the dotted path, "" for a function.

    ``reads`` and ``writes`` are numbers of values: an answer written in place is a new value.
    """

    name: str
    kind: str
    reads: tuple[int, ...]
    writes: tuple[int, ...]


@dataclass(slots=True)
class Flow:
    """The steps of one forward pass in order, SE blocks as one step each."""

    steps: list[Step] = field(default_factory=list)

    def of(self, name: str) -> Step | None:
        """The step of a module; None where it ran never, or more than once."""
        steps = [step for step in self.steps if step.name == name]
        return steps[0] if len(steps) == 1 else None

    def writer(self, value: int) -> Step | None:
        """What made a value; None for the picture and for constants."""
        return next((step for step in self.steps if value in step.writes), None)

    def readers(self, value: int) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if value in step.reads)

    @property
    def repeated(self) -> frozenset[str]:
        """Modules that ran more than once: their weights serve several places."""
        runs = Counter(step.name for step in self.steps if step.name)
        return frozenset(name for name, count in runs.items() if count > 1)


def trace_flow(model: nn.Module, input_size: tuple[int, int]) -> Flow:
    """The flow of one picture of ``input_size`` (h, w) through ``model``.

    >>> layers = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU())
    >>> [step.kind for step in trace_flow(layers, (8, 8)).steps]
    ['Conv2d', 'ReLU']
    """
    return over_shapes(model, input_size, _run)


def _run(model: nn.Module, picture: Tensor) -> Flow:
    modules = dict(_wholes(model))
    watch = _Watch({name: type(module).__name__ for name, module in modules.items()})
    with (
        follow_calls(modules, entered=watch.entered, left=watch.left),
        torch.no_grad(),
        watch,
    ):
        model(picture)
    return watch.flow


def _wholes(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The modules that count as one step: SE blocks, and layers that hold no other layer."""
    units = {place.unit for place in locate_blocks(model)}
    blocks = {model.get_submodule(name) for name in units if name is not None}
    inside = {part for block in blocks for part in block.modules() if part is not block}
    for name, module in model.named_modules():
        if module not in inside and (
            module in blocks or isinstance(module, _WHOLE) or not module._modules
        ):
            inside.update(part for part in module.modules() if part is not module)
            yield name, module


class _Watch(TorchFunctionMode):
    """Notes what is read and written, outside the modules that count as one step."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        """kinds: the class of each module that is followed, by its name."""
        super().__init__()
        self.flow = Flow()
        self._kinds = kinds
        self._inside = 0
        self._values: dict[int, int] = {}
        self._kept: list[Tensor] = []  # an id means something only while its tensor lives
        self._fresh = 0

    def entered(self, _name: str, _given: Given) -> None:
        self._inside += 1

    def left(self, name: str, given: Given, answer: object) -> None:
        self._inside -= 1
        if not self._inside:
            self._note(name, self._kinds[name], given, answer)

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        answer = func(*args, **(kwargs or {}))
        name = getattr(func, "__name__", "")
        if not self._inside and name != "__get__" and tensors_in(answer):
            self._note("", name, (args, kwargs), answer)
        return answer

    def _note(self, name: str, kind: str, given: object, answer: object) -> None:
        reads = tuple(self._value(tensor) for tensor in tensors_in(given))
        writes = tuple(self._value(tensor, fresh=True) for tensor in tensors_in(answer))
        self.flow.steps.append(Step(name, kind, reads, writes))

    def _value(self, tensor: Tensor, *, fresh: bool = False) -> int:
        if fresh or id(tensor) not in self._values:
            self._fresh += 1
            self._values[id(tensor)] = self._fresh
            self._kept.append(tensor)
        return self._values[id(tensor)]
