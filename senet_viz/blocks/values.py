"""What is known of each tensor that is followed, while it lives."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from weakref import ref

from torch import Tensor

from senet_viz.blocks import axes as ax
from senet_viz.blocks.axes import Axes
from senet_viz.blocks.frames import Frame, Place
from senet_viz.blocks.operations import Operation

numbers = count()


@dataclass(slots=True, eq=False)
class Root:
    """The memory that a tensor shares with its views: when it was written last, and what then."""

    written: int = 0
    last: "Value | None" = None
    steps: "list[Step] | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Pooling:
    """The maps that a pooling reduced: their family, the functions before it, and how it pools.

    count: how many numbers became one. inner: its input had been pooled before. product: the
    product whose numbers it pooled. weights: the weights of its places for a weighted pooling, if
    known.
    """

    family: Any
    form: tuple[str, ...]
    words: tuple[str, ...]
    count: int
    inner: bool = False
    product: Any = None
    weights: Any = None


@dataclass(slots=True, eq=False)
class Step:
    """One operation that gives a value without places.

    before: the steps it took. args and kwargs: all that it was given, steps in the place of what
    they gave, so that it can be done again; empty where it was given a map, which would be kept
    alive. weights: that constants took part. tensor: what it gave, where that is kept. ``places``
    are shared with steps that give the same numbers otherwise laid out.
    """

    operation: Operation
    func: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    before: tuple["Step", ...]
    frame: Frame | None
    axes: Axes
    places: list[Place]
    pooling: Pooling | None = None
    weights: bool = False
    index: int = 0
    tensor: Tensor | None = None
    number: int = field(default_factory=numbers.__next__)

    @property
    def name(self) -> str:
        return self.operation.name

    @property
    def role(self) -> str:
        return self.operation.role

    def argument(self, word: str) -> Any:
        return self.operation.argument(word, self.args, self.kwargs)


@dataclass(slots=True, eq=False)
class Value:
    """What is known of one tensor.

    family: shared by maps that are computed from one another elementwise; form: by which functions.
    step is None for a tensor with places. poolings: all that it depends on. depends: on the
    network's input, not only on weights. squashed: a bounding function produced it. part: part of a
    pooling, with some places missing. product: the product that it is. weights: the weights of its
    places before they are summed.
    """

    tensor: "ref[Tensor]"
    axes: Axes
    family: Any
    form: tuple[str, ...]
    root: Root
    clock: int
    step: Step | None = None
    poolings: frozenset[Pooling] = frozenset()
    depends: bool = True
    squashed: Any = None
    part: Pooling | None = None
    product: Any = None
    weights: Any = None
    places: list[Place] = field(default_factory=list)


class Ledger:
    """Values by tensor; a tensor that is not in it is a weight or another constant."""

    def __init__(self) -> None:
        self.clock = 0
        self._known: dict[int, Value] = {}
        self._filled: dict[int, Value] = {}

    def of(self, tensor: Tensor) -> Value | None:
        value = self._known.get(id(tensor))
        if value is not None and value.tensor() is tensor:
            return value if value.clock >= value.root.written else self._rewritten(tensor, value)
        if self._filled and (writer := self._filled.get(memory(tensor))) is not None:
            return self._rewritten(tensor, writer)
        return None

    def put(self, tensor: Tensor, value: Value) -> None:
        self._known[id(tensor)] = value

    def write(self, tensor: Tensor, value: Value, *, was_constant: bool) -> None:
        """``tensor`` holds other numbers now, and so do its views."""
        value.root.written, value.root.last = value.clock, value
        self.put(tensor, value)
        if was_constant and (address := memory(tensor)):
            self._filled[address] = value

    def tick(self) -> int:
        self.clock += 1
        return self.clock

    def _rewritten(self, tensor: Tensor, value: Value) -> Value:
        """What a view holds after a write through another one."""
        last = value.root.last or value
        whole = last.tensor()
        alike = whole is not None and whole.numel() == tensor.numel()
        axes = (
            ax.regroup(last.axes, tensor.shape) if alike else ax.resized(value.axes, tensor.shape)
        )
        now = Value(
            ref(tensor),
            axes,
            last.family if alike else next(numbers),
            last.form if alike else (),
            last.root,
            self.tick(),
            step=last.step,
            poolings=last.poolings,
        )
        self.put(tensor, now)
        return now


def chain(step: Step, stop: Collection[Pooling] = ()) -> list[Step]:
    """A step and all it comes of, in the order in which they ran, not beyond the poolings given."""
    steps: dict[int, Step] = {}
    ahead = [step]
    while ahead:
        each = ahead.pop()
        if each.number not in steps:
            steps[each.number] = each
            if each.pooling is None or each.pooling not in stop:
                ahead.extend(each.before)
    return [steps[number] for number in sorted(steps)]


def memory(tensor: Tensor) -> int:
    """The address of a tensor's memory; 0 where it has none of the usual kind."""
    try:
        return int(tensor.untyped_storage()._cdata)
    except (RuntimeError, NotImplementedError):
        return 0


def again(step: Step, known: Mapping[int, Tensor]) -> Tensor:
    """What a step would give, the steps of these numbers having given other tensors."""
    done = dict(known)
    first = min(known)

    def given(argument: Any) -> Any:
        if isinstance(argument, Step):
            return value(argument)
        if isinstance(argument, list | tuple):
            return [given(each) for each in argument]
        return argument

    def value(each: Step) -> Tensor:
        if each.number not in done:
            if each.number < first or not each.args:
                assert each.tensor is not None
                return each.tensor
            args = [given(argument) for argument in each.args]
            for i in each.operation.writes:
                args[i] = args[i].clone()
            out = each.func(*args, **{word: given(a) for word, a in each.kwargs.items()})
            done[each.number] = out if isinstance(out, Tensor) else out[each.index]
        return done[each.number]

    return value(step)
