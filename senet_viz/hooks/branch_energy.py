"""meet(): where each block's branch is added to the shortcut, and how much of the sum it is."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from senet_viz.analysis.branch_energy import Meeting
from senet_viz.blocks.finding import FoundBlock, unwrap
from senet_viz.core.arrays import Array, readonly
from senet_viz.hooks.hook_session import copied, required_blocks, session
from senet_viz.hooks.single_pass import capture

_SUMS = frozenset({"add", "add_", "__add__", "__radd__", "__iadd__"})


def meet(model: nn.Module, images: Tensor) -> tuple[Meeting, ...]:
    """One forward pass: the energy of every block's branch, and of the shortcut it is added to.

    images: (n, 3, h, w), already preprocessed. Blocks come in firing order.

    From each block's output on, everything computed from it is followed up to the first sum of
    two feature maps of one shape. Is only one of them computed from the block, it is the branch
    and the other the shortcut. Are both, or is there no such sum, then no shortcut leads past the
    block (a MobileNet unit that halves the map), and the block is not added to one. What is not
    written as a sum of two tensors (``torch.stack(...).sum(0)``) is not seen as one.

    Raises what ``capture`` raises.

    >>> import torch
    >>> from senet_viz.models.residual import build
    >>> meet(build("se", seed=0), torch.rand(2, 3, 64, 64))[0].share_map.shape
    (2, 16, 16)
    """
    inner = unwrap(model).model
    with ExitStack() as stack:
        active = stack.enter_context(session())
        following = _Following()
        for place in required_blocks(inner):
            stack.callback(_follow(place, following, active))
        stack.enter_context(following)
        captured = capture(inner, images, features="none")
    return tuple(
        Meeting(block, *following.met.get(block.name, (None, None))) for block in captured.blocks
    )


def _follow(
    place: FoundBlock, following: "_Following", active: Callable[[], bool]
) -> Callable[[], None]:
    """Hook one block's output; how to take the hook off again."""

    def at_exit(_module: nn.Module, _args: object, output: object) -> None:
        if active() and isinstance(output, Tensor):
            following.start(place.block.name, output, axis=place.dialect.channel_axis)

    return place.module.register_forward_hook(at_exit).remove


@dataclass(frozen=True, slots=True, eq=False)
class _Trace:
    """What is computed from one block: tensors by id, alive, so that no id is used again."""

    axis: int
    tensors: dict[int, Tensor]

    def add(self, values: Iterable[Tensor]) -> None:
        self.tensors.update((id(value), value) for value in values)

    def holds(self, value: Tensor) -> bool:
        return id(value) in self.tensors


class _Following(TorchFunctionMode):
    """Watches what this thread computes from the blocks' outputs, each up to its first sum."""

    def __init__(self) -> None:
        super().__init__()
        self.met: dict[str, tuple[Array, Array]] = {}
        self._traces: dict[str, _Trace] = {}

    def start(self, name: str, output: Tensor, *, axis: int) -> None:
        self._traces[name] = _Trace(axis, {id(output): output})

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        given = tuple(_tensors((args, kwargs))) if self._traces else ()
        touched = {n: t for n, t in self._traces.items() if any(map(t.holds, given))}
        if touched and getattr(func, "__name__", "") in _SUMS:
            for name, trace in touched.items():  # before the sum: it may overwrite a summand
                self._look(name, trace, given, scale=float(kwargs.get("alpha", 1)))
        answer = func(*args, **kwargs)
        for trace in touched.values():
            trace.add(_tensors((answer,)))
        return answer

    def _look(
        self, name: str, trace: _Trace, summands: tuple[Tensor, ...], *, scale: float
    ) -> None:
        """Stop following at the first sum of two feature maps; it is a meeting or it is none."""
        if len(summands) != 2 or summands[0].ndim != 4 or summands[0].shape != summands[1].shape:
            return
        del self._traces[name]
        first, second = (trace.holds(value) for value in summands)
        if first and second:
            return
        energies = (
            _energy(summands[0], trace.axis),
            readonly(_energy(summands[1], trace.axis) * scale**2),
        )
        self.met[name] = energies if first else energies[::-1]


def _energy(summand: Tensor, axis: int) -> Array:
    """Squares summed over channels, (n, h, w)."""
    return readonly(copied(summand.detach().float().square().sum(axis)).numpy())


def _tensors(values: object) -> Iterator[Tensor]:
    """All tensors in nested lists, tuples and dictionaries."""
    if isinstance(values, Tensor):
        yield values
    elif isinstance(values, Mapping):
        yield from _tensors(tuple(values.values()))
    elif isinstance(values, list | tuple):
        for value in values:
            yield from _tensors(value)
