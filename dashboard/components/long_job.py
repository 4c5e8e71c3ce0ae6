"""Long work on a page: how far it is, the way to end it, and what it did not use."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components.error_messages import answered
from dashboard.components.plain_text import plain, sentence
from dashboard.runtime.background import Job
from senet_viz.core.translation import tr

LOOK_EVERY = 1.0


class Accurate(Protocol):
    """A measurement over labelled pictures as far as it came."""

    @property
    def pictures(self) -> int: ...

    @property
    def accuracy(self) -> float: ...


def begin(words: str, key: str, *, help: str | None = None) -> DeltaGenerator:
    """The bar of work that runs with the page, and the button ``key`` that stops it.

    The click ends the script, so the work keeps each state as it comes.
    """
    bar = st.progress(0.0, text=words)
    st.button(tr("Stop"), key=key, help=help or tr("What was measured so far stays."))
    return bar


def accuracy_words(state: Accurate, total: int) -> str:
    """Over the bar of a measurement on ``total`` labelled pictures: how many, how many right."""
    return tr(
        "{pictures} of {total} pictures, accuracy as it is {accuracy:.1%}",
        pictures=state.pictures,
        total=total,
        accuracy=state.accuracy,
    )


def stopped_words(done: int, wanted: int) -> str:
    """What to add to a result over ``done`` of ``wanted`` pictures; "" for all of them."""
    if done >= wanted:
        return ""
    return tr(" Stopped after {done} of {wanted}.", done=done, wanted=wanted)


def say_unreadable(lines: Iterable[str]) -> None:
    """The pictures that were not used, each with the reason."""
    for line in lines:
        st.caption(plain(tr("Not used: {line}.", line=line)))


@dataclass(frozen=True, slots=True)
class InBackground:
    """How a page shows the job of a session that runs in a thread of its own.

    ``words`` are the share done and the sentence over the bar; ``keep`` takes what a job came to;
    ``dismiss`` forgets the job, and ``cancel`` ends it. ``below`` draws what is known so far.
    """

    key: str
    job: Callable[[], Job[Any] | None]
    words: Callable[[Any], tuple[float, str]]
    keep: Callable[[Any], None]
    dismiss: Callable[[], None]
    title_of_problem: Callable[[Any], str]
    cancel: Callable[[Any], None] = Job.cancel
    help: str | None = None
    below: Callable[[Any], None] | None = None

    def watch(self) -> None:
        """Show the job, if there is one, until it is over."""
        if self.job() is not None:
            _watched(self)


@st.fragment(run_every=LOOK_EVERY)
@answered
def _watched(shown: InBackground) -> None:
    """Looks at the job every second; the rest of the page is drawn again when it is over."""
    job = shown.job()
    if job is None:  # dismissed by a button of this part
        st.rerun()
    if not job.running:
        _over(shown, job)
        return
    with st.container(border=True):
        share, words = shown.words(job)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(share, text=tr("Stopping …") if job.cancelled else words)
            st.button(
                tr("Cancel"),
                key=f"{shown.key}_cancel",
                on_click=shown.cancel,
                args=(job,),
                disabled=job.cancelled,
                help=shown.help,
            )
        if shown.below is not None:
            shown.below(job)


def _over(shown: InBackground, job: Job[Any]) -> None:
    """Keep what was found and draw the page again, or say what went wrong until it is read."""
    if not job.problem:
        try:
            shown.keep(job)
        except Exception as error:  # said once and for good: this is drawn every second
            job.fail(error)
    if job.problem:
        st.error(sentence(job.problem), title=shown.title_of_problem(job))
        st.button(tr("Close"), key=f"{shown.key}_close", on_click=shown.dismiss)
        return
    shown.dismiss()
    st.rerun()
