"""The pictures a plan is made over: a zip, or a folder of this machine; and the job's progress."""

import streamlit as st

from dashboard.components import folder_form, long_job
from dashboard.components.widgets import sentence
from dashboard.services import costs as cost_service
from dashboard.services import networks, plans, surveys
from dashboard.services.plan_records import Curved, Joined, Narrowed
from dashboard.services.plans import Job
from dashboard.session import measurement_requests
from senet_viz.core.errors import SENetVizError
from senet_viz.core.translation import tr

MOST_MB = 2048
THESE = ""


def ask(name: str) -> None:
    """The form, and what starts the plan."""
    with st.form("plan_form", border=False):
        _pictures()
        with st.container(horizontal=True, vertical_alignment="bottom"):
            most = folder_form.at_most(least=2)
            source = _gates(name)
            asked = st.form_submit_button(
                tr("Make the plan"), type="primary", disabled=plans.job() is not None
            )
    if asked:
        _start(name, most, source)


def _pictures() -> None:
    """A zip, or a folder where the app serves its own machine."""
    here = networks.reads_paths()
    left, right = st.columns(2, gap="medium") if here else (st.container(), st.container())
    with left:
        st.file_uploader(
            tr("Zip of pictures"),
            type=["zip"],
            key=plans.ZIP,
            max_upload_size=MOST_MB,
            help=tr(
                "One subfolder per class; without labels the network's own answers count as right. "
                "For a detector add a COCO JSON of boxes, for a segmentation network masks (a.png "
                "for a.jpg, in a folder named masks)."
            ),
        )
    if here:
        with right:
            st.text_input(
                tr("or a folder of this machine"),
                key=measurement_requests.FOLDER,
                persist_state="session",
                placeholder=tr("a subfolder for each class, or pictures without labels"),
                help=tr("Left empty: the pictures of the survey below, where it was made here."),
            )


def _gates(name: str) -> str:
    """The survey that verdict and mean gates are taken from, or the pictures themselves.

    At first the newest survey of this network that was made here.
    """
    offered = surveys.surveys()
    fitting = [key for key, shelved in offered.items() if surveys.is_of(shelved.survey, name)]

    if st.session_state.get(plans.GATES) not in (THESE, *fitting):
        made_here = (key for key in fitting if surveys.pictures_of(key))
        st.session_state[plans.GATES] = next(made_here, THESE)

    def words(key: str) -> str:
        return tr("these pictures") if key == THESE else offered[key].title

    return str(
        st.selectbox(
            tr("Verdict and mean gates from"),
            [THESE, *fitting],
            format_func=words,
            key=plans.GATES,
            width=420,
        )
    )


def _start(name: str, most: int, source: str) -> None:
    uploaded = st.session_state.get(plans.ZIP)
    times = cost_service.kept_times(name)
    try:
        if uploaded is not None:
            folder = plans.unpacked(uploaded, str(uploaded.name))
        else:
            named = str(st.session_state.get(measurement_requests.FOLDER) or "")
            folder = plans.named(named, survey=source)
        latency = next((each for each in times if each.batch == 1), None)
        plans.start(plans.planning(name, folder, most=most, survey=source, latency=latency))
    except (SENetVizError, OSError) as error:
        st.error(sentence(error), title=tr("The plan was not made"))
        return
    st.rerun()


def watch() -> None:
    """The running job, if there is one."""
    long_job.InBackground(
        key="plan",
        job=plans.job,
        words=_words,
        keep=_keep,
        dismiss=plans.dismiss,
        title_of_problem=lambda _: tr("The plan stopped"),
    ).watch()


def _words(job: Job) -> tuple[float, str]:
    """Share done, and the sentence over the bar."""
    state = job.progress
    if state is None:
        return 0.0, tr("Starting …")
    if isinstance(state, Joined):
        done, total = state.joint.change.pictures, state.planned.total
        return done / total, tr("Judged together: {done} of {total}", done=done, total=total)
    if isinstance(state, Curved | Narrowed):
        return _channel_words(state)
    if state.plan is None:
        return state.done / state.total / 2, tr(
            "Watching the gates: {done} of {total}", done=state.done, total=state.total
        )
    return 0.5 + state.done / state.total / 2, tr(
        "Each block replaced: {done} of {total}", done=state.done, total=state.total
    )


def _keep(job: Job) -> None:
    if job.progress is not None:
        plans.keep(job.progress)


def _channel_words(state: Curved | Narrowed) -> tuple[float, str]:
    if isinstance(state, Narrowed):
        done, total = state.change.pictures, state.curved.curves[0].pictures
        return done / total, tr("Judged without them: {done} of {total}", done=done, total=total)
    done, total = state.done, state.total
    if state.curves:
        return done / total, tr("Channels removed: {done} of {total}", done=done, total=total)
    return done / total, tr("Channels ranked: {done} of {total}", done=done, total=total)
