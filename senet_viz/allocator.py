"""Keep freed memory: on a CPU a network otherwise spends up to half its time in page faults."""

import ctypes
import sys

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4  # from glibc's malloc.h
_HALF_GIGABYTE = 1 << 29


def keep_freed_memory() -> bool:
    """Tell glibc not to hand freed memory back to the kernel; False where there is no glibc."""
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    settings = ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, 2**31 - 1), (_TOP_PAD, _HALF_GIGABYTE))
    return all(mallopt(key, value) == 1 for key, value in settings)
