"""Data set: the gates of a network over many pictures, by class, block and channel."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from dashboard.components import block_navigator, copy_as_code, data_set_words
from dashboard.components.widgets import plain, sentence
from dashboard.runtime.views import PART
from dashboard.services import surveys
from dashboard.services.surveys import Shelved
from dashboard.session import selection
from dashboard.views.dataset import (
    channel,
    classes,
    compute,
    depth,
    exports,
    redundancy,
    survey_form,
    survey_progress,
    two_surveys,
)
from dashboard.views.dataset import script as code
from dashboard.views.dataset.compute import Looked
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import count, tr
from senet_viz.figures.block.network_maps import MapBlock

Part = Literal["depth", "classes", "channel", "idle", "two"]
WORDS: dict[Part, Callable[[], str]] = {
    "depth": lambda: tr("Dynamic or constant?"),
    "classes": lambda: tr("By class"),
    "channel": lambda: tr("Channels and pictures"),
    "idle": lambda: tr("Saturated and redundant"),
    "two": lambda: tr("Two surveys"),
}
DRAWN: dict[Part, Callable[[Looked], None]] = {
    "depth": depth.draw,
    "classes": classes.draw,
    "channel": channel.draw,
    "idle": redundancy.draw,
    "two": two_surveys.draw,
}
DESCRIBED: dict[Part, Callable[[Looked], code.Part]] = {
    "depth": depth.describe,
    "classes": classes.describe,
    "channel": channel.describe,
    "idle": redundancy.describe,
    "two": two_surveys.describe,
}


def main() -> None:
    """Choose a survey, summarise, draw, explain; start another."""
    survey_form.offer()
    survey_progress.watch()
    on_offer = surveys.surveys()
    if not on_offer:
        st.info(tr("There is no survey yet. Start one above."))
        return
    shelved = choose(on_offer)
    about(shelved)
    try:
        looked = compute.look_at(shelved)
    except CaptureError as error:
        st.info(sentence(error))
        return
    means = {block: split.mean for block, split in looked.splits.items()}
    block_navigator.pick([MapBlock(b, mean.size, float(mean.mean())) for b, mean in means.items()])
    part: Part | None = st.segmented_control(
        tr("Show"),
        list(WORDS),
        format_func=lambda key: WORDS[key](),
        required=True,
        key=selection.begin(PART.key, WORDS),
        persist_state="session",
        label_visibility="collapsed",
    )
    DRAWN[part or "depth"](looked)
    exports.of_survey(looked)
    copy_as_code.offer(lambda: code.script(DESCRIBED[part or "depth"](looked)))


def choose(on_offer: dict[str, Shelved]) -> Shelved:
    """The survey looked at."""
    surveys.keep_open(on_offer)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = st.selectbox(
            tr("Survey"),
            list(on_offer),
            format_func=lambda k: on_offer[k].title,
            key=surveys.OPEN,
            persist_state="session",
            width=720,
        )
        survey_form.take_away(on_offer[str(key)])
    return on_offer[str(key)]


def about(shelved: Shelved) -> None:
    """What it is of, and what was left out."""
    survey = shelved.survey
    words = [
        count(int(survey.count.sum()), "picture"),
        surveys.classes_words(survey),
        tr("{blocks} SE blocks", blocks=len(survey.blocks)),
        tr(
            "network {model}, weights {sha256}",
            model=survey.model,
            sha256=survey.weights_sha256[:8],
        ),
    ]
    if not survey.has_gates:
        words.append(tr("statistics only, no gates of single pictures"))
    if survey.arithmetic:
        words.append(survey.arithmetic)
    st.caption(plain(" · ".join(words)))
    data_set_words.say(survey.told_by, survey.left_out)
    data_set_words.say_remarks(survey.remarks)
    if survey.unreadable:
        with st.expander(
            tr("{pictures} could not be read", pictures=count(survey.unreadable, "picture"))
        ):
            for failure in survey.failures[:100]:
                st.caption(plain(f"{failure.name}: {failure.reason}"))


main()
