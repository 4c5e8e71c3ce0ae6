"""Which blocks matter for accuracy: a sweep over labelled pictures in a folder of this machine."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components import folder_form
from dashboard.components.widgets import dark, plain, sentence, show
from dashboard.services import sweeps
from dashboard.services.subject import Subject
from dashboard.session import measurement_requests, selection, view_keys
from dashboard.session.measurement_requests import Sweep
from senet_viz.core.errors import ImageError, InputError
from senet_viz.core.translation import count, tr
from senet_viz.figures.interventions.block_effects import accuracy_by_depth
from senet_viz.pictures.labelled_folders import LabelledSet


def draw(looked: Subject, block: str) -> None:
    """Choose the pictures, measure, and show what was found as far as it came."""
    asked = folder_form.draw("labelled", tr("Measure the accuracy without each block's gates"))
    if asked is not None:
        measure(looked, *asked)
    result(looked.name, block)


def measure(looked: Subject, folder: str, most: int) -> None:
    """Sweep over the pictures; each state is kept, so that stopping loses nothing."""
    try:
        found = sweeps.labelled(folder.strip(), looked.net)
    except (ImageError, InputError) as error:
        st.error(sentence(error), title=tr("This folder cannot be used"))
        return
    folder_form.remember("labelled", found)
    pictures = found.head(most)
    bar = st.progress(0.0, text=tr("Each gate's mean …"))
    st.button(tr("Stop"), key="effects_stop", help=tr("What was measured so far stays."))
    sweep_all(looked, folder, pictures, bar)
    st.rerun()


def sweep_all(
    looked: Subject,
    folder: str,
    pictures: LabelledSet,
    bar: DeltaGenerator,
) -> None:
    """One state after the other, until the pictures are through or the script is stopped."""
    unreadable: list[str] = []
    total = len(pictures)

    def taking_means(done: int, of: int) -> None:
        bar.progress(done / of, text=tr("Each gate's mean: {done} of {of}", done=done, of=of))

    for state_so_far in sweeps.sweep_pictures(
        looked,
        pictures,
        done=taking_means,
        unreadable=unreadable,
    ):
        measurement_requests.keep_sweep(
            Sweep(looked.name, folder, total, state_so_far, tuple(unreadable))
        )
        bar.progress(
            state_so_far.pictures / total,
            text=tr(
                "{pictures} of {total} pictures, accuracy as it is {accuracy:.1%}",
                pictures=state_so_far.pictures,
                total=total,
                accuracy=state_so_far.accuracy,
            ),
        )


def result(name: str, block: str) -> None:
    """The last sweep of this network."""
    sweep = measurement_requests.kept_sweep(name)
    if sweep is None:
        return
    found = sweep.found
    done = found.pictures + len(sweep.unreadable)
    stopped = (
        ""
        if done >= sweep.wanted
        else tr(" Stopped after {done} of {wanted}.", done=done, wanted=sweep.wanted)
    )
    st.caption(
        plain(
            tr(
                "Top-1 accuracy as it is: {accuracy:.1%} of {pictures} in {folder}.{stopped}",
                accuracy=found.accuracy,
                pictures=count(found.pictures, "picture"),
                folder=sweep.folder,
                stopped=stopped,
            )
        )
    )
    for line in sweep.unreadable:
        st.caption(plain(tr("Not used: {line}.", line=line)))
    chart = accuracy_by_depth(found, picked=block, dark=dark())
    show(chart, "effect_accuracy", on_click=selection.take_block_click)
    number = st.column_config.NumberColumn
    with st.expander(tr("In numbers"), key=view_keys.ACCURACY_NUMBERS, on_change="rerun"):
        st.dataframe(
            {
                "Block": chart.table["block"],
                "Replaced": chart.table["replaced"],
                "Change": chart.table["change"],
                "Standard error": chart.table["standard_error"],
                "Pictures lost": chart.table["lost"],
                "Pictures won": chart.table["won"],
            },
            column_config={
                "Block": tr("Block"),
                "Replaced": tr("Replaced"),
                "Change": number(tr("Change"), format="percent"),
                "Standard error": number(tr("Standard error"), format="percent"),
                "Pictures lost": tr("Pictures lost"),
                "Pictures won": tr("Pictures won"),
            },
            hide_index=True,
            key="accuracy_table",
        )
