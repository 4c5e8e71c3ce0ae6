"""What leaving the pooling out, or pooling over fewer rows, does to accuracy over a folder."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components import folder_form
from dashboard.components.widgets import plain, sentence
from dashboard.services import sweeps
from dashboard.services.subject import Subject
from dashboard.views.pointwise.compute import pixel_gates as compute_pixel_gates
from dashboard.views.pointwise.compute.pixel_gates import Measured
from dashboard.views.pointwise.pooled_context import context
from senet_viz.core.errors import ImageError, InputError
from senet_viz.core.translation import count, tr
from senet_viz.pictures.labelled_folders import LabelledSet


def accuracy(looked: Subject, block: str, rows: int | None) -> None:
    """Over labelled pictures; each state is kept, so that stopping loses nothing."""
    asked = folder_form.draw("unpooled", tr("Measure the accuracy then"))
    if asked is not None:
        folder, most = asked
        try:
            pictures = sweeps.labelled(folder, looked.net)
        except (ImageError, InputError) as error:
            st.error(sentence(error), title=tr("This folder cannot be used"))
        else:
            folder_form.remember("unpooled", pictures)
            bar = st.progress(0.0, text=tr("The first pictures …"))
            st.button(tr("Stop"), key="unpooled_stop", help=tr("What was measured so far stays."))
            measure(looked, block, folder, pictures.head(most), bar, rows)
            st.rerun()
    found = compute_pixel_gates.kept(looked, block, rows)
    if found is not None:
        result(found)


def measure(
    looked: Subject,
    block: str,
    folder: str,
    pictures: LabelledSet,
    bar: DeltaGenerator,
    rows: int | None,
) -> None:
    """One state after the other, until the pictures are through or the script is stopped."""
    unreadable: list[str] = []
    total = len(pictures)
    for found in compute_pixel_gates.over_pictures(looked, block, pictures, unreadable, rows):
        compute_pixel_gates.keep(
            Measured(
                looked.name,
                looked.net.trained,
                block,
                folder,
                total,
                rows,
                found,
                tuple(unreadable),
            )
        )
        bar.progress(
            found.pictures / total,
            text=tr(
                "{pictures} of {total} pictures, accuracy as it is {accuracy:.1%}",
                pictures=found.pictures,
                total=total,
                accuracy=found.accuracy,
            ),
        )


def result(measured: Measured) -> None:
    """As it is, with one block, with all."""
    found = measured.found
    done = found.pictures + len(measured.unreadable)
    stopped = (
        ""
        if done >= measured.wanted
        else tr(" Stopped after {done} of {wanted}.", done=done, wanted=measured.wanted)
    )
    st.caption(
        plain(
            tr(
                "{pictures} in {folder}.{stopped}",
                pictures=count(found.pictures, "picture"),
                folder=measured.folder,
                stopped=stopped,
            )
        )
    )
    for line in measured.unreadable:
        st.caption(plain(tr("Not used: {line}.", line=line)))
    with st.container(horizontal=True):
        st.metric(tr("As trained"), f"{found.accuracy:.1%}")
        for which, words in enumerate(
            (
                tr("{block} {context}", block=measured.block, context=context(measured.rows)),
                tr("All {context}", context=context(measured.rows)),
            )
        ):
            change, error = found.change(which), found.standard_error(which)
            st.metric(
                plain(words),
                f"{found.accuracy + change:.1%}",
                delta=tr(
                    "{change:+.1f} ± {error:.1f} points", change=100 * change, error=100 * error
                ),
                delta_color="off",
                delta_arrow="off",
                help=plain(
                    tr(
                        "{won} pictures are right only so, "
                        "{lost} only as trained; ± is the standard error of the change.",
                        won=found.won[which],
                        lost=found.lost[which],
                    )
                ),
            )
