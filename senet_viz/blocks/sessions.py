"""Who a hook acts for: hooks on a network act only in the context that set them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_SESSIONS: ContextVar[tuple[object, ...]] = ContextVar("senet_viz_sessions", default=())


@contextmanager
def session() -> Iterator[Callable[[], bool]]:
    """Yields a question hooks ask: am I running in the context that set me up?"""
    mark = object()
    token = _SESSIONS.set((*_SESSIONS.get(), mark))
    try:
        yield lambda: mark in _SESSIONS.get()
    finally:
        _SESSIONS.reset(token)


@contextmanager
def unwatched() -> Iterator[None]:
    """No hook of ours acts: a pass of the library's own, while captures or overrides last."""
    token = _SESSIONS.set(())
    try:
        yield
    finally:
        _SESSIONS.reset(token)
