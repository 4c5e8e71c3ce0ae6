"""Start a survey of a zip or a folder; open one, or take one away."""

import io
import shutil
import tempfile
import zipfile
from pathlib import Path

import streamlit as st

from dashboard.components.widgets import plain, sentence, untrained_warning
from dashboard.runtime import allowed_folders
from dashboard.services import inspections, networks, surveys
from dashboard.services.surveys import Shelved
from dashboard.session import selection
from dashboard.views.dataset import survey_job
from senet_viz.core.errors import InputError, SENetVizError
from senet_viz.core.left_out import LeftOut
from senet_viz.core.translation import tr
from senet_viz.pictures.zip_pictures import MOST_PICTURES, unpack_pictures

MOST_MB = 2048
UPLOADED, NAMED = "Upload a zip", "Name a folder"
PLAN = "plan.json"
BEGIN, _DONE, _ASKED = "dataset_begin", "dataset_begun", "dataset_asked"


def offer() -> None:
    """The forms to start or open a survey, behind a button."""
    net = inspections.network()
    if st.session_state.pop(_DONE, False):
        st.session_state[BEGIN] = False
    elif _is_first():
        st.session_state[BEGIN] = True
    with st.popover(
        tr("Start a survey, or open one"),
        icon=":material/add_chart:",
        type="tertiary",
        key=BEGIN,
        on_change="rerun",
    ):
        untrained_warning(net)
        st.caption(
            plain(
                tr(
                    "Every picture runs through {network}, the network chosen on the left. Its "
                    "class is told by a table beside it (file, label), by the folder around it, or "
                    "by what is stored with it in a tar, Parquet or Arrow file. How classes were "
                    "told, and what was left out, is said with the result.",
                    network=net.title,
                )
            )
        )
        with st.form("dataset_start", border=False):
            source = _source()
            keep = st.checkbox(
                tr("Keep each picture's gates"),
                value=True,
                key=surveys.KEEP,
                help=tr(
                    "Needed for the pictures that open a channel, the plane of pictures, and "
                    "channels that move as one. It takes two bytes a gate and picture."
                ),
            )
            asked = st.form_submit_button(
                tr("Start the survey"), type="primary", disabled=survey_job.job() is not None
            )
        if asked:
            _start(net, source, keep=bool(keep))
        if networks.reads_paths():
            _open()


def _is_first() -> bool:
    """Whether to open the form: once for each uploaded network without a survey."""
    chosen = str(st.session_state[selection.MODEL])
    if selection.own_file(chosen) is None or st.session_state.get(_ASKED) == chosen:
        return False
    st.session_state[_ASKED] = chosen
    return not any(surveys.is_of(each.survey, chosen) for each in surveys.surveys().values())


def _source() -> str:
    """Which of the two; the fields of both stand in the form, for nothing in it reruns alone."""
    if not networks.reads_paths():
        _uploader()
        return UPLOADED
    left, right = st.columns(2, gap="medium")
    with left:
        _uploader()
    with right:
        st.text_input(
            tr("or name a folder, tar, Parquet or Arrow file of this machine"),
            key=surveys.FOLDER,
            persist_state="session",
            placeholder="/path/to/pictures",
        )
        st.text_input(
            tr("Keep the result in"),
            key=surveys.RESULT,
            persist_state="session",
            placeholder=tr("a new folder; left empty, until this window is closed"),
        )
    return NAMED if str(st.session_state.get(surveys.FOLDER) or "").strip() else UPLOADED


def _uploader() -> None:
    st.file_uploader(
        tr("Zip of pictures"),
        type=["zip"],
        key=surveys.ZIP,
        max_upload_size=MOST_MB,
        help=tr(
            "Up to {most:,} pictures. They stay on this machine, in a temporary folder "
            "that goes with this window.",
            most=MOST_PICTURES,
        ),
    )


def _open() -> None:
    with st.form("dataset_open_form", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            named = st.text_input(
                tr("Open a survey of this machine"),
                key=surveys.PATH,
                placeholder=tr("the folder given to senet-viz survey as --out"),
            )
            asked = st.form_submit_button(tr("Open it"))
        if asked:
            try:
                surveys.open_folder(named)
            except SENetVizError as error:
                st.error(sentence(error), title=tr("This survey could not be opened"))
            else:
                _close()


def _close() -> None:
    """Rerun the page without the form."""
    st.session_state[_DONE] = True
    st.rerun()


def _start(net: networks.Network, source: str, *, keep: bool) -> None:
    try:
        if source == NAMED and st.session_state.get(surveys.ZIP) is not None:
            raise InputError(tr("a zip and a folder were given. Take one of them away"))
        out = _result_folder()
        images, left_out = (_named(), ()) if source == NAMED else _unpacked()
    except (SENetVizError, OSError) as error:
        st.error(sentence(error), title=tr("The survey was not started"))
        return

    surveys.keep_pictures(out, images)
    survey_job.start(
        lambda: surveys.run(images, net, out=out, keep_gates=keep, left_out=left_out),
        trained=net.trained,
    )
    _close()


def _result_folder() -> Path:
    """A folder of this session, or the one the person names."""
    named = str(st.session_state.get(surveys.RESULT) or "").strip()
    if named and networks.reads_paths():
        return allowed_folders.named(named)
    return Path(tempfile.mkdtemp(prefix="survey_", dir=surveys.bench()))


def _named() -> str:
    if not networks.reads_paths():
        raise InputError(tr("folders can be read only if the app serves its own machine alone"))
    path = allowed_folders.named(str(st.session_state[surveys.FOLDER]))
    if not path.exists():
        raise InputError(
            tr("there is no folder or file {path} on this machine. Check the path", path=path)
        )
    return str(path.resolve())


def _unpacked() -> tuple[str, tuple[LeftOut, ...]]:
    """The folder of the zip's pictures, and what of the zip is not in it."""
    uploaded = st.session_state.get(surveys.ZIP)
    if uploaded is None:
        raise InputError(tr("nothing was given. Upload a zip, or name a folder of this machine"))
    name = Path(str(uploaded.name)).stem[:60].lstrip(".") or "pictures"
    surveys.forget_old_zips()
    folder = Path(tempfile.mkdtemp(prefix="zip_", dir=surveys.bench()))
    try:
        with st.spinner(tr("Unpacking the zip …")):
            done = unpack_pictures(uploaded, folder / name)
    except SENetVizError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return str(folder / name), done.left_out


def take_away(shelved: Shelved) -> None:
    """The survey's folder as a zip, made when it is asked for."""
    folder = shelved.survey.folder
    if not shelved.finished:
        st.caption(tr("Cancelled: the results up to that point."))
        return

    def packed() -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                if not path.name.startswith(".") and path.name != PLAN:  # it names paths here
                    archive.write(path, Path(folder.name) / path.relative_to(folder))
        return file.getvalue()

    st.download_button(
        tr("Download the survey"),
        packed,
        file_name=f"{folder.name}.zip",
        mime="application/zip",
        key="dataset_download",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
        help=tr(
            "Its tables as Parquet and its manifest, and the gates of each picture where they "
            "were kept. The pictures are not in it."
        ),
    )
