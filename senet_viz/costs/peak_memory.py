"""The peak of activation memory: the most bytes alive at once in one forward pass."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode

from senet_viz.blocks.network_runs import tensors_in


def peak_bytes(model: nn.Module, picture: Tensor) -> int:
    """Most bytes of the picture and of intermediate results alive at once, after any operation.

    Worked out from the life of every tensor's storage in one eager forward pass without
    gradients. Views and results written in place are counted once. Weights are not counted, nor
    the scratch memory of single kernels, nor what an allocator holds back.

    >>> peak_bytes(nn.Identity(), torch.zeros(1, 3, 8, 8))
    768
    """
    alive = _Alive(model, picture)
    with torch.no_grad(), alive:
        model(picture)
    return alive.peak


class _Alive(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Watches storages come and go; those of the weights are left out."""

    def __init__(self, model: nn.Module, picture: Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        own = (*model.parameters(), *model.buffers())
        self._weights = {t.untyped_storage()._cdata for t in own}
        self._alive: dict[int, tuple[StorageWeakRef, int]] = {}
        self._note(picture)
        self.peak = self._bytes()

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        answer = func(*args, **(kwargs or {}))
        self._alive = {k: v for k, v in self._alive.items() if not _expired(v[0])}
        for tensor in tensors_in(answer):
            self._note(tensor)
        self.peak = max(self.peak, self._bytes())
        return answer

    def _note(self, tensor: Tensor) -> None:
        storage = tensor.untyped_storage()
        if storage._cdata not in self._weights:
            reference = StorageWeakRef(storage)  # type: ignore[no-untyped-call]
            self._alive[storage._cdata] = reference, storage.nbytes()

    def _bytes(self) -> int:
        return sum(size for _, size in self._alive.values())


def _expired(reference: StorageWeakRef) -> bool:
    return bool(reference.expired())  # type: ignore[no-untyped-call]
