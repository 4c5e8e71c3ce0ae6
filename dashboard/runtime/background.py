"""Work in a thread of its own, so that the page stays usable meanwhile."""

import threading
import weakref
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Generic, TypeVar

from dashboard.runtime.unforeseen import logged
from senet_viz.core.errors import SENetVizError

State = TypeVar("State")
Telling = Callable[[State], None]
Work = Callable[[Telling[State]], None]


class Cancelled(BaseException):
    """Ends the work from within, past whatever it does about errors."""


class _Shared(Generic[State]):
    """What the thread writes and the page reads. The thread knows no more of the session."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.state: State | None = None
        self.problem = ""
        self.over = threading.Event()

    def tell(self, state: State) -> None:
        self.state = state
        if self.stop.is_set():
            raise Cancelled


def each_of(states: Callable[[], Generator[State, None, None]]) -> Work[State]:
    """The work that goes through ``states`` and tells each; it closes them however it ends."""

    def work(tell: Telling[State]) -> None:
        with closing(states()) as on_the_way:
            for state in on_the_way:
                tell(state)

    return work


class Job(Generic[State]):
    """One piece of work on its way; it is cancelled when nobody holds the job any more.

    ``work`` is called with what takes its states as they come, and is cancelled there.
    """

    def __init__(self, work: Work[State]) -> None:
        self._shared = _Shared[State]()
        self._end = weakref.finalize(self, self._shared.stop.set)
        threading.Thread(target=_run, args=(work, self._shared), daemon=True).start()

    @property
    def progress(self) -> State | None:
        """How far it came; None before the first word."""
        return self._shared.state

    @property
    def running(self) -> bool:
        return not self._shared.over.is_set()

    @property
    def cancelled(self) -> bool:
        return self._shared.stop.is_set()

    @property
    def problem(self) -> str:
        """The sentence of what went wrong, "" for nothing.

        It was made in the thread, so it is still to be said in the person's language.
        """
        return self._shared.problem

    def fail(self, error: Exception) -> None:
        """Say of a job that is over what went wrong with what it found."""
        self._shared.problem = _message(error)

    def cancel(self) -> None:
        self._shared.stop.set()

    def wait(self, seconds: float) -> bool:
        """Whether it is over within so long."""
        return self._shared.over.wait(seconds)


def _message(error: Exception) -> str:
    """A person's mistake in the sentence that it came with; of anything else the log has more."""
    if isinstance(error, SENetVizError) and len(error.args) == 1:
        message: str = error.args[0]
        return message
    return logged(error)


def _run(work: Work[State], shared: _Shared[State]) -> None:
    try:
        work(shared.tell)
    except Cancelled:
        pass
    except Exception as error:  # the page shows it; a thread has nobody to tell
        shared.problem = _message(error)
    finally:
        shared.over.set()
