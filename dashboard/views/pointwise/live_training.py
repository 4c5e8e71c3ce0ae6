"""A few hundred training steps on this machine: how gates leave their initial values."""

from contextlib import closing
from dataclasses import replace

import streamlit as st

from dashboard.components import data_set_words, long_job
from dashboard.components.choice import choice
from dashboard.components.widgets import dark, plain, sentence, show
from dashboard.runtime.offers import sha256
from dashboard.services import networks
from dashboard.session import chart_sources, measurement_requests, selection
from dashboard.views.pointwise.compute import training
from dashboard.views.pointwise.compute.training import Data, SmallSet, Watched
from dashboard.views.pointwise.script import Live, Zip
from senet_viz.analysis.training_steps import Beginning
from senet_viz.core.errors import ImageError, InputError
from senet_viz.core.translation import Words, again, tr
from senet_viz.figures.baselines.training_steps import (
    gates_by_step,
    learning_by_step,
    spread_by_step,
)

BEGINNINGS = Words[Beginning](
    {
        "half": lambda: tr("At exactly 0.5"),
        "drawn": lambda: tr("As He's rule draws them"),
    }
)
USUAL_STEPS, MOST_STEPS = 200, 1000
REDRAWN = 20
BLOCK = "watching_block"


def draw() -> None:
    """Choose what to train on and how to begin, train, show gates by step."""
    st.caption(
        tr(
            "**Not one of the three baselines: a few hundred training steps on this machine**, of "
            "the embedded SE network from scratch, on a few small pictures. They show how gates "
            "start to move, not how good a network gets; the curves of the real trainings are "
            "under *Trained in its place*."
        )
    )
    beginning, asked = form()
    if asked:
        begin(beginning)
    watched = training.last(beginning)
    if watched is None or not watched.moments:
        st.info(tr("Press Train to watch it. It takes about half a minute for 200 steps."))
        return
    chart_sources.say(tr("SE network trained here"), watched.words, picked=False)
    result(watched)


def form() -> tuple[Beginning, bool]:
    """The choices, and whether Train was pressed."""
    beginning: Beginning = choice(
        tr("Gates begin"),
        BEGINNINGS,
        training.BEGINNING,
        first="half",
        help=tr(
            "At 0.5: the last layer of every SE block starts at zero, for this demonstration. By "
            "He's rule, as the embedded networks begin: the gates of deep blocks are far apart "
            "before the first step."
        ),
    )
    words: dict[Data, str] = {"digits": tr("Handwritten digits"), "zip": tr("A zip file")}
    if networks.reads_paths():
        words["folder"] = tr("A folder on this machine")
    data: Data = choice(
        tr("Trained on"),
        words,
        training.DATA,
        first="digits",
        help=tr(
            "At most {most} pictures of a zip file or folder, one subfolder a "
            "class, as small squares. The digits come with scikit-learn.",
            most=training.MOST_PICTURES,
        ),
    )
    if data == "zip":
        st.file_uploader(
            tr("Zip file, one folder a class"),
            type=["zip"],
            key=training.ZIP,
            max_upload_size=training.MOST_MB,
        )
    if data == "folder":
        st.text_input(
            tr("Folder with one subfolder a class"),
            key=measurement_requests.FOLDER,
            persist_state="session",
        )
    return beginning, _asked()


def _asked() -> bool:
    """How many steps, and whether Train was pressed."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            tr("Steps"),
            10,
            MOST_STEPS,
            USUAL_STEPS,
            step=50,
            key=training.STEPS,
            persist_state="session",
            width=130,
        )
        return st.button(tr("Train"), key="watching_train", type="primary")


def begin(beginning: Beginning) -> None:
    """Train, or say why not."""
    folder = str(st.session_state.get(measurement_requests.FOLDER) or "").strip()
    try:
        data = training.pictures(st.session_state[training.DATA], folder)
    except (ImageError, InputError) as error:
        st.error(sentence(error), title=tr("Nothing to train on"))
        return
    train(data, beginning, int(st.session_state[training.STEPS]))
    st.rerun()


def describe() -> Live:
    """What *Copy as code* is told of this section."""
    chosen = st.session_state
    return Live(
        data=_data(),
        pictures=training.MOST_PICTURES,
        steps=int(chosen[training.STEPS]),
        every=training.EVERY,
        beginning=chosen.get(training.BEGINNING) or "half",
    )


def _data() -> Zip | str | None:
    chosen = st.session_state
    data, uploaded = chosen.get(training.DATA), chosen.get(training.ZIP)
    if data == "folder":
        return str(chosen.get(measurement_requests.FOLDER) or "").strip()
    if data != "zip" or uploaded is None:
        return None
    return Zip(uploaded.name, sha256(uploaded.getvalue()))


def train(data: SmallSet, beginning: Beginning, steps: int) -> None:
    """Each step seen is kept, so that stopping loses nothing."""
    own = st.session_state[training.DATA] != "digits"
    watched = Watched(data.words, beginning, steps, left_out=data.left_out if own else None)
    training.keep(watched)
    stays = tr("The steps so far stay.")
    bar = long_job.begin(tr("The first step …"), "watching_stop", help=stays)
    place = st.empty()
    with closing(training.training(data, beginning, steps)) as moments:
        for moment in moments:
            watched = replace(watched, moments=(*watched.moments, moment))
            training.keep(watched)
            bar.progress(
                (moment.step + 1) / steps,
                text=tr(
                    "Step {step} of {steps}, loss {loss:.2f}",
                    step=moment.step + 1,
                    steps=steps,
                    loss=moment.loss,
                ),
            )
            if len(watched.moments) % REDRAWN == 0:
                with place.container():
                    chart = spread_by_step(watched.moments, dark=dark())
                    show(chart, f"live_spread_{moment.step}")


def result(watched: Watched) -> None:
    """Gates by step, of all blocks and of one, and whether it learned."""
    last = watched.moments[-1].step + 1
    stopped = (
        ""
        if last == watched.wanted
        else tr(" Stopped after {last} of {wanted} steps.", last=last, wanted=watched.wanted)
    )
    began = (
        tr(
            "Trained on {pictures}; it began with the last layer of every SE block at 0, so that "
            "every gate began at exactly 0.5.",
            pictures=again(watched.words),
        )
        if watched.beginning == "half"
        else tr(
            "Trained on {pictures}; it began with weights drawn by He's rule, so that gates were "
            "apart from the start.",
            pictures=again(watched.words),
        )
    )
    st.caption(plain(began + stopped))
    if watched.left_out is not None:
        data_set_words.say({}, watched.left_out)
    show(spread_by_step(watched.moments, dark=dark()), "learning_spread")
    blocks = watched.moments[0].blocks
    picked = st.session_state.get(selection.BLOCK)
    if picked in blocks:  # the same in every view, as far as the two networks have it
        st.session_state[BLOCK] = picked
    elif st.session_state.get(BLOCK) not in blocks:
        st.session_state[BLOCK] = blocks[-1]
    block = st.selectbox(
        tr("Block"), blocks, key=BLOCK, persist_state="session", width=260, on_change=take_block
    )
    left, right = st.columns(2, gap="medium")
    with left:
        show(gates_by_step(watched.moments, str(block), dark=dark()), "learning_gates")
    with right:
        show(learning_by_step(watched.moments, dark=dark()), "learning_loss")


def take_block() -> None:
    """Callback: the block is picked in every view."""
    selection.choose_block(str(st.session_state[BLOCK]))
