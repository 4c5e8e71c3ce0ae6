"""The pinned pictures beside the one looked at: switched on once, compared in every such view."""

import numpy as np
import streamlit as st

from dashboard.components import costly
from dashboard.components.tables import Column, table
from dashboard.components.widgets import dark, show
from dashboard.services import pinned_captures
from dashboard.services.inspections import Inspection
from dashboard.session import pinned_pictures, selection
from dashboard.session.pinned_pictures import Pin
from senet_viz.analysis.gate_agreement import FEWEST, block_agreement
from senet_viz.core.translation import count, tr
from senet_viz.figures.pictures.agreement import agreement_matrix
from senet_viz.figures.pictures.channel_bars import channel_by_picture


def offered() -> tuple[Pin, ...]:
    """The pinned pictures where the person wants them here; a forward pass for each."""
    pinned_pictures.keep()
    pins = pinned_pictures.pins()
    st.toggle(
        tr("Beside the pinned pictures"),
        key=selection.BESIDE,
        on_change=selection.ask_for_all,
        persist_state="session",
        help=tr(
            "{pictures} pinned, one forward pass for each. Others are pinned in the gallery on the "
            "left, or under Pictures.",
            pictures=count(len(pins), "picture"),
        ),
    )
    return pins if st.session_state[selection.BESIDE] else ()


def ready(inspection: Inspection) -> None:
    """Outside any part, where a click ends it: the forward passes that are wanted beside."""
    if st.session_state.get(selection.BESIDE):
        pinned_pictures.keep()
        pinned_captures.captured(
            inspection.key, pinned_pictures.pins(), trained=inspection.network.trained
        )


def channel(inspection: Inspection, block: str, number: int) -> None:
    """One channel's gate for every pinned picture."""
    pins = offered()
    if not pins:
        return
    captures = pinned_captures.captured(inspection.key, pins, trained=inspection.network.trained)
    gates = np.array([capture[block].excitation[0, number] for capture in captures])
    usual = None
    if inspection.network.reference is not None:
        mean, deviation = inspection.network.reference.usual(block)
        usual = float(mean[number]), float(deviation[number])
    chart = channel_by_picture(
        block, number, gates, [pin.series for pin in pins], usual=usual, dark=dark()
    )
    show(chart, "beside_channel")


def blocks(inspection: Inspection) -> None:
    """Every block's mean gate for every pinned picture, and which blocks agree over them."""
    pins = offered()
    if not pins:
        return
    captures = pinned_captures.captured(inspection.key, pins, trained=inspection.network.trained)
    names = inspection.capture.names
    columns = {"block": Column(tr("Block"), lambda name: name)}
    for number, (pin, capture) in enumerate(zip(pins, captures, strict=True)):
        means = {name: float(capture[name].excitation.mean()) for name in names}
        columns[str(number)] = Column(
            pin.name, means.__getitem__, "%.3f", tr("mean gate of this picture")
        )
    table(names, columns, "beside_blocks")
    if len(pins) >= FEWEST:
        agreement = block_agreement(pinned_captures.gates_of_all(captures))
        show(
            agreement_matrix(agreement, dark=dark()),
            "beside_agreement",
            on_click=selection.take_block_click,
        )


def measured_wanted(inspection: Inspection, pins: tuple[Pin, ...], what: str) -> bool:
    """At once on a small network; on a large one only when asked for."""
    key = ("pins", what, inspection.key, inspection.network.trained)
    button = tr("Measure the {pictures} pinned pictures", pictures=len(pins))
    return costly.wanted(inspection, key, button, name="measure_pins")
