"""meet(): where each block's branch is added to the shortcut, and how much of the sum it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from senet_viz.analysis.branch_energy import Meeting
from senet_viz.blocks.layouts import Layout
from senet_viz.blocks.network_runs import Inputs, placed, tensors_in, unwrapped
from senet_viz.blocks.products import Product
from senet_viz.blocks.taps import maps_layout
from senet_viz.core.arrays import Array, readonly
from senet_viz.hooks.followed_gates import follow_gates
from senet_viz.hooks.network_output import copied

_SUMS = frozenset({"aten::add", "aten::add_"})


def meet(model: nn.Module, inputs: Inputs) -> tuple[Meeting, ...]:
    """One forward pass: the energy of every block's branch, and of the shortcut it is added to.

    inputs: as for ``capture``. Blocks come in firing order.

    From each gate's product on, everything computed from it is followed up to the first sum of
    two feature maps of one shape. If exactly one of them depends on the block, that one is the
    branch and the other is the shortcut. If both do, or there is no such sum, the block has no
    shortcut (a MobileNet unit that halves the map). What is not written as a sum of two tensors
    (``torch.stack(...).sum(0)``) is not seen as one.

    Raises a BlockError where the model has no gate.

    >>> import torch
    >>> from senet_viz.models.residual import build
    >>> meet(build("se", seed=0), torch.rand(2, 3, 64, 64))[0].share_map.shape
    (2, 16, 16)
    """
    meetings = _Meetings()
    inputs = placed(unwrapped(model)[0], inputs)
    return tuple(
        Meeting(block, *meetings.met.get(id(product), (None, None)))
        for block, product in follow_gates(model, inputs, meetings)
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Trace:
    """What is computed from one product: tensors by id, alive, so that no id is used again."""

    layout: Layout
    tensors: dict[int, Tensor]

    def add(self, values: Iterable[Tensor]) -> None:
        self.tensors.update((id(value), value) for value in values)

    def holds(self, value: Tensor) -> bool:
        return id(value) in self.tensors


class _Meetings(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Follows what this thread computes from each product, up to the first sum."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.met: dict[int, tuple[Array, Array]] = {}
        self._traces: dict[int, _Trace] = {}

    def before(self, product: Product, maps: Tensor, factor: Tensor) -> None:
        """Do nothing: only overrides put in other factors."""

    def after(self, product: Product, out: Tensor) -> None:
        """A product was made; it is followed from here on."""
        if product.reason is None and product.result is not None:
            layout = maps_layout(product, product.result.axes)
            self._traces[id(product)] = _Trace(layout, {id(out): out})

    def __torch_dispatch__(
        self,
        func: Any,
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        given = tuple(tensors_in((args, kwargs))) if self._traces else ()
        touched = {n: t for n, t in self._traces.items() if any(map(t.holds, given))}
        if touched and func._schema.name in _SUMS:
            for number, trace in touched.items():  # before the sum: it may overwrite a summand
                self._look(number, trace, given, scale=float(kwargs.get("alpha", 1)))
        answer = func(*args, **kwargs)
        for trace in touched.values():
            trace.add(tensors_in((answer,)))
        return answer

    def _look(
        self, number: int, trace: _Trace, summands: tuple[Tensor, ...], *, scale: float
    ) -> None:
        """Stop at the first sum of two feature maps, whether or not one of them is the shortcut."""
        if len(summands) != 2 or summands[0].shape != summands[1].shape:
            return
        if summands[0].ndim != len(trace.layout):
            return
        del self._traces[number]
        first, second = (trace.holds(value) for value in summands)
        if first and second:
            return
        energies = (
            _energy(summands[0], trace.layout),
            readonly(_energy(summands[1], trace.layout) * scale**2),
        )
        self.met[number] = energies if first else energies[::-1]


def _energy(summand: Tensor, layout: Layout) -> Array:
    """Squares summed over channels, (n, *places)."""
    held = [{letter for letter, _ in factors} for factors in layout]
    along = [d for d, letters in enumerate(held) if "c" in letters]
    energy = summand.detach().float().square().sum(along)
    if not any("n" in letters for letters in held):
        energy = energy[None]
    return readonly(copied(energy).numpy())
