"""Which blocks tell the survey's pictures apart in the same way, of one network or of two."""

import streamlit as st

from dashboard.components.widgets import dark, show
from dashboard.session import selection
from dashboard.views.dataset import compute
from dashboard.views.dataset.channel import kept_none
from dashboard.views.dataset.compute import Study
from senet_viz.analysis.survey_agreement import same_pictures
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr
from senet_viz.figures.pictures.agreement import agreement_matrix


def of_blocks(study: Study) -> None:
    """Every block of the survey with every block."""
    st.subheader(tr("Blocks that tell pictures apart in the same way"), anchor=False)
    if not study.survey.has_gates:
        st.info(kept_none(tr("which blocks tell pictures apart in the same way")))
        return
    _matrix(study, None)


def of_two(study: Study, other: Study) -> None:
    """The blocks of the one survey with those of the other, where both are of the same pictures."""
    st.subheader(tr("Do the two tell pictures apart in the same way?"), anchor=False)
    both = study.survey, other.survey
    if all(each.has_gates for each in both) and same_pictures(*both):
        compute.say_both(study, other)
        _matrix(study, other)
    else:
        st.info(
            tr(
                "This is shown only for two surveys of the same pictures that both kept each "
                "picture's gates."
            )
        )


def _matrix(study: Study, other: Study | None) -> None:
    try:
        matrix = compute.agreement(study, other)
    except CaptureError as error:  # too few pictures
        st.info(str(error))
        return
    networks = ("", "") if other is None else (tr("survey 1"), tr("survey 2"))
    show(
        agreement_matrix(matrix, networks=networks, dark=dark()),
        "dataset_agreement",
        on_click=selection.take_block_click,
    )
