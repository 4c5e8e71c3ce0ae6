"""Which pictures of a survey are used: all, those answered correctly, the sure ones …"""

import streamlit as st

from dashboard.components.widgets import plain
from dashboard.runtime import language_choice
from dashboard.services import surveys
from dashboard.services.surveys import SLICE, WHOLE, Shelved
from dashboard.session import selection
from senet_viz.analysis.survey_answers import WORDS, SurveyAnswers
from senet_viz.core.translation import count, tr


def chosen(shelved: Shelved) -> Shelved:
    """The survey, or the slice of it that is chosen and holds pictures."""
    which = st.session_state.get(SLICE)
    return surveys.sliced(shelved, which) if which in surveys.slices(shelved) else shelved


def choose(shelved: Shelved) -> None:
    """The slices of a survey that kept its answers; nothing else is offered for others."""
    survey_answers = surveys.slices(shelved)
    if not survey_answers:
        return
    words = {WHOLE: tr("all pictures")} | {
        which: f"{WORDS[which]} ({pictures})" for which, pictures in survey_answers.items()
    }
    language_choice.renew(SLICE)
    st.selectbox(
        tr("Pictures"),
        list(words),
        format_func=lambda which: words[which],
        key=selection.begin(SLICE, words),
        persist_state="session",
        label_visibility="collapsed",
        width=210,
        help=tr(
            "By the class that the network found likeliest, and by how likely it found it, above "
            "or below the median."
        ),
    )


def say(survey_answers: SurveyAnswers | None) -> None:
    """How many were answered correctly, where that is known."""
    if survey_answers is None or not survey_answers.judged:
        return
    st.caption(
        plain(
            tr(
                "The network answered {right} of {pictures} correctly, {accuracy:.1%} ± {error:.1%}"
                "; for {five} the class is among the five likeliest.",
                right=int(survey_answers.right.sum()),
                pictures=count(survey_answers.judged, "picture"),
                accuracy=survey_answers.accuracy,
                error=survey_answers.standard_error,
                five=int(survey_answers.among_five.sum()),
            )
        )
    )
