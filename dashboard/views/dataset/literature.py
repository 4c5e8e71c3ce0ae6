"""What papers say of gates, beside what this network's gates do over the survey."""

import streamlit as st

from dashboard.views.dataset import compute
from dashboard.views.dataset.compute import Looked
from senet_viz.analysis.literature import CLAIMS, VERDICTS
from senet_viz.core.translation import again, tr

OPEN = "dataset_literature_open"


def of_papers(looked: Looked) -> None:
    """The section, closed at first: a table, one claim a row."""
    section = st.expander(
        tr("What the literature says, on this network"),
        key=OPEN,
        on_change="rerun",
        icon=":material/menu_book:",
    )
    if not section.open:
        return
    rows = [
        {
            "Finding": CLAIMS[found.claim],
            "Paper": found.paper,
            "Verdict": VERDICTS[found.verdict],
            "This network": again(found.sentence),
        }
        for found in compute.literature_of(looked)
    ]
    text = st.column_config.TextColumn
    with section:
        st.dataframe(
            rows,
            column_config={
                "Finding": text(tr("Finding"), width="medium"),
                "Paper": text(tr("Paper"), width="medium"),
                "Verdict": text(tr("Verdict"), width="small"),
                "This network": text(tr("This network"), width="large"),
            },
            hide_index=True,
            key="dataset_literature",
            row_height=64,
        )
        st.caption(
            tr(
                "Papers trained other networks on other pictures: a difference is no refutation. "
                "Numbers of a paper stand here where they are known."
            )
        )
