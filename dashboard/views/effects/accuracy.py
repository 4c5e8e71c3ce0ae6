"""Which blocks matter for accuracy: a sweep over labelled pictures in a folder of this machine."""

from operator import itemgetter

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components import folder_form, long_job
from dashboard.components.tables import Column, rows_of, table
from dashboard.components.widgets import dark, plain, show
from dashboard.services import sweeps
from dashboard.services.inspections import Inspection
from dashboard.session import measurement_requests, selection, view_keys
from dashboard.session.measurement_requests import Sweep
from senet_viz.core.translation import count, tr
from senet_viz.figures.interventions.block_effects import accuracy_by_depth


def draw(inspection: Inspection, block: str) -> None:
    """Choose the pictures, measure, and show what was found as far as it came."""
    asked = folder_form.ask(
        "labelled",
        tr("Measure the accuracy without each block's gates"),
        lambda folder, most: sweeps.labelled(folder, inspection.network).head(most),
    )
    if asked is not None:
        measure(inspection, asked)
    result(inspection.key, block)


def measure(inspection: Inspection, asked: folder_form.Asked) -> None:
    """Sweep over the pictures; each state is kept, so that stopping loses nothing."""
    bar, taking_means = begin()
    unreadable: list[str] = []
    total = len(asked.pictures)
    for state in sweeps.sweep_pictures(
        inspection, asked.pictures, done=taking_means, unreadable=unreadable
    ):
        measurement_requests.keep_sweep(
            Sweep(inspection.key, asked.folder, total, state, tuple(unreadable))
        )
        bar.progress(state.pictures / total, text=long_job.accuracy_words(state, total))
    st.rerun()


def begin() -> tuple[DeltaGenerator, sweeps.Done]:
    """The bar of a sweep, and what moves it while the means of the gates are taken."""
    bar = long_job.begin(tr("Each gate's mean …"), "effects_stop")

    def taking_means(done: int, of: int) -> None:
        bar.progress(done / of, text=tr("Each gate's mean: {done} of {of}", done=done, of=of))

    return bar, taking_means


def result(name: str, block: str) -> None:
    """The last sweep of this network."""
    sweep = measurement_requests.kept_sweep(name)
    if sweep is None:
        return
    effects = sweep.effects
    done = effects.pictures + len(sweep.unreadable)
    st.caption(
        plain(
            tr(
                "Top-1 accuracy as it is: {accuracy:.1%} of {pictures} in {folder}.{stopped}",
                accuracy=effects.accuracy,
                pictures=count(effects.pictures, "picture"),
                folder=sweep.folder,
                stopped=long_job.stopped_words(done, sweep.wanted),
            )
        )
    )
    long_job.say_unreadable(sweep.unreadable)
    chart = accuracy_by_depth(effects, picked=block, dark=dark())
    show(chart, "effect_accuracy", on_click=selection.take_block_click)
    columns = {
        "Block": Column(tr("Block"), itemgetter("block")),
        "Replaced": Column(tr("Replaced"), itemgetter("replaced")),
        "Change": Column(tr("Change"), itemgetter("change"), "percent"),
        "Standard error": Column(tr("Standard error"), itemgetter("standard_error"), "percent"),
        "Pictures lost": Column(tr("Pictures lost"), itemgetter("lost")),
        "Pictures won": Column(tr("Pictures won"), itemgetter("won")),
    }
    with st.expander(tr("In numbers"), key=view_keys.ACCURACY_NUMBERS, on_change="rerun"):
        table(rows_of(chart.table), columns, "accuracy_table")
