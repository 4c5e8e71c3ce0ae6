"""Pillow's warnings about odd files, silenced while one is read."""

import warnings
from contextlib import ExitStack
from threading import Lock


class Mute:
    """Silences Pillow's warnings, and no others, while at least one thread reads a picture.

    The list of filters belongs to the process, and threads that each save and restore it would
    cross: so the first one in saves it, and the last one out restores it.
    """

    def __init__(self) -> None:
        self._lock, self._readers, self._filters = Lock(), 0, ExitStack()

    def __enter__(self) -> None:
        with self._lock:
            if self._readers == 0:
                self._filters.enter_context(warnings.catch_warnings())
            warnings.filterwarnings("ignore", module=r"PIL\.")
            self._readers += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._readers -= 1
            if self._readers == 0:
                self._filters.close()


pillow_muted = Mute()
