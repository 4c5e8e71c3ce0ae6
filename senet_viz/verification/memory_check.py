"""Memory before and after a network: is there enough, and is it given back?"""

import gc
from pathlib import Path

from torch import nn

from senet_viz.core.process_memory import give_back

_GIGABYTE = 1 << 30
_MEMINFO = Path("/proc/meminfo")


def needed(model: nn.Module) -> int:
    """Bytes to build ``model`` and run one small picture through it: an estimate, on the high side.

    Works on a model that has shapes only (device meta).

    >>> needed(nn.Linear(1024, 1024)) // 2**30
    1
    """
    tensors = (*model.parameters(), *model.buffers())
    stored = sum(tensor.numel() * tensor.element_size() for tensor in tensors)
    return stored + stored // 2 + _GIGABYTE


def available() -> int | None:
    """Bytes that can be had without swapping; None where the system does not say."""
    if not _MEMINFO.is_file():
        return None
    for line in _MEMINFO.read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def shortage(model: nn.Module) -> str:
    """A sentence where there is too little memory for ``model``, else an empty one."""
    need, have = needed(model), available()
    if have is None or need <= have:
        return ""
    return f"skipped: needs about {need / _GIGABYTE:.1f} GB, {have / _GIGABYTE:.1f} GB are free"


def free() -> None:
    """Collect what nothing refers to, and hand it back to the system where glibc can."""
    gc.collect()
    give_back()
