"""A copy of a network without values: shapes only, so that one forward pass costs next to nothing.

Counts of parameters, multiply-adds and bytes need the shapes alone.
"""

import copy
from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from senet_viz.blocks.examples import picture_channels
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr

Answer = TypeVar("Answer")


def outline_of(model: nn.Module) -> nn.Module:
    """A copy in eval mode whose parameters and buffers are on the meta device; no hooks go along.

    >>> next(outline_of(nn.Linear(2, 3)).parameters()).device.type
    'meta'
    """
    return _copied(model, _shape_only)


def shared_copy(model: nn.Module) -> nn.Module:
    """A copy in eval mode with the very same parameters and buffers, to take modules out of."""
    return _copied(model, lambda tensor: tensor)


def own_copy(model: nn.Module) -> nn.Module:
    """A copy in eval mode with parameters and buffers of its own, to change them."""
    return _copied(model, _cloned)


def over_shapes(model: nn.Module, size: tuple[int, int], run: Callable[..., Answer]) -> Answer:
    """``run(outline, picture)`` on shapes alone; on the network itself where it needs values."""
    shape, dtype = (1, picture_channels(model), *size), _dtype(model)
    try:
        picture = torch.zeros(shape, device="meta", dtype=dtype)
        return run(outline_of(model), picture)
    except Exception:  # what a network does may fail in many ways without values
        parameter = next(model.parameters())
        picture = torch.zeros(shape, device=parameter.device, dtype=dtype)
        return run(shared_copy(model), picture)


def _shape_only(tensor: Tensor) -> Tensor:
    shape = torch.empty_like(tensor, device="meta")
    if isinstance(tensor, nn.Parameter):
        return nn.Parameter(shape, requires_grad=tensor.requires_grad)
    return shape


def _cloned(tensor: Tensor) -> Tensor:
    clone = tensor.detach().clone()
    if isinstance(tensor, nn.Parameter):
        return nn.Parameter(clone, requires_grad=tensor.requires_grad)
    return clone


def _dtype(model: nn.Module) -> torch.dtype:
    dtypes = (p.dtype for p in model.parameters() if p.is_floating_point())
    return next(dtypes, torch.float32)


def _copied(model: nn.Module, put: Callable[[Tensor], Tensor]) -> nn.Module:
    memo: dict[int, Any] = {id(t): put(t) for t in (*model.parameters(), *model.buffers())}
    try:
        for module in model.modules():
            for name, value in vars(module).items():
                if name.endswith(("_hooks", "_hooks_with_kwargs", "_hooks_always_called")):
                    memo[id(value)] = type(value)()
        return copy.deepcopy(model, memo).eval()
    except (RuntimeError, TypeError) as error:
        raise CaptureError(
            tr(
                "{kind} cannot be copied ({error}), so it cannot be compared with itself "
                "without SE",
                kind=type(model).__name__,
                error=str(error),
            )
        ) from error
