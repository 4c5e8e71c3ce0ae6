"""A survey that runs in a thread of its own, so that the page stays usable meanwhile."""

import threading
import weakref
from collections.abc import Callable, Generator
from contextlib import closing

import streamlit as st

from dashboard.runtime.unforeseen import logged
from senet_viz.analysis.survey_records import Progress, Survey
from senet_viz.core.errors import SENetVizError

_JOB = "dataset_job"
Surveying = Callable[[], Generator[Progress, None, None]]


class _Shared:
    """What the thread writes and the page reads. The thread knows no more of the session."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.progress: Progress | None = None
        self.problem = ""
        self.over = threading.Event()


class Job:
    """One survey on its way; it is cancelled when nobody holds the job any more.

    ``trained`` says whether the network's weights are; what it finds is marked by that.
    """

    def __init__(self, surveying: Surveying, *, trained: bool = True) -> None:
        self.trained = trained
        self._shared = _Shared()
        self._end = weakref.finalize(self, self._shared.stop.set)
        threading.Thread(target=_run, args=(surveying, self._shared), daemon=True).start()

    @property
    def progress(self) -> Progress | None:
        """How far it came; None before the first word."""
        return self._shared.progress

    @property
    def partial(self) -> Survey | None:
        """What was found so far."""
        return None if self.progress is None else self.progress.partial

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


def _run(surveying: Surveying, shared: _Shared) -> None:
    try:
        with closing(surveying()) as states:
            for progress in states:
                shared.progress = progress
                if shared.stop.is_set():
                    break
    except Exception as error:  # the page shows it; a thread has nobody to tell
        shared.problem = _message(error)
    finally:
        shared.over.set()


def start(surveying: Surveying, *, trained: bool = True) -> None:
    """Start a survey for this session; one at a time."""
    st.session_state[_JOB] = Job(surveying, trained=trained)


def job() -> Job | None:
    """This session's survey on its way, or just over."""
    found: Job | None = st.session_state.get(_JOB)
    return found


def dismiss() -> None:
    st.session_state.pop(_JOB, None)
