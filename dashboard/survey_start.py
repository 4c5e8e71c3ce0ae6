"""Start a survey of a zip or a folder, watch and cancel it; open one, or take one away."""

import io
import shutil
import tempfile
import zipfile
from collections.abc import Generator
from pathlib import Path

import streamlit as st

from dashboard import places, services, shelf, subject, survey_job
from dashboard.shelf import Shelved
from dashboard.survey_job import Job
from dashboard.widgets import dark, plain, sentence, show, untrained_warning
from senet_viz.archives import MOST_PICTURES, unpack_pictures
from senet_viz.errors import CaptureError, ImageError, SENetVizError
from senet_viz.figures.variance import movement_by_depth
from senet_viz.language import count
from senet_viz.survey.api import surveying
from senet_viz.survey.loading import load_survey
from senet_viz.survey.result import Progress, Survey
from senet_viz.survey.verdicts import split_survey

MOST_MB = 2048
UPLOADED, NAMED = "Upload a zip", "Name a folder"
LOOK_EVERY = 1.0
PLAN = "plan.json"


def offer() -> None:
    """Everything about getting a survey, closed at first."""
    net = subject.network()
    with st.expander("Start a survey, or open one", icon=":material/add_chart:"):
        untrained_warning(net)
        st.caption(
            plain(
                f"Every picture runs through {net.title}, the network chosen on the left. Pictures "
                "in subfolders belong to the class their subfolder is named by."
            )
        )
        with st.form("dataset_start", border=False):
            source = _source()
            keep = st.checkbox(
                "Keep each picture's gates",
                value=True,
                key=shelf.KEEP,
                help="Needed for the pictures that open a channel, the plane of pictures, and "
                "channels that move as one. It takes two bytes a gate and picture.",
            )
            asked = st.form_submit_button(
                "Start the survey", type="primary", disabled=survey_job.job() is not None
            )
        if asked:
            _start(net, source, keep=bool(keep))
        if services.reads_paths():
            _open()


def _source() -> str:
    """Which of the two; the fields of both stand in the form, for nothing in it reruns alone."""
    if not services.reads_paths():
        _uploader()
        return UPLOADED
    left, right = st.columns(2, gap="medium")
    with left:
        _uploader()
    with right:
        st.text_input(
            "or name a folder, tar or Parquet file of this machine",
            key=shelf.FOLDER,
            persist_state="session",
            placeholder="/path/to/pictures",
        )
        st.text_input(
            "Keep the result in",
            key=shelf.RESULT,
            persist_state="session",
            placeholder="a new folder; left empty, until this window is closed",
        )
    return NAMED if str(st.session_state.get(shelf.FOLDER) or "").strip() else UPLOADED


def _uploader() -> None:
    st.file_uploader(
        "Zip of pictures",
        type=["zip"],
        key=shelf.ZIP,
        max_upload_size=MOST_MB,
        help=f"Up to {MOST_PICTURES:,} pictures. They stay on this machine, in a temporary folder "
        "that goes with this window.",
    )


def _open() -> None:
    with st.form("dataset_open_form", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            named = st.text_input(
                "Open a survey of this machine",
                key=shelf.PATH,
                placeholder="the folder given to senet-viz survey as --out",
            )
            asked = st.form_submit_button("Open it")
        if asked:
            try:
                shelf.open_folder(named)
            except SENetVizError as error:
                st.error(sentence(error), title="This survey could not be opened")
            else:
                st.rerun()


def _start(net: services.Network, source: str, *, keep: bool) -> None:
    try:
        if source == NAMED and st.session_state.get(shelf.ZIP) is not None:
            raise ImageError("a zip and a folder were given. Take one of them away")
        out = _result_folder()
        images = _named() if source == NAMED else _unpacked()
    except (SENetVizError, OSError) as error:
        st.error(sentence(error), title="The survey was not started")
        return

    def steps() -> Generator[Progress, None, None]:
        yield from surveying(images, net, out=out, keep_gates=keep)

    survey_job.start(steps, note="" if net.trained else ", RANDOM WEIGHTS")
    st.rerun()


def _result_folder() -> Path:
    """A folder of this session, or the one the person names."""
    named = str(st.session_state.get(shelf.RESULT) or "").strip()
    if named and services.reads_paths():
        return places.named(named)
    return Path(tempfile.mkdtemp(prefix="survey_", dir=shelf.bench()))


def _named() -> str:
    if not services.reads_paths():
        raise ImageError("folders are read only where the app serves its own machine")
    path = places.named_with_links(str(st.session_state[shelf.FOLDER]))
    if not path.exists():
        raise ImageError(f"there is no folder or file {path} on this machine. Check the path")
    return str(path.resolve())


def _unpacked() -> str:
    uploaded = st.session_state.get(shelf.ZIP)
    if uploaded is None:
        raise ImageError("nothing was given. Upload a zip, or name a folder of this machine")
    name = Path(str(uploaded.name)).stem[:60].lstrip(".") or "pictures"
    shelf.forget_old_zips()
    folder = Path(tempfile.mkdtemp(prefix="zip_", dir=shelf.bench()))
    try:
        with st.spinner("Unpacking the zip …"):
            unpack_pictures(uploaded, folder / name)
    except ImageError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return str(folder / name)


def watch() -> None:
    """The survey on its way, if there is one."""
    job = survey_job.job()
    if job is not None:
        _watched()


@st.fragment(run_every=LOOK_EVERY)
def _watched() -> None:
    """Looks at the job every second; the rest of the page is drawn again when it is over."""
    job = survey_job.job()
    if job is None:
        return
    if not job.running:
        _over(job)
        return
    with st.container(border=True):
        bar, button = st.columns([5, 1], vertical_alignment="center")
        share, words = _words(job.progress)
        bar.progress(share, text="Stopping after the batch under way …" if job.cancelled else words)
        button.button(
            "Cancel",
            key="dataset_cancel",
            on_click=job.cancel,
            disabled=job.cancelled,
            help="What was found so far stays on offer.",
        )
        if job.partial is not None:
            _partial(job.partial)
        else:
            st.caption("The first results come after the first 256 pictures, or at the end.")


def _words(progress: Progress | None) -> tuple[float, str]:
    """Share done, and the sentence over the bar."""
    if progress is None:
        return 0.0, "Starting …"
    if not progress.total:
        return 0.0, f"Listing: {count(progress.listed, 'picture')} so far …"
    words = f"{progress.done:,} of {count(progress.total, 'picture')}".replace(",", "\u202f")
    if progress.unreadable:
        words += f", {progress.unreadable} unreadable"
    if progress.rate > 0:
        words += f" · {progress.rate:.1f} a second"
    if progress.seconds_left is not None:
        words += f" · about {_duration(progress.seconds_left)} left"
    return min(progress.done / progress.total, 1.0), words


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _partial(partial: Survey) -> None:
    """What is known by now: only how far the gates move, which needs least room."""
    try:
        splits = split_survey(partial)
    except CaptureError:
        return
    block = max(splits, key=lambda name: splits[name].relative)
    pictures = count(int(partial.count.sum()), "picture")
    st.caption(
        plain(
            f"So far, over {pictures} of {shelf.classes_words(partial)}; it still changes. Folders "
            "come one after the other, so the first results are of the first classes."
        )
    )
    show(movement_by_depth(splits, selected=block, dark=dark()), "dataset_partial")


def _over(job: Job) -> None:
    """Keep what was found and draw the page anew, or say what went wrong."""
    try:
        problem, partial = job.problem, job.partial
    except Exception:
        survey_job.dismiss()  # a bug is shown once, and must not keep the page
        raise
    if problem:
        st.error(sentence(problem), title="The survey stopped")
        st.button("Close", key="dataset_close", on_click=survey_job.dismiss)
        return
    if partial is None:
        st.toast("The survey was cancelled before its first results.")
    else:
        stopped = job.progress is not None and job.progress.done < job.progress.total
        if stopped:
            shelf.put(partial, note=job.note, finished=False)
        else:
            shelf.put(load_survey(partial.folder), note=job.note)
    survey_job.dismiss()
    st.rerun()


def take_away(shelved: Shelved) -> None:
    """The survey's folder as a zip, made when it is asked for."""
    folder = shelved.survey.folder
    if not shelved.finished:
        st.caption("Cancelled: what was found by then.")
        return

    def packed() -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                if not path.name.startswith(".") and path.name != PLAN:  # it names paths here
                    archive.write(path, Path(folder.name) / path.relative_to(folder))
        return file.getvalue()

    st.download_button(
        "Download the survey",
        packed,
        file_name=f"{folder.name}.zip",
        mime="application/zip",
        key="dataset_download",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
        help="Its tables as Parquet and its manifest, and the gates of each picture where they "
        "were kept. The pictures are not in it.",
    )
