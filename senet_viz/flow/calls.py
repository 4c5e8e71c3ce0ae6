"""One operation as it runs."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from senet_viz.flow.operations import Operation
from senet_viz.flow.owners import Frame
from senet_viz.flow.values import Value


@dataclass(slots=True, eq=False)
class Call:
    """What an operation was given, and what is known of that; a value of None is a constant."""

    operation: Operation
    func: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    frames: tuple[Frame, ...]
    tensors: list[Tensor]
    values: list[Value | None]
    product: Any = None

    @property
    def name(self) -> str:
        return self.operation.name

    @property
    def data(self) -> list[Value]:
        return [value for value in self.values if value is not None]

    @property
    def constants(self) -> list[Tensor]:
        return [t for t, v in zip(self.tensors, self.values, strict=True) if v is None]

    def argument(self, word: str) -> Any:
        return self.operation.argument(word, self.args, self.kwargs)

    def value_of(self, tensor: object) -> Value | None:
        """What is known of one of the tensors given."""
        known = zip(self.tensors, self.values, strict=True)
        return next((value for each, value in known if each is tensor), None)

    def operands(self) -> tuple[Tensor, Tensor]:
        """The two factors of a product, in the order in which they are written."""
        first = {"addcmul": 1, "addmm": 1, "baddbmm": 1, "addmv": 1, "lerp": 1}.get(self.name, 0)
        return self.args[first], self.argument("other") if first == 0 and len(self.args) < 2 else self.args[first + 1]
