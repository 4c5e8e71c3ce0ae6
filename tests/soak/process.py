"""What a process takes of the machine's memory."""

import os
from pathlib import Path

MB = 2**20


def resident(pid: int | None = None) -> int:
    """Bytes of a process, this one by default, that lie in memory now."""
    return _status("VmRSS", pid)


def highest(pid: int | None = None) -> int:
    """The most that lay in memory since the start, or since ``forget_highest``."""
    return _status("VmHWM", pid)


def forget_highest() -> None:
    """From here on ``highest`` starts again for this process."""
    Path("/proc/self/clear_refs").write_text("5")


def _status(key: str, pid: int | None) -> int:
    text = Path(f"/proc/{pid or os.getpid()}/status").read_text()
    line = next(line for line in text.splitlines() if line.startswith(f"{key}:"))
    return int(line.split()[1]) * 1024
