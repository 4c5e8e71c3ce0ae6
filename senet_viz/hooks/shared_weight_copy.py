"""A private copy of a network that shares its weights, and which kept answers it reads."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from senet_viz.blocks.network_runs import tensors_in
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr


def shell_of(model: nn.Module) -> nn.Module:
    """A copy of a network in eval mode that shares its parameters and buffers, for this use alone.

    The network's own hooks go along; hooks set on either later do not reach the other.
    """
    shared: dict[int, Any] = {id(t): t for t in (*model.parameters(), *model.buffers())}
    for module in model.modules():
        for name, value in list(vars(module).items()):
            if name.endswith(("_hooks", "_hooks_with_kwargs", "_hooks_always_called")):
                shared[id(value)] = copy.copy(value)
    try:
        shell = copy.deepcopy(model, shared)
    except (RuntimeError, TypeError) as error:
        raise CaptureError(
            tr(
                "{kind} cannot be copied ({error}), so it cannot be run with other "
                "gates beside itself",
                kind=type(model).__name__,
                error=str(error),
            )
        ) from error
    return shell.eval()


class Reader(TorchFunctionMode):
    """Notes which modules' kept answers any operation reads."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[int, tuple[Tensor, nn.Module]] = {}
        self.read: set[nn.Module] = set()

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        for value in tensors_in((*args, *kwargs.values())):
            if id(value) in self.given:
                self.read.add(self.given[id(value)][1])
        return func(*args, **kwargs)
