"""Follower: one forward pass watched operation by operation, each pooled value to its product."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol
from weakref import ref

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from senet_viz.blocks import axes as ax
from senet_viz.blocks.calls import Call
from senet_viz.blocks.frames import Frame
from senet_viz.blocks.network_runs import tensors_in
from senet_viz.blocks.operation_facts import (
    OF_WEIGHTS,
    PASSED_ON,
    argument_tensors,
    gain_of,
    mapped,
    met,
    note_reading,
    save,
    squashed_by,
    weighs,
    weights_by,
)
from senet_viz.blocks.operations import Operation, operation_of
from senet_viz.blocks.products import Product, find_product
from senet_viz.blocks.results import Result
from senet_viz.blocks.rules import result_of
from senet_viz.blocks.values import Ledger, Root, Step, Value, numbers

_LOG = logging.getLogger(__name__)
_GIVEN = Operation("given", "other", {}, {}, (), False, None)


class Watcher(Protocol):
    """Who is told of each product before and after it is made; it may put another factor in."""

    def before(self, product: Product, maps: Tensor, factor: Tensor) -> Tensor | None: ...

    def after(self, product: Product, out: Tensor) -> None: ...


class Follower(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Follows what a network computes in this thread; ``products`` come in the order they ran.

    It keeps no map alive, and what steps gave only with ``keep``. Whatever goes wrong in it stays
    in it: ``trouble`` says what. lost: fused operations came between, so that the output seems to
    come of nothing.
    """

    def __init__(
        self,
        frame: Callable[[], Frame | None],
        *,
        keep: bool = False,
        watcher: Watcher | None = None,
        on_write: Callable[[Tensor], None] | None = None,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.ledger = Ledger()
        self.products: list[Product] = []
        self.trouble: list[Exception] = []
        self.lost = False
        self._frame, self._keep, self._watcher = frame, keep, watcher
        self._on_write = on_write
        self._task = torch._C._current_graph_task_id()
        self._pooled: set[Any] = set()

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Compiled parts run eagerly anyhow; to say so at each operation takes long."""
        return False

    def take(self, inputs: object) -> None:
        """Follow what the network is given."""
        tensors = tensors_in(inputs)
        for tensor in tensors:
            if self.ledger.of(tensor) is None:
                axes = ax.unknown(tensor.shape)
                if len(tensors) > 1 and tensor.ndim == 1:  # a length, a camera: one an input
                    axes = ax.of([ax.INPUT], tensor.shape)
                value = Value(ref(tensor), axes, next(numbers), (), Root(), self.ledger.tick())
                if tensor.ndim <= 2:
                    value.step = Step(_GIVEN, None, (), {}, (), self._frame(), axes, value.places)
                self.ledger.put(tensor, value)

    def take_known(
        self, inputs: Mapping[Any, Tensor], known: Mapping[Any, tuple[Any, Any, tuple[str, ...]]]
    ) -> None:
        """Follow what a module is given, of which something is known from another pass."""
        for key, tensor in inputs.items():
            if key in known:
                pattern, family, form = known[key]
                axes = ax.like(pattern, tensor.shape)
                value = Value(ref(tensor), axes, family, form, Root(), self.ledger.tick())
                if not ax.has(axes, ax.PLACE | ax.UNKNOWN):
                    value.step = Step(_GIVEN, None, (), {}, (), None, axes, value.places)
                self.ledger.put(tensor, value)
        self.take(inputs)

    def give(self, outputs: object) -> None:
        """What the network answers with has been read; some of it comes of what it was given."""
        tensors = tensors_in(outputs)
        values = [value for tensor in tensors if (value := self.ledger.of(tensor)) is not None]
        for value in values:
            if value.product is not None:
                value.product.read = value.product.read or "output"
        self.lost = bool(tensors) and not values

    def findings(self) -> list[Product]:
        """What was found, in the order it ran, without what only weighed a pooling of its maps."""
        weights = {
            id(pooling.product)
            for product in self.products
            for pooling in product.factor.poolings
            if pooling.product is not None and pooling.form != product.maps.form
        }
        products = [
            p for p in self.products if p.reason is None or (id(p) not in weights and not weighs(p))
        ]
        for product in products:
            if product.reason is None and product.read is None:
                product.reason = "unread"
        return products

    def __torch_dispatch__(
        self,
        func: Any,
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        if torch._C._current_graph_task_id() != self._task:  # a backward pass within
            return func(*args, **kwargs)
        operation = operation_of(func)
        if operation.decompose is not None:
            with self:
                return operation.decompose(*args, **kwargs)
        try:
            call = self._before(operation, func, args, dict(kwargs))
        except Exception as error:
            self._troubled(error)
            call = None
        if call is None:
            return func(*args, **kwargs)
        out = func(*call.args, **call.kwargs)
        try:
            self._after(call, out)
        except Exception as error:
            self._troubled(error)
        return out

    def _troubled(self, error: Exception) -> None:
        """The pass is the person's own: it goes on."""
        _LOG.debug("an operation was not followed", exc_info=error)
        self.trouble.append(error)

    def _before(
        self, operation: Operation, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Call | None:
        tensors = argument_tensors(args, kwargs)
        values = [self.ledger.of(tensor) for tensor in tensors]
        if self._on_write is not None and (
            operation.writes or operation.argument("training", args, kwargs) is True
        ):
            for tensor, value in zip(tensors, values, strict=True):
                if value is None:
                    self._on_write(tensor)
        if operation.role not in OF_WEIGHTS:
            values = [None if v is None or not v.depends else v for v in values]
        data = [value for value in values if value is not None]
        if not data and not (operation.role == "squash" and tensors):
            return None
        call = Call(operation, func, args, kwargs, self._frame, tensors, values, data)
        for value in data:
            if value.product is not None:
                note_reading(call, value.product)
            written = self._keep and any(value.tensor() is args[i] for i in operation.writes)
            if written and value.root.steps:
                save(value.root)
        call.product = find_product(call)
        if call.product is not None and self._watcher is not None:
            maps, factor = call.product.tensors
            new = self._watcher.before(call.product, maps, factor)
            if new is not None:
                call.args = tuple(new if a is factor else a for a in args)
                call.kwargs = {k: new if v is factor else v for k, v in kwargs.items()}
        return call

    def _after(self, call: Call, out: Any) -> None:
        product = call.product
        given = out if isinstance(out, list | tuple) else (out,)
        outs = [each for each in given if isinstance(each, Tensor)]
        for index, tensor in enumerate(outs):
            result = None if product is None else met(product, tensor)
            if result is None and call.data:
                result = result_of(call, tensor, index)
            elif result is None:
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
        data, like, operation = call.data, result.like, call.operation
        writes = operation.writes
        written = bool(writes) and any(tensor is call.args[i] for i in writes if i < len(call.args))
        before = self.ledger.of(tensor) if written else None
        if before is not None:
            root = before.root
        else:
            root = data[0].root if data and operation.views else Root()
        same = like is not None and result.same
        value = Value(
            ref(tensor),
            result.axes,
            like.family if like is not None else result.family or next(numbers),
            result.form,
            root,
            self.ledger.tick(),
            depends=data[0].depends if len(data) == 1 else any(v.depends for v in data),
            part=result.part,
            places=like.places if like is not None and same else [],
        )
        passed_on = same or call.role in PASSED_ON or gain_of(call) is not None
        if like is not None and like.product is not None and passed_on:
            value.product = like.product
        value.weights = weights_by(call, pooled=result.pooling is not None)
        if result.pooling is not None:
            result.pooling = replace(result.pooling, weights=value.weights)
            self._pooled.add(result.pooling.family)
        elif written and call.product is None and value.family in self._pooled:
            value.family = next(numbers)  # other numbers than those that were pooled
        if not ax.has(result.axes, ax.PLACE | ax.UNKNOWN):
            self._without_places(call, value, tensor, result, index)
        value.squashed = squashed_by(call)
        if written:
            self.ledger.write(tensor, value, was_constant=before is None)
        else:
            self.ledger.put(tensor, value)
        return value

    def _without_places(
        self, call: Call, value: Value, tensor: Tensor, result: Result, index: int
    ) -> None:
        data = call.data if call.product is None else [call.product.maps]
        steps = tuple(v.step for v in data if v.step is not None)
        again = result.pooling is None and all(v.step is not None for v in call.data)
        value.step = Step(
            call.operation,
            call.func,
            self._in_steps(call.args) if again else (),
            self._in_steps(call.kwargs) if again else {},
            steps,
            call.frame(),
            result.axes,
            value.places,
            result.pooling,
            weights=None in call.values,
            index=index,
            tensor=tensor if self._keep else None,
        )
        if self._keep:
            value.root.steps = [*(value.root.steps or ()), value.step]
        value.poolings = frozenset().union(*(v.poolings for v in data if v.step is not None))
        if result.pooling is not None:
            value.poolings |= {result.pooling}

    def _in_steps(self, given: Any) -> Any:
        """Arguments with steps in the place of the tensors that they gave."""

        def step(tensor: Tensor) -> Any:
            value = self.ledger.of(tensor)
            return tensor if value is None or value.step is None else value.step

        return mapped(given, step)
