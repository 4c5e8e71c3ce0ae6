"""What is kept of people's pictures and networks: bounded in bytes, and forgotten on demand.

``keep`` stands in for ``st.cache_resource``, by the same convention: arguments that begin with an
underscore are no part of the key. An answer is kept under the texts in its key, so that all of a
picture's (its sha256) or a network's can be dropped at once.
"""

import ctypes
import functools
import inspect
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from dashboard import presence
from dashboard.limits import LIMITS
from dashboard.sizes import size_of
from dashboard.turns import MODELS, POLL, Turns

Key = tuple[Hashable, ...]
P = ParamSpec("P")
R = TypeVar("R")
WORTH_TRIMMING = 32 * 2**20  # bytes freed, from which on the system is given them back


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    value: Any
    size: int
    texts: frozenset[str]


class Pool:
    """Answers by key, at most ``megabytes`` of them; the longest unused goes first.

    One that is larger than that alone is kept until the next comes.
    """

    def __init__(self, megabytes: int) -> None:
        self._most = megabytes * 2**20
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._making: dict[Key, threading.Lock] = {}
        POOLS.append(self)

    @property
    def size(self) -> int:
        """Bytes kept now."""
        with self._lock:
            return sum(kept.size for kept in self._kept.values())

    def __len__(self) -> int:
        return len(self._kept)

    def holds(self, text: str) -> bool:
        """Whether anything is kept of this picture or network."""
        with self._lock:
            return any(text in kept.texts for kept in self._kept.values())

    def get(self, key: Key) -> Any:
        """The answer, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return None if found is None else found.value

    def put(self, key: Key, value: Any) -> None:
        """Keep an answer, and drop older ones where it gets too much."""
        kept, freed = _Kept(value, size_of(value), frozenset(_texts(key))), 0
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            total = sum(each.size for each in self._kept.values())
            while total > self._most and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                total, freed = total - oldest.size, freed + oldest.size
                del oldest
        if freed > WORTH_TRIMMING:
            give_back()

    def forget(self, text: str) -> None:
        """Drop everything that is kept of one picture or network."""
        with self._lock:
            for key in [key for key, kept in self._kept.items() if text in kept.texts]:
                del self._kept[key]

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._kept.clear()

    @contextmanager
    def making(self, key: Key, turns: Turns) -> Iterator[None]:
        """Only one makes the answer to a key; whoever else wants it waits, and gives way."""
        with self._lock:
            lock = self._making.setdefault(key, threading.Lock())
        if not lock.acquire(blocking=False):
            with turns.stepped_aside(waiting=presence.still_there):
                while not lock.acquire(timeout=POLL):
                    presence.still_there()
        try:
            yield
        finally:
            with self._lock:
                self._making.pop(key, None)
            lock.release()


POOLS: list[Pool] = []
DECODED, CAPTURES = Pool(LIMITS.decoded_mb), Pool(LIMITS.captures_mb)
NETWORKS = Pool(LIMITS.networks_mb)


def keep(
    pool: Pool = CAPTURES, *, words: str = "", turns: Turns | None = MODELS
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep a function's answers in ``pool``, and make them in turn.

    ``words`` are shown while it takes long; ``turns`` None is for what runs no network.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature, name = inspect.signature(function), function.__qualname__

        @functools.wraps(function)
        def answered(*args: P.args, **kwargs: P.kwargs) -> R:
            given = signature.bind(*args, **kwargs)
            given.apply_defaults()
            arguments = tuple((k, v) for k, v in given.arguments.items() if not k.startswith("_"))
            key = (function.__module__, name, arguments)
            found: R | None = pool.get(key)
            presence.hold(_texts(key))
            if found is not None:
                return found
            with pool.making(key, turns or MODELS):
                found = pool.get(key)  # somebody else may have made it meanwhile
                if found is None:
                    with _turn(turns), _spinner(words):
                        found = function(*args, **kwargs)
                    pool.put(key, found)
                    presence.hold(_texts(key))  # they may have left meanwhile
            return found

        return answered

    return decorate


@contextmanager
def in_turn() -> Iterator[None]:
    """A turn for long work that is not kept by ``keep``."""
    with _turn(MODELS):
        yield


def by_turns(steps: Iterable[R]) -> Iterator[R]:
    """The same items, each made in a turn of its own."""
    return MODELS.by_turns(steps, presence.who(), waiting=presence.still_there)


def polite(done: Callable[P, None]) -> Callable[P, None]:
    """A progress callback between whose calls others have their turn."""

    def reported(*args: P.args, **kwargs: P.kwargs) -> None:
        done(*args, **kwargs)
        MODELS.let_others(waiting=presence.still_there)

    return reported


@contextmanager
def _turn(turns: Turns | None) -> Iterator[None]:
    """A turn, with the number of people ahead shown as long as it is waited for."""
    if turns is None:  # nobody has to wait for a download, or for this person's disk
        with MODELS.stepped_aside(waiting=presence.still_there):
            yield
        return
    with ExitStack() as shown:
        words = presence.Waiting(shown)
        with turns.turn(presence.who(), waiting=words):
            shown.close()
            yield


def _spinner(words: str) -> Any:
    return st.spinner(words) if words and presence.is_app() else nullcontext()


def forget(*texts: str) -> None:
    """Drop what is kept of these pictures or networks, and give the memory back.

    A picture is named by its sha256 or a sample's name, a network by its key.
    """
    for pool in POOLS:
        for text in texts:
            pool.forget(text)
    give_back()


def give_back() -> None:
    """Hand freed memory back to the system, where its allocator can."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


presence.when_gone(lambda texts: forget(*texts))


def _texts(key: object) -> Iterator[str]:
    if isinstance(key, str):
        yield key
        yield key.removeprefix("random:")
    elif isinstance(key, tuple):
        for part in key:
            yield from _texts(part)
