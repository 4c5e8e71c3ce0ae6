"""A running survey: its progress, its results so far, and a button to stop it."""

import streamlit as st

from dashboard.components import data_set_words, long_job
from dashboard.components.widgets import dark, plain, show
from dashboard.services import surveys
from dashboard.views.dataset import survey_job
from dashboard.views.dataset.survey_job import Job
from senet_viz.analysis.survey_progress import Progress
from senet_viz.analysis.survey_records import Survey
from senet_viz.analysis.survey_variance import split_survey
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import count, thousands, tr
from senet_viz.figures.surveys.variance import off_mean_by_depth


def watch() -> None:
    """The running survey, if there is one."""
    long_job.InBackground(
        key="dataset",
        job=survey_job.job,
        words=lambda job: _words(job.progress),
        keep=_keep,
        dismiss=survey_job.dismiss,
        title_of_problem=lambda _: tr("The survey stopped"),
        help=tr("What was found so far stays on offer."),
        below=_below,
    ).watch()


def _below(job: Job) -> None:
    if job.partial is not None:
        _partial(job.partial)
    else:
        st.caption(tr("The first results come after the first 256 pictures, or at the end."))


def _words(progress: Progress | None) -> tuple[float, str]:
    """Share done, and the sentence over the bar."""
    if progress is None:
        return 0.0, tr("Starting …")
    if not progress.total:
        return 0.0, tr("Listing: {pictures} so far …", pictures=count(progress.listed, "picture"))
    done = thousands(progress.done)
    pictures = count(progress.total, "picture")
    parts = [
        tr(
            "{done} of {pictures}, {unreadable} unreadable",
            done=done,
            pictures=pictures,
            unreadable=progress.unreadable,
        )
        if progress.unreadable
        else tr("{done} of {pictures}", done=done, pictures=pictures)
    ]
    if progress.rate > 0:
        parts.append(tr("{rate:.1f} a second", rate=progress.rate))
    if progress.seconds_left is not None:
        parts.append(tr("about {duration} left", duration=_duration(progress.seconds_left)))
    return min(progress.done / progress.total, 1.0), " · ".join(parts)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _partial(partial: Survey) -> None:
    """The result so far: only how far the gates move, which takes the least space."""
    try:
        splits = split_survey(partial)
    except CaptureError:
        return
    block = max(splits, key=lambda name: splits[name].relative)
    pictures = count(int(partial.count.sum()), "picture")
    st.caption(
        plain(
            tr(
                "So far, over {pictures} of {classes}; it still changes. Folders come one after "
                "the other, so the first results are of the first classes.",
                pictures=pictures,
                classes=surveys.classes_words(partial),
            )
        )
    )
    data_set_words.say(partial.told_by, partial.left_out)
    data_set_words.say_remarks(partial.remarks)
    show(off_mean_by_depth(splits, selected=block, dark=dark()), "dataset_partial")


def _keep(job: Job) -> None:
    partial = job.partial
    if partial is None:
        st.toast(tr("The survey was cancelled before its first results."))
        return
    stopped = job.progress is not None and job.progress.done < job.progress.total
    if stopped:
        surveys.put(partial, trained=job.trained, finished=False)
    else:
        surveys.put_finished(partial, trained=job.trained)
