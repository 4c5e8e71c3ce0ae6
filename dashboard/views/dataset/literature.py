"""Claims of papers about gates, compared with this network's gates over the survey."""

import streamlit as st

from dashboard.components.widgets import dark, plain, show
from dashboard.services import surveys
from dashboard.session import selection
from dashboard.views.dataset import compute, measured_claims
from dashboard.views.dataset.compute import Study
from senet_viz.analysis.literature_claims import CLAIMS, VERDICTS
from senet_viz.core.translation import again, tr
from senet_viz.figures.surveys.squeeze_correlation import squeeze_by_depth

OPEN = surveys.PAPERS_OPEN


def of_papers(study: Study) -> None:
    """The section, closed at first: a table, one claim a row."""
    section = st.expander(
        tr("What the literature says, on this network"),
        key=OPEN,
        on_change="rerun",
        icon=":material/menu_book:",
    )
    if not section.open:
        return
    with section:
        table, below = st.container(), st.container()
        with below:
            measured = measured_claims.measured(study)
        findings = (
            measured.get(finding.claim, finding) for finding in compute.literature_of(study)
        )
        rows = [
            {
                tr("Finding"): CLAIMS[finding.claim],
                tr("Paper"): finding.paper,
                tr("Verdict"): f"**{VERDICTS[finding.verdict]}**",
                tr("This network"): plain(again(finding.sentence)),
            }
            for finding in findings
        ]
        table.table(rows, hide_index=True)
        st.caption(
            tr(
                "Papers trained other networks on other pictures: a difference is no refutation. "
                "Numbers of a paper stand here where they are known."
            )
        )
        if correlations := compute.squeezes_of(study):
            show(
                squeeze_by_depth(
                    correlations, selected=st.session_state[selection.BLOCK], dark=dark()
                ),
                "dataset_squeezes",
                on_click=selection.take_block_click,
            )
