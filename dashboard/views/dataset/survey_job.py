"""The running survey of this session."""

from collections.abc import Callable, Generator

import streamlit as st

from dashboard.runtime import background
from senet_viz.analysis.survey_progress import Progress
from senet_viz.analysis.survey_records import Survey

_JOB = "dataset_job"
Surveying = Callable[[], Generator[Progress, None, None]]


class Job(background.Job[Progress]):
    """One survey; ``trained`` says whether the network's weights are, which marks what it finds."""

    def __init__(self, surveying: Surveying, *, trained: bool = True) -> None:
        self.trained = trained
        super().__init__(background.each_of(surveying))

    @property
    def partial(self) -> Survey | None:
        """What was found so far."""
        return None if self.progress is None else self.progress.partial


def start(surveying: Surveying, *, trained: bool = True) -> None:
    """Start a survey for this session; one at a time."""
    st.session_state[_JOB] = Job(surveying, trained=trained)


def job() -> Job | None:
    """This session's survey that runs or has just ended."""
    job: Job | None = st.session_state.get(_JOB)
    return job


def dismiss() -> None:
    st.session_state.pop(_JOB, None)
