"""Products of a gate that its block hands back without multiplying it in: ``x * self.se(x)``."""

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor
from torch.overrides import TorchFunctionMode

_NAMES = frozenset({"mul", "mul_", "multiply", "multiply_", "__mul__", "__rmul__", "__imul__"})
Found = Callable[[Tensor, Tensor], None]


class Products(TorchFunctionMode):
    """Watches this thread's multiplications for gates that wait for their features."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[int, tuple[Tensor, Found]] = {}

    def expect(self, gate: Tensor, found: Found) -> None:
        """Call ``found(features, product)`` once ``gate`` is multiplied into a feature map."""
        self._waiting[gate.untyped_storage().data_ptr()] = (gate, found)

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        factors = args[:2] if self._waiting and getattr(func, "__name__", "") in _NAMES else ()
        for gate, features in (factors, factors[::-1]) if len(factors) == 2 else ():
            if self._awaited(gate, features):
                key = gate.untyped_storage().data_ptr()
                _, found = self._waiting.pop(key)
                before = features.detach().clone()
                product = func(*args, **(kwargs or {}))
                found(before, product)
                return product
        return func(*args, **(kwargs or {}))

    def _awaited(self, gate: object, features: object) -> bool:
        return (
            isinstance(gate, Tensor)
            and isinstance(features, Tensor)
            and features.ndim == 4
            and gate.untyped_storage().data_ptr() in self._waiting
        )
