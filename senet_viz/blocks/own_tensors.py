"""A network's own tensors, put back as they were after a pass."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.grad_mode import _unsafe_preserve_version_counter

from senet_viz.blocks.values import memory


class Buffers:
    """Puts back what a pass writes into a network's own tensors, version counters included."""

    def __init__(self, model: nn.Module) -> None:
        self._model = model
        self._own: dict[int, Tensor] | None = None
        self._saved: dict[int, tuple[Tensor, Tensor, Any]] = {}

    def save(self, tensor: Tensor) -> None:
        """``tensor`` is about to be written to."""
        if self._own is None:
            every = (*self._model.buffers(), *self._model.parameters())
            self._own = {memory(t): t for t in every if memory(t)}
        at = memory(tensor)
        own = self._own.get(at)
        if own is not None and at not in self._saved:
            keeper = None
            if not own.is_inference():
                keeper = _unsafe_preserve_version_counter(own)
                keeper.__enter__()
            self._saved[at] = (own, own.detach().clone(), keeper)

    def __enter__(self) -> "Buffers":
        return self

    def __exit__(self, *_: object) -> None:
        with torch.no_grad():
            for own, before, keeper in self._saved.values():
                own.detach().copy_(before)
                if keeper is not None:
                    keeper.__exit__(None, None, None)
