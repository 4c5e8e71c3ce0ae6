"""Keep freed memory: on a CPU, large batches otherwise spend up to half their time in page faults.

glibc takes a tensor of more than 32 MiB from the kernel and gives it back as soon as it is freed,
page by page, again and again. These settings are the process's own and change no result.
"""

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# From glibc's malloc.h.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD, _MMAP_MAX = -1, -2, -3, -4
_KEEPING = ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, 2**31 - 1), (_TOP_PAD, 2**29))
# What glibc comes to by itself in a process that has freed large tensors.
_USUAL = (
    (_MMAP_MAX, 65_536),
    (_MMAP_THRESHOLD, 2**25),
    (_TRIM_THRESHOLD, 2**26),
    (_TOP_PAD, 2**17),
)
_lock = threading.Lock()
_inside = 0


def keep_freed_memory() -> bool:
    """Tell glibc not to hand freed memory back to the kernel; False where there is no glibc."""
    global _inside
    with _lock:
        _inside += 1
        return _set(_KEEPING)


@contextmanager
def keeping_freed_memory() -> Iterator[None]:
    """The same for a while. When the last of them is over, what is free goes back to the kernel."""
    global _inside
    with _lock:
        _inside += 1
        if _inside == 1:
            _set(_KEEPING)
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside and _set(_USUAL):
                give_back()


def give_back() -> None:
    """Hand freed memory back to the system, where its allocator can."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def memory_in_use() -> int | None:
    """Bytes of this machine's memory that the process holds; None where it cannot be told."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def _set(settings: tuple[tuple[int, int], ...]) -> bool:
    if sys.platform != "linux":
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all(mallopt(key, value) == 1 for key, value in settings)
