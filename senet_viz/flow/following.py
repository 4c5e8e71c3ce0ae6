"""Follow: one forward pass watched operation by operation, each pooled value to its product."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from weakref import ref

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from senet_viz.flow import axes as ax
from senet_viz.flow.calls import Call
from senet_viz.flow.operations import Operation, operation_of
from senet_viz.flow.owners import Frame, Owners
from senet_viz.flow.products import Product, find_product
from senet_viz.flow.rules import Result, result_of
from senet_viz.flow.values import Ledger, Root, Step, Value, numbers

_LOG = logging.getLogger(__name__)
_GIVEN = Operation("given", "other", {}, {}, (), False, None)
_PASSED_ON = ("layout", "move", "expand")
_OF_WEIGHTS = (*_PASSED_ON, "part", "pointwise", "squash", "product", "quotient", "sum")


class Watcher(Protocol):
    """Who is told of each product before and after it is made; it may put another factor in."""

    def before(self, product: Product, maps: Tensor, factor: Tensor) -> Tensor | None: ...

    def after(self, product: Product, out: Tensor) -> None: ...


class Follow(TorchDispatchMode):
    """Follows what a network computes in this thread; ``products`` come in the order they ran.

    It keeps no map alive. Whatever goes wrong in it stays in it: ``trouble`` says what.
    """

    def __init__(
        self, owners: Callable[[], tuple[Frame, ...]], *, keep: bool = False, watcher: Watcher | None = None
    ) -> None:
        super().__init__()
        self.ledger = Ledger()
        self.products: list[Product] = []
        self.trouble: list[Exception] = []
        self._owners, self._keep, self._watcher = owners, keep, watcher
        self._pooled: set[Any] = set()

    def take(self, inputs: object) -> None:
        """Follow what the network is given."""
        tensors = [leaf for leaf in tree_leaves(inputs) if isinstance(leaf, Tensor)]
        for tensor in tensors:
            if self.ledger.of(tensor) is None:
                axes = ax.unknown(tensor.shape)
                if len(tensors) > 1 and tensor.ndim == 1:  # a length, a camera: one an input
                    axes = ax.of([ax.INPUT], tensor.shape)
                value = Value(ref(tensor), axes, next(numbers), (), Root(), self.ledger.tick())
                if tensor.ndim <= 2:
                    value.step = Step(_GIVEN, None, (), {}, (), self._owners(), axes, value.places)
                self.ledger.put(tensor, value)

    def give(self, outputs: object) -> None:
        """What the network answers with has been read."""
        for tensor in tree_leaves(outputs):
            value = self.ledger.of(tensor) if isinstance(tensor, Tensor) else None
            if value is not None and value.product is not None:
                value.product.read = value.product.read or "output"

    def findings(self) -> list[Product]:
        """What was found, in the order it ran; what only weighed a pooling of its maps is left out."""
        weights = {
            id(pooling.product)
            for product in self.products
            for pooling in product.factor.poolings
            if pooling.product is not None and pooling.form != product.maps.form
        }
        found = [p for p in self.products if p.reason is None or id(p) not in weights]
        for product in found:
            if product.reason is None and product.read is None:
                product.reason = "unread"
        return found

    def __torch_dispatch__(
        self,
        func: Any,
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        kwargs = dict(kwargs or {})
        if torch._C._current_graph_task_id() >= 0:  # computed once more for a backward pass
            return func(*args, **kwargs)
        operation = operation_of(func)
        if operation.decompose is not None:
            with self:
                return operation.decompose(*args, **kwargs)
        call = self._quietly(self._before, operation, func, args, kwargs)
        if call is None:
            return func(*args, **kwargs)
        out = func(*call.args, **kwargs)
        self._quietly(self._after, call, out)
        return out

    def _quietly(self, work: Callable[..., Any], *given: Any) -> Any:
        try:
            return work(*given)
        except Exception as error:  # the pass is the person's own
            _LOG.debug("an operation was not followed", exc_info=True)
            self.trouble.append(error)
            return None

    def _before(
        self, operation: Operation, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Call | None:
        tensors = [t for t in _flat((*args, *kwargs.values())) if isinstance(t, Tensor)]
        values = [self.ledger.of(t) for t in tensors]
        if operation.role not in _OF_WEIGHTS:
            values = [v if v is not None and v.depends else None for v in values]
        if not any(values) and not (operation.role == "squash" and tensors):
            return None
        call = Call(operation, func, args, kwargs, self._owners(), tensors, values)
        self._read(call)
        for value in call.data if operation.writes else ():
            if self._keep and any(value.tensor() is args[i] for i in operation.writes):
                _save(value.root)
        call.product = find_product(call)
        if call.product is not None and self._watcher is not None:
            maps, factor = call.product.tensors or ()
            new = self._watcher.before(call.product, maps, factor)
            if new is not None:
                call.args = tuple(new if a is factor else a for a in args)
                kwargs.update({k: new for k, v in kwargs.items() if v is factor})
        return call

    def _read(self, call: Call) -> None:
        """Products that this operation takes have been read, unless it passes them on."""
        role = call.operation.role
        for value in call.data:
            product = value.product
            if product is None or role in _PASSED_ON or product.read is not None:
                continue
            if (gain := _gain(call)) is not None and product.gain == 1:
                product.gain = gain
            else:
                product.read = role

    def _after(self, call: Call, out: Any) -> None:
        product = call.product
        for index, tensor in enumerate(t for t in _flat((out,)) if isinstance(t, Tensor)):
            result = _met(call, product, tensor) if product else None
            result = result or (result_of(call, tensor, index) if any(call.values) else None)
            if result is None and call.operation.role == "squash":
                result = Result(ax.of([ax.CHANNEL] * tensor.ndim, tensor.shape))
            if result is not None:
                value = self._note(call, tensor, result, index)
                if product is not None and product.result is None:
                    product.result, value.product = value, product
        if product is not None:
            self.products.append(product)
            if self._watcher is not None:
                self._watcher.after(product, out)
            product.tensors = None

    def _note(self, call: Call, tensor: Tensor, result: Result, index: int) -> Value:
        data, like = call.data, result.like
        written = any(tensor is call.args[i] for i in call.operation.writes if i < len(call.args))
        before = self.ledger.of(tensor) if written else None
        root = before.root if before else data[0].root if data and call.operation.views else Root()
        value = Value(
            ref(tensor),
            result.axes,
            like.family if like else next(numbers) if result.family is None else result.family,
            result.form,
            root,
            self.ledger.tick(),
            depends=any(v.depends for v in data),
            squashed=_squashed(call),
            part=result.part,
            product=like.product if like and (result.same or _gain(call) is not None) else None,
            places=like.places if like and result.same else [],
        )
        if result.pooling is not None:
            self._pooled.add(result.pooling.family)
        elif written and call.product is None and value.family in self._pooled:
            value.family = next(numbers)  # other numbers than those that were pooled
        if not ax.has(result.axes, ax.PLACE | ax.UNKNOWN):
            self._without_places(call, value, tensor, result, index)
        if written:
            self.ledger.write(tensor, value, was_constant=before is None)
        else:
            self.ledger.put(tensor, value)
        return value

    def _without_places(
        self, call: Call, value: Value, tensor: Tensor, result: Result, index: int
    ) -> None:
        data = [call.product.maps] if call.product else call.data
        keeps_no_map = result.pooling is None and all(v.step is not None for v in call.data)
        value.step = Step(
            call.operation,
            call.func,
            call.args if keeps_no_map else (),
            call.kwargs if keeps_no_map else {},
            tuple(v.step for v in data if v.step is not None),
            call.frames,
            result.axes,
            value.places,
            result.pooling,
            weights=bool(call.constants),
            index=index,
            tensor=tensor if self._keep else None,
        )
        if self._keep:
            value.root.steps.append(value.step)
        value.poolings = frozenset().union(*(v.poolings for v in data if v.step is not None))
        if result.pooling is not None:
            value.poolings |= {result.pooling}


def _met(call: Call, product: Product, out: Tensor) -> Result | None:
    """What a product is: of the family of its maps, whatever multiplies them."""
    if product.reason in ("kernels", "mixed channels") or product.factor.step is None:
        return None
    maps = product.maps
    axes = maps.axes
    if len(axes) != out.ndim or any(ax.size_of(a) != s for a, s in zip(axes, out.shape, strict=True)):
        axes = ax.together([maps.axes, product.factor.axes], out.shape)
    return Result(axes, maps, form=(*maps.form, "gated"), part=maps.part)


def _squashed(call: Call) -> tuple[Frame, ...] | None:
    role, data = call.operation.role, call.data
    if role == "squash":
        return call.frames
    if len(data) == 1 and (role in _OF_WEIGHTS or call.name.startswith("upsample")):
        return data[0].squashed
    return None


def _gain(call: Call) -> float | None:
    """The number by which an operation multiplies all of one tensor."""
    if call.operation.role not in ("product", "quotient") or len(call.tensors) != 1:
        return None
    number = call.argument("other")
    if not isinstance(number, int | float) or not number:
        return None
    return float(number) if call.operation.role == "product" else 1 / number


def _save(root: Root) -> None:
    """Copies of what steps gave, before the memory is written to."""
    for step in root.steps:
        if step.tensor is not None:
            step.tensor = step.tensor.clone()
    root.steps.clear()


def _flat(values: tuple[Any, ...]) -> Any:
    for value in values:
        if isinstance(value, list | tuple):
            yield from value
        else:
            yield value
