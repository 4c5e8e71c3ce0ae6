"""The processors that this process may use."""

import os


def cores() -> int:
    """How many cores this process may run on, at least 1.

    Where the system does not tell which those are (macOS, Windows), all of the machine.
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
