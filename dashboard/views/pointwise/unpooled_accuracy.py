"""What leaving the pooling out, or pooling over fewer rows, does to accuracy over a folder."""

import streamlit as st

from dashboard.components import folder_form, long_job
from dashboard.components.widgets import plain
from dashboard.services import sweeps
from dashboard.services.inspections import Inspection
from dashboard.views.pointwise.compute import pixel_gates as compute_pixel_gates
from dashboard.views.pointwise.compute.pixel_gates import Measured
from dashboard.views.pointwise.pooled_context import context
from senet_viz.core.translation import count, tr


def accuracy(inspection: Inspection, block: str, rows: int | None) -> None:
    """Over labelled pictures, and what was found."""
    asked = folder_form.ask(
        "unpooled",
        tr("Measure the accuracy then"),
        lambda folder, most: sweeps.labelled(folder, inspection.network).head(most),
    )
    if asked is not None:
        measure(inspection, block, asked, rows)
    measured = compute_pixel_gates.last(inspection, block, rows)
    if measured is not None:
        result(measured)


def measure(inspection: Inspection, block: str, asked: folder_form.Asked, rows: int | None) -> None:
    """One state after the other, each kept, so that stopping loses nothing."""
    bar = long_job.begin(tr("The first pictures …"), "unpooled_stop")
    unreadable: list[str] = []
    total = len(asked.pictures)
    about = (inspection.key, inspection.network.trained, block, asked.folder, total, rows)
    for state in compute_pixel_gates.over_pictures(
        inspection, block, asked.pictures, unreadable, rows
    ):
        compute_pixel_gates.keep(Measured(*about, state, tuple(unreadable)))
        bar.progress(state.pictures / total, text=long_job.accuracy_words(state, total))
    st.rerun()


def result(measured: Measured) -> None:
    """As it is, with one block, with all."""
    accuracies = measured.accuracies
    done = accuracies.pictures + len(measured.unreadable)
    st.caption(
        plain(
            tr(
                "{pictures} in {folder}.{stopped}",
                pictures=count(accuracies.pictures, "picture"),
                folder=measured.folder,
                stopped=long_job.stopped_words(done, measured.wanted),
            )
        )
    )
    long_job.say_unreadable(measured.unreadable)
    with st.container(horizontal=True):
        st.metric(tr("As trained"), f"{accuracies.accuracy:.1%}")
        for which, words in enumerate(
            (
                tr("{block} {context}", block=measured.block, context=context(measured.rows)),
                tr("All {context}", context=context(measured.rows)),
            )
        ):
            change, error = accuracies.change(which), accuracies.standard_error(which)
            st.metric(
                plain(words),
                f"{accuracies.accuracy + change:.1%}",
                delta=tr(
                    "{change:+.1f} ± {error:.1f} points", change=100 * change, error=100 * error
                ),
                delta_color="off",
                delta_arrow="off",
                help=plain(
                    tr(
                        "{won} pictures are right only in this form, {lost} only as trained; ± is"
                        " the standard error of the change.",
                        won=accuracies.won[which],
                        lost=accuracies.lost[which],
                    )
                ),
            )
