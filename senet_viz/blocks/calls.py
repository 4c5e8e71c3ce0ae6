"""One operation as it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from senet_viz.blocks.frames import Frame
from senet_viz.blocks.operations import Operation
from senet_viz.blocks.values import Value

_FIRST_FACTOR = {"addcmul": 1, "addmm": 1, "baddbmm": 1, "addmv": 1, "lerp": 1}


@dataclass(slots=True, eq=False)
class Call:
    """What an operation was given, and what is known of that; a value of None is a constant."""

    operation: Operation
    func: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    frame: Callable[[], Frame | None]
    tensors: list[Tensor]
    values: list[Value | None]
    data: list[Value]
    product: Any = None

    @property
    def name(self) -> str:
        return self.operation.name

    @property
    def role(self) -> str:
        return self.operation.role

    @property
    def constants(self) -> list[Tensor]:
        return [t for t, v in zip(self.tensors, self.values, strict=True) if v is None]

    def argument(self, word: str) -> Any:
        return self.operation.argument(word, self.args, self.kwargs)

    def value_of(self, tensor: object) -> Value | None:
        """What is known of one of the tensors given."""
        for each, value in zip(self.tensors, self.values, strict=True):
            if each is tensor:
                return value
        return None

    def operands(self) -> tuple[Any, Any]:
        """The two factors of a product, in the order in which they are written."""
        first = _FIRST_FACTOR.get(self.name, 0)
        if len(self.args) > first + 1:
            return self.args[first], self.args[first + 1]
        return self.args[0], self.argument("other")
