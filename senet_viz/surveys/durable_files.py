"""Files that are there whole or not at all, whatever ends the process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from senet_viz.core.errors import SENetVizError
from senet_viz.core.translation import tr


@contextmanager
def durably(path: Path) -> Iterator[Path]:
    """A temporary path to write to; on a clean end it becomes ``path``, on disk and at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder against other surveys; the lock dies with the process, however it ends."""
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
    except ImportError:  # no such locks on this system
        yield
        return
    held = os.open(folder, os.O_RDONLY)
    try:
        flock(held, LOCK_EX | LOCK_NB)
        yield
    except BlockingIOError as error:
        raise SENetVizError(
            tr(
                "another survey is writing into {folder}. Wait for it, or give another folder",
                folder=folder,
            )
        ) from error
    finally:
        os.close(held)
