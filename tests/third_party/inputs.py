"""Natural inputs, and how most networks are built."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import torch
from torch import Tensor, nn


def noise(*shape: int) -> Callable[[], Tensor]:
    """Numbers around zero."""
    return lambda: torch.randn(*shape)


def pictures(side: int, *, n: int = 2, channels: int = 3) -> Callable[[], Tensor]:
    """(n, channels, side, side)."""
    return noise(n, channels, side, side)


def between_zero_and_one(*shape: int) -> Callable[[], Tensor]:
    """Numbers from 0 to 1, as restoration networks take them."""
    return lambda: torch.rand(*shape)


def named(module: str, function: str, *args: Any, **kwargs: Any) -> Callable[[], nn.Module]:
    """What a package's own function or class gives."""

    def build() -> nn.Module:
        built = getattr(import_module(module), function)(*args, **kwargs)
        assert isinstance(built, nn.Module)
        return built

    return build
