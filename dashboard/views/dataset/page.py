"""Data set: the gates of a network over many pictures, by class, block and channel."""

from collections.abc import Callable
from html import escape
from typing import Literal

import streamlit as st

from dashboard.components import copy_as_code, data_set_words, page_header
from dashboard.components.choice import choice
from dashboard.components.widgets import plain, sentence
from dashboard.runtime.views import PART, view
from dashboard.services import networks, plans, surveys
from dashboard.services.surveys import Shelved
from dashboard.session import selection
from dashboard.views.dataset import (
    answers,
    channel,
    classes,
    compute,
    depth,
    exports,
    redundancy,
    reference,
    survey_form,
    survey_progress,
    two_surveys,
)
from dashboard.views.dataset import script as code
from dashboard.views.dataset.compute import Study
from senet_viz.analysis.survey_records import Survey
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import Words, count, tr
from senet_viz.figures.block.map_blocks import MapBlock, gate_spread

Part = Literal["depth", "classes", "channel", "idle", "two"]
WORDS = Words[Part](
    {
        "depth": lambda: tr("Dynamic or constant?"),
        "classes": lambda: tr("By class"),
        "channel": lambda: tr("Channels and pictures"),
        "idle": lambda: tr("Saturated and redundant"),
        "two": lambda: tr("Two surveys"),
    }
)
DRAWN: dict[Part, Callable[[Study], None]] = {
    "depth": depth.draw,
    "classes": classes.draw,
    "channel": channel.draw,
    "idle": redundancy.draw,
    "two": two_surveys.draw,
}
DESCRIBED: dict[Part, Callable[[Study], code.Part]] = {
    "depth": depth.describe,
    "classes": classes.describe,
    "channel": channel.describe,
    "idle": redundancy.describe,
    "two": two_surveys.describe,
}


def main() -> None:
    """Choose a survey, summarise, draw, explain; start another."""
    survey_progress.watch()
    on_offer = surveys.surveys()
    if not on_offer:
        survey_form.offer()
        st.info(tr("There is no survey yet. Start one above."))
        return
    surveys.keep_open(on_offer)
    shelved = answers.chosen(surveys.opened())
    with page_header.head():
        page_header.sentence(headline(shelved.survey))
        try:
            study = compute.split_variance(shelved)
        except CaptureError as error:
            survey_board(shelved, on_offer)
            answers.choose(surveys.opened())
            st.info(sentence(error))
            return
        compute.say(study)
        blocks = [
            MapBlock(block, split.mean.size, spread=gate_spread(split.mean))
            for block, split in study.splits.items()
        ]
        page_header.row(lambda: survey_board(shelved, on_offer), blocks)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        part = choice(tr("Show"), WORDS, PART.key, titled=False)
        answers.choose(surveys.opened())
    DRAWN[part](study)
    exports.of_survey(study)
    copy_as_code.offer(lambda: code.script(DESCRIBED[part](study)))


def headline(survey: Survey) -> str:
    """What is seen on this page, as HTML."""
    words = tr(
        "How the gates of {network} move over {pictures} of {classes}",
        network="{network}",
        pictures=count(int(survey.count.sum()), "picture"),
        classes=surveys.classes_words(survey),
    )
    return page_header.with_name(words, title_of(survey.model))


def title_of(name: str) -> str:
    """What a network is called, in the catalogue or by its file."""
    if (own := selection.own_file(name)) is not None:
        return own.title
    entry = networks.entries().get(name)
    return name if entry is None else entry.title


def survey_board(shelved: Shelved, on_offer: dict[str, Shelved]) -> None:
    """The survey looked at, what it is of, and the ways to another."""
    with st.container(gap="xsmall"):
        st.selectbox(
            tr("Survey"),
            list(on_offer),
            format_func=lambda k: on_offer[k].title,
            key=surveys.OPEN,
            persist_state="session",
            label_visibility="collapsed",
        )
        about(shelved)
        with st.container(horizontal=True, gap="xxsmall", key="survey_ways"):
            survey_form.offer()
            survey_form.take_away(surveys.opened())
            reference.offer(surveys.opened())
            _plan(surveys.opened())
        reference.say_refused()


def _plan(shelved: Shelved) -> None:
    """A link to Costs: a removal plan over the same pictures."""
    chosen, folder = str(st.session_state[selection.MODEL]), surveys.pictures_of(shelved.key)
    if folder is None or not surveys.is_of(shelved.survey, chosen):
        return
    if st.button(
        tr("Which blocks can go?"),
        key="dataset_plan",
        type="tertiary",
        icon=view("costs").icon,
        disabled=plans.job() is not None,
        help=tr("A plan over the pictures of this survey, at most {most}.", most=plans.USUAL),
    ):
        plans.start(plans.planning(chosen, folder, survey=shelved.key))
        st.switch_page(view("costs").page)


def about(shelved: Shelved) -> None:
    """What the survey covers, and what was left out."""
    survey = shelved.survey
    words: list[str] = [tr("weights {sha256}", sha256=survey.weights_sha256[:8])]
    if not survey.has_gates:
        words.append(tr("statistics only, no gates of single pictures"))
    if survey.arithmetic:
        words.append(survey.arithmetic)
    st.caption(plain(" · ".join(words)))
    if not surveys.is_of(survey, chosen := str(st.session_state[selection.MODEL])):
        other = tr("not of the network chosen at the left, {network}", network=title_of(chosen))
        st.html(f'<div class="answer"><p class="outside">⚠ {escape(other)}</p></div>')
    data_set_words.say(survey.told_by, survey.left_out)
    data_set_words.say_remarks(survey.remarks)
    if survey.unreadable:
        with st.expander(
            tr("{pictures} could not be read", pictures=count(survey.unreadable, "picture"))
        ):
            for failure in survey.failures[:100]:
                st.caption(plain(f"{failure.name}: {failure.reason}"))


main()
